//! Seed values: what the author of a signature field demands of its signature (ISO 32000-2, 12.7.5.5, tables 237 and 238).

use akashi_pdf::{Dictionary, Document, FormField, Name, Object, PdfString, ReadAt, ReadError};
use akashi_pki::{Certificate, DigestAlgorithm, KeyUsage, Oid};

use crate::sign::{CertificationPermission, SignerIdentity};

/// A demand of the field that the signature would not meet.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SeedRefusal {
    /// `Filter`: another signature handler.
    #[error("the field demands the signature handler {0}")]
    Filter(String),
    /// `SubFilter`: none of the encodings is `ETSI.CAdES.detached`.
    #[error("the field demands another encoding of the signature: {0:?}")]
    SubFilter(Vec<String>),
    /// `V`: a newer parser of seed values.
    #[error("the field demands version {0} of seed values")]
    Version(i64),
    /// `DigestMethod`: another hash function.
    #[error("the field demands one of the hash functions {0:?}")]
    DigestMethod(Vec<String>),
    /// `Reasons`: another reason; with an empty list, none at all.
    #[error("the field demands one of the reasons {0:?}")]
    Reasons(Vec<String>),
    /// `MDP`: a certification with this `P`; 0 means an approval signature.
    #[error("the field demands a signature with DocMDP permission {0}")]
    Certification(i64),
    /// `TimeStamp`: a time-stamp, which the caller has not promised.
    #[error("the field demands a time-stamp")]
    TimeStamp,
    /// `LegalAttestation` is demanded and cannot be given.
    #[error("the field demands a legal attestation")]
    LegalAttestation,
    /// `AddRevInfo`: revocation data in the signature itself, where baseline signatures must not have it.
    #[error("the field demands revocation data inside the signature")]
    RevocationInformation,
    /// `LockDocument`: the document must be locked by the signature.
    #[error("the field demands that the document be locked")]
    LockDocument,
    /// `AppearanceFilter`: an appearance by this name.
    #[error("the field demands the appearance {0:?}")]
    Appearance(String),
    /// `Cert`: another certificate.
    #[error("the field demands another certificate: {0}")]
    Certificate(CertificateConstraint),
}

/// What about the certificate does not meet a demand (table 238).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateConstraint {
    /// It is none of those listed.
    #[error("it is not among the certificates listed")]
    Subject,
    /// None of the issuers listed is in its path.
    #[error("no issuer listed is in its path")]
    Issuer,
    /// It has none of the policies listed.
    #[error("it has none of the policies listed")]
    Policy,
    /// Its name has not the attributes listed.
    #[error("its name has not the attributes listed")]
    SubjectName,
    /// Its key usage is another.
    #[error("its key usage is another")]
    KeyUsage,
}

/// What a signature is going to be.
#[derive(Debug)]
pub(crate) struct Proposal<'a> {
    pub(crate) signer: &'a SignerIdentity,
    pub(crate) reason: Option<&'a str>,
    pub(crate) certification: Option<CertificationPermission>,
    pub(crate) has_time_stamp: bool,
}

/// The demands of one field; wishes, whose flag in `Ff` is not set, are not among them.
#[derive(Debug, Clone, Default)]
pub(crate) struct SeedValues {
    refusal: Option<SeedRefusal>,
    digests: Option<Vec<String>>,
    reasons: Option<Vec<String>>,
    certification: Option<i64>,
    needs_time_stamp: bool,
    certificate: CertificateDemands,
}

#[derive(Debug, Clone, Default)]
struct CertificateDemands {
    subjects: Option<Vec<Vec<u8>>>,
    issuers: Option<Vec<Vec<u8>>>,
    policies: Option<Vec<Oid>>,
    names: Option<Vec<Vec<(String, String)>>>,
    usages: Option<Vec<String>>,
}

