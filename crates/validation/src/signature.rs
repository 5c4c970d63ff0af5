//! Judging one signature (EN 319 102-1, 5.3, 5.5 and 5.6).

use akashi_cms::{
    CertificateBinding, ContentTypeFact, MessageDigestFact, SignatureFact, SignedData, SignerFacts,
    SignerInfo,
};
use akashi_pki::{Certificate, DigestAlgorithm, Purpose};
use akashi_tsp::{Covered, TimeStampToken};
use jiff::Timestamp;

use crate::algorithms::{Sunset, key_name};
use crate::chain::{self, Chain, Question, Setting, certificate_facts};
use crate::made_after;
use crate::material::Since;
use crate::report::{
    AlgorithmFacts, BuildingBlock, CertificateFacts, ChainCertificate, Constraint, Integrity, Outcome,
    PathVerdict, ProofOfExistence, ProofSource, SubIndication, TimeStampReport, ValidationProcess,
};
use crate::text::hexadecimal;
use crate::time_stamp::{self, Stamp};
use crate::value::{Encoding, MAX_TIME_STAMPS, Value};

/// The judgement of one signature, without coverage and later changes.
#[derive(Debug)]
pub(crate) struct Judgement {
    pub(crate) blocks: Blocks,
    pub(crate) integrity: Integrity,
    pub(crate) signer: Option<CertificateFacts>,
    pub(crate) path: PathVerdict,
    pub(crate) chain: Vec<ChainCertificate>,
    pub(crate) best_signature_time: Timestamp,
    pub(crate) proofs: Vec<ProofOfExistence>,
    pub(crate) time_stamp: Option<TimeStampReport>,
    pub(crate) process: ValidationProcess,
    pub(crate) algorithms: AlgorithmFacts,
    pub(crate) value_sha256: Option<String>,
    /// Whether all that is needed to judge it again stands in the file.
    pub(crate) is_complete: bool,
    /// Whether all of that is proven to be old.
    pub(crate) is_archived: bool,
}

/// The answers to the questions of the standard.
#[derive(Debug, Clone)]
pub(crate) struct Blocks(Vec<Constraint>);

impl Blocks {
    pub(crate) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Notes the answer to a question that was asked.
    pub(crate) fn answer(&mut self, block: BuildingBlock, sub_indication: Option<SubIndication>) {
        let outcome = if sub_indication.is_some() {
            Outcome::Fails
        } else {
            Outcome::Holds
        };
        self.0.push(Constraint {
            block,
            outcome,
            sub_indication,
        });
    }

    pub(crate) fn not_asked(&mut self, block: BuildingBlock) {
        self.0.push(Constraint {
            block,
            outcome: Outcome::NotAsked,
            sub_indication: None,
        });
    }

    /// What decides: the first that does not hold, in the order of the standard.
    pub(crate) fn sub_indication(&self) -> Option<SubIndication> {
        self.0.iter().find_map(|one| one.sub_indication)
    }

    /// Puts the answer of the format check first.
    pub(crate) fn into_list(mut self, format: Option<SubIndication>) -> Vec<Constraint> {
        if let Some(sub_indication) = format {
            self.0.retain(|one| one.block != BuildingBlock::Format);
            let mut failed = Self::new();
            failed.answer(BuildingBlock::Format, Some(sub_indication));
            failed.0.extend(self.0);
            self = failed;
        }
        self.0
    }
}

/// Which signature, and what is already known about it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) value: &'a Value,
    /// The digest of the covered bytes.
    pub(crate) digest: &'a [u8],
    /// The revision whose cover proves the signature value.
    pub(crate) since: Option<Since>,
}

