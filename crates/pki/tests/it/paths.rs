//! Paths of our own: what PKITS does not ask.

use std::sync::Arc;

use akashi_pki::asn1::{Tag, Writer};
use akashi_pki::path::{ProblemReason, RevocationEvidence, RevocationStatus};
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, Criticality, EvidencePolicy, GeneralName,
    KeyAlgorithm, OneTimeSubject, PathConditions, PathOutcome, Purpose, Revocation, RevocationList,
    RevocationListPeriod, RevocationReason, SerialNumber, Signer, SigningKey, TrustAnchor, find_path, oids,
};
use jiff::Timestamp;

use crate::support::{MiniPki, at, fixed_key, name, now, serial, years};

fn anchors(pki: &MiniPki) -> [TrustAnchor; 1] {
    [TrustAnchor::from_certificate(pki.root.certificate())]
}

fn find(pki: &MiniPki, target: &Certificate, conditions: &PathConditions<'_>) -> PathOutcome {
    find_path(
        target,
        &[pki.issuing.certificate().clone()],
        &anchors(pki),
        conditions,
    )
}

fn one_time(pki: &MiniPki) -> Certificate {
    let subject = OneTimeSubject {
        common_name: "証 太郎",
        organization: None,
        party_id: "p1",
        mail: Some("taro@example.jp"),
        evidence_policy: EvidencePolicy::Mail.oid(),
    };
    pki.issuing
        .issue_one_time(&subject, fixed_key(2).public_key(), &serial(3), now())
        .unwrap()
}

fn list(authority: &CertificateAuthority, made: Timestamp, revocations: &[Revocation]) -> RevocationList {
    let next_update = made + jiff::SignedDuration::from_hours(24 * 7);
    let period = RevocationListPeriod {
        number: 1,
        this_update: made,
        next_update,
    };
    authority.issue_revocation_list(period, revocations).unwrap()
}

fn reasons(outcome: &PathOutcome) -> Vec<&ProblemReason> {
    outcome
        .report()
        .unwrap()
        .problems
        .iter()
        .map(|problem| &problem.reason)
        .collect()
}

fn statuses(outcome: &PathOutcome) -> Vec<RevocationStatus> {
    let findings = &outcome.report().unwrap().revocation;
    findings.iter().map(|finding| finding.status.clone()).collect()
}

#[test]
fn a_one_time_certificate_holds_from_its_lead_to_the_end_of_its_issuer() {
    let pki = MiniPki::new();
    let certificate = one_time(&pki);
    let judge = |moment: &str| find(&pki, &certificate, &PathConditions::new(at(moment)));
    assert!(judge("2026-04-01T02:55:00Z").is_valid());
    assert!(judge("2045-12-31T23:59:59Z").is_valid());
    assert!(matches!(
        reasons(&judge("2026-04-01T02:54:59Z"))[..],
        [ProblemReason::NotYetValid(_)]
    ));
    let late = judge("2046-01-01T00:00:00Z");
    assert!(matches!(
        reasons(&late)[..],
        [ProblemReason::Expired(_), ProblemReason::Expired(_)]
    ));
    let path = judge("2026-04-02T00:00:00Z").path().unwrap().certificates.clone();
    assert_eq!(path, [pki.issuing.certificate().clone(), certificate.clone()]);
}

#[test]
fn the_evidence_policy_survives_policy_processing() {
    let pki = MiniPki::new();
    let outcome = find(&pki, &one_time(&pki), &PathConditions::new(now()));
    let akashi_pki::path::AcceptedPolicies::Only(policies) = &outcome.report().unwrap().policies else {
        panic!("the end entity states a single policy");
    };
    assert_eq!(policies.iter().collect::<Vec<_>>(), [&EvidencePolicy::Mail.oid()]);
}

