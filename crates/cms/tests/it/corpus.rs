//! Every signature inside the foreign PDFs, found by a plain scan.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use akashi_cms::{
    AlgorithmProtection, MessageDigestFact, ParseError, SignatureFact, SignedData, SignerFacts, oids,
};

use crate::support::corpus;

/// One `/ByteRange` with the `/Contents` in its gap.
struct Found<'a> {
    covered: Vec<&'a [u8]>,
    contents: Vec<u8>,
}

/// Looks for byte ranges of four numbers whose gap holds a hexadecimal string. No PDF parser: what is
/// encrypted, compressed or malformed is not found.
fn signatures(pdf: &[u8]) -> Vec<Found<'_>> {
    let needle = b"/ByteRange";
    let starts = pdf
        .windows(needle.len())
        .enumerate()
        .filter(|(_, window)| window == needle);
    starts
        .filter_map(|(start, _)| signature_at(pdf, start + needle.len()))
        .collect()
}

fn signature_at(pdf: &[u8], start: usize) -> Option<Found<'_>> {
    let head = pdf.get(start..(start + 120).min(pdf.len()))?;
    let open = head.iter().position(|byte| *byte == b'[')?;
    let close = head.iter().position(|byte| *byte == b']')?;
    let text = std::str::from_utf8(head.get(open + 1..close)?).ok()?;
    let numbers: Vec<usize> = text
        .split_whitespace()
        .filter_map(|number| number.parse().ok())
        .collect();
    let [first, first_len, second, second_len] = numbers[..] else {
        return None;
    };
    let covered = vec![
        pdf.get(first..first.checked_add(first_len)?)?,
        pdf.get(second..second.checked_add(second_len)?)?,
    ];
    let gap = pdf.get(first + first_len..second)?;
    let hex_text = gap.strip_prefix(b"<")?.strip_suffix(b">")?;
    let digits: Vec<u8> = hex_text
        .iter()
        .copied()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    Some(Found {
        covered,
        contents: hex::decode(digits).ok()?,
    })
}

fn pdfs(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(pdfs(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension.eq_ignore_ascii_case("pdf"))
        {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Checks the first signer against the covered bytes, or against the content inside.
fn check(found: &Found<'_>, signed_data: &SignedData) -> Option<SignerFacts> {
    if signed_data.content().is_some() {
        return signed_data.verify_content(0, signed_data.certificates());
    }
    let signer = signed_data.signer_infos().first()?;
    let digest = signer.digest_algorithm().ok()?.digest(&found.covered.concat());
    Some(signer.verify(&digest, signed_data.certificates()))
}

fn sort_into_kinds(folder: &Path) -> BTreeMap<String, usize> {
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for file in pdfs(folder) {
        let pdf = fs::read(&file).unwrap();
        for found in signatures(&pdf) {
            let kind = match SignedData::parse(&found.contents) {
                Err(error) => format!("refused: {error}"),
                Ok(signed_data) => match check(&found, &signed_data) {
                    None => "no signer that can be checked".to_owned(),
                    Some(facts) => describe(&signed_data, &facts),
                },
            };
            if !kind.starts_with("intact") {
                println!("{}: {kind}", file.file_name().unwrap().to_string_lossy());
            }
            *kinds.entry(kind).or_default() += 1;
        }
    }
    kinds
}

fn describe(signed_data: &SignedData, facts: &SignerFacts) -> String {
    let is_token = *signed_data.content_type() == oids::ID_CT_TST_INFO;
    let what = if is_token { "time-stamp" } else { "signature" };
    if facts.is_intact() {
        let weak = if facts.uses_weak_digest {
            ", weak digest"
        } else {
            ""
        };
        let mixed = if facts.has_one_digest_algorithm {
            ""
        } else {
            ", two digest algorithms"
        };
        let is_protected = facts.algorithm_protection == AlgorithmProtection::Matches;
        let protection = if is_protected {
            ", algorithms protected"
        } else {
            ""
        };
        return format!("intact {what}{weak}{mixed}{protection}");
    }
    match (&facts.message_digest, &facts.signature) {
        (MessageDigestFact::Differs, _) => format!("{what} over other bytes"),
        (_, SignatureFact::Valid) => {
            format!(
                "{what}: {:?}, {:?}",
                facts.certificate_binding, facts.algorithm_protection
            )
        }
        (_, signature) => format!("{what}: {signature:?}"),
    }
}

#[test]
fn signatures_of_pyhanko_are_read_and_hold() {
    let Some(corpus) = corpus() else { return };
    let kinds = sort_into_kinds(&corpus.join("pyhanko/signed"));
    println!("pyhanko/signed: {kinds:#?}");
    insta::assert_debug_snapshot!("pyhanko", kinds);
}

#[test]
fn signatures_of_dss_are_read_and_hold() {
    let Some(corpus) = corpus() else { return };
    let kinds = sort_into_kinds(&corpus.join("dss"));
    println!("dss: {kinds:#?}");
    insta::assert_debug_snapshot!("dss", kinds);
}

#[test]
fn signatures_of_attacks_and_odd_files_are_read_or_refused() {
    let Some(corpus) = corpus() else { return };
    let mut kinds = sort_into_kinds(&corpus.join("attacks"));
    for (kind, count) in sort_into_kinds(&corpus.join("robust")) {
        *kinds.entry(kind).or_default() += count;
    }
    println!("attacks and robust: {kinds:#?}");
    insta::assert_debug_snapshot!("attacks_and_robust", kinds);
}

#[test]
fn empty_contents_are_refused_by_name() {
    assert_eq!(SignedData::parse(&[0; 64]).unwrap_err(), ParseError::Empty);
    assert_eq!(SignedData::parse(&[]).unwrap_err(), ParseError::Empty);
}
