//! Signs a PDF with a key and a certificate: `sign IN.pdf KEY.pem CERTIFICATES.pem OUT.pdf`.
//!
//! The key is PKCS#8 without password; of the certificates the signer's comes first. `main` is all that a signature of
//! level B-B takes.

use std::error::Error;
use std::time::{SystemTime, UNIX_EPOCH};

use akashi_pades::{NewField, SignatureDraft, SignerIdentity};
use akashi_pdf::{Document, Limits};
use akashi_pki::{Certificate, Signer, SigningKey, pem};

fn main() -> Result<(), Box<dyn Error>> {
    let [input, key, certificates, output] = arguments()?;
    let file = std::fs::read(input)?;
    let (key, signer) = signer(
        &std::fs::read_to_string(key)?,
        &std::fs::read_to_string(certificates)?,
    )?;

    let document = Document::open(file.as_slice(), &Limits::default())?;
    let field = NewField::<Vec<u8>> {
        name: "Signature",
        label: "",
        appearance: None,
    };
    let prepared = SignatureDraft::new(&document, &field)?.prepare(&signer, now()?, seed()?)?;
    let value = key.sign(prepared.to_be_signed())?;
    let revision = prepared.embed(&value)?.into_revision();
    std::fs::write(output, [file.as_slice(), &revision.bytes].concat())?;
    Ok(())
}

fn arguments() -> Result<[String; 4], Box<dyn Error>> {
    let given: Vec<String> = std::env::args().skip(1).collect();
    given
        .try_into()
        .map_err(|_| "usage: sign IN.pdf KEY.pem CERTIFICATES.pem OUT.pdf".into())
}

fn signer(key: &str, certificates: &str) -> Result<(SigningKey, SignerIdentity), Box<dyn Error>> {
    let blocks = pem::decode_all(key)?;
    let key = SigningKey::from_pkcs8(&blocks.first().ok_or("no key in the file")?.der)?;
    let mut certificates = Certificate::all_from_pem(certificates)?.into_iter();
    let signer = SignerIdentity {
        certificate: certificates.next().ok_or("no certificate in the file")?,
        issuers: certificates.collect(),
        algorithm: key.signature_algorithm(),
    };
    Ok((key, signer))
}

#[expect(
    clippy::disallowed_methods,
    reason = "a program, unlike the library, has a clock"
)]
fn now() -> Result<jiff::Timestamp, Box<dyn Error>> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(jiff::Timestamp::from_second(i64::try_from(since.as_secs())?)?)
}

/// New for every update.
fn seed() -> Result<[u8; 32], Box<dyn Error>> {
    let mut seed = [0; 32];
    aws_lc_rs::rand::fill(&mut seed).map_err(|_| "no source of randomness")?;
    Ok(seed)
}
