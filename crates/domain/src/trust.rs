//! Whom an organization trusts beside the installation, and what its administrators changed about it.

use crate::{ContractId, Digest32, EventId, MemberId, OrganizationId, UtcTime, canonical};

/// For what a certificate is trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TrustPurpose {
    /// A root to which signers' certificates and time-stamps may lead (RFC 5280 trust anchor).
    Root,
    /// A time-stamp authority, or its root, that counts as accredited (認定タイムスタンプ).
    AccreditedTimeStamps,
}

impl TrustPurpose {
    /// Both purposes.
    pub const ALL: [Self; 2] = [Self::Root, Self::AccreditedTimeStamps];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::AccreditedTimeStamps => "accredited_time_stamps",
        }
    }

    /// Reads the stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.as_str() == name)
    }
}

/// With which key evidence sheets are sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealSource {
    /// The installation's own seal.
    Installation,
    /// A key from a PKCS#12 file that an administrator has stored.
    Uploaded,
    /// The key that the operator has configured (PKCS#11 or PKCS#12).
    Configured,
}

impl SealSource {
    /// All sources.
    pub const ALL: [Self; 3] = [Self::Installation, Self::Uploaded, Self::Configured];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Installation => "installation",
            Self::Uploaded => "uploaded",
            Self::Configured => "configured",
        }
    }

    /// Reads the stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.as_str() == name)
    }
}

/// What an administrator changed about an organization.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum OrganizationEventKind {
    /// A certificate is trusted from now on.
    TrustAdded {
        /// For what.
        purpose: TrustPurpose,
        /// SHA-256 of the certificate.
        sha256: Digest32,
        /// Its subject (RFC 4514).
        subject: String,
    },
    /// A certificate is no longer trusted.
    TrustRemoved {
        /// For what it was.
        purpose: TrustPurpose,
        /// SHA-256 of the certificate.
        sha256: Digest32,
        /// Its subject (RFC 4514).
        subject: String,
    },
    /// Evidence sheets are sealed with another key from now on.
    SealChosen {
        /// Whence.
        source: SealSource,
        /// SHA-256 of its certificate.
        certificate_sha256: Digest32,
        /// The certificate's subject (RFC 4514).
        subject: String,
    },
    /// The raising or renewal of a contract was ordered again.
    PreservationOrdered {
        /// Which contract.
        contract_id: ContractId,
    },
}

impl OrganizationEventKind {
    /// The stored name of the kind.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::TrustAdded { .. } => "trust_added",
            Self::TrustRemoved { .. } => "trust_removed",
            Self::SealChosen { .. } => "seal_chosen",
            Self::PreservationOrdered { .. } => "preservation_ordered",
        }
    }
}

/// An entry of an organization's own history.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct OrganizationEvent {
    /// Its id.
    pub event_id: EventId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// When.
    pub at: UtcTime,
    /// Which administrator.
    pub by: MemberId,
    /// What was changed.
    pub what: OrganizationEventKind,
}

impl OrganizationEvent {
    /// The bytes that are hashed: version 1 of the encoding, JSON in canonical form (RFC 8785).
    ///
    /// # Errors
    /// [`canonical::CanonicalError`] if a value has no canonical form; no event has one.
    pub fn canonical_bytes(&self) -> Result<Vec<u8>, canonical::CanonicalError> {
        #[derive(serde::Serialize)]
        struct Versioned<'a> {
            v: u8,
            #[serde(flatten)]
            event: &'a OrganizationEvent,
        }
        canonical::to_bytes(&Versioned { v: 1, event: self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_comes_back_from_its_canonical_bytes() {
        let event = OrganizationEvent {
            event_id: EventId::from_parts(1, [1; 10]),
            organization_id: OrganizationId::from_parts(1, [2; 10]),
            at: UtcTime::from_second(1_763_800_000).unwrap(),
            by: MemberId::from_parts(1, [3; 10]),
            what: OrganizationEventKind::TrustAdded {
                purpose: TrustPurpose::Root,
                sha256: Digest32::new([7; 32]),
                subject: "CN=みなと認証局".to_owned(),
            },
        };
        let bytes = event.canonical_bytes().unwrap();
        assert_eq!(
            serde_json::from_slice::<OrganizationEvent>(&bytes).unwrap(),
            event
        );
        assert!(
            String::from_utf8(bytes)
                .unwrap()
                .contains("\"type\":\"trust_added\"")
        );
    }

    #[test]
    fn stored_names_come_back() {
        for purpose in TrustPurpose::ALL {
            assert_eq!(TrustPurpose::parse(purpose.as_str()), Some(purpose));
        }
        for source in SealSource::ALL {
            assert_eq!(SealSource::parse(source.as_str()), Some(source));
        }
    }
}
