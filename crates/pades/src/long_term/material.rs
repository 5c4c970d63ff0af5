//! What validation needs besides the signature itself.

use akashi_pki::{Certificate, RevocationList};

/// Certificates and revocation data: what a signature of level B-LT carries with it (EN 319 142-1, 5.4.2).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValidationMaterial {
    /// Certificates of signers, authorities and responders, in any order.
    pub certificates: Vec<Certificate>,
    /// Revocation lists.
    pub revocation_lists: Vec<RevocationList>,
}

impl ValidationMaterial {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.certificates.is_empty() && self.revocation_lists.is_empty()
    }

    /// Adds what is not there already.
    pub fn merge(&mut self, other: &Self) {
        self.add_certificates(&other.certificates);
        for list in &other.revocation_lists {
            if !self.revocation_lists.contains(list) {
                self.revocation_lists.push(list.clone());
            }
        }
    }

    /// Adds certificates that are not there already.
    pub fn add_certificates<'a>(&mut self, certificates: impl IntoIterator<Item = &'a Certificate>) {
        for certificate in certificates {
            if !self.certificates.contains(certificate) {
                self.certificates.push(certificate.clone());
            }
        }
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
            for list in &self.revocation_lists {
                if list.issuer().matches(issuer) && !part.revocation_lists.contains(list) {
                    part.revocation_lists.push(list.clone());
                }
            }
        }
        part
    }

    /// What is not in `other`.
    pub(crate) fn without(mut self, other: &Self) -> Self {
        self.certificates
            .retain(|certificate| !other.certificates.contains(certificate));
        self.revocation_lists
            .retain(|list| !other.revocation_lists.contains(list));
        self
    }
}