#[test]
fn purposes_are_kept_apart() {
    let pki = MiniPki::new();
    let signer = one_time(&pki);
    let stamper = pki.issue(
        &CertificateTemplate::time_stamping(name("時刻"), years("2026", "2036")),
        8,
    );
    let judge = |certificate, purpose| {
        find(
            &pki,
            certificate,
            &PathConditions::new(now()).with_purpose(purpose),
        )
    };
    assert!(judge(&signer, Purpose::DocumentSigning).is_valid());
    assert!(judge(&stamper, Purpose::TimeStamping).is_valid());
    assert_eq!(
        reasons(&judge(&signer, Purpose::TimeStamping)),
        [&ProblemReason::KeyPurpose]
    );
    assert_eq!(
        reasons(&judge(&stamper, Purpose::DocumentSigning)),
        [&ProblemReason::KeyPurpose]
    );
    let authority = pki.issuing.certificate();
    let outcome = find(
        &pki,
        authority,
        &PathConditions::new(now()).with_purpose(Purpose::DocumentSigning),
    );
    assert_eq!(reasons(&outcome), [&ProblemReason::KeyUsage]);
}

#[test]
fn a_one_time_certificate_needs_lists_of_its_issuers_alone() {
    let pki = MiniPki::new();
    let certificate = one_time(&pki);
    let judge = |lists: &[RevocationList]| {
        let conditions = PathConditions::new(now())
            .with_known_until(at("2026-04-02T00:00:00Z"))
            .with_revocation(RevocationEvidence::lists(lists));
        let outcome = find(&pki, &certificate, &conditions);
        statuses(&outcome)
    };
    assert_eq!(
        judge(&[]),
        [RevocationStatus::Unknown, RevocationStatus::NeverPublished]
    );
    let as_of = at("2026-04-01T12:00:00Z");
    let of_root = list(&pki.root, as_of, &[]);
    assert_eq!(
        judge(&[of_root]),
        [RevocationStatus::Good { as_of }, RevocationStatus::NeverPublished]
    );
    let too_late = list(&pki.root, at("2026-04-03T00:00:00Z"), &[]);
    assert_eq!(
        judge(&[too_late]),
        [RevocationStatus::Unknown, RevocationStatus::NeverPublished]
    );
    let too_old = list(&pki.root, at("2026-03-01T00:00:00Z"), &[]);
    assert_eq!(
        judge(&[too_old]),
        [RevocationStatus::Unknown, RevocationStatus::NeverPublished]
    );
}

#[test]
fn revocation_counts_from_its_moment() {
    let pki = MiniPki::new();
    let certificate = pki.issue(
        &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
        12,
    );
    let revoked_at = at("2026-04-10T00:00:00Z");
    let revocation = Revocation {
        serial_number: serial(12),
        revoked_at,
        reason: RevocationReason::KeyCompromise,
    };
    let asked = at("2026-04-12T00:00:00Z");
    let lists = [
        list(&pki.root, asked, &[]),
        list(&pki.issuing, asked, std::slice::from_ref(&revocation)),
    ];
    let judge = |moment: &str| {
        let conditions = PathConditions::new(at(moment))
            .with_known_until(asked)
            .with_revocation(RevocationEvidence::lists(&lists));
        find(&pki, &certificate, &conditions)
    };
    let before = judge("2026-04-09T23:59:59Z");
    assert!(before.is_valid());
    let reason = RevocationReason::KeyCompromise;
    assert_eq!(
        statuses(&before)[1],
        RevocationStatus::RevokedLater { revoked_at, reason }
    );
    assert_eq!(
        reasons(&judge("2026-04-10T00:00:00Z")),
        [&ProblemReason::Revoked { revoked_at, reason }]
    );
}

#[test]
fn a_list_made_after_the_end_of_a_certificate_says_nothing_about_it() {
    let pki = MiniPki::new();
    let validity = akashi_pki::Validity {
        not_before: now(),
        not_after: at("2026-04-30T00:00:00Z"),
    };
    let certificate = pki.issue(&CertificateTemplate::seal(name("短命"), validity), 13);
    let made = at("2026-05-02T00:00:00Z");
    let lists = [list(&pki.root, made, &[]), list(&pki.issuing, made, &[])];
    let conditions = PathConditions::new(at("2026-04-20T00:00:00Z"))
        .with_known_until(made)
        .with_revocation(RevocationEvidence::lists(&lists));
    let outcome = find(&pki, &certificate, &conditions);
    assert_eq!(reasons(&outcome), [&ProblemReason::RevocationUnknown]);
}

