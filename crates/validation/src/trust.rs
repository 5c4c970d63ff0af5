//! What the judge believes.

use akashi_pki::{Certificate, RevocationList, TrustAnchor};

/// Trust anchors, and what else is known about certificates. It comes from the caller, never from the file alone.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    anchors: Vec<TrustAnchor>,
    certificates: Vec<Certificate>,
    revocation_lists: Option<Vec<RevocationList>>,
}

impl Trust {
    /// Trust in these roots.
    pub fn in_roots<'a>(roots: impl IntoIterator<Item = &'a Certificate>) -> Self {
        Self {
            anchors: roots.into_iter().map(TrustAnchor::from_certificate).collect(),
            ..Self::default()
        }
    }

    /// Adds certificates that may help to build paths; they are not trusted by that.
    #[must_use]
    pub fn with_certificates(mut self, certificates: impl IntoIterator<Item = Certificate>) -> Self {
        self.certificates.extend(certificates);
        self
    }

    /// Demands the revocation state of every certificate that has one, known from these lists and those in the
    /// signatures. Without this, revocation is not looked at, and the report says so.
    #[must_use]
    pub fn with_revocation_lists(mut self, lists: impl IntoIterator<Item = RevocationList>) -> Self {
        self.revocation_lists.get_or_insert_default().extend(lists);
        self
    }

    pub(crate) fn anchors(&self) -> &[TrustAnchor] {
        &self.anchors
    }

    pub(crate) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    pub(crate) fn revocation_lists(&self) -> Option<&[RevocationList]> {
        self.revocation_lists.as_deref()
    }
}
