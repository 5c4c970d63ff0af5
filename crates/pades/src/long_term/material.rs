//! What validation needs besides the signature itself.

use akashi_pki::ocsp::{BasicOcspResponse, OcspResponse};
use akashi_pki::{Certificate, RevocationList};

/// Certificates and revocation data: what a signature of level B-LT carries with it (EN 319 142-1, 5.4.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValidationMaterial {
    /// Certificates of signers, authorities and responders, in any order.
    pub certificates: Vec<Certificate>,
    /// Revocation lists.
    pub revocation_lists: Vec<RevocationList>,
    /// OCSP responses.
    pub ocsp_responses: Vec<OcspResponse>,
}

impl ValidationMaterial {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.revocation_lists.is_empty() && self.ocsp_responses.is_empty()
    }

    /// Adds what is not there already.
    pub fn merge(&mut self, other: &Self) {
        self.add_certificates(&other.certificates);
        self.add_revocation_lists(&other.revocation_lists);
        self.add_ocsp_responses(&other.ocsp_responses);
    }

    /// Adds certificates that are not there already.
    pub fn add_certificates<'a>(&mut self, certificates: impl IntoIterator<Item = &'a Certificate>) {
        add(&mut self.certificates, certificates);
    }

    /// Adds revocation lists that are not there already.
    pub fn add_revocation_lists<'a>(&mut self, lists: impl IntoIterator<Item = &'a RevocationList>) {
        add(&mut self.revocation_lists, lists);
    }

    /// Adds OCSP responses that are not there already.
    pub fn add_ocsp_responses<'a>(&mut self, responses: impl IntoIterator<Item = &'a OcspResponse>) {
        add(&mut self.ocsp_responses, responses);
    }

    /// The part that concerns the paths from `starts` upwards: their issuers, the issuers' issuers, and revocation data
    /// about any of them.
    pub(crate) fn concerning<'a>(&self, starts: impl IntoIterator<Item = &'a Certificate>) -> Self {
        let mut part = Self::default();
        part.add_certificates(starts);
        let mut next = 0;
        // The list grows behind the position until every issuer has been looked for.
        while let Some(certificate) = part.certificates.get(next).cloned() {
            next += 1;
            let issuer = certificate.issuer();
            let issuers = self
                .certificates
                .iter()
                .filter(|candidate| candidate.subject().matches(issuer));
            part.add_certificates(issuers);
            let lists = self
                .revocation_lists
                .iter()
                .filter(|list| list.issuer().matches(issuer));
            part.add_revocation_lists(lists);
            let responses = self.ocsp_responses.iter().filter(|response| {
                let answers = response.basic().map(BasicOcspResponse::responses);
                answers
                    .unwrap_or_default()
                    .iter()
                    .any(|answer| answer.cert_id.serial_number() == certificate.serial_number())
            });
            part.add_ocsp_responses(responses);
        }
        part
    }

    /// What is not in `other`.
    pub(crate) fn without(mut self, other: &Self) -> Self {
        self.certificates
            .retain(|certificate| !other.certificates.contains(certificate));
        self.revocation_lists
            .retain(|list| !other.revocation_lists.contains(list));
        self.ocsp_responses
            .retain(|response| !other.ocsp_responses.contains(response));
        self
    }
}

fn add<'a, T: Clone + PartialEq + 'a>(known: &mut Vec<T>, more: impl IntoIterator<Item = &'a T>) {
    for one in more {
        if !known.contains(one) {
            known.push(one.clone());
        }
    }
}
