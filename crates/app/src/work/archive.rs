//! Raising a stored file to B-LTA: validation data and an archive time-stamp as one more update, judged before anyone
//! relies on it.

use std::sync::Arc;

use akashi_domain::UtcTime;
use akashi_domain::contract::{HoldReason, PromisedLevel};
use akashi_pades::{
    AppendedRevision, EmbedError, HashState, LongTermDraft, PreparedTimeStamp, ValidationMaterial,
};
use akashi_pdf::{Appended, Document as Pdf, Limits, ReadAt};
use akashi_pki::{DigestAlgorithm, RevocationList};
use akashi_tsp::TimeStampToken;

use super::outcome::Failed;
use crate::judging::{NotReleased, Release, release};
use crate::trust::TrustedAuthorities;
use crate::{App, Error};

/// Room for a token with a long chain, where the usual reserve is too small.
const LARGE_RESERVE: usize = 64 * 1024;

/// A file that is to be raised, with what is expected of it.
#[derive(Clone)]
pub(super) struct ToRaise<R> {
    /// The file as it is.
    pub(super) file: Arc<R>,
    /// The state of its hash, at or before its end.
    pub(super) state: HashState,
    /// Signature fields that must be found passed.
    pub(super) expected: Vec<String>,
    /// Names the file in findings.
    pub(super) name: String,
}

/// A raised file.
pub(super) struct Raised {
    /// What is appended.
    pub(super) revision: AppendedRevision,
    /// What our own judge says of it.
    pub(super) release: Release,
    /// Whose archive time-stamp it carries.
    pub(super) stamped_by: String,
    /// `genTime` of the archive time-stamp.
    pub(super) archived_at: UtcTime,
}

#[derive(Debug, thiserror::Error)]
#[error("{name} did not pass our own validation: {findings}")]
struct NotPassed {
    name: String,
    findings: String,
}

#[derive(Debug, thiserror::Error)]
#[error("validation data of {name} is not available: {findings}")]
struct DataMissing {
    name: String,
    findings: String,
}

impl App {
    /// Adds validation data and an archive time-stamp, and has the result judged. Nothing is stored.
    pub(super) async fn raise<R: ReadAt + Send + Sync + 'static>(
        &self,
        order: ToRaise<R>,
        authorities: &TrustedAuthorities,
    ) -> Result<Raised, Failed> {
        let material = self.validation_material(&order.file, authorities).await?;
        let missing = material.missing;
        let (revision, token) = self.archived(&order, Arc::new(material.known)).await?;
        let now = self.now();
        let judged = {
            let file = Appended::new(Arc::clone(&order.file), revision.bytes.clone());
            let (expected, authorities) = (order.expected.clone(), authorities.clone());
            self.apart(move || release(file, &expected, &authorities, now))
                .await?
        };
        let name = order.name;
        match judged {
            Ok(release) => Ok(Raised {
                revision,
                release,
                stamped_by: authority(&token),
                archived_at: token.info().gen_time,
            }),
            Err(NotReleased {
                findings,
                lacks_revocation_data: true,
            }) if !missing.is_empty() => {
                let findings = format!("{}; {}", missing.join("; "), findings.join("; "));
                let cause = DataMissing { name, findings };
                Err(Failed::Held(
                    HoldReason::RevocationData,
                    Error::internal("validation data", cause),
                ))
            }
            Err(NotReleased { findings, .. }) => Err(not_passed(name, &findings.join("; "))),
        }
    }

    /// Writes the update, has it stamped, and embeds the token; once more with a larger reserve if the authority's
    /// tokens are large.
    async fn archived<R: ReadAt + Send + Sync + 'static>(
        &self,
        order: &ToRaise<R>,
        material: Arc<ValidationMaterial>,
    ) -> Result<(AppendedRevision, TimeStampToken), Failed> {
        let mut reserve = None;
        loop {
            let (file, state, seed) = (Arc::clone(&order.file), order.state, self.random());
            let material = Arc::clone(&material);
            let prepared = self
                .apart(move || prepare(&file, state, &material, reserve, seed))
                .await?
                .map_err(Failed::Broken)?;
            let (der, token) = self.archive_token(&prepared).await?;
            match prepared.embed_token(&der) {
                Ok(revision) => return Ok((revision, token)),
                Err(EmbedError::ContentsTooSmall { .. }) if reserve.is_none() => {
                    reserve = Some(LARGE_RESERVE)
                }
                Err(error) => return Err(Failed::broken("archive time-stamp", error)),
            }
        }
    }

    async fn archive_token(&self, prepared: &PreparedTimeStamp) -> Result<(Vec<u8>, TimeStampToken), Failed> {
        let imprint = <[u8; 32]>::try_from(prepared.imprint())
            .map_err(|error| Failed::broken("archive time-stamp", error))?;
        let answer = self.ports.time_stamps.stamp(imprint).await;
        self.notebook.note_time_stamps(answer.is_ok());
        let der = answer?;
        let token =
            TimeStampToken::parse(&der).map_err(|error| Failed::broken("archive time-stamp", error))?;
        self.check_clock(self.now(), token.info().gen_time, "the archive time-stamp")?;
        Ok((der, token))
    }

    /// The installation's own chain and revocation lists, made now: newer than any signature that they are for.
    pub(super) async fn own_material(&self) -> Result<ValidationMaterial, Failed> {
        let now = self.now();
        let seal = self.ports.authority.seal(now).await?;
        let mut material = ValidationMaterial::default();
        material.add_certificates(&seal.issuers);
        for der in self.ports.authority.revocation_lists(now).await? {
            let list =
                RevocationList::from_der(&der).map_err(|error| Failed::broken("revocation list", error))?;
            material.revocation_lists.push(list);
        }
        Ok(material)
    }
}

