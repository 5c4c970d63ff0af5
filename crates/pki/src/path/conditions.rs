//! What a path is asked: for which moment, use and policies, and with which evidence.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};

use crate::asn1::Oid;
use crate::crl::RevocationList;
use crate::ocsp::OcspResponse;

/// What the target's key is to be used for; checked against its key usage and key purposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// No restriction.
    Any,
    /// Signing documents: `digitalSignature` or `nonRepudiation`; key purposes, if stated, must have
    /// one of document signing (RFC 9336, Adobe, Microsoft), e-mail protection, client
    /// authentication, or any.
    DocumentSigning,
    /// Time-stamping (RFC 3161, 2.3): the key purpose `timeStamping`.
    TimeStamping,
    /// Signing OCSP responses (RFC 6960, 4.2.2.2).
    OcspSigning,
}

/// Policies that the user accepts (RFC 5280, 6.1.1 (c)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptedPolicies {
    /// Every policy (`any-policy`).
    Any,
    /// These alone.
    Only(BTreeSet<Oid>),
}

/// Inputs of the policy processing (RFC 5280, 6.1.1 (c), (e), (f), (g)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyConditions {
    /// `user-initial-policy-set`.
    pub accepted: AcceptedPolicies,
    /// `initial-explicit-policy`: some accepted policy must hold for the whole path.
    pub require_explicit: bool,
    /// `initial-policy-mapping-inhibit`.
    pub inhibit_mapping: bool,
    /// `initial-any-policy-inhibit`.
    pub inhibit_any_policy: bool,
}

impl Default for PolicyConditions {
    fn default() -> Self {
        Self {
            accepted: AcceptedPolicies::Any,
            require_explicit: false,
            inhibit_mapping: false,
            inhibit_any_policy: false,
        }
    }
}

/// Evidence about revocation that a path is held against.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RevocationEvidence<'a> {
    /// Complete and delta lists, direct and indirect.
    pub lists: &'a [RevocationList],
    /// OCSP responses; those that are refusals say nothing.
    pub responses: &'a [OcspResponse],
}

impl<'a> RevocationEvidence<'a> {
    /// Lists alone.
    pub fn lists(lists: &'a [RevocationList]) -> Self {
        Self {
            lists,
            responses: &[],
        }
    }

    /// OCSP responses too. A statement about a certificate may be signed by its issuer or by a
    /// delegate of it (RFC 6960, 4.2.2.2) whose certificate comes with the response or is among the
    /// candidates.
    #[must_use]
    pub fn with_responses(mut self, responses: &'a [OcspResponse]) -> Self {
        self.responses = responses;
        self
    }
}

/// What clocks of OCSP responders may be ahead, and how long an answer without `nextUpdate` speaks
/// about the present.
pub const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// For which moment, use and policies a path is judged.
#[derive(Clone, Debug)]
pub struct PathConditions<'a> {
    pub(super) at: Timestamp,
    pub(super) known_until: Timestamp,
    pub(super) purpose: Purpose,
    pub(super) policies: PolicyConditions,
    pub(super) revocation: Option<RevocationEvidence<'a>>,
}

impl<'a> PathConditions<'a> {
    /// Judges for the moment `at`, any purpose, any policy, without revocation.
    pub fn new(at: Timestamp) -> Self {
        Self {
            at,
            known_until: at,
            purpose: Purpose::Any,
            policies: PolicyConditions::default(),
            revocation: None,
        }
    }

    /// The moment of asking, when it is later than the control time: lists made until then count.
    #[must_use]
    pub fn with_known_until(mut self, known_until: Timestamp) -> Self {
        self.known_until = known_until.max(self.at);
        self
    }

    /// Checks the target's key usage and key purposes too.
    #[must_use]
    pub fn with_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// Other policy inputs than "any policy".
    #[must_use]
    pub fn with_policies(mut self, policies: PolicyConditions) -> Self {
        self.policies = policies;
        self
    }

    /// Demands the revocation state of every certificate below the anchor (RFC 5280, 6.3), except of
    /// an end-entity certificate with `noRevAvail` (RFC 9608, 4).
    #[must_use]
    pub fn with_revocation(mut self, evidence: RevocationEvidence<'a>) -> Self {
        self.revocation = Some(evidence);
        self
    }

    /// The control time.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}
