//! Every time-stamp token inside the foreign PDFs, found by a plain scan.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use akashi_cms::SignedData;
use akashi_tsp::{Covered, TimeStampToken};

use crate::support::corpus;

/// Hexadecimal strings of more than 2,000 digits: the `/Contents` of signatures.
fn contents(pdf: &[u8]) -> Vec<Vec<u8>> {
    pdf.split(|byte| *byte == b'<')
        .filter_map(|part| {
            let end = part.iter().position(|byte| *byte == b'>')?;
            (end > 2000).then(|| hex::decode(&part[..end]).ok())?
        })
        .collect()
}

fn count(folder: &Path, kinds: &mut BTreeMap<String, usize>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            count(&path, kinds);
            continue;
        }
        for bytes in contents(&fs::read(&path).unwrap()) {
            let Ok(signed_data) = SignedData::parse(&bytes) else {
                continue;
            };
            for signer in signed_data.signer_infos() {
                for token in signer.signature_time_stamps() {
                    let kind = match TimeStampToken::parse(token) {
                        Err(error) => format!("signature time-stamp refused: {error}"),
                        Ok(token) => {
                            let facts = token.verify(Covered::Message(signer.signature()), &[]);
                            let purpose = facts.key_purpose;
                            let imprint = &facts.imprint;
                            let signer = facts.signer.is_intact();
                            format!(
                                "signature time-stamp: imprint {imprint:?}, signature {signer}, {purpose:?}"
                            )
                        }
                    };
                    if !kind.contains("imprint Matches, signature true, TimeStampingOnly") {
                        println!("{}: {kind}", path.file_name().unwrap().to_string_lossy());
                    }
                    *kinds.entry(kind).or_default() += 1;
                }
            }
            if let Ok(token) = TimeStampToken::parse(&bytes) {
                let facts = token.verify(Covered::Message(&[]), &[]);
                let kind = format!("document time-stamp: signature {}", facts.signer.is_intact());
                *kinds.entry(kind).or_default() += 1;
            }
        }
    }
}

#[test]
fn tokens_of_foreign_files_are_read_and_hold() {
    let Some(corpus) = corpus() else { return };
    let mut kinds = BTreeMap::new();
    for folder in ["pyhanko/signed", "dss/pdf", "robust", "attacks"] {
        count(&corpus.join(folder), &mut kinds);
    }
    println!("{kinds:#?}");
    insta::assert_debug_snapshot!(kinds);
}
