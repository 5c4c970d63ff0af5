//! Judging a time-stamp token (EN 319 102-1, 5.4 and 5.6.2.4).

use akashi_cms::SignerFacts;
use akashi_pki::{Certificate, Purpose};
use akashi_tsp::{Accuracy, Covered, ImprintFact, TimeStampToken, TokenFacts};
use jiff::{SignedDuration, Timestamp};

use crate::algorithms::Sunset;
use crate::chain::{self, Chain, Question, Setting, certificate_facts};
use crate::report::{
    AlgorithmFacts, BuildingBlock, Indication, Integrity, PathVerdict, SubIndication, TimeStampReport,
    indication_of,
};
use crate::signature::{Blocks, algorithm_facts, algorithm_obstacle, answer_chain, blocks, integrity_of};
use crate::text::hexadecimal;

/// How far the clock of an authority may be ahead of ours, and two authorities apart from each other.
const CLOCK_TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

/// A token, judged.
#[derive(Debug)]
pub(crate) struct Stamp {
    pub(crate) report: TimeStampReport,
    pub(crate) blocks: Blocks,
    pub(crate) integrity: Integrity,
    pub(crate) algorithms: AlgorithmFacts,
    pub(crate) is_past: bool,
    pub(crate) is_complete: bool,
    pub(crate) is_archived: bool,
}

impl Stamp {
    /// A token that is younger than what covers it spoils the signature in which it stands; other faults only leave
    /// it unproven (EN 319 102-1, 5.5.4, step 5).
    pub(crate) fn order_failure(&self) -> Option<SubIndication> {
        self.report
            .sub_indication
            .filter(|reason| *reason == SubIndication::TimestampOrderFailure)
    }
}

/// A token that cannot be read.
pub(crate) fn unreadable(exists_since: Timestamp) -> Stamp {
    let mut blocks = Blocks::new();
    blocks.answer(BuildingBlock::Format, Some(SubIndication::FormatFailure));
    Stamp {
        report: TimeStampReport {
            gen_time: None,
            accuracy_micros: None,
            policy: None,
            serial_number: None,
            authority: None,
            is_accredited: None,
            is_intact: false,
            path: PathVerdict::NotJudged,
            chain: Vec::new(),
            indication: Indication::TotalFailed,
            sub_indication: Some(SubIndication::FormatFailure),
            exists_since,
        },
        blocks,
        integrity: Integrity::Malformed,
        algorithms: AlgorithmFacts {
            digest: None,
            signature: None,
            key: None,
            reliable_until: None,
        },
        is_past: false,
        is_complete: false,
        is_archived: false,
    }
}

