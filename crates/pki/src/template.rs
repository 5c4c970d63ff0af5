//! What a certificate to be issued says: profiles as values.

use jiff::{SignedDuration, Timestamp};

use crate::asn1::{Oid, Tag, Writer};
use crate::extension::KeyUsage;
use crate::general_name::GeneralName;
use crate::name::DistinguishedName;
use crate::oids;

/// A one-time certificate begins so long before it is made: clocks of time-stamp authorities lag, and
/// a token earlier than `notBefore` would count as made before the certificate was valid.
pub const ONE_TIME_LEAD: SignedDuration = SignedDuration::from_mins(5);

/// First and last moment of a certificate; both inclusive, whole seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    /// First moment.
    pub not_before: Timestamp,
    /// Last moment.
    pub not_after: Timestamp,
}

/// A certificate-to-be without key and serial number.
///
/// Subject and authority key identifiers are added when it is issued.
#[derive(Clone, Debug)]
pub struct CertificateTemplate {
    pub(crate) subject: DistinguishedName,
    pub(crate) validity: Validity,
    extensions: Vec<(Oid, Vec<u8>)>,
    /// Policy, and where its statement stands.
    policies: Vec<(Oid, Option<String>)>,
    alternative_names: Vec<GeneralName>,
    crl_uris: Vec<String>,
    /// Method and address, as in `authorityInfoAccess`.
    access_uris: Vec<(Oid, String)>,
}

/// A mail address that cannot stand in a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// No `@`, nothing before or after it, a space or a control character.
    #[error("not a mail address")]
    Malformed,
    /// The domain must be given in its ASCII form (`xn--…`, RFC 9598, 3).
    #[error("the domain of the mail address is not in ASCII form")]
    DomainNotAscii,
}

impl CertificateTemplate {
    fn new(subject: DistinguishedName, validity: Validity) -> Self {
        Self {
            subject,
            validity,
            extensions: Vec::with_capacity(4),
            policies: Vec::new(),
            alternative_names: Vec::new(),
            crl_uris: Vec::new(),
            access_uris: Vec::new(),
        }
    }

    /// A root: CA without limit, `keyCertSign` and `cRLSign`.
    pub fn root(subject: DistinguishedName, validity: Validity) -> Self {
        Self::new(subject, validity)
            .basic_constraints(None)
            .key_usage(CA_USAGE)
    }

    /// An issuing CA under which only end-entity certificates may stand (path length 0), for any
    /// policy.
    pub fn issuing_authority(subject: DistinguishedName, validity: Validity) -> Self {
        Self::new(subject, validity)
            .basic_constraints(Some(0))
            .key_usage(CA_USAGE)
            .with_policy(oids::ANY_POLICY)
    }

    /// A time-stamp authority: `digitalSignature`, the critical key purpose `timeStamping` alone
    /// (RFC 3161, 2.3).
    pub fn time_stamping(subject: DistinguishedName, validity: Validity) -> Self {
        Self::new(subject, validity)
            .key_usage(KeyUsage::DIGITAL_SIGNATURE)
            .key_purposes(&[oids::KP_TIME_STAMPING], Criticality::Critical)
    }

    /// An OCSP responder to which its issuer delegates: `digitalSignature`, the key purpose
    /// `OCSPSigning`, and `nocheck`: whoever trusts the issuer need not ask about the responder, so
    /// that its life should be short (RFC 6960, 4.2.2.2.1).
    pub fn ocsp_responder(subject: DistinguishedName, validity: Validity) -> Self {
        Self::new(subject, validity)
            .key_usage(KeyUsage::DIGITAL_SIGNATURE)
            .key_purposes(&[oids::KP_OCSP_SIGNING], Criticality::NonCritical)
            .with_extension(oids::OCSP_NO_CHECK, Criticality::NonCritical, &null())
    }

    /// A seal of a legal person (EN 319 412-3): `digitalSignature` and `nonRepudiation`, document
    /// signing by RFC 9336 and, for readers that know no other, by Adobe's own purpose.
    pub fn seal(subject: DistinguishedName, validity: Validity) -> Self {
        Self::new(subject, validity)
            .key_usage(SIGNER_USAGE)
            .key_purposes(&SIGNER_PURPOSES, Criticality::NonCritical)
    }

    /// A natural person who signs for years (EN 319 412-2): usages as of [`Self::seal`]. Such a
    /// certificate should name its revocation list or responder, its issuer's address and a policy;
    /// it claims nothing about qualified status (no `qcStatements`).
    pub fn member(subject: DistinguishedName, validity: Validity) -> Self {
        Self::seal(subject, validity)
    }