/// Flags of table 237.
const FILTER: i64 = 1;
const SUB_FILTER: i64 = 1 << 1;
const VERSION: i64 = 1 << 2;
const REASONS: i64 = 1 << 3;
const LEGAL_ATTESTATION: i64 = 1 << 4;
const ADD_REVOCATION: i64 = 1 << 5;
const DIGEST_METHOD: i64 = 1 << 6;
const LOCK_DOCUMENT: i64 = 1 << 7;
const APPEARANCE_FILTER: i64 = 1 << 8;
/// The newest version of seed values (table 237, `V`).
const KNOWN_VERSION: i64 = 3;

impl SeedValues {
    pub(crate) fn read<R: ReadAt>(document: &Document<R>, field: &FormField) -> Result<Self, ReadError> {
        let Some(seed) = &field.seed_value else {
            return Ok(Self::default());
        };
        let reader = SeedReader { document, seed };
        let flags = reader.integer("Ff")?.unwrap_or(0);
        let is_required = |flag: i64| flags & flag != 0;
        let mut values = Self {
            refusal: reader.fixed_refusal(flags)?,
            certification: match reader.dictionary("MDP")? {
                Some(mdp) => document.get(&mdp, "P")?.as_i64(),
                None => None,
            },
            needs_time_stamp: match reader.dictionary("TimeStamp")? {
                Some(stamp) => document.get(&stamp, "Ff")?.as_i64().unwrap_or(0) & 1 != 0,
                None => false,
            },
            ..Self::default()
        };
        if is_required(DIGEST_METHOD) {
            values.digests = Some(reader.texts("DigestMethod")?);
        }
        if is_required(REASONS) {
            let mut reasons = reader.texts("Reasons")?;
            // A single period means that no reason may be given, as does an empty list.
            if reasons.as_slice() == ["."] {
                reasons.clear();
            }
            values.reasons = Some(reasons);
        }
        if let Some(certificate) = reader.dictionary("Cert")? {
            values.certificate = CertificateDemands::read(document, &certificate)?;
        }
        Ok(values)
    }

    /// Whether the proposal meets every demand.
    pub(crate) fn check(&self, proposal: &Proposal<'_>) -> Result<(), SeedRefusal> {
        if let Some(refusal) = &self.refusal {
            return Err(refusal.clone());
        }
        if let Some(digests) = &self.digests {
            let used = digest_name(proposal.signer.algorithm.digest());
            if !digests
                .iter()
                .any(|name| used.is_some_and(|used| name.eq_ignore_ascii_case(used)))
            {
                return Err(SeedRefusal::DigestMethod(digests.clone()));
            }
        }
        if let Some(reasons) = &self.reasons {
            let is_met = match proposal.reason {
                Some(reason) => reasons.iter().any(|allowed| allowed == reason),
                None => reasons.is_empty(),
            };
            if !is_met {
                return Err(SeedRefusal::Reasons(reasons.clone()));
            }
        }
        if let Some(permission) = self.certification {
            let proposed = proposal.certification.map_or(0, CertificationPermission::value);
            if proposed != permission {
                return Err(SeedRefusal::Certification(permission));
            }
        }
        if self.needs_time_stamp && !proposal.has_time_stamp {
            return Err(SeedRefusal::TimeStamp);
        }
        self.certificate
            .check(proposal.signer)
            .map_err(SeedRefusal::Certificate)
    }
}

struct SeedReader<'a, R> {
    document: &'a Document<R>,
    seed: &'a Dictionary,
}