#[test]
fn the_newest_list_counts() {
    let pki = MiniPki::new();
    let certificate = pki.issue(
        &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
        12,
    );
    let revoked_at = at("2026-04-02T00:00:00Z");
    let reason = RevocationReason::KeyCompromise;
    let revocation = Revocation {
        serial_number: serial(12),
        revoked_at,
        reason,
    };
    let older = list(&pki.issuing, at("2026-04-01T00:00:00Z"), &[]);
    let newer = list(&pki.issuing, at("2026-04-03T00:00:00Z"), &[revocation]);
    let of_root = list(&pki.root, at("2026-04-03T00:00:00Z"), &[]);
    for lists in [
        [older.clone(), newer.clone(), of_root.clone()],
        [newer, of_root, older],
    ] {
        let conditions = PathConditions::new(at("2026-04-04T00:00:00Z"))
            .with_revocation(RevocationEvidence::lists(&lists));
        let outcome = find(&pki, &certificate, &conditions);
        assert_eq!(
            reasons(&outcome),
            [&ProblemReason::Revoked { revoked_at, reason }]
        );
    }
}

#[test]
fn a_flood_of_lists_and_signers_ends_without_a_verdict() {
    let pki = MiniPki::new();
    let certificate = pki.issue(
        &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
        12,
    );
    let template = CertificateTemplate::root(name("発行"), years("2026", "2045"));
    let impostors: Vec<CertificateAuthority> = (0..60)
        .map(|number| {
            let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
            CertificateAuthority::self_signed(&template, &serial(number), key).unwrap()
        })
        .collect();
    let mut candidates: Vec<Certificate> = impostors
        .iter()
        .map(|impostor| impostor.certificate().clone())
        .collect();
    candidates.push(pki.issuing.certificate().clone());
    let mut lists: Vec<RevocationList> = impostors
        .iter()
        .map(|impostor| list(impostor, now(), &[]))
        .collect();
    lists.push(list(&pki.root, now(), &[]));
    let conditions = PathConditions::new(now()).with_revocation(RevocationEvidence::lists(&lists));
    let outcome = find_path(&certificate, &candidates, &anchors(&pki), &conditions);
    assert_eq!(reasons(&outcome), [&ProblemReason::RevocationUnknown]);
}

#[test]
fn a_clique_of_cross_signers_is_searched_within_bounds() {
    let pki = MiniPki::new();
    let template = CertificateTemplate::root(name("輪"), years("2026", "2045"));
    let keys: Vec<Arc<SigningKey>> = (0..14)
        .map(|_| Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap()))
        .collect();
    let authorities: Vec<CertificateAuthority> = keys
        .iter()
        .map(|key| CertificateAuthority::self_signed(&template, &serial(1), key.clone()).unwrap())
        .collect();
    // Everyone certifies everyone, all under one name; no chain ends at an anchor.
    let candidates: Vec<Certificate> = authorities
        .iter()
        .flat_map(|authority| {
            keys.iter()
                .map(|key| authority.issue(&template, key.public_key(), &serial(2)).unwrap())
        })
        .collect();
    let leaf_key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let leaf = CertificateTemplate::seal(name("葉"), years("2026", "2030"));
    let leaf = authorities[0]
        .issue(&leaf, leaf_key.public_key(), &serial(3))
        .unwrap();
    let outcome = find_path(&leaf, &candidates, &anchors(&pki), &PathConditions::new(now()));
    assert!(matches!(outcome, PathOutcome::NoPath));
}

#[test]
fn a_foreign_list_is_no_evidence() {
    let pki = MiniPki::new();
    let certificate = pki.issue(
        &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
        12,
    );
    // Same name, another key.
    let template = CertificateTemplate::root(name("発行"), years("2026", "2045"));
    let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let impostor = CertificateAuthority::self_signed(&template, &serial(66), key).unwrap();
    let lists = [list(&pki.root, now(), &[]), list(&impostor, now(), &[])];
    let conditions = PathConditions::new(now()).with_revocation(RevocationEvidence::lists(&lists));
    let candidates = [pki.issuing.certificate().clone(), impostor.certificate().clone()];
    let outcome = find_path(&certificate, &candidates, &anchors(&pki), &conditions);
    assert_eq!(reasons(&outcome), [&ProblemReason::RevocationUnknown]);
}

