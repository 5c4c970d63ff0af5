//! Files that are encrypted with an empty password: signed, and read by others afterwards.

use std::path::{Path, PathBuf};
use std::process::Command;

use akashi_pdf::{Document, EncryptionMethod, Limits};

use crate::foreign::{differences, judged};
use crate::signer::{Outcome, Seal};

/// Name, options of qpdf, and how strings and streams are encrypted then.
type Variant = (
    &'static str,
    &'static [&'static str],
    EncryptionMethod,
    EncryptionMethod,
);

use EncryptionMethod::{Aes128, Aes256, Identity, Rc4};

const VARIANTS: &[Variant] = &[
    ("rc4-40", &["40", "--"], Rc4, Rc4),
    ("rc4-128", &["128", "--use-aes=n", "--"], Rc4, Rc4),
    (
        "rc4-128-v4",
        &["128", "--use-aes=n", "--force-V4", "--"],
        Rc4,
        Rc4,
    ),
    (
        "rc4-128-packed",
        &["128", "--use-aes=n", "--", "--object-streams=generate"],
        Rc4,
        Rc4,
    ),
    ("aes-128", &["128", "--use-aes=y", "--"], Aes128, Aes128),
    (
        "aes-128-packed",
        &["128", "--use-aes=y", "--", "--object-streams=generate"],
        Aes128,
        Aes128,
    ),
    (
        "aes-128-clear-metadata",
        &["128", "--use-aes=y", "--cleartext-metadata", "--"],
        Aes128,
        Aes128,
    ),
    (
        "aes-128-clear-strings",
        &["128", "--use-aes=y", "--"],
        Identity,
        Aes128,
    ),
    ("aes-256-r5", &["256", "--force-R5", "--"], Aes256, Aes256),
    ("aes-256-r6", &["256", "--"], Aes256, Aes256),
    (
        "aes-256-r6-packed",
        &["256", "--", "--object-streams=generate"],
        Aes256,
        Aes256,
    ),
    (
        "aes-256-r6-clear-metadata",
        &["256", "--cleartext-metadata", "--"],
        Aes256,
        Aes256,
    ),
];

/// The seed of the fuzzers, encrypted with `password`.
fn encrypt(folder: &Path, name: &str, password: &str, options: &[&str]) -> PathBuf {
    let seed = crate::corpus::workspace().join("fuzz/seeds/pdf/classic.pdf");
    let output = folder.join(format!("{name}.pdf"));
    let status = Command::new("qpdf")
        .args(["--allow-weak-crypto", "--encrypt", password, "owner"])
        .args(options)
        .args([&seed, &output])
        .status()
        .expect("qpdf must be installed");
    assert!(status.success(), "{name}");
    if name == "aes-128-clear-strings" {
        let file = std::fs::read(&output).unwrap();
        std::fs::write(&output, with_clear_strings(&file)).unwrap();
    }
    output
}

/// Says that strings are not encrypted (7.6.6), in place: the optional AuthEvent makes room. The strings of the file
/// are then what they look like, cipher text.
fn with_clear_strings(file: &[u8]) -> Vec<u8> {
    let text: String = file.iter().map(|byte| char::from(*byte)).collect();
    let (event, filter) = ("/AuthEvent /DocOpen", "/StrF /StdCF");
    assert!(text.contains(event) && text.contains(filter));
    let text = text
        .replace(event, &" ".repeat(event.len() - 3))
        .replace(filter, "/StrF /Identity");
    let bytes: Vec<u8> = text
        .chars()
        .map(|letter| u8::try_from(u32::from(letter)).unwrap())
        .collect();
    assert_eq!(bytes.len(), file.len());
    bytes
}

#[test]
fn every_kind_of_encryption_is_signed_in_kind() {
    let folder = tempfile::tempdir().unwrap();
    let seal = Seal::new();
    for (name, options, strings, streams) in VARIANTS {
        let file = std::fs::read(encrypt(folder.path(), name, "", options)).unwrap();
        let Outcome::Signed {
            is_repaired: false,
            invisible,
            visible: Some(visible),
            ..
        } = seal.sign(&file)
        else {
            panic!("{name} is not signed")
        };
        for signed in [invisible, visible] {
            let document = Document::open(signed.as_slice(), &Limits::default()).unwrap();
            let encryption = document.encryption().unwrap();
            assert_eq!(encryption.string_method(), *strings, "{name}");
            assert_eq!(encryption.stream_method(), *streams, "{name}");
            let signature = document.signatures().unwrap().pop().unwrap();
            let contents = signature.contents.unwrap();
            assert!(contents.starts_with(b"0"), "{name}: Contents is never encrypted");
            let page = document.pages().unwrap().remove(0);
            let content = document.page_content(&page).unwrap();
            assert!(content.windows(7).any(|window| window == b"(hello)"), "{name}");
        }
    }
}

#[test]
fn a_password_is_a_reason_to_refuse() {
    let folder = tempfile::tempdir().unwrap();
    for (name, options, ..) in VARIANTS
        .iter()
        .filter(|variant| variant.0 != "aes-128-clear-strings")
    {
        let file = std::fs::read(encrypt(folder.path(), name, "secret", options)).unwrap();
        let Outcome::Refused(refused) = Seal::new().sign(&file) else {
            panic!("{name} was signed without its password")
        };
        assert_eq!(
            refused.reason(),
            "the file is protected with a password",
            "{name}"
        );
    }
}

#[test]
#[ignore = "run by the interop stage: needs the outside judges"]
fn others_agree_about_encrypted_files() {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = VARIANTS
        .iter()
        .map(|(name, options, ..)| encrypt(folder.path(), name, "", options))
        .collect();
    let rows = judged(&files, folder.path());
    assert_eq!(rows.len(), VARIANTS.len());
    for row in rows {
        assert!(row.refused.is_none(), "{}: {}", row.name, row.ours);
        let signed = row.facts["signed"].as_array().unwrap();
        assert_eq!(signed.len(), 2);
        for signed in signed {
            assert_eq!(signed["qpdf"], 0, "{}", row.name);
        }
        // Revision 5 was Adobe's alone (ISO 32000-2, 7.6.4.1); pyHanko takes it for revision 6.
        if row.name == "aes-256-r5.pdf" {
            assert_eq!(row.facts["original"]["opens"], "PermissionError: password");
            continue;
        }
        assert_eq!(differences(&row), [], "{}", row.name);
        for signed in signed {
            assert_eq!(signed["accepted"], true, "{}", row.name);
        }
    }
}
