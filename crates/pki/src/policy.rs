//! Certificate policies of this project.
//!
//! They stand below `2.25.224708377841167677067273655498668365127`, the arc of the UUID
//! `a90d4265-ac26-4506-a6ee-e03ee041d547` (ITU-T X.667): arc 1 holds the evidence grades, arc 2 the
//! policies of the built-in time-stamp authority, arc 3 those of certificates that last.

use crate::asn1::Oid;
use crate::oids;

const MAIL: Oid = grade(&[
    0x69, 0x82, 0xd2, 0x8d, 0xa1, 0x99, 0xb5, 0xc2, 0xb2, 0x94, 0x8d, 0xa6, 0xf7, 0xb8, 0x87, 0xee, 0x82,
    0x87, 0xaa, 0x47, 0x01, 0x01,
]);
const SMS: Oid = grade(&[
    0x69, 0x82, 0xd2, 0x8d, 0xa1, 0x99, 0xb5, 0xc2, 0xb2, 0x94, 0x8d, 0xa6, 0xf7, 0xb8, 0x87, 0xee, 0x82,
    0x87, 0xaa, 0x47, 0x01, 0x02,
]);
const AUTHENTICATOR: Oid = grade(&[
    0x69, 0x82, 0xd2, 0x8d, 0xa1, 0x99, 0xb5, 0xc2, 0xb2, 0x94, 0x8d, 0xa6, 0xf7, 0xb8, 0x87, 0xee, 0x82,
    0x87, 0xaa, 0x47, 0x01, 0x03,
]);
const CERTIFICATE: Oid = grade(&[
    0x69, 0x82, 0xd2, 0x8d, 0xa1, 0x99, 0xb5, 0xc2, 0xb2, 0x94, 0x8d, 0xa6, 0xf7, 0xb8, 0x87, 0xee, 0x82,
    0x87, 0xaa, 0x47, 0x01, 0x04,
]);
const NATIONAL_CARD: Oid = grade(&[
    0x69, 0x82, 0xd2, 0x8d, 0xa1, 0x99, 0xb5, 0xc2, 0xb2, 0x94, 0x8d, 0xa6, 0xf7, 0xb8, 0x87, 0xee, 0x82,
    0x87, 0xaa, 0x47, 0x01, 0x05,
]);

const fn grade(content: &'static [u8]) -> Oid {
    Oid::from_static(content)
}

/// What was proven about a party before its one-time certificate was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum EvidencePolicy {
    /// Arc `.1.1`: control of the mail address.
    Mail,
    /// Arc `.1.2`: mail, and a code sent to the telephone.
    MailAndSms,
    /// Arc `.1.3`: mail, and a TOTP device or a passkey.
    MailAndAuthenticator,
    /// Arc `.1.4`: a certificate of the party's own.
    OwnCertificate,
    /// Arc `.1.5`: the national identity card (マイナンバーカード).
    NationalCard,
}

impl EvidencePolicy {
    /// All grades, weakest first.
    pub const ALL: [Self; 5] = [
        Self::Mail,
        Self::MailAndSms,
        Self::MailAndAuthenticator,
        Self::OwnCertificate,
        Self::NationalCard,
    ];

    /// The policy identifier.
    pub const fn oid(self) -> Oid {
        match self {
            Self::Mail => MAIL,
            Self::MailAndSms => SMS,
            Self::MailAndAuthenticator => AUTHENTICATOR,
            Self::OwnCertificate => CERTIFICATE,
            Self::NationalCard => NATIONAL_CARD,
        }
    }

    /// The grade that a policy identifier stands for.
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.oid() == *oid)
    }
}

/// Policy of certificates that the operator of an installation issues to members, arc `.3.1`: whom it
/// gives them to, and how it made sure of them, is the operator's own statement.
pub const MEMBER_POLICY: Oid = grade(&[
    0x69, 0x82, 0xd2, 0x8d, 0xa1, 0x99, 0xb5, 0xc2, 0xb2, 0x94, 0x8d, 0xa6, 0xf7, 0xb8, 0x87, 0xee, 0x82,
    0x87, 0xaa, 0x47, 0x03, 0x01,
]);

/// Policy of the built-in time-stamp authority: arc `.2.1`.
pub const TIME_STAMP_POLICY: Oid = oids::AKASHI_TIME_STAMP_POLICY;