#[test]
fn an_anchor_as_target_and_no_path_at_all() {
    let pki = MiniPki::new();
    let root = pki.root.certificate();
    let conditions = PathConditions::new(now());
    let outcome = find_path(root, &[], &anchors(&pki), &conditions);
    assert!(outcome.is_valid());
    assert!(matches!(
        find_path(&one_time(&pki), &[], &anchors(&pki), &conditions),
        PathOutcome::NoPath
    ));
    assert!(matches!(
        find_path(root, &[], &[], &conditions),
        PathOutcome::NoPath
    ));
}

#[test]
fn an_issuer_of_the_same_name_and_another_key_is_passed_over() {
    let pki = MiniPki::new();
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let template = CertificateTemplate::issuing_authority(name("発行"), years("2026", "2045"));
    let twin = pki.root.issue(&template, key.public_key(), &serial(70)).unwrap();
    let candidates = [twin, pki.issuing.certificate().clone()];
    let outcome = find_path(
        &one_time(&pki),
        &candidates,
        &anchors(&pki),
        &PathConditions::new(now()),
    );
    assert!(outcome.is_valid());
}

#[test]
fn many_issuers_of_one_name_do_not_make_the_search_explode() {
    let pki = MiniPki::new();
    let template = CertificateTemplate::root(name("発行"), years("2026", "2045"));
    let twins: Vec<Certificate> = (0..200_u8)
        .map(|number| {
            let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
            let serial = SerialNumber::from_random([number; 16]);
            CertificateAuthority::self_signed(&template, &serial, key)
                .unwrap()
                .certificate()
                .clone()
        })
        .collect();
    let outcome = find_path(
        &one_time(&pki),
        &twins,
        &anchors(&pki),
        &PathConditions::new(now()),
    );
    assert!(!outcome.is_valid());
}

fn constrained(permitted: &[GeneralName], excluded: &[GeneralName]) -> (MiniPki, CertificateAuthority) {
    let pki = MiniPki::new();
    let mut value = Writer::new();
    value.sequence(|fields| {
        for (number, names) in [(0, permitted), (1, excluded)] {
            if !names.is_empty() {
                fields.nested(Tag::context(number), |subtrees| {
                    for name in names {
                        subtrees.sequence(|subtree| name.write(subtree));
                    }
                });
            }
        }
    });
    let template = CertificateTemplate::issuing_authority(name("制限"), years("2026", "2040"))
        .with_extension(oids::NAME_CONSTRAINTS, Criticality::Critical, &value.finish());
    let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let certificate = pki.root.issue(&template, key.public_key(), &serial(40)).unwrap();
    let authority = CertificateAuthority::new(certificate, key).unwrap();
    (pki, authority)
}

fn judge_name(permitted: &[GeneralName], excluded: &[GeneralName], subject: GeneralName) -> bool {
    let (pki, authority) = constrained(permitted, excluded);
    let template =
        CertificateTemplate::seal(name("試験"), years("2026", "2030")).with_alternative_name(subject);
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let certificate = authority.issue(&template, key.public_key(), &serial(41)).unwrap();
    let candidates = [authority.certificate().clone()];
    find_path(
        &certificate,
        &candidates,
        &anchors(&pki),
        &PathConditions::new(now()),
    )
    .is_valid()
}

