//! Judging one signature: form, integrity, identity, time (EN 319 102-1, 5.2 and 5.5).

use akashi_cms::{
    CertificateBinding, ContentTypeFact, MessageDigestFact, SignatureFact, SignedData, SignerFacts,
    SignerInfo,
};
use akashi_pki::{Certificate, DigestAlgorithm, Purpose, RevocationList};
use akashi_tsp::{Covered, TimeStampToken, TokenFacts};
use jiff::{SignedDuration, Timestamp};

use crate::digests;
use crate::identity::{JudgedPath, certificate_facts, judge_path};
use crate::report::{
    CertificateFacts, Indication, Integrity, PathVerdict, SignatureKind, SubIndication, TimeStampReport,
};
use crate::trust::Trust;

/// How a signature is encoded (`SubFilter`, ISO 32000-2, table 260).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `ETSI.CAdES.detached`: PAdES.
    Cades,
    /// `adbe.pkcs7.detached`.
    Pkcs7,
    /// `ETSI.RFC3161`.
    TimeStamp,
}

impl Encoding {
    pub(crate) fn of(sub_filter: Option<&str>) -> Option<Self> {
        match sub_filter? {
            "ETSI.CAdES.detached" => Some(Self::Cades),
            "adbe.pkcs7.detached" => Some(Self::Pkcs7),
            "ETSI.RFC3161" => Some(Self::TimeStamp),
            _ => None,
        }
    }

    pub(crate) fn kind(self) -> SignatureKind {
        if self == Self::TimeStamp {
            SignatureKind::DocumentTimeStamp
        } else {
            SignatureKind::Signature
        }
    }
}

/// The value of a signature, read as far as it goes.
#[derive(Debug)]
pub(crate) enum Value {
    Signature {
        encoding: Encoding,
        signed_data: Box<SignedData>,
        algorithm: DigestAlgorithm,
    },
    TimeStamp {
        token: Box<TimeStampToken>,
        algorithm: DigestAlgorithm,
    },
    UnknownAlgorithm,
    Malformed,
}

impl Value {
    pub(crate) fn read(encoding: Option<Encoding>, contents: Option<&[u8]>) -> Self {
        let (Some(encoding), Some(contents)) = (encoding, contents) else {
            return Self::Malformed;
        };
        if encoding == Encoding::TimeStamp {
            let Ok(token) = TimeStampToken::parse(contents) else {
                return Self::Malformed;
            };
            return match token
                .info()
                .imprint
                .algorithm
                .clone()
                .ok()
                .filter(|algorithm| is_known(*algorithm))
            {
                Some(algorithm) => Self::TimeStamp {
                    token: Box::new(token),
                    algorithm,
                },
                None => Self::UnknownAlgorithm,
            };
        }
        let Ok(signed_data) = SignedData::parse(contents) else {
            return Self::Malformed;
        };
        // ISO 32000-2, 12.8.3.3.1: one signer, nothing encapsulated.
        let [signer] = signed_data.signer_infos() else {
            return Self::Malformed;
        };
        if signed_data.content().is_some() {
            return Self::Malformed;
        }
        match signer
            .digest_algorithm()
            .ok()
            .filter(|algorithm| is_known(*algorithm))
        {
            Some(algorithm) => Self::Signature {
                encoding,
                signed_data: Box::new(signed_data),
                algorithm,
            },
            None => Self::UnknownAlgorithm,
        }
    }

    /// The algorithm by which the covered bytes must be hashed.
    pub(crate) fn algorithm(&self) -> Option<DigestAlgorithm> {
        match self {
            Self::Signature { algorithm, .. } | Self::TimeStamp { algorithm, .. } => Some(*algorithm),
            Self::UnknownAlgorithm | Self::Malformed => None,
        }
    }
}

fn is_known(algorithm: DigestAlgorithm) -> bool {
    digests::implementation(algorithm).is_some()
}

/// The judgement of one signature, without coverage and later changes.
pub(crate) struct Judgement {
    pub(crate) indication: Indication,
    pub(crate) sub_indication: Option<SubIndication>,
    pub(crate) integrity: Integrity,
    pub(crate) signer: Option<CertificateFacts>,
    pub(crate) path: PathVerdict,
    pub(crate) control_time: Timestamp,
    pub(crate) time_stamp: Option<TimeStampReport>,
}

impl Judgement {
    fn without_path(integrity: Integrity, obstacle: SubIndication, now: Timestamp) -> Self {
        Self {
            indication: indication_of(Some(obstacle)),
            sub_indication: Some(obstacle),
            integrity,
            signer: None,
            path: PathVerdict::NotJudged,
            control_time: now,
            time_stamp: None,
        }
    }
}

