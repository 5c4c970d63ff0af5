//! Basic path validation (RFC 5280, 6.1).

use super::name_constraints::Constraints;
use super::policy_graph::{AnyPolicy, PolicyGraph};
use super::{
    AcceptedPolicies, CertificationPath, PathConditions, PathProblem, PathReport, ProblemReason, Purpose,
    RevocationFinding, RevocationStatus,
};
use crate::algorithm::SignatureAlgorithm;
use crate::asn1::{Asn1Error, Oid};
use crate::certificate::Certificate;
use crate::extension::KeyUsage;
use crate::oids;

/// Extensions that are processed here or that say nothing about validity; others must not be
/// critical.
const KNOWN_EXTENSIONS: [Oid; 15] = [
    oids::BASIC_CONSTRAINTS,
    oids::KEY_USAGE,
    oids::EXTENDED_KEY_USAGE,
    oids::CERTIFICATE_POLICIES,
    oids::POLICY_MAPPINGS,
    oids::POLICY_CONSTRAINTS,
    oids::INHIBIT_ANY_POLICY,
    oids::NAME_CONSTRAINTS,
    oids::SUBJECT_ALT_NAME,
    oids::ISSUER_ALT_NAME,
    oids::SUBJECT_KEY_IDENTIFIER,
    oids::AUTHORITY_KEY_IDENTIFIER,
    oids::CRL_DISTRIBUTION_POINTS,
    oids::NO_REV_AVAIL,
    oids::OCSP_NO_CHECK,
];

pub(super) fn validate(path: &CertificationPath, conditions: &PathConditions<'_>) -> PathReport {
    let mut state = State::new(path, conditions);
    for (position, certificate) in path.certificates.iter().enumerate() {
        state.position = position;
        state.process(certificate);
        if position + 1 < path.certificates.len() {
            state.prepare_for_next(certificate);
        } else {
            state.wrap_up(certificate);
        }
    }
    PathReport {
        problems: state.problems,
        policies: state.graph.constrained_by(&conditions.policies.accepted),
        revocation: vec![
            RevocationFinding::without_evidence(RevocationStatus::NotChecked);
            path.certificates.len()
        ],
        weak_signatures: state.weak_signatures,
    }
}

/// State variables of 6.1.2, named as there.
struct State<'a> {
    path: &'a CertificationPath,
    conditions: &'a PathConditions<'a>,
    position: usize,
    graph: PolicyGraph,
    constraints: Constraints,
    explicit_policy: u64,
    inhibit_any_policy: u64,
    policy_mapping: u64,
    max_path_length: u64,
    problems: Vec<PathProblem>,
    weak_signatures: Vec<usize>,
}

impl<'a> State<'a> {
    fn new(path: &'a CertificationPath, conditions: &'a PathConditions<'a>) -> Self {
        let length = u64::try_from(path.certificates.len()).unwrap_or(u64::MAX);
        let from_input = |inhibited: bool| if inhibited { 0 } else { length + 1 };
        Self {
            path,
            conditions,
            position: 0,
            graph: PolicyGraph::new(),
            constraints: Constraints::default(),
            explicit_policy: from_input(conditions.policies.require_explicit),
            inhibit_any_policy: from_input(conditions.policies.inhibit_any_policy),
            policy_mapping: from_input(conditions.policies.inhibit_mapping),
            max_path_length: length,
            problems: Vec::new(),
            weak_signatures: Vec::new(),
        }
    }

    fn problem(&mut self, reason: ProblemReason) {
        self.problems.push(PathProblem {
            position: self.position,
            reason,
        });
    }

    /// The value of an extension, or its default and a problem when it cannot be read.
    fn read<T: Default>(&mut self, oid: &Oid, value: Result<T, Asn1Error>) -> T {
        value.unwrap_or_else(|error| {
            self.problem(ProblemReason::MalformedExtension {
                oid: oid.clone(),
                error,
            });
            T::default()
        })
    }

    fn is_last(&self) -> bool {
        self.position + 1 == self.path.certificates.len()
    }