    /// A one-time certificate of a party: as [`Self::seal`], named after the party, with the
    /// evidence grade as policy, and `noRevAvail` (RFC 9608) because its key no longer exists when
    /// anyone could ask. By that RFC it carries no CRL distribution point and no OCSP address.
    ///
    /// Valid from [`ONE_TIME_LEAD`] before `now` until the end of `issuer_not_after`.
    pub fn one_time(
        subject: DistinguishedName,
        evidence_policy: Oid,
        now: Timestamp,
        issuer_not_after: Timestamp,
    ) -> Self {
        let not_before = now.checked_sub(ONE_TIME_LEAD).unwrap_or(now);
        let validity = Validity {
            not_before,
            not_after: issuer_not_after,
        };
        Self::seal(subject, validity)
            .with_policy(evidence_policy)
            .with_extension(oids::NO_REV_AVAIL, Criticality::NonCritical, &null())
    }

    /// Adds the holder's mail address: `rfc822Name`, or `SmtpUTF8Mailbox` when the local part is not
    /// ASCII (RFC 9598).
    ///
    /// # Errors
    /// [`MailError`].
    pub fn with_mail(mut self, address: &str) -> Result<Self, MailError> {
        let (local, domain) = address.rsplit_once('@').ok_or(MailError::Malformed)?;
        let is_bad = |character: char| character.is_control() || character.is_whitespace();
        if local.is_empty() || domain.is_empty() || address.contains(is_bad) {
            return Err(MailError::Malformed);
        }
        if !domain.is_ascii() {
            return Err(MailError::DomainNotAscii);
        }
        self.alternative_names.push(if local.is_ascii() {
            GeneralName::Rfc822(address.to_owned())
        } else {
            GeneralName::smtp_utf8_mailbox(address)
        });
        Ok(self)
    }

    /// Adds an alternative name.
    #[must_use]
    pub fn with_alternative_name(mut self, name: GeneralName) -> Self {
        self.alternative_names.push(name);
        self
    }