/// Judges a value against the digest of the covered bytes.
pub(crate) fn judge(setting: Setting<'_>, subject: Subject<'_>) -> Judgement {
    match subject.value {
        Value::Malformed => unreadable(
            setting,
            Integrity::Malformed,
            BuildingBlock::Format,
            SubIndication::FormatFailure,
        ),
        Value::UnknownAlgorithm => unreadable(
            setting,
            Integrity::UnknownAlgorithm,
            BuildingBlock::Cryptography,
            SubIndication::CryptoConstraintsFailureNoPoe,
        ),
        Value::TimeStamp { token, algorithm } => {
            let exists_since = setting.proofs.of_revision(subject.since);
            let covered = Covered::Digest(*algorithm, subject.digest);
            let stamp = time_stamp::judge(setting, token, covered, exists_since);
            document_time_stamp(setting, subject, token, stamp)
        }
        Value::Signature {
            encoding,
            signed_data,
            ..
        } => match signed_data.signer_infos().first() {
            Some(signer) => judge_signature(setting, subject, *encoding, signed_data, signer),
            None => unreadable(
                setting,
                Integrity::Malformed,
                BuildingBlock::Format,
                SubIndication::FormatFailure,
            ),
        },
    }
}

fn unreadable(
    setting: Setting<'_>,
    integrity: Integrity,
    block: BuildingBlock,
    reason: SubIndication,
) -> Judgement {
    let mut blocks = Blocks::new();
    blocks.answer(block, Some(reason));
    Judgement {
        blocks,
        integrity,
        signer: None,
        path: PathVerdict::NotJudged,
        chain: Vec::new(),
        best_signature_time: setting.now,
        proofs: Vec::new(),
        time_stamp: None,
        process: ValidationProcess::Basic,
        algorithms: AlgorithmFacts {
            digest: None,
            signature: None,
            key: None,
            reliable_until: None,
        },
        value_sha256: None,
        is_complete: false,
        is_archived: false,
    }
}

fn document_time_stamp(
    setting: Setting<'_>,
    subject: Subject<'_>,
    token: &TimeStampToken,
    stamp: Stamp,
) -> Judgement {
    let signer = token.signed_data().signer_infos().first();
    let process = if stamp.is_past {
        ValidationProcess::LongTerm
    } else {
        ValidationProcess::Basic
    };
    Judgement {
        integrity: stamp.integrity,
        signer: stamp.report.authority.clone(),
        path: stamp.report.path.clone(),
        chain: stamp.report.chain.clone(),
        best_signature_time: stamp.report.exists_since,
        proofs: setting.proofs.list(subject.since),
        process,
        algorithms: stamp.algorithms,
        value_sha256: signer.map(|signer| hexadecimal(&DigestAlgorithm::Sha256.digest(signer.signature()))),
        is_complete: stamp.is_complete,
        is_archived: stamp.is_archived,
        time_stamp: Some(stamp.report),
        blocks: stamp.blocks,
    }
}

