//! A report in words.

use std::path::Path;

use akashi_validation::words::{self, Language, Summary};
use akashi_validation::{Coverage, Integrity, PathVerdict, SignatureKind, SignatureReport};

use crate::commands::verify::{Answer, summary_of};

/// What is to be said of one file.
pub(super) fn description(path: &Path, answer: &Answer, language: Language) -> String {
    let report = match answer {
        Ok(report) => report,
        Err(error) => {
            let not_judged = choose(language, "検証できません", "not judged");
            return format!("{}: {not_judged}: {error:#}\n", path.display());
        }
    };
    let summary = words::file_summary(summary_of(answer), language);
    let mut lines = vec![format!("{}: {summary}", path.display())];
    for signature in &report.signatures {
        lines.push(format!("  {}", headline(signature, language)));
        let facts = facts(signature, language);
        lines.extend(facts.into_iter().map(|fact| format!("      {fact}")));
    }
    lines.push(String::new());
    lines.join("\n")
}

fn headline(signature: &SignatureReport, language: Language) -> String {
    let mark = match Summary::of_signature(signature) {
        Summary::Good => "ok  ",
        Summary::Open | Summary::NotSigned => "?   ",
        Summary::Bad => "FAIL",
    };
    let what = match signature.facts.kind {
        SignatureKind::Signature => choose(language, "署名", "signature"),
        SignatureKind::DocumentTimeStamp => choose(language, "文書タイムスタンプ", "document time-stamp"),
    };
    let unknown = choose(language, "不明", "unknown");
    let signer = signature
        .signer
        .as_ref()
        .map_or(unknown, |signer| signer.subject.as_str());
    let level = match signature.levels {
        Some(levels) => format!(" [{}]", levels.proven.unwrap_or(levels.found).name()),
        None => String::new(),
    };
    format!("{mark} {what} {:?}: {signer}{level}", signature.facts.field_name)
}

fn facts(signature: &SignatureReport, language: Language) -> Vec<String> {
    let mut facts = vec![words::integrity(signature.integrity, language).to_owned()];
    if let Some(reason) = signature.sub_indication {
        facts.push(format!(
            "{} ({})",
            words::sub_indication(reason, language),
            reason.name()
        ));
    }
    if let PathVerdict::Invalid { problems } = &signature.path {
        let problems = problems.iter().filter(|problem| !is_a_name(problem));
        facts.extend(problems.cloned());
    }
    if signature.integrity == Integrity::Intact {
        let chain = signature
            .chain
            .iter()
            .filter(|one| one.certificate.subject != one.certificate.issuer);
        facts.extend(chain.map(|one| {
            let state = words::revocation(one.revocation, language);
            format!("{}: {state}", one.certificate.subject)
        }));
    }
    facts.push(time(signature, language));
    facts.push(words::coverage(&signature.coverage, language).to_owned());
    if matches!(signature.coverage, Coverage::WholeRevision { .. }) {
        facts.push(words::change_level(signature.later.level, language).to_owned());
    }
    for finding in &signature.later.findings {
        let kind = words::change_kind(finding.change.kind, language);
        let reason = words::finding_reason(finding.reason, language);
        facts.push(format!("{kind} ({}): {reason}", finding.change.place));
    }
    facts
}

/// The names of the standard stand in the reason already.
fn is_a_name(problem: &str) -> bool {
    problem.chars().all(|one| one.is_ascii_uppercase() || one == '_')
}

fn time(signature: &SignatureReport, language: Language) -> String {
    let Some(stamp) = &signature.time_stamp else {
        let without = choose(
            language,
            "タイムスタンプはありません。",
            "There is no time-stamp.",
        );
        return match signature.facts.claimed_time {
            Some(claimed) => {
                let claims = choose(language, "署名者の申告する時刻", "The signer claims");
                format!("{without} {claims}: {claimed:.0}")
            }
            None => without.to_owned(),
        };
    };
    let unknown = choose(language, "不明", "unknown");
    let authority = stamp
        .authority
        .as_ref()
        .map_or(unknown, |authority| authority.subject.as_str());
    let time = stamp
        .gen_time
        .map_or_else(|| unknown.to_owned(), |time| format!("{time:.0}"));
    let said = words::time_stamp(stamp, language);
    match stamp
        .sub_indication
        .filter(|_| signature.facts.kind == SignatureKind::Signature)
    {
        Some(reason) => format!("{said} {time}, {authority} ({})", reason.name()),
        None => format!("{said} {time}, {authority}"),
    }
}

fn choose<'a>(language: Language, ja: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::Ja => ja,
        Language::En => en,
    }
}
