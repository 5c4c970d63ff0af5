//! Files made to be expensive: each ends in a named error or in an answer, within the bounds of time and memory.

mod files;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::Arc;

use akashi_pades::{Permission, examine};
use akashi_pdf::{Document, Limits, Object};
use akashi_validation::{Trust, judge};

use crate::process::measured;
use crate::signer::{Outcome, Seal, chain, now};

/// Everything that is done to an upload, with the bounds of the product. Gives what each step said.
fn exercise(bytes: &[u8], seal: &Seal) -> Vec<String> {
    let mut said = Vec::new();
    let mut say = |step: &str, error: &dyn std::error::Error| said.push(format!("{step}: {}", chain(error)));
    match Document::open(bytes, &Limits::default()) {
        Err(error) => say("open", &error),
        Ok(document) => {
            match document.pages() {
                Err(error) => say("pages", &error),
                Ok(pages) => {
                    for page in pages.iter().take(2) {
                        if let Err(error) = document.page_content(page) {
                            say("content", &error);
                        }
                        if let Err(error) = document.page_annotations(page) {
                            say("annotations", &error);
                        }
                    }
                }
            }
            if let Err(error) = document.form() {
                say("form", &error);
            }
            if let Err(error) = document.signatures() {
                say("signatures", &error);
            }
            if let Err(error) = document.active_content() {
                say("active content", &error);
            }
            let mut faults = BTreeSet::new();
            for id in document.object_ids() {
                let data = document.object(id).and_then(|object| match object {
                    Object::Stream(stream) => document.stream_data(&stream).map(|data| data.len()),
                    _ => Ok(0),
                });
                if let Err(error) = data {
                    faults.insert(chain(&error));
                }
                if faults.len() > 3 {
                    break;
                }
            }
            said.extend(faults.into_iter().map(|fault| format!("objects: {fault}")));
            match examine(&document) {
                Err(error) => said.push(format!("intake: {}", chain(&error))),
                Ok(intake) => {
                    if let Permission::Refused { reason } = intake.permission {
                        said.push(format!("intake: {reason}"));
                    }
                }
            }
            match judge(&document, &Trust::in_roots(&[]), now()) {
                Err(error) => said.push(format!("judge: {}", chain(&error))),
                Ok(report) => assert!(!report.stands_for_whole_document()),
            }
        }
    }
    said.push(match seal.sign(bytes) {
        Outcome::Refused(refused) => format!("signing: refused: {}", refused.reason()),
        Outcome::Signed {
            is_repaired: true, ..
        } => "signing: done after repair".to_owned(),
        Outcome::Signed { .. } => "signing: done".to_owned(),
    });
    said
}

#[test]
fn hostile_files_end_in_time_and_in_memory() {
    let seal = Arc::new(Seal::new());
    let mut table = String::new();
    for (name, make) in files::ALL {
        let seal = Arc::clone(&seal);
        let bytes = make();
        let length = bytes.len();
        let done = measured(name, move || exercise(&bytes, &seal));
        println!(
            "{name}: {length} bytes, {:.1} s, {} MiB at most",
            done.time.as_secs_f64(),
            done.peak_kib >> 10
        );
        writeln!(table, "{name}").unwrap();
        for line in done.value {
            writeln!(table, "    {line}").unwrap();
        }
    }
    insta::assert_snapshot!("hostile", table);
}