    /// Adds a policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Oid) -> Self {
        self.policies.push((policy, None));
        self
    }

    /// Adds a policy with the address of its certification practice statement (`cPSuri`, RFC 5280,
    /// 4.2.1.4).
    #[must_use]
    pub fn with_policy_statement(mut self, policy: Oid, statement_uri: &str) -> Self {
        self.policies.push((policy, Some(statement_uri.to_owned())));
        self
    }

    /// Adds a CRL distribution point. A certificate with `noRevAvail` must not have one; so with
    /// [`Self::with_ocsp_uri`].
    #[must_use]
    pub fn with_crl_uri(mut self, uri: &str) -> Self {
        self.crl_uris.push(uri.to_owned());
        self
    }

    /// Adds the address of the issuer's certificate (`caIssuers`).
    #[must_use]
    pub fn with_issuer_uri(mut self, uri: &str) -> Self {
        self.access_uris.push((oids::ACCESS_CA_ISSUERS, uri.to_owned()));
        self
    }

    /// Adds the address of an OCSP responder (`id-ad-ocsp`).
    #[must_use]
    pub fn with_ocsp_uri(mut self, uri: &str) -> Self {
        self.access_uris.push((oids::ACCESS_OCSP, uri.to_owned()));
        self
    }

    /// Adds an extension by the DER of its value.
    #[must_use]
    pub fn with_extension(mut self, oid: Oid, criticality: Criticality, value_der: &[u8]) -> Self {
        let mut writer = Writer::with_capacity(value_der.len() + 24);
        write_extension(&mut writer, &oid, criticality, value_der);
        self.extensions.push((oid, writer.finish()));
        self
    }

    /// Leaves out an extension of the profile.
    #[must_use]
    pub fn without_extension(mut self, oid: &Oid) -> Self {
        self.extensions.retain(|(own, _)| own != oid);
        self
    }

    /// The subject.
    pub fn subject(&self) -> &DistinguishedName {
        &self.subject
    }

    /// First and last moment.
    pub fn validity(&self) -> Validity {
        self.validity
    }

    fn basic_constraints(self, path_len: Option<u64>) -> Self {
        let mut value = Writer::new();
        value.sequence(|fields| {
            fields.boolean(true);
            if let Some(path_len) = path_len {
                fields.integer_u64(path_len);
            }
        });
        self.with_extension(oids::BASIC_CONSTRAINTS, Criticality::Critical, &value.finish())
    }

    fn key_usage(self, usage: KeyUsage) -> Self {
        let mut value = Writer::new();
        value.named_bits(Tag::BIT_STRING, usage.bits());
        self.with_extension(oids::KEY_USAGE, Criticality::Critical, &value.finish())
    }

    fn key_purposes(self, purposes: &[Oid], criticality: Criticality) -> Self {
        let mut value = Writer::new();
        value.sequence(|list| purposes.iter().for_each(|purpose| list.oid(purpose)));
        self.with_extension(oids::EXTENDED_KEY_USAGE, criticality, &value.finish())
    }

    pub(crate) fn is_self_contradictory(&self) -> bool {
        let has_no_rev_avail = self.extensions.iter().any(|(oid, _)| *oid == oids::NO_REV_AVAIL);
        let has_ocsp = self
            .access_uris
            .iter()
            .any(|(method, _)| *method == oids::ACCESS_OCSP);
        has_no_rev_avail && (has_ocsp || !self.crl_uris.is_empty())
    }

    /// Appends the extensions that the template knows of.
    pub(crate) fn write_extensions(&self, writer: &mut Writer) {
        for (_, encoded) in &self.extensions {
            writer.raw(encoded);
        }
        if !self.policies.is_empty() {
            let mut value = Writer::with_capacity(64);
            value.sequence(|list| {
                for (policy, statement) in &self.policies {
                    list.sequence(|information| write_policy(information, policy, statement.as_deref()));
                }
            });
            let value = value.finish();
            write_extension(
                writer,
                &oids::CERTIFICATE_POLICIES,
                Criticality::NonCritical,
                &value,
            );
        }
        if !self.alternative_names.is_empty() {
            let mut value = Writer::with_capacity(128);
            value.sequence(|names| self.alternative_names.iter().for_each(|name| name.write(names)));
            let value = value.finish();
            // RFC 5280, 4.2.1.6: critical if the subject is empty.
            let criticality = if self.subject.is_empty() {
                Criticality::Critical
            } else {
                Criticality::NonCritical
            };
            write_extension(writer, &oids::SUBJECT_ALT_NAME, criticality, &value);
        }
        if !self.crl_uris.is_empty() {
            let mut value = Writer::with_capacity(128);
            value.sequence(|points| {
                for uri in &self.crl_uris {
                    points.sequence(|point| {
                        point.nested(Tag::context(0), |name| {
                            name.nested(Tag::context(0), |full| GeneralName::Uri(uri.clone()).write(full));
                        });
                    });
                }
            });
            let value = value.finish();
            write_extension(
                writer,
                &oids::CRL_DISTRIBUTION_POINTS,
                Criticality::NonCritical,
                &value,
            );
        }
        if !self.access_uris.is_empty() {
            let mut value = Writer::with_capacity(128);
            value.sequence(|descriptions| {
                for (method, uri) in &self.access_uris {
                    descriptions.sequence(|description| {
                        description.oid(method);
                        GeneralName::Uri(uri.clone()).write(description);
                    });
                }
            });
            let value = value.finish();
            write_extension(
                writer,
                &oids::AUTHORITY_INFO_ACCESS,
                Criticality::NonCritical,
                &value,
            );
        }
    }
}

/// Whether a reader that does not know an extension must refuse what carries it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criticality {
    /// It must refuse.
    Critical,
    /// It may ignore the extension.
    NonCritical,
}

const CA_USAGE: KeyUsage = KeyUsage::KEY_CERT_SIGN.with(KeyUsage::CRL_SIGN);
const SIGNER_PURPOSES: [Oid; 2] = [oids::KP_DOCUMENT_SIGNING, oids::KP_ADOBE_DOCUMENT_SIGNING];
const SIGNER_USAGE: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::NON_REPUDIATION);

fn write_policy(information: &mut Writer, policy: &Oid, statement_uri: Option<&str>) {
    information.oid(policy);
    if let Some(uri) = statement_uri {
        information.sequence(|qualifiers| {
            qualifiers.sequence(|qualifier| {
                qualifier.oid(&oids::CPS_QUALIFIER);
                qualifier.element(Tag::IA5_STRING, uri.as_bytes());
            });
        });
    }
}

fn null() -> Vec<u8> {
    let mut writer = Writer::new();
    writer.null();
    writer.finish()
}

/// Appends one `Extension`.
pub(crate) fn write_extension(writer: &mut Writer, oid: &Oid, criticality: Criticality, value: &[u8]) {
    writer.sequence(|extension| {
        extension.oid(oid);
        if criticality == Criticality::Critical {
            extension.boolean(true);
        }
        extension.octets(value);
    });
}
