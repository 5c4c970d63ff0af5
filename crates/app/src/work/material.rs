//! Gathering validation data: what is known is asked for what is missing, what is missing is fetched, until nothing
//! more comes.

use std::collections::BTreeSet;
use std::sync::Arc;

use akashi_pades::{MissingIssuer, RevocationNeed, ValidationMaterial, ValidationNeeds};
use akashi_pdf::{Document as Pdf, Limits, ReadAt};
use akashi_pki::ocsp::{OcspRequest, OcspResponse};
use akashi_pki::{RevocationList, TrustAnchor};

use super::chain;
use super::outcome::Failed;
use crate::ports::Freshness;
use crate::trust::TrustedAuthorities;
use crate::{App, Error};

/// An issuer that came in may need another one; no honest chain is longer.
const ROUNDS: usize = 6;
/// Addresses asked for one file.
const ADDRESSES: usize = 60;

/// What could be gathered.
pub(super) struct Gathered {
    /// What concerns the file and does not stand in it yet.
    pub(super) known: ValidationMaterial,
    /// What is still missing, in words for administrators. The judge says whether it matters: the data of a stranger's
    /// signature may be gone for ever without harm to ours.
    pub(super) missing: Vec<String>,
}

impl App {
    /// Gathers the validation data of a file that is about to be stamped.
    pub(super) async fn validation_material<R: ReadAt + Send + Sync + 'static>(
        &self,
        file: &Arc<R>,
        authorities: &TrustedAuthorities,
    ) -> Result<Gathered, Failed> {
        let mut known = self.own_material().await?;
        known.add_certificates(authorities.anchors.iter());
        let mut asked = BTreeSet::new();
        for _ in 0..ROUNDS {
            let needs = self.needs(file, authorities, &known).await?;
            if needs.is_settled() || !self.fetch(&needs, &mut known, &mut asked).await {
                return Ok(gathered(needs));
            }
        }
        Ok(gathered(self.needs(file, authorities, &known).await?))
    }

    async fn needs<R: ReadAt + Send + Sync + 'static>(
        &self,
        file: &Arc<R>,
        authorities: &TrustedAuthorities,
        known: &ValidationMaterial,
    ) -> Result<ValidationNeeds, Failed> {
        let (file, known, now) = (Arc::clone(file), known.clone(), self.now());
        let anchors = Arc::clone(&authorities.anchors);
        let needs = self
            .apart(move || {
                let anchors: Vec<TrustAnchor> = anchors.iter().map(TrustAnchor::from_certificate).collect();
                let what = "validation data";
                let pdf =
                    Pdf::open(&file, &Limits::default()).map_err(|error| Error::internal(what, error))?;
                ValidationNeeds::before_time_stamp(&pdf, &anchors, &known, now)
                    .map_err(|error| Error::internal(what, error))
            })
            .await?;
        needs.map_err(Failed::Broken)
    }

    /// Asks every address that was not asked yet; whether anything came.
    async fn fetch(
        &self,
        needs: &ValidationNeeds,
        known: &mut ValidationMaterial,
        asked: &mut BTreeSet<String>,
    ) -> bool {
        let before = known.clone();
        for issuer in &needs.issuers {
            self.fetch_issuer(issuer, known, asked).await;
        }
        for need in &needs.revocation {
            self.fetch_revocation(need, known, asked).await;
        }
        *known != before
    }

    async fn fetch_issuer(
        &self,
        missing: &MissingIssuer,
        known: &mut ValidationMaterial,
        asked: &mut BTreeSet<String>,
    ) {
        for uri in &missing.issuer_uris {
            if !may_ask(asked, uri, "") {
                continue;
            }
            match self.ports.revocation.certificates(uri).await {
                Ok(found) => known.add_certificates(&found),
                Err(error) => {
                    tracing::info!(error = %chain(&error), "issuer certificate could not be fetched");
                }
            }
        }
    }

    /// The responder first: its answers are newer than lists. A list is fetched only if no responder answered.
    async fn fetch_revocation(
        &self,
        need: &RevocationNeed,
        known: &mut ValidationMaterial,
        asked: &mut BTreeSet<String>,
    ) {
        if let Some(issuer) = &need.issuer {
            let about = need.certificate.serial_number().as_content();
            for uri in &need.ocsp_uris {
                if !may_ask(asked, uri, &hex::encode(about)) {
                    continue;
                }
                let request = OcspRequest::new(&need.certificate, issuer).to_der();
                match self.ports.revocation.ocsp(uri, &request).await {
                    Ok(der) => match OcspResponse::from_der(&der) {
                        Ok(response) => {
                            known.add_ocsp_responses(&[response]);
                            return;
                        }
                        Err(error) => tracing::info!(error = %chain(&error), "OCSP response cannot be read"),
                    },
                    Err(error) => tracing::info!(error = %chain(&error), "OCSP responder did not answer"),
                }
            }
        }
        for uri in &need.crl_uris {
            if !may_ask(asked, uri, "") {
                continue;
            }
            let freshness = Freshness::MadeSince(need.not_before);
            match self.ports.revocation.revocation_list(uri, freshness).await {
                Ok(der) => match RevocationList::from_der(&der) {
                    Ok(list) => {
                        known.add_revocation_lists(&[list]);
                        return;
                    }
                    Err(error) => tracing::info!(error = %chain(&error), "revocation list cannot be read"),
                },
                Err(error) => tracing::info!(error = %chain(&error), "revocation list could not be fetched"),
            }
        }
    }
}

fn may_ask(asked: &mut BTreeSet<String>, uri: &str, about: &str) -> bool {
    asked.len() < ADDRESSES && asked.insert(format!("{uri} {about}"))
}

fn gathered(needs: ValidationNeeds) -> Gathered {
    let issuers = needs
        .issuers
        .iter()
        .map(|missing| format!("issuer of {} is not known", missing.certificate.subject()));
    let revocation = needs
        .revocation
        .iter()
        .map(|need| format!("revocation state of {} is not known", need.certificate.subject()));
    Gathered {
        missing: issuers.chain(revocation).collect(),
        known: needs.material,
    }
}