#[test]
fn names_stay_inside_the_subtrees_of_their_issuer() {
    let mail = |text: &str| GeneralName::Rfc822(text.to_owned());
    let dns = |text: &str| GeneralName::Dns(text.to_owned());
    let uri = |text: &str| GeneralName::Uri(text.to_owned());
    let ip = |octets: &[u8]| GeneralName::Ip(octets.to_vec());
    let cases = [
        (mail("example.jp"), mail("a@example.jp"), true),
        (mail("example.jp"), mail("a@EXAMPLE.jp"), true),
        (mail("example.jp"), mail("a@sub.example.jp"), false),
        (mail(".example.jp"), mail("a@sub.example.jp"), true),
        (mail(".example.jp"), mail("a@example.jp"), false),
        (mail("a@example.jp"), mail("a@example.jp"), true),
        (mail("a@example.jp"), mail("b@example.jp"), false),
        (
            mail("example.jp"),
            GeneralName::smtp_utf8_mailbox("山田@example.jp"),
            true,
        ),
        (
            mail("example.jp"),
            GeneralName::smtp_utf8_mailbox("山田@example.com"),
            false,
        ),
        (dns("example.jp"), dns("www.example.jp"), true),
        (dns("example.jp"), dns("badexample.jp"), false),
        (uri("example.jp"), uri("https://user@example.jp:8443/x"), true),
        (uri("example.jp"), uri("https://evil.jp/example.jp"), false),
        (uri(".example.jp"), uri("https://a.example.jp?x"), true),
        (uri("example.jp"), uri("urn:isbn:1"), false),
        (ip(&[10, 0, 0, 0, 255, 0, 0, 0]), ip(&[10, 1, 2, 3]), true),
        (ip(&[10, 0, 0, 0, 255, 0, 0, 0]), ip(&[11, 1, 2, 3]), false),
        (ip(&[10, 0, 0, 0, 255, 0, 0, 0]), ip(&[0; 16]), false),
        // A kind that is not constrained is free.
        (mail("example.jp"), dns("anything.test"), true),
    ];
    for (base, subject, is_inside) in cases {
        assert_eq!(
            judge_name(std::slice::from_ref(&base), &[], subject.clone()),
            is_inside,
            "{base:?} {subject:?}"
        );
        let is_comparable = !matches!((&base, &subject), (GeneralName::Rfc822(_), GeneralName::Dns(_)));
        let is_allowed = !(is_inside && is_comparable);
        assert_eq!(
            judge_name(&[], std::slice::from_ref(&base), subject.clone()),
            is_allowed,
            "{base:?} {subject:?}"
        );
    }
}

#[test]
fn constraints_of_an_unknown_form_do_not_let_pass() {
    let registered = GeneralName::RegisteredId(akashi_pki::Oid::parse("1.2.3").unwrap());
    assert!(!judge_name(
        std::slice::from_ref(&registered),
        &[],
        registered.clone()
    ));
    assert!(!judge_name(
        &[],
        std::slice::from_ref(&registered),
        registered.clone()
    ));
}

#[test]
fn directory_names_are_constrained_by_prefix() {
    let base = |text: &str| {
        let builder = akashi_pki::DistinguishedName::builder().country("JP").unwrap();
        GeneralName::Directory(builder.organization(text).unwrap().build())
    };
    let other = GeneralName::Dns("x.test".to_owned());
    assert!(judge_name(&[base("あかし試験")], &[], other.clone()));
    assert!(!judge_name(&[base("別の会社")], &[], other.clone()));
    assert!(!judge_name(&[], &[base("あかし試験")], other));
}

#[test]
fn unknown_critical_and_doubled_extensions_are_refused() {
    let pki = MiniPki::new();
    let unknown = akashi_pki::Oid::parse("1.2.3.4").unwrap();
    let template = CertificateTemplate::seal(name("未知"), years("2026", "2030")).with_extension(
        unknown.clone(),
        Criticality::Critical,
        &[5, 0],
    );
    let outcome = find(&pki, &pki.issue(&template, 20), &PathConditions::new(now()));
    assert_eq!(
        reasons(&outcome),
        [&ProblemReason::UnknownCriticalExtension(unknown.clone())]
    );

    let template = CertificateTemplate::seal(name("二重"), years("2026", "2030"))
        .with_extension(unknown.clone(), Criticality::NonCritical, &[5, 0])
        .with_extension(unknown.clone(), Criticality::NonCritical, &[5, 0]);
    let outcome = find(&pki, &pki.issue(&template, 21), &PathConditions::new(now()));
    assert_eq!(reasons(&outcome), [&ProblemReason::DuplicateExtension(unknown)]);
}

#[test]
fn nothing_is_issued_below_an_end_entity_or_past_the_path_length() {
    let pki = MiniPki::new();
    let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let template = CertificateTemplate::issuing_authority(name("孫"), years("2026", "2040"));
    let grandchild = pki
        .issuing
        .issue(&template, key.public_key(), &serial(30))
        .unwrap();
    let authority = CertificateAuthority::new(grandchild.clone(), key).unwrap();
    let leaf_key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let leaf = authority
        .issue(
            &CertificateTemplate::seal(name("葉"), years("2026", "2030")),
            leaf_key.public_key(),
            &serial(31),
        )
        .unwrap();
    let candidates = [pki.issuing.certificate().clone(), grandchild];
    let outcome = find_path(&leaf, &candidates, &anchors(&pki), &PathConditions::new(now()));
    assert_eq!(reasons(&outcome), [&ProblemReason::PathTooLong]);
}
