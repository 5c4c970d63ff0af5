//! OCSP answers as evidence for a path.

use std::sync::Arc;

use akashi_pki::ocsp::{
    BasicOcspResponse, CertificateStatus, OcspRequest, OcspResponder, OcspResponse, ResponsePeriod,
};
use akashi_pki::path::{EvidenceSource, RevocationEvidence, RevocationFinding, RevocationStatus};
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, Criticality, PathConditions, PathOutcome,
    Revocation, RevocationList, RevocationListPeriod, RevocationReason, Signer, TrustAnchor, Validity,
    find_path, oids,
};
use jiff::{SignedDuration, Timestamp};

use crate::support::{MiniPki, at, fixed_key, name, now, serial, years};

const HELD: RevocationReason = RevocationReason::CertificateHold;
const LOST: RevocationReason = RevocationReason::KeyCompromise;

/// A PKI with a seal certificate and a delegated responder.
struct Scene {
    pki: MiniPki,
    seal: Certificate,
    list_of_root: RevocationList,
}

impl Scene {
    fn new() -> Self {
        let pki = MiniPki::new();
        let seal = pki.issue(
            &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
            12,
        );
        let list_of_root = list(&pki.root, now(), &[]);
        Self {
            pki,
            seal,
            list_of_root,
        }
    }

    fn delegate(&self, template: &CertificateTemplate) -> OcspResponder {
        delegate_of(&self.pki.issuing, template)
    }

    fn good(&self, responder: &OcspResponder) -> OcspResponse {
        self.answer(responder, CertificateStatus::Good, day(now()))
    }

    fn answer(
        &self,
        responder: &OcspResponder,
        status: CertificateStatus,
        period: ResponsePeriod,
    ) -> OcspResponse {
        let request = OcspRequest::new(&self.seal, self.pki.issuing.certificate());
        let cert_id = request.cert_ids()[0].clone();
        responder.sign(&[(cert_id, status)], None, period).unwrap()
    }

    fn find(&self, responses: &[OcspResponse], lists: &[RevocationList], at: Timestamp) -> PathOutcome {
        self.find_known_until(responses, lists, at, at)
    }

    fn find_known_until(
        &self,
        responses: &[OcspResponse],
        lists: &[RevocationList],
        at: Timestamp,
        known_until: Timestamp,
    ) -> PathOutcome {
        let mut all = vec![self.list_of_root.clone()];
        all.extend_from_slice(lists);
        let conditions = PathConditions::new(at)
            .with_known_until(known_until)
            .with_revocation(RevocationEvidence::lists(&all).with_responses(responses));
        find_path(
            &self.seal,
            &[self.pki.issuing.certificate().clone()],
            &[TrustAnchor::from_certificate(self.pki.root.certificate())],
            &conditions,
        )
    }

    /// What is found out about the seal's certificate from one answer, asked at the same moment.
    fn judge(&self, response: &OcspResponse) -> RevocationStatus {
        finding(&self.find(std::slice::from_ref(response), &[], now())).status
    }
}

fn delegate_of(authority: &CertificateAuthority, template: &CertificateTemplate) -> OcspResponder {
    let key = Arc::new(fixed_key(2));
    let certificate = authority.issue(template, key.public_key(), &serial(50)).unwrap();
    OcspResponder::delegated(authority.certificate(), certificate, key).unwrap()
}

fn finding(outcome: &PathOutcome) -> RevocationFinding {
    outcome.report().unwrap().revocation[1].clone()
}

fn day(made: Timestamp) -> ResponsePeriod {
    ResponsePeriod::new(made, made + SignedDuration::from_hours(24))
}

fn list(authority: &CertificateAuthority, made: Timestamp, revocations: &[Revocation]) -> RevocationList {
    let period = RevocationListPeriod {
        number: 1,
        this_update: made,
        next_update: made + SignedDuration::from_hours(24 * 30),
    };
    authority.issue_revocation_list(period, revocations).unwrap()
}

fn responder_template() -> CertificateTemplate {
    CertificateTemplate::ocsp_responder(name("応答"), years("2026", "2027"))
}

/// A responder's certificate without `nocheck`.
fn checked_responder() -> CertificateTemplate {
    responder_template().without_extension(&oids::OCSP_NO_CHECK)
}

