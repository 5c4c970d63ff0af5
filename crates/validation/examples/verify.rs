//! Judges the signatures of a PDF: `verify FILE.pdf ROOTS.pem`.
//!
//! The roots are what you trust, in PEM. `main` is all that it takes; the report has much more to say.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use akashi_pdf::{Document, Limits};
use akashi_pki::Certificate;
use akashi_validation::words::{Language, Summary, file_summary, signature_summary};
use akashi_validation::{Trust, judge};

fn main() -> Result<(), Box<dyn Error>> {
    let [file, roots] = arguments()?;
    let roots = Certificate::all_from_pem(&std::fs::read_to_string(roots)?)?;
    let document = Document::open(std::fs::read(file)?, &Limits::default())?;
    let report = judge(&document, &Trust::in_roots(&roots), now()?)?;
    for signature in &report.signatures {
        let signer = signature
            .signer
            .as_ref()
            .map_or("unknown", |signer| &signer.subject);
        println!("{}, {signer}", signature.facts.field_name);
        println!("  {}", signature_summary(signature, Language::En));
    }
    println!("{}", file_summary(Summary::of_file(&report), Language::En));
    Ok(())
}

fn arguments() -> Result<[String; 2], Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    given
        .try_into()
        .map_err(|_| "usage: verify FILE.pdf ROOTS.pem".into())
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program, unlike the library, has a clock"
)]
fn now() -> Result<jiff::Timestamp, Box<dyn Error>> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(jiff::Timestamp::from_second(i64::try_from(since.as_secs())?)?)
}
