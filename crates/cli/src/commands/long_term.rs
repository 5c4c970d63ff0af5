//! Time-stamps and validation data for commands: where they come from, and how a file is raised to a level.

use std::path::PathBuf;
use std::sync::Arc;

use akashi_app::Ports;
use akashi_app::domain::UtcTime;
use akashi_app::ports::{Clock, Entropy, RevocationSource, TimeStampAuthority, TimeStampError};
use akashi_gateway::guarded_client;
use akashi_gateway::revocation::HttpRevocationSource;
use akashi_gateway::time_stamp::{self, AuthoritySettings, HttpTimeStampAuthority};
use akashi_pades::{LongTermDraft, NeedReason, ValidationMaterial, ValidationNeeds};
use akashi_pdf::{Document, Limits};
use akashi_pki::{Certificate, DigestAlgorithm, RevocationList, TrustAnchor};
use akashi_validation::{
    BaselineLevel, Report, RevocationPolicy, SignatureKind, SignatureReport, Trust, judge,
};
use anyhow::Context as _;

use super::fetching::Fetching;
use super::output::Output;
use super::trust::roots;
use crate::config::Config;
use crate::system::{SystemClock, SystemEntropy};

/// What a signature must be provable by (EN 319 142-1, clause 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub(crate) enum Level {
    /// The signature alone.
    B,
    /// With a time-stamp.
    T,
    /// With certificates and revocation data.
    Lt,
    /// With an archive time-stamp over all of it.
    Lta,
}

/// Whence time-stamps come, and who is believed.
#[derive(Debug, clap::Args)]
pub(crate) struct Stamping {
    /// The address of a time-stamp authority, asked in place of those of the configuration; several are asked in order.
    #[arg(long, value_name = "URL")]
    pub(crate) tsa: Vec<String>,
    /// A file or folder with certificates of roots to believe, PEM or DER.
    #[arg(long, value_name = "PATH")]
    pub(crate) trust: Option<PathBuf>,
}

/// Nothing was written, but trying again later may help.
#[derive(Debug, thiserror::Error)]
#[error("level {level:?} is not reached yet: {lacks}")]
pub(crate) struct NotYet {
    level: Level,
    lacks: String,
}

/// Whether trying again later may help.
pub(crate) fn may_pass_later(error: &anyhow::Error) -> bool {
    error.is::<NotYet>()
        || matches!(
            error.downcast_ref::<TimeStampError>(),
            Some(TimeStampError::Unavailable(_))
        )
}

/// What raising a file needs from the outside.
pub(crate) struct Workshop {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) anchors: Vec<Certificate>,
    time_stamps: Option<Arc<dyn TimeStampAuthority>>,
    revocation: Arc<dyn RevocationSource>,
    known: ValidationMaterial,
}