#[test]
fn the_issuer_and_its_delegate_are_believed() {
    let scene = Scene::new();
    let of_issuer = OcspResponder::of_authority(&scene.pki.issuing);
    let of_delegate = scene.delegate(&responder_template());
    for responder in [&of_issuer, &of_delegate] {
        let outcome = scene.find(&[scene.good(responder)], &[], now());
        assert!(outcome.is_valid(), "{outcome:?}");
    }
    let outcome = scene.find(&[scene.good(&of_delegate)], &[], now());
    let finding = finding(&outcome);
    assert_eq!(finding.status, RevocationStatus::Good { as_of: now() });
    let [used] = &finding.evidence[..] else {
        panic!("one answer settles it")
    };
    assert_eq!(used.source, EvidenceSource::Response(0));
    assert_eq!(used.produced_at, now());
    let signer = used.signer.as_ref().unwrap();
    assert_eq!(signer.subject().common_name(), Some("応答"));
    let of_issuer = scene.find(&[], &[list(&scene.pki.issuing, now(), &[])], now());
    let evidence = &of_issuer.report().unwrap().revocation;
    assert_eq!(evidence[0].evidence[0].source, EvidenceSource::List(0));
    assert_eq!(evidence[1].evidence[0].source, EvidenceSource::List(1));
    assert_eq!(evidence[1].evidence[0].signer, None);
}

#[test]
fn a_delegate_needs_its_purpose_and_may_have_a_critical_nocheck() {
    let scene = Scene::new();
    let critical = checked_responder().with_extension(oids::OCSP_NO_CHECK, Criticality::Critical, &[5, 0]);
    assert!(
        scene
            .judge(&scene.good(&scene.delegate(&critical)))
            .is_not_revoked()
    );
    // The purpose is there when the responder is made; another certificate for its key lacks it.
    let responder = scene.delegate(&responder_template());
    let good = scene.good(&responder);
    let without = responder_template().without_extension(&oids::EXTENDED_KEY_USAGE);
    let other = scene
        .pki
        .issuing
        .issue(&without, fixed_key(2).public_key(), &serial(51))
        .unwrap();
    let own = good.basic().unwrap().certificates()[0].as_der().to_vec();
    let der = good.as_der();
    let start = der.windows(own.len()).position(|window| window == own).unwrap();
    let bare = &good.basic().unwrap().as_der();
    assert!(start > 0 && bare.ends_with(&own));
    // The answer without its certificate, and the unfit one among the candidates.
    let tail = 4 + 4;
    let mut shortened = bare[4..bare.len() - own.len() - tail].to_vec();
    let length = u16::try_from(shortened.len()).unwrap().to_be_bytes();
    shortened.splice(0..0, [0x30, 0x82, length[0], length[1]]);
    let shortened = OcspResponse::from(BasicOcspResponse::from_der(&shortened).unwrap());
    assert!(shortened.basic().unwrap().certificates().is_empty());
    let judge = |candidate: &Certificate| {
        let lists = [scene.list_of_root.clone()];
        let responses = [shortened.clone()];
        let conditions = PathConditions::new(now())
            .with_revocation(RevocationEvidence::lists(&lists).with_responses(&responses));
        let candidates = [scene.pki.issuing.certificate().clone(), candidate.clone()];
        let anchors = [TrustAnchor::from_certificate(scene.pki.root.certificate())];
        finding(&find_path(&scene.seal, &candidates, &anchors, &conditions))
            .status
            .is_not_revoked()
    };
    assert!(judge(&Certificate::from_der(&own).unwrap()));
    assert!(!judge(&other));
}

#[test]
fn a_delegate_of_another_authority_is_not_believed() {
    let scene = Scene::new();
    let of_root = delegate_of(&scene.pki.root, &responder_template());
    assert_eq!(scene.judge(&scene.good(&of_root)), RevocationStatus::Unknown);
    // The root itself is not the issuer either.
    let root = OcspResponder::of_authority(&scene.pki.root);
    assert_eq!(scene.judge(&scene.good(&root)), RevocationStatus::Unknown);
}

#[test]
fn a_delegate_counts_while_its_certificate_lasts() {
    let scene = Scene::new();
    let validity = |from: &str, to: &str| Validity {
        not_before: at(from),
        not_after: at(to),
    };
    for (validity, is_believed) in [
        (validity("2026-03-31T00:00:00Z", "2026-04-02T00:00:00Z"), true),
        (validity("2026-03-01T00:00:00Z", "2026-03-31T00:00:00Z"), false),
        (validity("2026-04-02T00:00:00Z", "2026-05-01T00:00:00Z"), false),
    ] {
        let responder = scene.delegate(&CertificateTemplate::ocsp_responder(name("応答"), validity));
        let status = scene.judge(&scene.good(&responder));
        assert_eq!(status.is_not_revoked(), is_believed, "{validity:?}");
    }
}