impl<R: ReadAt> SeedReader<'_, R> {
    /// Demands that do not depend on the signature, because every one is made in the same way.
    fn fixed_refusal(&self, flags: i64) -> Result<Option<SeedRefusal>, ReadError> {
        let is_required = |flag: i64| flags & flag != 0;
        if is_required(FILTER)
            && let Some(filter) = self.name("Filter")?
            && filter != "Adobe.PPKLite"
        {
            return Ok(Some(SeedRefusal::Filter(filter)));
        }
        if is_required(SUB_FILTER) {
            let names = self.names("SubFilter")?;
            if !names.iter().any(|name| name == "ETSI.CAdES.detached") {
                return Ok(Some(SeedRefusal::SubFilter(names)));
            }
        }
        if is_required(VERSION)
            && let Some(version) = self.document.get(self.seed, "V")?.as_f64()
            && version > 3.0
        {
            return Ok(Some(SeedRefusal::Version(KNOWN_VERSION + 1)));
        }
        if is_required(LEGAL_ATTESTATION) && !self.texts("LegalAttestation")?.is_empty() {
            return Ok(Some(SeedRefusal::LegalAttestation));
        }
        if is_required(ADD_REVOCATION) && self.document.get(self.seed, "AddRevInfo")?.as_bool() == Some(true)
        {
            return Ok(Some(SeedRefusal::RevocationInformation));
        }
        if is_required(LOCK_DOCUMENT) && self.name("LockDocument")?.is_some_and(|lock| lock == "true") {
            return Ok(Some(SeedRefusal::LockDocument));
        }
        if is_required(APPEARANCE_FILTER)
            && let Some(name) = self.document.get(self.seed, "AppearanceFilter")?.as_string()
        {
            return Ok(Some(SeedRefusal::Appearance(name.to_text())));
        }
        Ok(None)
    }

    fn integer(&self, key: &str) -> Result<Option<i64>, ReadError> {
        Ok(self.document.get(self.seed, key)?.as_i64())
    }

    fn name(&self, key: &str) -> Result<Option<String>, ReadError> {
        Ok(self.document.get(self.seed, key)?.as_name().map(Name::to_text))
    }

    fn dictionary(&self, key: &str) -> Result<Option<Dictionary>, ReadError> {
        self.document.get_dictionary(self.seed, key)
    }

    fn texts(&self, key: &str) -> Result<Vec<String>, ReadError> {
        texts(self.document, self.seed, key)
    }

    fn names(&self, key: &str) -> Result<Vec<String>, ReadError> {
        let items = items(self.document, self.seed, key)?;
        Ok(items
            .iter()
            .filter_map(|item| item.as_name().map(Name::to_text))
            .collect())
    }
}

impl CertificateDemands {
    fn read<R: ReadAt>(document: &Document<R>, demands: &Dictionary) -> Result<Self, ReadError> {
        let flags = document.get(demands, "Ff")?.as_i64().unwrap_or(0);
        let is_required = |position: i64| flags & (1 << (position - 1)) != 0;
        let ders = |key: &str| -> Result<Vec<Vec<u8>>, ReadError> {
            let items = items(document, demands, key)?;
            Ok(items
                .iter()
                .filter_map(|item| item.as_string().map(|string| string.as_bytes().into_owned()))
                .collect())
        };
        let mut read = Self::default();
        if is_required(1) {
            read.subjects = Some(ders("Subject")?);
        }
        if is_required(2) {
            read.issuers = Some(ders("Issuer")?);
        }
        if is_required(3) {
            let oids = texts(document, demands, "OID")?;
            read.policies = Some(oids.iter().filter_map(|oid| Oid::parse(oid).ok()).collect());
        }
        if is_required(4) {
            let mut names = Vec::new();
            for item in items(document, demands, "SubjectDN")? {
                let Some(name) = item.as_dictionary() else {
                    continue;
                };
                let mut attributes = Vec::new();
                for (key, value) in name.iter() {
                    if let Some(value) = document.resolve(value)?.as_string() {
                        attributes.push((key.to_text(), value.to_text()));
                    }
                }
                names.push(attributes);
            }
            read.names = Some(names);
        }
        if is_required(6) {
            read.usages = Some(texts(document, demands, "KeyUsage")?);
        }
        Ok(read)
    }