impl Workshop {
    /// With the means of this machine alone.
    pub(crate) fn of_person(config: &Config, stamping: &Stamping) -> anyhow::Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let anchors = roots(config, stamping.trust.as_deref())?;
        let mut time_stamps = named_authorities(stamping, &anchors, &clock, &entropy)?;
        if let (None, Some(settings)) = (&time_stamps, &config.time_stamp) {
            time_stamps = Some(authorities(settings, &anchors, &clock, &entropy)?);
        }
        let revocation = HttpRevocationSource::new(&config.revocation, Arc::clone(&clock))?;
        Ok(Self {
            clock,
            entropy,
            anchors,
            time_stamps,
            revocation: Arc::new(revocation),
            known: ValidationMaterial::default(),
        })
    }

    /// With the installation's authorities, and with what it knows of its own certificates.
    pub(crate) async fn of_installation(
        config: &Config,
        ports: &Ports,
        stamping: &Stamping,
    ) -> anyhow::Result<Self> {
        let now = ports.clock.now();
        let mut anchors = roots(config, stamping.trust.as_deref())?;
        anchors.extend(ports.authority.trust_anchors());
        let mut known = ValidationMaterial {
            certificates: ports.authority.seal(now).await?.issuers,
            ..ValidationMaterial::default()
        };
        for der in ports.authority.revocation_lists(now).await? {
            known.revocation_lists.push(RevocationList::from_der(&der)?);
        }
        let named = named_authorities(stamping, &anchors, &ports.clock, &ports.entropy)?;
        Ok(Self {
            clock: Arc::clone(&ports.clock),
            entropy: Arc::clone(&ports.entropy),
            anchors,
            time_stamps: Some(named.unwrap_or_else(|| Arc::clone(&ports.time_stamps))),
            revocation: Arc::clone(&ports.revocation),
            known,
        })
    }

    /// 32 random bytes.
    pub(crate) fn seed(&self) -> [u8; 32] {
        let mut seed = [0_u8; 32];
        self.entropy.fill(&mut seed);
        seed
    }

    /// Whether there is somebody who stamps.
    pub(crate) fn can_stamp(&self) -> bool {
        self.time_stamps.is_some()
    }

    /// Has a digest stamped.
    pub(crate) async fn stamp(&self, imprint: [u8; 32]) -> anyhow::Result<Vec<u8>> {
        let authority = self
            .time_stamps
            .as_ref()
            .context("no time-stamp authority is known: name one by --tsa, with its root in --trust")?;
        Ok(authority.stamp(imprint).await?)
    }

    /// Raises a file that is signed and time-stamped: adds what can be fetched, and for B-LTA an archive time-stamp.
    pub(crate) async fn raise(
        &self,
        mut file: Vec<u8>,
        level: Level,
        output: &Output,
    ) -> anyhow::Result<Vec<u8>> {
        if level < Level::Lt {
            return Ok(file);
        }
        let material = self.gather(&file, level, output).await?;
        let revision = {
            let document = Document::open(file.as_slice(), &Limits::default())?;
            let draft = LongTermDraft::new(&document).with_material(&material);
            if level == Level::Lt {
                draft.write(self.seed())?
            } else {
                output.progress("asking for the archive time-stamp");
                let prepared = draft.prepare_time_stamp(DigestAlgorithm::Sha256, self.seed())?;
                let imprint = <[u8; 32]>::try_from(prepared.imprint())?;
                Some(prepared.embed_token(&self.stamp(imprint).await?)?)
            }
        };
        if let Some(revision) = revision {
            file.extend_from_slice(&revision.bytes);
        }
        Ok(file)
    }

    /// Stamps a whole file: level B-T for signatures that have no time-stamp of their own.
    pub(crate) async fn stamp_document(&self, mut file: Vec<u8>) -> anyhow::Result<Vec<u8>> {
        let revision = {
            let document = Document::open(file.as_slice(), &Limits::default())?;
            let prepared =
                LongTermDraft::new(&document).prepare_time_stamp(DigestAlgorithm::Sha256, self.seed())?;
            let imprint = <[u8; 32]>::try_from(prepared.imprint())?;
            prepared.embed_token(&self.stamp(imprint).await?)?
        };
        file.extend_from_slice(&revision.bytes);
        Ok(file)
    }

    /// Everything that the file's signatures need and that can be had.
    async fn gather(&self, file: &[u8], level: Level, output: &Output) -> anyhow::Result<ValidationMaterial> {
        let anchors: Vec<TrustAnchor> = self.anchors.iter().map(TrustAnchor::from_certificate).collect();
        let document = Document::open(file, &Limits::default())?;
        let mut known = self.known.clone();
        known.add_certificates(&self.anchors);
        let tell = |text: &str| output.progress(text);
        let mut fetching = Fetching::new(&*self.revocation, known, &tell);
        loop {
            let now = self.clock.now();
            let needs = if level == Level::Lta {
                ValidationNeeds::before_time_stamp(&document, &anchors, fetching.known(), now)?
            } else {
                ValidationNeeds::of(&document, &anchors, fetching.known(), now)?
            };
            if let [revoked, ..] = needs.revoked.as_slice() {
                anyhow::bail!("certificate is revoked: {}", revoked.subject());
            }
            // Every round asks an address that was not asked before, or ends.
            if fetching.answer(&needs).await {
                continue;
            }
            if needs.is_complete() {
                return Ok(needs.material);
            }
            return Err(NotYet {
                level,
                lacks: lacks(&needs),
            }
            .into());
        }
    }

    /// Nothing leaves that our own judge, which shares no code with the maker, does not pass at its level. Where no
    /// root is believed at all, it must at least be intact.
    pub(crate) fn check_signed(&self, file: &[u8], level: Level, now: UtcTime) -> anyhow::Result<()> {
        // Revocation data comes with level B-LT; below it nobody can have looked.
        let revocation = if level < Level::Lt {
            RevocationPolicy::IfAvailable
        } else {
            RevocationPolicy::default()
        };
        let report = self.judged(file, revocation, now)?;
        let mut signatures = report.signatures.iter().rev();
        let newest = signatures
            .find(|one| one.facts.kind == SignatureKind::Signature)
            .context("the signature is missing")?;
        let proven = newest.levels.and_then(|levels| levels.proven);
        let holds = is_unharmed(newest)
            && (self.anchors.is_empty()
                || (newest.stands_for_whole_document() && proven >= Some(level_of_judge(level))));
        anyhow::ensure!(
            holds,
            "the signature did not pass our own validation at level {level:?}: {}",
            facts(newest)
        );
        Ok(())
    }

    /// What was added must not have harmed what was there: every signature that was intact still is, and speaks for
    /// the whole document. Whom the signers' certificates lead to is not for this command to say.
    pub(crate) fn check_extended(&self, file: &[u8], now: UtcTime) -> anyhow::Result<()> {
        let report = self.judged(file, RevocationPolicy::IfAvailable, now)?;
        for signature in &report.signatures {
            anyhow::ensure!(
                is_unharmed(signature),
                "the file did not pass our own validation: {}: {}",
                signature.facts.field_name,
                facts(signature)
            );
        }
        Ok(())
    }

    fn judged(&self, file: &[u8], revocation: RevocationPolicy, now: UtcTime) -> anyhow::Result<Report> {
        let document = Document::open(file, &Limits::default())?;
        let trust = Trust::in_roots(&self.anchors).with_revocation_policy(revocation);
        Ok(judge(&document, &trust, now)?)
    }
}