#[test]
fn a_delegate_without_nocheck_must_not_be_revoked() {
    let scene = Scene::new();
    let silent = scene.delegate(&checked_responder());
    let good = scene.good(&silent);
    let judge = |template: &CertificateTemplate, lists: &[RevocationList]| {
        let response = scene.good(&scene.delegate(template));
        let used = finding(&scene.find(&[response], lists, now())).evidence;
        used.iter().map(|used| used.source).collect::<Vec<_>>()
    };
    // The issuer names no way to ask: nothing must speak against the delegate.
    assert!(scene.judge(&good).is_not_revoked());
    let declared = checked_responder().with_crl_uri("http://crl.test/a.crl");
    assert_eq!(judge(&declared, &[]), []);
    // A list that speaks of the delegate and of the seal; made a little before the answer.
    let before = now() - SignedDuration::from_hours(1);
    let clean = list(&scene.pki.issuing, before, &[]);
    // The list vouches for the delegate: both were needed.
    assert_eq!(
        judge(&declared, &[clean]),
        [EvidenceSource::Response(0), EvidenceSource::List(1)]
    );
    let revocation = Revocation {
        serial_number: serial(50),
        revoked_at: at("2026-03-01T00:00:00Z"),
        reason: LOST,
    };
    let speaking = list(&scene.pki.issuing, before, &[revocation]);
    for template in [checked_responder(), declared] {
        let source = judge(&template, std::slice::from_ref(&speaking));
        assert_eq!(source, [EvidenceSource::List(1)]);
    }
}

#[test]
fn a_delegate_does_not_vouch_for_itself() {
    let scene = Scene::new();
    let template = checked_responder().with_ocsp_uri("http://ocsp.test/");
    let key = Arc::new(fixed_key(2));
    let issuer = scene.pki.issuing.certificate();
    let certificate = scene
        .pki
        .issuing
        .issue(&template, key.public_key(), &serial(50))
        .unwrap();
    let responder = OcspResponder::delegated(issuer, certificate.clone(), key).unwrap();
    let about_itself = OcspRequest::new(&certificate, issuer);
    let about_itself = responder
        .answer(&about_itself.to_der(), day(now()), |_| CertificateStatus::Good)
        .unwrap();
    let responses = [scene.good(&responder), about_itself.clone()];
    let outcome = scene.find(&responses, &[], now());
    assert_eq!(finding(&outcome).status, RevocationStatus::Unknown);
    // The issuer's word about the delegate settles it.
    let of_issuer = OcspResponder::of_authority(&scene.pki.issuing)
        .answer(
            &OcspRequest::new(&certificate, issuer).to_der(),
            day(now()),
            |_| CertificateStatus::Good,
        )
        .unwrap();
    let outcome = scene.find(&[scene.good(&responder), of_issuer], &[], now());
    assert!(outcome.is_valid());
}

#[test]
fn an_answer_counts_from_when_it_was_made_until_the_next_was_due() {
    let scene = Scene::new();
    let responder = OcspResponder::of_authority(&scene.pki.issuing);
    let made = at("2026-04-10T00:00:00Z");
    let judge = |period: ResponsePeriod, control: &str, known_until: &str| {
        let response = scene.answer(&responder, CertificateStatus::Good, period);
        let outcome = scene.find_known_until(&[response], &[], at(control), at(known_until));
        finding(&outcome).status.is_not_revoked()
    };
    let dated = day(made);
    assert!(judge(dated, "2026-04-10T12:00:00Z", "2026-04-10T12:00:00Z"));
    assert!(!judge(dated, "2026-04-11T00:00:01Z", "2026-04-12T00:00:00Z"));
    // Made after the control time it knows better.
    assert!(judge(dated, "2026-04-05T00:00:00Z", "2026-04-10T00:00:00Z"));
    assert!(!judge(dated, "2026-04-05T00:00:00Z", "2026-04-09T00:00:00Z"));
    // A responder's clock may be ahead by minutes.
    assert!(judge(dated, "2026-04-09T23:58:00Z", "2026-04-09T23:58:00Z"));
    let undated = ResponsePeriod::undated(made);
    assert!(judge(undated, "2026-04-09T00:00:00Z", "2026-04-12T00:00:00Z"));
    assert!(judge(undated, "2026-04-10T00:04:00Z", "2026-04-12T00:00:00Z"));
    assert!(!judge(undated, "2026-04-10T00:06:00Z", "2026-04-12T00:00:00Z"));
}

