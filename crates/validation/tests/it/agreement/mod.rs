//! Our judgements beside those of others, case by case. Where both differ, the difference must have an explanation by
//! its kind; the table of all differences is a snapshot.

mod dss;
mod explain;
mod pyhanko;

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// One question that one case answers differently here and there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disagreement {
    /// Which file, and which signature in it.
    pub(crate) case: String,
    pub(crate) question: Question,
    pub(crate) ours: String,
    pub(crate) theirs: String,
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    /// Whether the file is opened and judged.
    Opened,
    /// Whether the signed bytes are there as they were signed.
    Intact,
    /// Whether the certificate leads to a trust anchor and holds.
    Trusted,
    /// What the signature covers.
    Coverage,
    /// How far later changes go.
    Changes,
    /// Whether they are permitted.
    Permitted,
    /// The indication of EN 319 102-1.
    Indication,
    /// The reason for it.
    SubIndication,
    /// How many signatures and time-stamps there are.
    Count,
}

/// The table: for each kind of difference why it is one, and the cases.
///
/// # Panics
/// When a difference has no explanation.
pub(crate) fn table(disagreements: &[Disagreement]) -> String {
    let mut kinds: BTreeMap<(Question, &str, &str), (&str, Vec<&str>)> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for one in disagreements {
        match explain::explanation(one) {
            Some(explanation) => {
                let key = (one.question, one.ours.as_str(), one.theirs.as_str());
                let kind = kinds.entry(key).or_insert((explanation, Vec::new()));
                kind.1.push(&one.case);
            }
            None => unexplained.push(one),
        }
    }
    assert!(unexplained.is_empty(), "without explanation: {unexplained:#?}");
    let mut text = String::new();
    for ((question, ours, theirs), (explanation, cases)) in kinds {
        writeln!(text, "{question:?}: {ours}, they say {theirs}\n  {explanation}").unwrap();
        for case in cases {
            writeln!(text, "  - {case}").unwrap();
        }
        text.push('\n');
    }
    text
}
