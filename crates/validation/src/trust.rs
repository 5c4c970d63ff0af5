//! What the judge believes and demands.

use akashi_pki::ocsp::OcspResponse;
use akashi_pki::{Certificate, RevocationList, TrustAnchor};

use crate::algorithms::AlgorithmPolicy;

/// Trust anchors, what else is known about certificates, and what is demanded. It comes from the caller, never from
/// the file alone.
#[derive(Debug, Clone, Default)]
pub struct Trust {
    anchors: Vec<TrustAnchor>,
    certificates: Vec<Certificate>,
    revocation_lists: Vec<RevocationList>,
    ocsp_responses: Vec<OcspResponse>,
    accredited: Option<Vec<Certificate>>,
    revocation: RevocationPolicy,
    freshness: Freshness,
    algorithms: AlgorithmPolicy,
}

/// For which certificates the revocation state must be known (EN 319 102-1, 5.2.6; A.4.2.1, `RevocationCheckingConstraints`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum RevocationPolicy {
    /// For each below the trust anchor, unless its issuer says that there will never be such information.
    Required,
    /// For each that says where such information is found. Of the others it is used when it is there.
    #[default]
    IfDeclared,
    /// For none; information that is there is used, and the report says where none was.
    IfAvailable,
    /// For none; nobody looks, and the report says so.
    NotChecked,
}

/// How new information about revocation must be (EN 319 102-1, 5.2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Freshness {
    /// In force when the signature or time-stamp was made, as far as that is proven, or made later
    /// (RFC 5280, 6.3.3).
    #[default]
    AtUse,
    /// In force at the moment of judging. A file that is not judged with newly fetched information passes only as
    /// far as document time-stamps prove that its own information is old.
    Now,
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

    /// Adds revocation lists. They are no more believed than those in the file: whoever signed them must lead to a
    /// trust anchor.
    #[must_use]
    pub fn with_revocation_lists(mut self, lists: impl IntoIterator<Item = RevocationList>) -> Self {
        self.revocation_lists.extend(lists);
        self
    }

    /// Adds OCSP responses, as little believed by that as lists.
    #[must_use]
    pub fn with_ocsp_responses(mut self, responses: impl IntoIterator<Item = OcspResponse>) -> Self {
        self.ocsp_responses.extend(responses);
        self
    }

    /// Demands the revocation state as `policy` says; [`RevocationPolicy::IfDeclared`] unless set.
    #[must_use]
    pub fn with_revocation_policy(mut self, policy: RevocationPolicy) -> Self {
        self.revocation = policy;
        self
    }

    /// Demands revocation information as new as this; [`Freshness::AtUse`] unless set.
    #[must_use]
    pub fn with_freshness(mut self, freshness: Freshness) -> Self {
        self.freshness = freshness;
        self
    }

    /// Names the certificates of accredited time-stamp authorities (認定タイムスタンプ): of the authorities themselves or of those that
    /// issue for them. Only the report says whether an authority is among them; the verdict does not depend on it.
    #[must_use]
    pub fn with_accredited_authorities(
        mut self,
        certificates: impl IntoIterator<Item = Certificate>,
    ) -> Self {
        self.accredited.get_or_insert_default().extend(certificates);
        self
    }

    /// Believes algorithms as `policy` says; [`AlgorithmPolicy::default`] unless set.
    #[must_use]
    pub fn with_algorithms(mut self, policy: AlgorithmPolicy) -> Self {
        self.algorithms = policy;
        self
    }

    pub(crate) fn anchors(&self) -> &[TrustAnchor] {
        &self.anchors
    }

    pub(crate) fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    pub(crate) fn revocation_lists(&self) -> &[RevocationList] {
        &self.revocation_lists
    }

    pub(crate) fn ocsp_responses(&self) -> &[OcspResponse] {
        &self.ocsp_responses
    }

    pub(crate) fn accredited(&self) -> Option<&[Certificate]> {
        self.accredited.as_deref()
    }

    pub(crate) const fn revocation_policy(&self) -> RevocationPolicy {
        self.revocation
    }

    pub(crate) const fn freshness(&self) -> Freshness {
        self.freshness
    }

    pub(crate) const fn algorithms(&self) -> &AlgorithmPolicy {
        &self.algorithms
    }
}