    /// 6.1.3: basic certificate processing.
    fn process(&mut self, certificate: &Certificate) {
        if !self.path.is_anchored_directly() {
            if let Err(error) = certificate.verify_issued_by(&self.path.issuer_key(self.position)) {
                self.problem(ProblemReason::Signature(error));
            }
            if !certificate.issuer().matches(self.path.issuer_name(self.position)) {
                self.problem(ProblemReason::NameChaining);
            }
        }
        if certificate
            .signature_algorithm()
            .is_ok_and(SignatureAlgorithm::is_weak)
        {
            self.weak_signatures.push(self.position);
        }
        if self.conditions.at < certificate.not_before() {
            self.problem(ProblemReason::NotYetValid(certificate.not_before()));
        }
        if self.conditions.at > certificate.not_after() {
            self.problem(ProblemReason::Expired(certificate.not_after()));
        }
        if !certificate.is_self_issued() || self.is_last() {
            match self.constraints.violation(certificate) {
                Ok(None) => {}
                Ok(Some(reason)) => self.problem(reason),
                Err(error) => {
                    let oid = oids::SUBJECT_ALT_NAME;
                    self.problem(ProblemReason::MalformedExtension { oid, error });
                }
            }
        }
        self.process_policies(certificate);
        self.check_extensions(certificate);
    }

    /// 6.1.3 (d)–(f).
    fn process_policies(&mut self, certificate: &Certificate) {
        let stated = self.read(&oids::CERTIFICATE_POLICIES, certificate.certificate_policies());
        match stated {
            Some(stated) => {
                let policies: Vec<Oid> = stated.into_iter().map(|information| information.policy).collect();
                let any_policy_counts =
                    self.inhibit_any_policy > 0 || (!self.is_last() && certificate.is_self_issued());
                let any_policy = if any_policy_counts {
                    AnyPolicy::Counts
                } else {
                    AnyPolicy::Inhibited
                };
                self.graph.add_certificate(&policies, any_policy);
            }
            None => self.graph.clear(),
        }
        if self.explicit_policy == 0 && self.graph.is_null() {
            self.problem(ProblemReason::NoValidPolicy);
        }
    }

    /// 6.1.4 (o) and 6.1.5 (f), and RFC 5280, 4.2: one of each kind.
    fn check_extensions(&mut self, certificate: &Certificate) {
        let mut seen: Vec<&Oid> = Vec::new();
        for extension in certificate.extensions() {
            let oid = extension.oid();
            if seen.contains(&oid) {
                self.problem(ProblemReason::DuplicateExtension(oid.clone()));
            }
            if extension.is_critical() && !KNOWN_EXTENSIONS.contains(oid) {
                self.problem(ProblemReason::UnknownCriticalExtension(oid.clone()));
            }
            seen.push(oid);
        }
    }

    /// 6.1.4: preparation for the certificate below.
    fn prepare_for_next(&mut self, certificate: &Certificate) {
        self.process_mappings(certificate);
        let constraints = self.read(&oids::NAME_CONSTRAINTS, certificate.name_constraints());
        if let Some(constraints) = constraints {
            self.constraints.add(constraints);
        }
        // (h)
        if !certificate.is_self_issued() {
            self.explicit_policy = self.explicit_policy.saturating_sub(1);
            self.policy_mapping = self.policy_mapping.saturating_sub(1);
            self.inhibit_any_policy = self.inhibit_any_policy.saturating_sub(1);
        }
        // (i), (j)
        self.apply_policy_constraints(certificate);
        let inhibit = self.read(&oids::INHIBIT_ANY_POLICY, certificate.inhibit_any_policy());
        self.inhibit_any_policy = self.inhibit_any_policy.min(inhibit.unwrap_or(u64::MAX));
        // (k): a certificate of version 1 or 2 has no extension that would make it a CA's.
        let basic = self.read(&oids::BASIC_CONSTRAINTS, certificate.basic_constraints());
        if certificate.version() != 3 || !basic.is_some_and(|basic| basic.is_ca) {
            self.problem(ProblemReason::NotAnAuthority);
        }
        // (l), (m)
        if !certificate.is_self_issued() {
            match self.max_path_length.checked_sub(1) {
                Some(left) => self.max_path_length = left,
                None => self.problem(ProblemReason::PathTooLong),
            }
        }
        if let Some(limit) = basic.and_then(|basic| basic.path_len) {
            self.max_path_length = self.max_path_length.min(limit);
        }
        // (n)
        let usage = self.read(&oids::KEY_USAGE, certificate.key_usage());
        if usage.is_some_and(|usage| !usage.allows(KeyUsage::KEY_CERT_SIGN)) {
            self.problem(ProblemReason::IssuingNotAllowed);
        }
    }