/// Judges a value against the digest of the covered bytes.
pub(crate) fn judge(value: &Value, digest: &[u8], trust: &Trust, now: Timestamp) -> Judgement {
    match value {
        Value::Malformed => Judgement::without_path(Integrity::Malformed, SubIndication::FormatFailure, now),
        Value::UnknownAlgorithm => {
            let obstacle = SubIndication::CryptoConstraintsFailureNoPoe;
            Judgement::without_path(Integrity::UnknownAlgorithm, obstacle, now)
        }
        Value::TimeStamp { token, algorithm } => {
            let facts = token.verify(Covered::Digest(*algorithm, digest), trust.certificates());
            judge_document_time_stamp(token, &facts, trust, now)
        }
        Value::Signature {
            encoding,
            signed_data,
            ..
        } => {
            // `Value::read` demands exactly one.
            match signed_data.signer_infos().first() {
                Some(signer) => judge_signature(*encoding, signed_data, signer, digest, trust, now),
                None => Judgement::without_path(Integrity::Malformed, SubIndication::FormatFailure, now),
            }
        }
    }
}

fn judge_signature(
    encoding: Encoding,
    signed_data: &SignedData,
    signer: &SignerInfo,
    digest: &[u8],
    trust: &Trust,
    now: Timestamp,
) -> Judgement {
    let candidates: Vec<Certificate> = signed_data
        .certificates()
        .iter()
        .chain(trust.certificates())
        .cloned()
        .collect();
    let facts = signer.verify(digest, &candidates);
    let (integrity, broken) = integrity_of(&facts);
    let time_stamp = judge_time_stamp(signer, &candidates, signed_data.revocation_lists(), trust, now);
    // Only a good token of a trusted authority proves an earlier existence.
    let proven = time_stamp
        .as_ref()
        .filter(|stamp| stamp.is_good())
        .and_then(|stamp| stamp.gen_time);
    let control_time = proven.unwrap_or(now);
    let path = facts.signing_certificate.as_ref().map(|certificate| {
        let found = (candidates.as_slice(), signed_data.revocation_lists());
        judge_path(
            certificate,
            found,
            trust,
            Purpose::DocumentSigning,
            control_time,
            now,
        )
    });
    let constraint = constraint_of(encoding, signer, &facts);
    let (verdict, obstacle) = match path {
        Some(JudgedPath { verdict, obstacle }) => (verdict, obstacle),
        None => (
            PathVerdict::NotJudged,
            Some(SubIndication::NoSigningCertificateFound),
        ),
    };
    // Before its certificate began, a signature could not be made (5.5.4); without proof of when it was, nothing
    // can be said.
    let obstacle = match obstacle {
        Some(SubIndication::NotYetValid) if proven.is_none() => Some(SubIndication::OutOfBoundsNoPoe),
        other => other,
    };
    let sub_indication = broken.or(obstacle).or(constraint);
    Judgement {
        indication: indication_of(sub_indication),
        sub_indication,
        integrity,
        signer: facts.signing_certificate.as_ref().map(certificate_facts),
        path: verdict,
        control_time,
        time_stamp,
    }
}

/// Whether bytes, value and certificate belong together, and what follows if not.
fn integrity_of(facts: &SignerFacts) -> (Integrity, Option<SubIndication>) {
    match &facts.message_digest {
        MessageDigestFact::Matches | MessageDigestFact::CoveredBySignature => {}
        MessageDigestFact::Differs => return (Integrity::BytesDiffer, Some(SubIndication::HashFailure)),
        _ => return (Integrity::Malformed, Some(SubIndication::FormatFailure)),
    }
    match &facts.signature {
        SignatureFact::Valid => {}
        SignatureFact::NoCertificate => {
            return (
                Integrity::NoCertificate,
                Some(SubIndication::NoSigningCertificateFound),
            );
        }
        SignatureFact::UnknownAlgorithm(_) => {
            return (
                Integrity::UnknownAlgorithm,
                Some(SubIndication::CryptoConstraintsFailureNoPoe),
            );
        }
        _ => return (Integrity::WrongSignature, Some(SubIndication::SigCryptoFailure)),
    }
    match &facts.content_type {
        ContentTypeFact::Matches | ContentTypeFact::NotSigned => {}
        _ => return (Integrity::Malformed, Some(SubIndication::FormatFailure)),
    }
    match &facts.certificate_binding {
        CertificateBinding::Differs => (
            Integrity::OtherCertificate,
            Some(SubIndication::NoSigningCertificateFound),
        ),
        CertificateBinding::Unreadable => (Integrity::Malformed, Some(SubIndication::FormatFailure)),
        _ if facts.is_intact() => (Integrity::Intact, None),
        _ => (Integrity::Malformed, Some(SubIndication::FormatFailure)),
    }
}

/// What PAdES (EN 319 142-1, 6.3) and today's cryptography demand besides.
fn constraint_of(encoding: Encoding, signer: &SignerInfo, facts: &SignerFacts) -> Option<SubIndication> {
    let is_bound = matches!(facts.certificate_binding, CertificateBinding::Bound(_));
    if encoding == Encoding::Cades && (signer.signed_attributes().is_none() || !is_bound) {
        return Some(SubIndication::SigConstraintsFailure);
    }
    facts
        .uses_weak_digest
        .then_some(SubIndication::CryptoConstraintsFailureNoPoe)
}

