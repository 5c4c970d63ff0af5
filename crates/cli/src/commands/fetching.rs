//! Fetching what a file's signatures need for their validation, from where their certificates say that it is.

use std::collections::BTreeSet;

use akashi_app::ports::{Freshness, RevocationSource};
use akashi_pades::{MissingIssuer, RevocationNeed, ValidationMaterial, ValidationNeeds};
use akashi_pki::RevocationList;
use akashi_pki::ocsp::{OcspRequest, OcspResponse};

/// The most addresses that one file can make us ask.
const MAX_ADDRESSES: usize = 64;

/// What is known for one file, and which addresses were asked already.
pub(crate) struct Fetching<'a> {
    source: &'a dyn RevocationSource,
    known: ValidationMaterial,
    asked: BTreeSet<String>,
    tell: &'a (dyn Fn(&str) + Sync),
}

impl<'a> Fetching<'a> {
    /// Begins with what is known; `tell` hears what is asked and what fails.
    pub(crate) fn new(
        source: &'a dyn RevocationSource,
        known: ValidationMaterial,
        tell: &'a (dyn Fn(&str) + Sync),
    ) -> Self {
        Self {
            source,
            known,
            asked: BTreeSet::new(),
            tell,
        }
    }

    /// What is known now.
    pub(crate) const fn known(&self) -> &ValidationMaterial {
        &self.known
    }

    /// What is known at the end.
    pub(crate) fn into_known(self) -> ValidationMaterial {
        self.known
    }

    /// Asks for what is needed, each address once. Tells whether any was asked, so that a loop of asking and looking
    /// anew comes to its end.
    pub(crate) async fn answer(&mut self, needs: &ValidationNeeds) -> bool {
        let before = self.asked.len();
        for issuer in &needs.issuers {
            self.fetch_issuer(issuer).await;
        }
        for need in &needs.revocation {
            self.fetch_revocation(need).await;
        }
        self.asked.len() > before
    }

    /// Whether this was not asked before, and may be.
    fn is_new(&mut self, question: String) -> bool {
        self.asked.len() < MAX_ADDRESSES && self.asked.insert(question)
    }

    async fn fetch_issuer(&mut self, missing: &MissingIssuer) {
        for uri in &missing.issuer_uris {
            if !self.is_new(uri.clone()) {
                continue;
            }
            (self.tell)(&format!("fetching {uri}"));
            match self.source.certificates(uri).await {
                Ok(certificates) => self.known.add_certificates(&certificates),
                Err(error) => self.failed(uri, &error),
            }
        }
    }

    /// OCSP first: its answers are small, and new.
    async fn fetch_revocation(&mut self, need: &RevocationNeed) {
        if let Some(issuer) = &need.issuer {
            let request = OcspRequest::new(&need.certificate, issuer);
            for uri in &need.ocsp_uris {
                // One address answers for many certificates.
                if !self.is_new(format!("{uri} {}", need.certificate.serial_number())) {
                    continue;
                }
                (self.tell)(&format!("asking {uri}"));
                match self.ask_ocsp(uri, &request).await {
                    Ok(response) => {
                        self.known.ocsp_responses.push(response);
                        return;
                    }
                    Err(error) => self.failed(uri, &*error),
                }
            }
        }
        for uri in &need.crl_uris {
            if !self.is_new(uri.clone()) {
                continue;
            }
            (self.tell)(&format!("fetching {uri}"));
            match self.fetch_list(uri, need).await {
                Ok(list) => self.known.revocation_lists.push(list),
                Err(error) => self.failed(uri, &*error),
            }
        }
    }

    async fn fetch_list(&self, uri: &str, need: &RevocationNeed) -> Result<RevocationList, Failure> {
        let freshness = Freshness::MadeSince(need.not_before);
        let der = self.source.revocation_list(uri, freshness).await?;
        Ok(RevocationList::from_der(&der)?)
    }

    async fn ask_ocsp(&self, uri: &str, request: &OcspRequest) -> Result<OcspResponse, Failure> {
        let der = self.source.ocsp(uri, &request.to_der()).await?;
        let response = OcspResponse::from_der(&der)?;
        request.answer_in(&response)?;
        Ok(response)
    }

    fn failed(&self, uri: &str, error: &dyn std::error::Error) {
        let mut text = format!("{uri}: {error}");
        let mut source = error.source();
        while let Some(cause) = source {
            text.push_str(": ");
            text.push_str(&cause.to_string());
            source = cause.source();
        }
        (self.tell)(&text);
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;