    /// 6.1.4 (a), (b).
    fn process_mappings(&mut self, certificate: &Certificate) {
        let mappings = self.read(&oids::POLICY_MAPPINGS, certificate.policy_mappings());
        let Some(mappings) = mappings else { return };
        let is_any = |oid: &Oid| *oid == oids::ANY_POLICY;
        if mappings
            .iter()
            .any(|pair| is_any(&pair.issuer_policy) || is_any(&pair.subject_policy))
        {
            self.problem(ProblemReason::AnyPolicyMapped);
        }
        if self.policy_mapping > 0 {
            self.graph.map(&mappings);
        } else {
            self.graph.remove_mapped(&mappings);
        }
    }

    fn apply_policy_constraints(&mut self, certificate: &Certificate) {
        let constraints = self.read(&oids::POLICY_CONSTRAINTS, certificate.policy_constraints());
        let Some(constraints) = constraints else { return };
        let explicit = constraints.require_explicit_policy.unwrap_or(u64::MAX);
        self.explicit_policy = self.explicit_policy.min(explicit);
        let mapping = constraints.inhibit_policy_mapping.unwrap_or(u64::MAX);
        self.policy_mapping = self.policy_mapping.min(mapping);
    }

    /// 6.1.5: the end, and what the target's key may be used for.
    fn wrap_up(&mut self, certificate: &Certificate) {
        self.explicit_policy = self.explicit_policy.saturating_sub(1);
        let constraints = self.read(&oids::POLICY_CONSTRAINTS, certificate.policy_constraints());
        if constraints.and_then(|constraints| constraints.require_explicit_policy) == Some(0) {
            self.explicit_policy = 0;
        }
        let accepted = self.graph.constrained_by(&self.conditions.policies.accepted);
        let has_policy = match &accepted {
            AcceptedPolicies::Any => true,
            AcceptedPolicies::Only(policies) => !policies.is_empty(),
        };
        if self.explicit_policy == 0 && !has_policy {
            let reason = ProblemReason::NoValidPolicy;
            let position = self.position;
            if !self
                .problems
                .iter()
                .any(|problem| problem.position == position && problem.reason == reason)
            {
                self.problem(reason);
            }
        }
        // Read even when the purpose does not ask: a target that says nonsense is not valid.
        let basic = certificate.basic_constraints();
        self.read(&oids::BASIC_CONSTRAINTS, basic.map(|_| ()));
        self.check_purpose(certificate);
    }

    fn check_purpose(&mut self, certificate: &Certificate) {
        let usage = self.read(&oids::KEY_USAGE, certificate.key_usage());
        let purposes = self.read(&oids::EXTENDED_KEY_USAGE, certificate.extended_key_usage());
        let signs = |usage: KeyUsage| {
            usage.allows(KeyUsage::DIGITAL_SIGNATURE) || usage.allows(KeyUsage::NON_REPUDIATION)
        };
        let has_any_of = |wanted: &[Oid]| {
            purposes
                .as_ref()
                .map(|purposes| purposes.iter().any(|purpose| wanted.contains(purpose)))
        };
        let (suits_usage, suits_purposes) = match self.conditions.purpose {
            Purpose::Any => (true, true),
            Purpose::DocumentSigning => (
                usage.is_none_or(signs),
                has_any_of(&DOCUMENT_PURPOSES).unwrap_or(true),
            ),
            Purpose::TimeStamping => (
                usage.is_none_or(signs),
                has_any_of(&[oids::KP_TIME_STAMPING]).unwrap_or(false),
            ),
            Purpose::OcspSigning => (
                usage.is_none_or(signs),
                has_any_of(&[oids::KP_OCSP_SIGNING]).unwrap_or(false),
            ),
        };
        if !suits_usage {
            self.problem(ProblemReason::KeyUsage);
        }
        if !suits_purposes {
            self.problem(ProblemReason::KeyPurpose);
        }
    }
}

/// Key purposes under which certificates for signing documents are issued.
const DOCUMENT_PURPOSES: [Oid; 6] = [
    oids::KP_DOCUMENT_SIGNING,
    oids::KP_ADOBE_DOCUMENT_SIGNING,
    oids::KP_MICROSOFT_DOCUMENT_SIGNING,
    oids::KP_EMAIL_PROTECTION,
    oids::KP_CLIENT_AUTH,
    oids::ANY_EXTENDED_KEY_USAGE,
];