fn prepare<R: ReadAt>(
    file: &Arc<R>,
    state: HashState,
    material: &ValidationMaterial,
    reserve: Option<usize>,
    seed: [u8; 32],
) -> Result<PreparedTimeStamp, Error> {
    let what = "archive time-stamp";
    let pdf = Pdf::open(file, &Limits::default()).map_err(|error| Error::internal(what, error))?;
    let mut draft = LongTermDraft::new(&pdf)
        .with_material(material)
        .resume_hash(state);
    if let Some(bytes) = reserve {
        draft = draft.reserve(bytes);
    }
    draft
        .prepare_time_stamp(DigestAlgorithm::Sha256, seed)
        .map_err(|error| Error::internal(what, error))
}

/// What people call the authority of a token: its common name, else its whole subject.
fn authority(token: &TimeStampToken) -> String {
    let Some(certificate) = token.signing_certificate(&[]) else {
        return String::new();
    };
    let subject = certificate.subject();
    subject
        .common_name()
        .map_or_else(|| subject.to_string(), ToOwned::to_owned)
}

/// Something that we made or kept does not hold: it waits, everything is kept, and an alarm is raised.
pub(super) fn not_passed(name: String, findings: &str) -> Failed {
    tracing::error!(file.name = %name, findings, alarm = true, "own validation failed");
    metrics::counter!("akashi_alarms_total", "reason" => "validation").increment(1);
    let cause = NotPassed {
        name,
        findings: findings.to_owned(),
    };
    Failed::Held(HoldReason::Validation, Error::internal("validation", cause))
}

/// What the files of a contract have reached together: of each answer the weakest.
pub(super) fn weakest(raised: &[Raised]) -> Option<(&Raised, UtcTime, u32)> {
    let first = raised.iter().min_by_key(|raised| raised.archived_at)?;
    let valid_until = raised.iter().map(|raised| raised.release.valid_until).min()?;
    let signatures = raised
        .iter()
        .map(|raised| raised.release.signatures)
        .fold(0_u32, u32::saturating_add);
    Some((first, valid_until, signatures))
}

/// The level that a release proves.
pub(super) const LEVEL: PromisedLevel = PromisedLevel::Lta;