fn is_unharmed(signature: &SignatureReport) -> bool {
    signature.is_intact() && signature.is_unchanged()
}

fn facts(signature: &SignatureReport) -> String {
    format!(
        "{:?} {:?} {:?} {:?} {:?}",
        signature.indication, signature.sub_indication, signature.levels, signature.coverage, signature.later
    )
}

/// The level in the judge's words.
const fn level_of_judge(level: Level) -> BaselineLevel {
    match level {
        Level::B => BaselineLevel::B,
        Level::T => BaselineLevel::T,
        Level::Lt => BaselineLevel::Lt,
        Level::Lta => BaselineLevel::Lta,
    }
}

fn named_authorities(
    stamping: &Stamping,
    anchors: &[Certificate],
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
) -> anyhow::Result<Option<Arc<dyn TimeStampAuthority>>> {
    if stamping.tsa.is_empty() {
        return Ok(None);
    }
    let named = stamping.tsa.iter().map(|url| AuthoritySettings {
        url: url.clone(),
        ..AuthoritySettings::default()
    });
    let settings = time_stamp::Settings {
        // A person who writes an address means it, wherever it leads.
        client: guarded_client::Settings {
            allow_private_addresses: true,
            ..guarded_client::Settings::default()
        },
        ..time_stamp::Settings::of(named.collect())
    };
    authorities(&settings, anchors, clock, entropy)
        .context("--tsa")
        .map(Some)
}

fn authorities(
    settings: &time_stamp::Settings,
    anchors: &[Certificate],
    clock: &Arc<dyn Clock>,
    entropy: &Arc<dyn Entropy>,
) -> anyhow::Result<Arc<dyn TimeStampAuthority>> {
    let authority = HttpTimeStampAuthority::new(settings, anchors, Arc::clone(clock), Arc::clone(entropy))?;
    Ok(Arc::new(authority))
}

/// What is missing, for people.
fn lacks(needs: &ValidationNeeds) -> String {
    let issuers = needs
        .issuers
        .iter()
        .map(|missing| format!("the issuer of {}", missing.certificate.subject()));
    let revocation = needs
        .revocation
        .iter()
        .filter(|need| need.reason == NeedReason::Missing)
        .map(|need| format!("revocation data for {}", need.certificate.subject()));
    let fields = needs
        .unreadable_fields
        .iter()
        .map(|field| format!("a readable signature in {field}"));
    issuers
        .chain(revocation)
        .chain(fields)
        .collect::<Vec<_>>()
        .join(", ")
}