#[test]
fn unknown_settles_nothing_and_a_revocation_is_final() {
    let scene = Scene::new();
    let responder = OcspResponder::of_authority(&scene.pki.issuing);
    let unknown = scene.answer(&responder, CertificateStatus::Unknown, day(now()));
    assert_eq!(scene.judge(&unknown), RevocationStatus::Unknown);

    let revoked_at = at("2026-03-01T00:00:00Z");
    let revoked = |reason| CertificateStatus::Revoked { revoked_at, reason };
    let before = now() - SignedDuration::from_hours(1);
    let good = scene.answer(&responder, CertificateStatus::Good, day(now()));
    let judge = |responses: &[OcspResponse], lists: &[RevocationList]| {
        finding(&scene.find(responses, lists, now())).status
    };
    for (reason, expected) in [
        (
            LOST,
            RevocationStatus::Revoked {
                revoked_at,
                reason: LOST,
            },
        ),
        (HELD, RevocationStatus::Good { as_of: now() }),
    ] {
        let older = scene.answer(&responder, revoked(reason), day(before));
        assert_eq!(judge(&[good.clone(), older.clone()], &[]), expected);
        assert_eq!(judge(&[older, good.clone()], &[]), expected);
        let revocation = Revocation {
            serial_number: serial(12),
            revoked_at,
            reason,
        };
        let older = list(&scene.pki.issuing, before, &[revocation]);
        assert_eq!(judge(std::slice::from_ref(&good), &[older]), expected);
    }
    let newer = scene.answer(&responder, revoked(HELD), day(now()));
    let older = list(&scene.pki.issuing, before, &[]);
    assert_eq!(
        judge(&[newer], &[older]),
        RevocationStatus::Revoked {
            revoked_at,
            reason: HELD
        }
    );
}

#[test]
fn revocation_after_the_control_time_is_told_apart() {
    let scene = Scene::new();
    let responder = OcspResponder::of_authority(&scene.pki.issuing);
    let revoked_at = at("2026-04-05T00:00:00Z");
    let status = CertificateStatus::Revoked {
        revoked_at,
        reason: LOST,
    };
    let asked = at("2026-04-06T00:00:00Z");
    let response = [scene.answer(&responder, status, day(asked))];
    let outcome = scene.find_known_until(&response, &[], at("2026-04-04T00:00:00Z"), asked);
    assert!(outcome.is_valid());
    assert_eq!(
        finding(&outcome).status,
        RevocationStatus::RevokedLater {
            revoked_at,
            reason: LOST
        }
    );
    assert!(
        !scene
            .find_known_until(&response, &[], revoked_at, asked)
            .is_valid()
    );
}

#[test]
fn an_answer_made_after_the_end_counts_only_if_the_responder_remembers() {
    let mut scene = Scene::new();
    let validity = Validity {
        not_before: at("2026-01-01T00:00:00Z"),
        not_after: at("2026-04-30T00:00:00Z"),
    };
    scene.seal = scene
        .pki
        .issue(&CertificateTemplate::seal(name("短命"), validity), 13);
    let responder = OcspResponder::of_authority(&scene.pki.issuing);
    let made = at("2026-05-02T00:00:00Z");
    let judge = |period: ResponsePeriod| {
        let response = scene.answer(&responder, CertificateStatus::Good, period);
        let outcome = scene.find_known_until(&[response], &[], at("2026-04-20T00:00:00Z"), made);
        finding(&outcome).status.is_not_revoked()
    };
    assert!(!judge(day(made)));
    assert!(judge(day(made).with_archive_cutoff(at("2026-04-30T00:00:00Z"))));
    assert!(!judge(day(made).with_archive_cutoff(at("2026-05-01T00:00:00Z"))));
}

#[test]
fn a_changed_answer_is_no_evidence() {
    let scene = Scene::new();
    let responder = OcspResponder::of_authority(&scene.pki.issuing);
    let good = scene.good(&responder);
    let mut read = 0;
    for index in 0..good.as_der().len() {
        let mut changed = good.as_der().to_vec();
        changed[index] ^= 1;
        let Ok(changed) = OcspResponse::from_der(&changed) else {
            continue;
        };
        if changed.basic().map(BasicOcspResponse::as_der) == good.basic().map(BasicOcspResponse::as_der) {
            continue;
        }
        read += 1;
        assert_eq!(scene.judge(&changed), RevocationStatus::Unknown, "octet {index}");
    }
    assert!(read > 100);
}