fn judge_signature(
    setting: Setting<'_>,
    subject: Subject<'_>,
    encoding: Encoding,
    signed_data: &SignedData,
    signer: &SignerInfo,
) -> Judgement {
    let facts = verify(signer, subject.digest, signed_data.certificates(), setting);
    let (integrity, broken) = integrity_of(&facts);
    let own_proof = setting.proofs.of_revision(subject.since);
    let stamp = best_time_stamp(setting, signer, own_proof);
    let mut proofs = setting.proofs.list(subject.since);
    let good_stamp = stamp.as_ref().filter(|stamp| stamp.report.is_good());
    proofs.extend(good_stamp.and_then(|stamp| {
        Some(ProofOfExistence {
            at: stamp.report.gen_time?,
            by: ProofSource::SignatureTimeStamp,
        })
    }));
    proofs.sort_by_key(|proof| proof.at);
    let best_signature_time = proofs
        .first()
        .map_or(setting.now, |proof| proof.at.min(setting.now));
    let algorithm = subject.value.algorithm();
    let made_after = algorithm.and_then(|algorithm| {
        made_after::made_after(setting, signer, (algorithm, subject.digest), best_signature_time)
    });
    let chain = facts.signing_certificate.as_ref().map(|certificate| {
        let question = Question {
            signer: certificate,
            purpose: Purpose::DocumentSigning,
            used_at: best_signature_time,
            exists_since: best_signature_time,
        };
        let mut chain = chain::judge(setting, question);
        if let Some(made_after) = made_after {
            made_after::sharpen(&mut chain, made_after);
        }
        chain
    });
    let (algorithms, sunset) = algorithm_facts(setting, signer, facts.signing_certificate.as_ref());
    let certified_at = facts
        .signing_certificate
        .as_ref()
        .map_or(Timestamp::MIN, Certificate::not_before);
    let weakness = algorithm_obstacle(sunset, best_signature_time, certified_at);
    let mut blocks = blocks(&facts, integrity, broken);
    answer_chain(&mut blocks, chain.as_ref(), proofs.is_empty(), weakness);
    blocks.answer(BuildingBlock::Acceptance, acceptance(encoding, signer, &facts));
    match &stamp {
        Some(stamp) => blocks.answer(BuildingBlock::TimeStamps, stamp.order_failure()),
        None => blocks.not_asked(BuildingBlock::TimeStamps),
    }
    let is_past = chain.as_ref().is_some_and(|chain| chain.is_past)
        || stamp.as_ref().is_some_and(|stamp| stamp.is_past)
        || own_proof < setting.now;
    let process = match (is_past, proofs.is_empty()) {
        (true, _) => ValidationProcess::LongTerm,
        (false, false) => ValidationProcess::WithTime,
        (false, true) => ValidationProcess::Basic,
    };
    let stamp_is = |what: fn(&Stamp) -> bool| good_stamp.is_none_or(what);
    let chain_is = |what: fn(&Chain) -> bool| chain.as_ref().is_some_and(what);
    Judgement {
        is_complete: chain_is(|chain| chain.is_complete) && stamp_is(|stamp| stamp.is_complete),
        is_archived: chain_is(|chain| chain.is_archived) && stamp_is(|stamp| stamp.is_archived),
        blocks,
        integrity,
        signer: facts.signing_certificate.as_ref().map(certificate_facts),
        best_signature_time,
        proofs,
        process,
        algorithms,
        value_sha256: Some(hexadecimal(&DigestAlgorithm::Sha256.digest(signer.signature()))),
        time_stamp: stamp.map(|stamp| stamp.report),
        path: chain
            .as_ref()
            .map_or(PathVerdict::NotJudged, |chain| chain.verdict.clone()),
        chain: chain.map(|chain| chain.certificates).unwrap_or_default(),
    }
}

/// Checks a signer, whose certificate is looked for beside it first.
pub(crate) fn verify(
    signer: &SignerInfo,
    digest: &[u8],
    beside: &[Certificate],
    setting: Setting<'_>,
) -> SignerFacts {
    if signer.signing_certificate(beside).is_some() {
        signer.verify(digest, beside)
    } else {
        signer.verify(digest, setting.material.certificates())
    }
}

/// Answers the questions about form, certificate and cryptography.
pub(crate) fn blocks(facts: &SignerFacts, integrity: Integrity, broken: Option<SubIndication>) -> Blocks {
    let mut blocks = Blocks::new();
    let block = match integrity {
        Integrity::Malformed => BuildingBlock::Format,
        Integrity::NoCertificate | Integrity::OtherCertificate => BuildingBlock::SigningCertificate,
        _ => BuildingBlock::Cryptography,
    };
    let has_certificate = facts.signing_certificate.is_some();
    for asked in [
        BuildingBlock::Format,
        BuildingBlock::SigningCertificate,
        BuildingBlock::Cryptography,
    ] {
        if asked == block {
            blocks.answer(asked, broken);
        } else if asked == BuildingBlock::Cryptography && broken.is_some() {
            blocks.not_asked(asked);
        } else if asked == BuildingBlock::SigningCertificate && !has_certificate {
            blocks.answer(asked, Some(SubIndication::NoSigningCertificateFound));
        } else {
            blocks.answer(asked, None);
        }
    }
    blocks
}