/// The best of a signature's time-stamps: a good one if there is any.
fn judge_time_stamp(
    signer: &SignerInfo,
    candidates: &[Certificate],
    lists: &[RevocationList],
    trust: &Trust,
    now: Timestamp,
) -> Option<TimeStampReport> {
    let mut best: Option<TimeStampReport> = None;
    for bytes in signer.signature_time_stamps().take(MAX_TIME_STAMPS) {
        let report = match TimeStampToken::parse(bytes) {
            Ok(token) => {
                let facts = token.verify(Covered::Message(signer.signature()), candidates);
                time_stamp_report(&token, &facts, (candidates, lists), trust, now)
            }
            Err(_) => unreadable_time_stamp(),
        };
        let is_better = match &best {
            None => true,
            Some(known) => !known.is_good() && report.is_good(),
        };
        if is_better {
            best = Some(report);
        }
    }
    best
}

/// How far the clock of an authority may be ahead of ours.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);
/// Time-stamps of one signature that are looked at.
const MAX_TIME_STAMPS: usize = 16;

fn unreadable_time_stamp() -> TimeStampReport {
    TimeStampReport {
        gen_time: None,
        authority: None,
        is_intact: false,
        path: PathVerdict::NotJudged,
    }
}

/// The authority is judged for now: that its certificate was good when it stamped does not prove that it stamped
/// then.
fn time_stamp_report(
    token: &TimeStampToken,
    facts: &TokenFacts,
    found: (&[Certificate], &[RevocationList]),
    trust: &Trust,
    now: Timestamp,
) -> TimeStampReport {
    let certificates: Vec<Certificate> = token.certificates().iter().chain(found.0).cloned().collect();
    let authority = facts.signer.signing_certificate.as_ref();
    let path = authority.map(|certificate| {
        let lists: Vec<RevocationList> = token
            .signed_data()
            .revocation_lists()
            .iter()
            .chain(found.1)
            .cloned()
            .collect();
        judge_path(
            certificate,
            (&certificates, &lists),
            trust,
            Purpose::TimeStamping,
            now,
            now,
        )
    });
    let is_weak = facts.signer.uses_weak_digest;
    let is_past = token.info().gen_time.duration_since(now) <= CLOCK_TOLERANCE;
    TimeStampReport {
        gen_time: Some(token.info().gen_time),
        authority: authority.map(certificate_facts),
        is_intact: facts.is_intact() && !is_weak && is_past,
        path: match path {
            Some(JudgedPath {
                verdict: PathVerdict::Trusted { .. },
                obstacle: Some(_),
            }) => PathVerdict::Invalid {
                problems: vec!["weak algorithm in the path".to_owned()],
            },
            Some(JudgedPath { verdict, .. }) => verdict,
            None => PathVerdict::NotJudged,
        },
    }
}

fn judge_document_time_stamp(
    token: &TimeStampToken,
    facts: &TokenFacts,
    trust: &Trust,
    now: Timestamp,
) -> Judgement {
    let report = time_stamp_report(token, facts, (&[], &[]), trust, now);
    let (integrity, broken) = match &facts.imprint {
        akashi_tsp::ImprintFact::Matches => integrity_of(&facts.signer),
        akashi_tsp::ImprintFact::Differs => (Integrity::BytesDiffer, Some(SubIndication::HashFailure)),
        _ => (
            Integrity::UnknownAlgorithm,
            Some(SubIndication::CryptoConstraintsFailureNoPoe),
        ),
    };
    let obstacle = match &report.path {
        PathVerdict::Trusted { .. } if report.is_intact => None,
        PathVerdict::Trusted { .. } => Some(SubIndication::SigConstraintsFailure),
        PathVerdict::Invalid { .. } => Some(SubIndication::ChainConstraintsFailure),
        PathVerdict::Unknown | PathVerdict::NotJudged => Some(SubIndication::NoCertificateChainFound),
    };
    let sub_indication = broken.or(obstacle);
    Judgement {
        indication: indication_of(sub_indication),
        sub_indication,
        integrity,
        signer: report.authority.clone(),
        path: report.path.clone(),
        control_time: now,
        time_stamp: Some(report),
    }
}

/// EN 319 102-1, table 5.
pub(crate) fn indication_of(sub_indication: Option<SubIndication>) -> Indication {
    match sub_indication {
        None => Indication::TotalPassed,
        Some(
            SubIndication::FormatFailure
            | SubIndication::HashFailure
            | SubIndication::SigCryptoFailure
            | SubIndication::NotYetValid,
        ) => Indication::TotalFailed,
        Some(_) => Indication::Indeterminate,
    }
}
