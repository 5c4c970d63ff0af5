//! The NIST Public Key Interoperability Test Suite against our paths.

use std::collections::BTreeSet;
use std::path::Path;

use akashi_pki::path::{AcceptedPolicies, PolicyConditions, ProblemReason, RevocationEvidence};
use akashi_pki::{Certificate, Oid, PathConditions, PathOutcome, RevocationList, TrustAnchor, find_path};
use serde::Deserialize;

#[derive(Deserialize)]
struct Case {
    id: String,
    name: String,
    cert: String,
    #[serde(default)]
    other_certs: Vec<String>,
    #[serde(default)]
    crls: Vec<String>,
    #[serde(default)]
    params: Params,
    error: Option<Expected>,
}

/// What the reference implementation behind the list says against an invalid path.
#[derive(Deserialize)]
struct Expected {
    class: String,
    #[serde(default)]
    msg_regex: String,
}

impl Expected {
    /// Whether one of our reasons says the same.
    fn agrees_with(&self, outcome: &PathOutcome) -> bool {
        // Our search goes by names, so a name that does not chain ends it.
        let Some(report) = outcome.report() else {
            return self.msg_regex.contains("issuer name");
        };
        let text = self.msg_regex.as_str();
        report.problems.iter().any(|problem| match &problem.reason {
            ProblemReason::Revoked { .. } => self.class == "RevokedError",
            ProblemReason::RevocationUnknown => {
                matches!(
                    self.class.as_str(),
                    "InsufficientRevinfoError" | "StaleRevinfoError"
                )
            }
            ProblemReason::Signature(_) => text.contains("the signature of"),
            ProblemReason::NotYetValid(_) => text.contains("is not valid until"),
            ProblemReason::Expired(_) => text.contains("expired"),
            ProblemReason::NameChaining => text.contains("issuer name"),
            ProblemReason::NotAnAuthority => text.contains("is not a CA"),
            ProblemReason::PathTooLong => text.contains("maximum path length"),
            ProblemReason::IssuingNotAllowed => text.contains("not allowed to sign"),
            ProblemReason::NameNotPermitted(_) => text.contains("permitted namespace"),
            ProblemReason::NameExcluded(_) => text.contains("are excluded"),
            ProblemReason::NoValidPolicy => text.contains("no valid set of policies"),
            ProblemReason::AnyPolicyMapped => text.contains("mapping for the \"any policy\""),
            ProblemReason::UnknownCriticalExtension(oid) => text.contains(&oid.to_string()),
            _ => false,
        })
    }
}

#[derive(Deserialize, Default)]
struct Params {
    user_initial_policy_set: Option<Vec<String>>,
    #[serde(default)]
    initial_explicit_policy: bool,
    #[serde(default)]
    initial_policy_mapping_inhibit: bool,
    #[serde(default)]
    initial_any_policy_inhibit: bool,
}

#[test]
fn every_case_of_pkits_is_judged_as_nist_says() {
    let Some(corpus) = crate::corpus::folder() else {
        return;
    };
    let folder = corpus.join("pkits");
    let text = std::fs::read_to_string(folder.join("pkits.json")).unwrap();
    let cases: Vec<Case> = serde_json::from_str(&text).unwrap();
    assert!(cases.len() > 240, "the suite is cut short: {} cases", cases.len());

    let (mut passed, mut wrong) = (0, Vec::new());
    for case in &cases {
        let outcome = judge(&folder, case);
        let expected = case.error.is_none();
        let is_same_reason = case
            .error
            .as_ref()
            .is_none_or(|error| error.agrees_with(&outcome));
        if outcome.is_valid() == expected && is_same_reason {
            passed += 1;
        } else {
            wrong.push(format!(
                "{} {}: expected {expected} {}, {:?}",
                case.id,
                case.name,
                case.error.as_ref().map_or("", |error| &error.msg_regex),
                outcome.report()
            ));
        }
    }
    println!("PKITS: {passed} of {} as expected", cases.len());
    assert!(
        wrong.is_empty(),
        "{} judged wrongly:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

fn judge(folder: &Path, case: &Case) -> PathOutcome {
    let certificate = |name: &String| {
        let der = std::fs::read(folder.join("certs").join(name)).unwrap();
        Certificate::from_der(&der).unwrap_or_else(|error| panic!("{name}: {error}"))
    };
    let list = |name: &String| {
        let der = std::fs::read(folder.join("crls").join(name)).unwrap();
        RevocationList::from_der(&der).ok()
    };
    let anchors = [TrustAnchor::from_certificate(&certificate(
        &"TrustAnchorRootCertificate.crt".to_owned(),
    ))];
    let candidates: Vec<Certificate> = case.other_certs.iter().map(certificate).collect();
    let mut lists: Vec<RevocationList> = case.crls.iter().filter_map(list).collect();
    lists.extend(list(&"TrustAnchorRootCRL.crl".to_owned()));

    let accepted = case
        .params
        .user_initial_policy_set
        .as_ref()
        .map_or(AcceptedPolicies::Any, |set| {
            AcceptedPolicies::Only(
                set.iter()
                    .map(|oid| Oid::parse(oid).unwrap())
                    .collect::<BTreeSet<_>>(),
            )
        });
    let policies = PolicyConditions {
        accepted,
        require_explicit: case.params.initial_explicit_policy,
        inhibit_mapping: case.params.initial_policy_mapping_inhibit,
        inhibit_any_policy: case.params.initial_any_policy_inhibit,
    };
    let conditions = PathConditions::new("2024-06-01T00:00:00Z".parse().unwrap())
        .with_policies(policies)
        .with_revocation(RevocationEvidence::lists(&lists));
    find_path(&certificate(&case.cert), &candidates, &anchors, &conditions)
}
