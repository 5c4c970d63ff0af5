//! The valid policies of a path as a graph (RFC 5280, 6.1 with the corrections of RFC 9618).
//!
//! RFC 5280 describes a tree that hostile policy mappings let grow exponentially. RFC 9618 joins equal
//! policies of one depth into one node, which bounds the size by certificates × policies.

use std::collections::{BTreeMap, BTreeSet};

use super::AcceptedPolicies;
use crate::asn1::Oid;
use crate::extension::PolicyMapping;
use crate::oids::ANY_POLICY;

/// Nodes of one depth by their policy.
type Level = BTreeMap<Oid, Node>;

#[derive(Clone, Debug)]
struct Node {
    expected: BTreeSet<Oid>,
    /// Policies of the nodes above; empty at depth 0.
    parents: BTreeSet<Oid>,
}

/// The `valid_policy_graph`; gone (NULL) once no policy is left.
#[derive(Clone, Debug)]
pub(super) struct PolicyGraph {
    levels: Option<Vec<Level>>,
}

/// How `anyPolicy` in a certificate counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum AnyPolicy {
    Counts,
    Inhibited,
}

impl PolicyGraph {
    pub(super) fn new() -> Self {
        let root = Node {
            expected: BTreeSet::from([ANY_POLICY]),
            parents: BTreeSet::new(),
        };
        Self {
            levels: Some(vec![Level::from([(ANY_POLICY, root)])]),
        }
    }

    pub(super) fn is_null(&self) -> bool {
        self.levels.is_none()
    }

    /// 6.1.3 (e): the certificate states no policies.
    pub(super) fn clear(&mut self) {
        self.levels = None;
    }

    /// 6.1.3 (d): the certificate states `policies`.
    pub(super) fn add_certificate(&mut self, policies: &[Oid], any_policy: AnyPolicy) {
        let Some(levels) = &mut self.levels else { return };
        let Some(above) = levels.last() else { return };
        let mut level = Level::new();
        // (1)
        for policy in policies.iter().filter(|policy| **policy != ANY_POLICY) {
            let mut parents = expecting(above, policy);
            if parents.is_empty() && above.contains_key(&ANY_POLICY) {
                parents.insert(ANY_POLICY);
            }
            if !parents.is_empty() {
                let expected = BTreeSet::from([policy.clone()]);
                level.insert(policy.clone(), Node { expected, parents });
            }
        }
        // (2)
        if policies.contains(&ANY_POLICY) && any_policy == AnyPolicy::Counts {
            let wanted: BTreeSet<&Oid> = above.values().flat_map(|node| &node.expected).collect();
            for policy in wanted {
                if !level.contains_key(policy) {
                    let expected = BTreeSet::from([policy.clone()]);
                    level.insert(
                        policy.clone(),
                        Node {
                            expected,
                            parents: expecting(above, policy),
                        },
                    );
                }
            }
        }
        levels.push(level);
        self.prune();
    }

    /// 6.1.4 (b): the certificate maps policies and mapping is allowed.
    pub(super) fn map(&mut self, mappings: &[PolicyMapping]) {
        let Some(level) = self.levels.as_mut().and_then(|levels| levels.last_mut()) else {
            return;
        };
        let mut by_issuer: BTreeMap<&Oid, BTreeSet<Oid>> = BTreeMap::new();
        for mapping in mappings {
            by_issuer
                .entry(&mapping.issuer_policy)
                .or_default()
                .insert(mapping.subject_policy.clone());
        }
        for (issuer_policy, expected) in by_issuer {
            if let Some(node) = level.get_mut(issuer_policy) {
                node.expected = expected;
            } else if level.contains_key(&ANY_POLICY) {
                let parents = BTreeSet::from([ANY_POLICY]);
                level.insert(issuer_policy.clone(), Node { expected, parents });
            }
        }
    }

    /// 6.1.4 (b): the certificate maps policies and mapping is inhibited.
    pub(super) fn remove_mapped(&mut self, mappings: &[PolicyMapping]) {
        let Some(level) = self.levels.as_mut().and_then(|levels| levels.last_mut()) else {
            return;
        };
        for mapping in mappings {
            level.remove(&mapping.issuer_policy);
        }
        self.prune();
    }

    /// 6.1.5 (g): the `user-constrained-policy-set`.
    pub(super) fn constrained_by(&self, accepted: &AcceptedPolicies) -> AcceptedPolicies {
        let authority = self.authority_constrained();
        match accepted {
            _ if authority.contains(&ANY_POLICY) => accepted.clone(),
            AcceptedPolicies::Any => AcceptedPolicies::Only(authority),
            AcceptedPolicies::Only(wanted) => {
                AcceptedPolicies::Only(authority.intersection(wanted).cloned().collect())
            }
        }
    }

    /// Policies as the anchor's domain names them: nodes directly below `anyPolicy`, and `anyPolicy`
    /// itself when it lasts to the end.
    fn authority_constrained(&self) -> BTreeSet<Oid> {
        let Some(levels) = &self.levels else {
            return BTreeSet::new();
        };
        let only_any = BTreeSet::from([ANY_POLICY]);
        let mut policies: BTreeSet<Oid> = levels
            .iter()
            .flatten()
            .filter(|(policy, node)| **policy != ANY_POLICY && node.parents == only_any)
            .map(|(policy, _)| policy.clone())
            .collect();
        if levels.last().is_some_and(|level| level.contains_key(&ANY_POLICY)) {
            policies.insert(ANY_POLICY);
        }
        policies
    }

    /// 6.1.3 (d)(3): removes nodes without children, from the bottom up.
    fn prune(&mut self) {
        let Some(levels) = &mut self.levels else { return };
        let mut wanted: Option<BTreeSet<Oid>> = None;
        for level in levels.iter_mut().rev() {
            if let Some(wanted) = &wanted {
                level.retain(|policy, _| wanted.contains(policy));
            }
            wanted = Some(
                level
                    .values()
                    .flat_map(|node| node.parents.iter().cloned())
                    .collect(),
            );
        }
        if levels.last().is_none_or(BTreeMap::is_empty) {
            self.levels = None;
        }
    }
}

fn expecting(level: &Level, policy: &Oid) -> BTreeSet<Oid> {
    level
        .iter()
        .filter(|(_, node)| node.expected.contains(policy))
        .map(|(own, _)| own.clone())
        .collect()
}