/// Judges a token over `covered` that is proven to exist since `exists_since`. That its certificate was good when it
/// stamped does not prove that it stamped then: what counts is when the token is proven to have existed.
pub(crate) fn judge(
    setting: Setting<'_>,
    token: &TimeStampToken,
    covered: Covered<'_>,
    exists_since: Timestamp,
) -> Stamp {
    let facts = token.verify(covered, setting.material.certificates());
    let signer = token.signed_data().signer_infos().first();
    let authority = facts.signer.signing_certificate.clone();
    let gen_time = token.info().gen_time;
    let (integrity, broken) = integrity(&facts);
    let chain = authority.as_ref().map(|certificate| {
        let question = Question {
            signer: certificate,
            purpose: Purpose::TimeStamping,
            used_at: gen_time.min(exists_since),
            exists_since,
        };
        judge_chain(setting, question, gen_time)
    });
    let (algorithms, sunset) = signer.map_or((no_algorithms(), Sunset::Never), |signer| {
        algorithm_facts(setting, signer, authority.as_ref())
    });
    let imprint = &token.info().imprint.algorithm;
    let by_imprint = imprint
        .as_ref()
        .map_or(Sunset::Never, |digest| setting.trust.algorithms().digest(*digest));
    let made_after = authority.as_ref().map_or(Timestamp::MIN, Certificate::not_before);
    let weakness = algorithm_obstacle(sunset.min(by_imprint), exists_since, made_after);
    let mut blocks = blocks(&facts.signer, integrity, broken);
    answer_chain(&mut blocks, chain.as_ref(), false, weakness);
    blocks.answer(
        BuildingBlock::Acceptance,
        acceptance(&facts, token, exists_since, setting.now),
    );
    let sub_indication = blocks.sub_indication();
    let report = TimeStampReport {
        gen_time: Some(gen_time),
        accuracy_micros: token.info().accuracy.map(micros),
        policy: Some(token.info().policy.to_string()),
        serial_number: Some(hexadecimal(token.info().serial_number.as_content())),
        is_accredited: is_accredited(setting, chain.as_ref()),
        is_intact: facts.is_intact() && broken.is_none() && weakness.is_none(),
        path: chain
            .as_ref()
            .map_or(PathVerdict::NotJudged, |chain| chain.verdict.clone()),
        chain: chain
            .as_ref()
            .map(|chain| chain.certificates.clone())
            .unwrap_or_default(),
        indication: indication_of(sub_indication),
        sub_indication,
        exists_since,
        authority: authority.as_ref().map(certificate_facts),
    };
    Stamp {
        report,
        blocks,
        integrity,
        algorithms,
        is_past: chain.as_ref().is_some_and(|chain| chain.is_past) || exists_since < setting.now,
        is_complete: chain.as_ref().is_some_and(|chain| chain.is_complete),
        is_archived: chain.as_ref().is_some_and(|chain| chain.is_archived),
    }
}

/// The path of an authority; it must also have begun when the token says that it stamped.
fn judge_chain(setting: Setting<'_>, question: Question<'_>, gen_time: Timestamp) -> Chain {
    let mut chain = chain::judge(setting, question);
    if chain.path.is_none() && gen_time < question.signer.not_before() {
        chain.path = Some(SubIndication::NotYetValid);
        chain.verdict = PathVerdict::Invalid {
            problems: vec!["the token is older than the certificate".to_owned()],
        };
    }
    chain
}

fn integrity(facts: &TokenFacts) -> (Integrity, Option<SubIndication>) {
    let signer: &SignerFacts = &facts.signer;
    match &facts.imprint {
        ImprintFact::Matches => integrity_of(signer),
        ImprintFact::Differs => (Integrity::BytesDiffer, Some(SubIndication::HashFailure)),
        _ => (
            Integrity::UnknownAlgorithm,
            Some(SubIndication::CryptoConstraintsFailureNoPoe),
        ),
    }
}

/// What RFC 3161 demands besides, and that the token comes before what covers it.
fn acceptance(
    facts: &TokenFacts,
    token: &TimeStampToken,
    exists_since: Timestamp,
    now: Timestamp,
) -> Option<SubIndication> {
    let is_ahead_of = |time: Timestamp| token.info().gen_time.duration_since(time) > CLOCK_TOLERANCE;
    if !facts.is_intact() || is_ahead_of(now) {
        Some(SubIndication::SigConstraintsFailure)
    } else if is_ahead_of(exists_since) {
        Some(SubIndication::TimestampOrderFailure)
    } else {
        None
    }
}

/// Whether the authority, or one of those that issued for it, is on the caller's list.
fn is_accredited(setting: Setting<'_>, chain: Option<&Chain>) -> Option<bool> {
    let accredited = setting.trust.accredited()?;
    let certificates = chain
        .map(|chain| chain.certificates.as_slice())
        .unwrap_or_default();
    let is_listed = certificates
        .iter()
        .any(|one| accredited.contains(&one.certificate.certificate));
    Some(is_listed && chain.is_some_and(|chain| chain.verdict.is_trusted()))
}

fn micros(accuracy: Accuracy) -> u64 {
    u64::from(accuracy.seconds) * 1_000_000 + u64::from(accuracy.millis) * 1_000 + u64::from(accuracy.micros)
}

const fn no_algorithms() -> AlgorithmFacts {
    AlgorithmFacts {
        digest: None,
        signature: None,
        key: None,
        reliable_until: None,
    }
}