    fn check(&self, signer: &SignerIdentity) -> Result<(), CertificateConstraint> {
        let certificate = &signer.certificate;
        let is_listed = |ders: &[Vec<u8>], one: &Certificate| ders.iter().any(|der| der == one.as_der());
        if self
            .subjects
            .as_ref()
            .is_some_and(|ders| !is_listed(ders, certificate))
        {
            return Err(CertificateConstraint::Subject);
        }
        if let Some(ders) = &self.issuers
            && !signer.issuers.iter().any(|issuer| is_listed(ders, issuer))
        {
            return Err(CertificateConstraint::Issuer);
        }
        if let Some(wanted) = &self.policies {
            let policies = certificate
                .certificate_policies()
                .ok()
                .flatten()
                .unwrap_or_default();
            if !policies.iter().any(|policy| wanted.contains(&policy.policy)) {
                return Err(CertificateConstraint::Policy);
            }
        }
        if let Some(names) = &self.names
            && !names.iter().any(|name| has_attributes(certificate, name))
        {
            return Err(CertificateConstraint::SubjectName);
        }
        if let Some(usages) = &self.usages {
            let usage = certificate.key_usage().ok().flatten().unwrap_or(KeyUsage::NONE);
            if !usages.iter().any(|pattern| fits(usage, pattern)) {
                return Err(CertificateConstraint::KeyUsage);
            }
        }
        Ok(())
    }
}

/// Whether the subject has every attribute, named as in RFC 4519 or by its object identifier.
fn has_attributes(certificate: &Certificate, wanted: &[(String, String)]) -> bool {
    const NAMES: [(&str, &str); 12] = [
        ("cn", "2.5.4.3"),
        ("sn", "2.5.4.4"),
        ("serialnumber", "2.5.4.5"),
        ("c", "2.5.4.6"),
        ("l", "2.5.4.7"),
        ("st", "2.5.4.8"),
        ("o", "2.5.4.10"),
        ("ou", "2.5.4.11"),
        ("title", "2.5.4.12"),
        ("givenname", "2.5.4.42"),
        ("email", "1.2.840.113549.1.9.1"),
        ("dc", "0.9.2342.19200300.100.1.25"),
    ];
    wanted.iter().all(|(key, value)| {
        let named = NAMES.iter().find(|(name, _)| key.eq_ignore_ascii_case(name));
        let dotted = named.map_or(key.as_str(), |(_, dotted)| dotted);
        Oid::parse(dotted).is_ok_and(|oid| certificate.subject().text(&oid) == Some(value.as_str()))
    })
}

/// Whether a key usage fits a pattern of `0`, `1` and `X`, one for each bit from `digitalSignature` on (table 238).
fn fits(usage: KeyUsage, pattern: &str) -> bool {
    const BITS: [KeyUsage; 7] = [
        KeyUsage::DIGITAL_SIGNATURE,
        KeyUsage::NON_REPUDIATION,
        KeyUsage::KEY_ENCIPHERMENT,
        KeyUsage::DATA_ENCIPHERMENT,
        KeyUsage::KEY_AGREEMENT,
        KeyUsage::KEY_CERT_SIGN,
        KeyUsage::CRL_SIGN,
    ];
    // Behind these come `encipherOnly` and `decipherOnly`, which no key that signs has.
    pattern.chars().enumerate().all(|(index, wanted)| {
        let is_set = BITS.get(index).is_some_and(|bit| usage.allows(*bit));
        match wanted {
            '0' => !is_set,
            '1' => is_set,
            _ => true,
        }
    })
}

fn digest_name(digest: DigestAlgorithm) -> Option<&'static str> {
    match digest {
        DigestAlgorithm::Sha256 => Some("SHA256"),
        DigestAlgorithm::Sha384 => Some("SHA384"),
        DigestAlgorithm::Sha512 => Some("SHA512"),
        DigestAlgorithm::Sha3_256 => Some("SHA3-256"),
        DigestAlgorithm::Sha3_384 => Some("SHA3-384"),
        DigestAlgorithm::Sha3_512 => Some("SHA3-512"),
        _ => None,
    }
}

fn items<R: ReadAt>(
    document: &Document<R>,
    dictionary: &Dictionary,
    key: &str,
) -> Result<Vec<Object>, ReadError> {
    let array = document.get_array(dictionary, key)?.unwrap_or_default();
    array.iter().map(|item| document.resolve(item)).collect()
}

fn texts<R: ReadAt>(
    document: &Document<R>,
    dictionary: &Dictionary,
    key: &str,
) -> Result<Vec<String>, ReadError> {
    let items = items(document, dictionary, key)?;
    Ok(items
        .iter()
        .filter_map(|item| item.as_string().map(PdfString::to_text))
        .collect())
}
