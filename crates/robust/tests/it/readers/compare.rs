//! The comparison, and the reasons of what differs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use akashi_pdf::{Document, Limits, OpenError};

use crate::corpus;
use crate::readers::{Reading, ours, theirs};
use crate::signer::chain;

/// The readers, by name.
type Theirs = Vec<(&'static str, Result<Reading, String>)>;

/// What differs, and why.
type Difference = (String, &'static str);

const UNEXPLAINED: &str = "NO REASON KNOWN";
const ALONE: &str = "the reader stands alone: others read it as we do";

#[test]
fn others_read_the_same() {
    let Some(corpus) = corpus::folder() else { return };
    let mut table = String::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = BTreeSet::new();
    for folder in ["robust", "pyhanko/inputs", "pyhanko/signed", "dss/pdf", "attacks"] {
        for path in corpus::files(&corpus.join(folder), &["pdf"]) {
            let found = differences(&path);
            *counts.entry("files").or_default() += 1;
            if found.is_empty() {
                *counts.entry("read alike by all").or_default() += 1;
                continue;
            }
            writeln!(table, "{folder}/{}", corpus::name(&path)).unwrap();
            for (difference, reason) in found {
                writeln!(table, "    {difference}\n        {reason}").unwrap();
                if reason == UNEXPLAINED {
                    unexplained.insert(corpus::name(&path));
                }
            }
        }
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    insta::assert_snapshot!("readers", format!("{}\n\n{table}", counts.join(", ")));
    assert!(
        unexplained.is_empty(),
        "differences without a reason: {unexplained:?}"
    );
}

fn differences(path: &Path) -> Vec<Difference> {
    let bytes = std::fs::read(path).unwrap();
    let document = Document::open(bytes.as_slice(), &Limits::default());
    let ids = document.as_ref().map(Document::object_ids).unwrap_or_default();
    let ids: Vec<(u32, u16)> = ids.iter().map(|id| (id.number, id.generation)).collect();
    let theirs = vec![
        ("lopdf", theirs::lopdf(&bytes)),
        ("hayro-syntax", theirs::hayro(&bytes, &ids)),
        ("qpdf", theirs::qpdf(path)),
    ];
    if let Err(error) = document {
        return opened_by_others(&error, &theirs);
    }
    let mine = ours::read(&bytes).unwrap();
    let mut found = refused_by_others(&theirs);
    let comparable: Vec<(&str, &Reading)> = theirs
        .iter()
        .filter_map(|(reader, reading)| Some((*reader, reading.as_ref().ok()?)))
        .filter(|(_, reading)| !reading.is_repaired)
        .collect();
    found.extend(structure(&mine, &comparable));
    found.extend(objects(&mine, &comparable));
    found.extend(revisions(&bytes));
    found
}

/// What we do not open, and others do.
fn opened_by_others(error: &OpenError, theirs: &Theirs) -> Vec<Difference> {
    let readers: Vec<&str> = theirs
        .iter()
        .filter(|(_, reading)| reading.is_ok())
        .map(|(reader, _)| *reader)
        .collect();
    if readers.is_empty() {
        return Vec::new();
    }
    let reason = match error {
        error if error.is_damage() => {
            "they rebuild damaged cross-references while opening; here that is `repair`, for unsigned files alone"
        }
        OpenError::NotPdf => "7.5.2: without %PDF- near its beginning a file is no PDF",
        OpenError::PasswordRequired | OpenError::Encryption(_) if readers == ["lopdf"] => {
            "7.6: lopdf gives the objects as they stand, encrypted"
        }
        _ => UNEXPLAINED,
    };
    vec![(
        format!("{} opens it, we do not: {}", readers.join(", "), chain(error)),
        reason,
    )]
}

/// What we open, and others do not, or not as it stands.
fn refused_by_others(theirs: &Theirs) -> Vec<Difference> {
    let mut found = Vec::new();
    for (reader, reading) in theirs {
        match reading {
            Ok(reading) if reading.is_repaired => found.push((
                format!("{reader} opens it after rebuilding its cross-references"),
                "7.5.4: small faults (offsets that miss by a few bytes, entries that lead nowhere) do not stop us, and \
                 what is rebuilt cannot be compared",
            )),
            Ok(_) => {}
            Err(error) => {
                let reason = if theirs.iter().any(|(_, reading)| reading.is_ok()) {
                    ALONE
                } else if error.contains("JSON") {
                    "qpdf --json writes numbers of PDF that are none of JSON"
                } else {
                    UNEXPLAINED
                };
                found.push((format!("{reader} does not open it: {error}"), reason));
            }
        }
    }
    found
}

/// Catalog, pages, revisions.
fn structure(mine: &Reading, theirs: &[(&str, &Reading)]) -> Vec<Difference> {
    let mut found = Vec::new();
    for (reader, reading) in theirs {
        if reading.root != mine.root {
            found.push((
                format!("{reader}: catalog {:?}, we {:?}", reading.root, mine.root),
                UNEXPLAINED,
            ));
        }
        if reading.revisions.is_some() && reading.revisions != mine.revisions {
            let text = format!(
                "{reader}: {:?} revisions, we {:?}",
                reading.revisions, mine.revisions
            );
            found.push((text, UNEXPLAINED));
        }
        match (&mine.pages, &reading.pages) {
            (Ok(mine_count), Ok(count)) if mine_count != count => {
                let is_alone = theirs.iter().any(|(_, other)| other.pages.as_ref() == Ok(mine_count));
                let reason = if is_alone { ALONE } else { UNEXPLAINED };
                found.push((format!("{reader}: {count} pages, we {mine_count}"), reason));
            }
            (Err(fault), Ok(count)) => found.push((
                format!("{reader}: {count} pages, we none: {fault}"),
                "7.7.3.2: a page tree that cannot be read to its end has no count of pages; others count what they reach",
            )),
            _ => {}
        }
    }
    found
}

/// Presence and type of each object.
fn objects(mine: &Reading, theirs: &[(&str, &Reading)]) -> Vec<Difference> {
    let mut grouped: BTreeMap<(String, &'static str), Vec<u32>> = BTreeMap::new();
    for (reader, reading) in theirs {
        let numbers: BTreeSet<u32> = mine
            .objects
            .keys()
            .chain(reading.objects.keys())
            .copied()
            .collect();
        for number in numbers {
            let (ours, other) = (mine.kind(number), reading.kind(number));
            if ours == other {
                continue;
            }
            // hayro-syntax was asked for our objects only, so its silence about others says nothing.
            let was_asked = |other: &str| other != "hayro-syntax" || mine.objects.contains_key(&number);
            let agrees = |(name, other): &(&str, &Reading)| was_asked(name) && other.kind(number) == ours;
            let is_unreadable = matches!(mine.objects.get(&number), Some(Err(_)));
            let reason = match mine.objects.get(&number) {
                _ if !is_unreadable && theirs.iter().any(agrees) => ALONE,
                Some(Err(fault)) => reason_of_fault(fault),
                _ => UNEXPLAINED,
            };
            let fault = match mine.objects.get(&number) {
                Some(Err(fault)) => format!(" ({fault})"),
                _ => String::new(),
            };
            let text = format!("{reader}: {}, we {}{fault}", name(other), name(ours));
            grouped.entry((text, reason)).or_default().push(number);
        }
    }
    let text = |numbers: &[u32]| match numbers {
        [one] => format!("object {one}"),
        [first, .., last] => format!("{} objects ({first} to {last})", numbers.len()),
        [] => String::new(),
    };
    grouped
        .into_iter()
        .map(|((difference, reason), numbers)| (format!("{}: {difference}", text(&numbers)), reason))
        .collect()
}

fn name(kind: Option<crate::readers::Kind>) -> String {
    kind.map_or_else(|| "nothing".to_owned(), |kind| format!("{kind:?}").to_lowercase())
}

/// Why we give no object where others do.
fn reason_of_fault(fault: &str) -> &'static str {
    if fault.contains("stands where") || fault.contains("no indirect object starts here") {
        "7.5.4: the entry does not lead to the object; others look for it elsewhere in the file, which in a signed file \
         would show what no revision says"
    } else if fault.contains("has no end") {
        "7.3.8.1: the data of a stream must be followed by endstream"
    } else if fault.contains("a dictionary key is not a name") {
        "7.3.7: a key must be a name; others leave the broken entries out"
    } else if fault.contains("object stream") {
        "7.5.7: the object stream is broken; others take from it what they can"
    } else {
        UNEXPLAINED
    }
}

/// Each revision: our view of it against lopdf's reading of the file as it was then.
fn revisions(bytes: &[u8]) -> Vec<Difference> {
    let views = ours::revisions(bytes);
    let mut found = Vec::new();
    if views.len() < 2 {
        return found;
    }
    for (index, (end, view)) in views.iter().enumerate() {
        let then = theirs::lopdf(&bytes[..*end]);
        let difference = match (view, then) {
            (None, Err(_)) => continue,
            (_, Ok(then)) if then.is_repaired => (
                "lopdf rebuilds the cross-references of the file as it was then".to_owned(),
                "what is rebuilt cannot be compared",
            ),
            (Some(_), Err(error)) => (
                format!("lopdf does not open the file as it was then: {error}"),
                UNEXPLAINED,
            ),
            (None, Ok(_)) => (
                "lopdf opens the file as it was then, we do not".to_owned(),
                UNEXPLAINED,
            ),
            (Some(view), Ok(then)) => {
                if let (Ok(mine), Ok(pages)) = (&view.pages, &then.pages)
                    && (mine != pages || view.root != then.root)
                {
                    (format!("lopdf: {pages} pages, we {mine}"), UNEXPLAINED)
                } else if view.count() != then.count() {
                    (
                        format!("lopdf: {} objects, we {}", then.count(), view.count()),
                        reason_of_count(view, &then),
                    )
                } else {
                    continue;
                }
            }
        };
        found.push((format!("revision {index}: {}", difference.0), difference.1));
    }
    found
}

/// Why the count of readable objects differs.
fn reason_of_count(view: &Reading, then: &Reading) -> &'static str {
    let more = view
        .objects
        .keys()
        .filter(|number| view.kind(**number).is_some() && then.kind(**number).is_none());
    if more.count() == 1 && view.count() == then.count() + 1 {
        "7.6.2: lopdf drops the encryption dictionary once it has decrypted"
    } else {
        UNEXPLAINED
    }
}