/// Answers the questions about the path.
pub(crate) fn answer_chain(
    blocks: &mut Blocks,
    chain: Option<&Chain>,
    is_unproven: bool,
    weakness: Option<SubIndication>,
) {
    let Some(chain) = chain else {
        for block in [BuildingBlock::CertificationPath, BuildingBlock::Revocation] {
            blocks.not_asked(block);
        }
        blocks.answer(BuildingBlock::Algorithms, weakness);
        return;
    };
    // Before its certificate began, a signature could not be made (5.5.4); without proof of when it was, nothing
    // can be said.
    let path = match chain.path {
        Some(SubIndication::NotYetValid) if is_unproven => Some(SubIndication::OutOfBoundsNoPoe),
        other => other,
    };
    blocks.answer(BuildingBlock::CertificationPath, path);
    if path.is_some() {
        blocks.not_asked(BuildingBlock::Revocation);
    } else {
        blocks.answer(BuildingBlock::Revocation, chain.revocation);
    }
    blocks.answer(BuildingBlock::Algorithms, weakness.or(chain.algorithms));
    if chain.is_past {
        blocks.answer(BuildingBlock::LongTerm, chain.long_term);
    } else {
        blocks.not_asked(BuildingBlock::LongTerm);
    }
}

/// Whether bytes, value and certificate belong together, and what follows if not.
pub(crate) fn integrity_of(facts: &SignerFacts) -> (Integrity, Option<SubIndication>) {
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

/// What PAdES demands besides (EN 319 142-1, 6.3).
fn acceptance(encoding: Encoding, signer: &SignerInfo, facts: &SignerFacts) -> Option<SubIndication> {
    let is_bound = matches!(facts.certificate_binding, CertificateBinding::Bound(_));
    let is_data = *signer.encapsulated_content_type() == akashi_cms::oids::ID_DATA;
    let is_signed = signer.signed_attributes().is_some();
    (encoding == Encoding::Cades && !(is_signed && is_bound && is_data))
        .then_some(SubIndication::SigConstraintsFailure)
}

/// What follows when an object that rests on algorithms until `sunset` is proven since `exists_since`, and was made
/// after `made_after`.
pub(crate) fn algorithm_obstacle(
    sunset: Sunset,
    exists_since: Timestamp,
    made_after: Timestamp,
) -> Option<SubIndication> {
    if sunset.believes(exists_since) {
        None
    } else if sunset.believes(made_after) {
        Some(SubIndication::CryptoConstraintsFailureNoPoe)
    } else {
        Some(SubIndication::CryptoConstraintsFailure)
    }
}

/// The algorithms of a signer, and until when all of them are believed.
pub(crate) fn algorithm_facts(
    setting: Setting<'_>,
    signer: &SignerInfo,
    certificate: Option<&Certificate>,
) -> (AlgorithmFacts, Sunset) {
    let policy = setting.trust.algorithms();
    let digest = signer.digest_algorithm().ok();
    let signature = signer.signature_algorithm().ok();
    let by_digest = digest.map_or(Sunset::Open, |digest| policy.digest(digest));
    let by_signature = match (signature, certificate) {
        (Some(signature), Some(certificate)) => policy.signature(signature, certificate.public_key()),
        _ => Sunset::Open,
    };
    let sunset = by_digest.min(by_signature);
    let facts = AlgorithmFacts {
        digest: digest.map(|digest| digest.to_string()),
        signature: signature.map(|signature| signature.to_string()),
        key: certificate.map(|certificate| key_name(certificate.public_key())),
        reliable_until: sunset.end(),
    };
    (facts, sunset)
}

/// The best of a signature's time-stamps: of the good ones the earliest.
fn best_time_stamp(setting: Setting<'_>, signer: &SignerInfo, exists_since: Timestamp) -> Option<Stamp> {
    let mut best: Option<Stamp> = None;
    for bytes in signer.signature_time_stamps().take(MAX_TIME_STAMPS) {
        if !setting.take_token() {
            break;
        }
        let stamp = match TimeStampToken::parse(bytes) {
            Ok(token) => time_stamp::judge(
                setting,
                &token,
                Covered::Message(signer.signature()),
                exists_since,
            ),
            Err(_) => time_stamp::unreadable(exists_since),
        };
        let rank = |stamp: &Stamp| {
            (
                !stamp.report.is_good(),
                stamp.report.gen_time.unwrap_or(Timestamp::MAX),
            )
        };
        if best.as_ref().is_none_or(|known| rank(&stamp) < rank(known)) {
            best = Some(stamp);
        }
    }
    best
}
