//! Other programs that look at our files. They must be installed: a missing one fails the test.

use std::io::Write;
use std::process::{Command, Output};

use tempfile::NamedTempFile;

/// The text of a PDF as poppler extracts it, in content order.
pub(crate) fn text(pdf: &[u8]) -> String {
    let file = stored(pdf);
    let output = run(Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8"])
        .arg(file.path())
        .arg("-"));
    assert!(
        output.status.success(),
        "pdftotext: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The same on one line, for looking for something that a line break may cut.
pub(crate) fn joined(pdf: &[u8]) -> String {
    text(pdf).split_whitespace().collect()
}

/// qpdf must find nothing to complain about.
pub(crate) fn assert_sound(pdf: &[u8]) {
    let file = stored(pdf);
    let output = run(Command::new("qpdf").arg("--check").arg(file.path()));
    let said = String::from_utf8_lossy(&output.stdout);
    let warned = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && warned.is_empty(),
        "qpdf: {said}{warned}"
    );
}

/// The objects of a PDF as qpdf shows them: dictionaries in plain text.
pub(crate) fn objects(pdf: &[u8]) -> serde_json::Value {
    let file = stored(pdf);
    let output = run(Command::new("qpdf")
        .args(["--json", "--json-stream-data=none"])
        .arg(file.path()));
    assert!(
        output.status.success(),
        "qpdf: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

/// An attached file.
pub(crate) fn attachment(pdf: &[u8], name: &str) -> Vec<u8> {
    let file = stored(pdf);
    let output = run(Command::new("qpdf")
        .arg(format!("--show-attachment={name}"))
        .arg(file.path()));
    assert!(
        output.status.success(),
        "qpdf: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// A page as poppler paints it, in grey.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Painted {
    pub(crate) width: u16,
    pub(crate) grey: Vec<u8>,
}

impl Painted {
    /// The middles of the pixels that are darker than `limit`.
    pub(crate) fn ink(&self, limit: u8) -> Vec<(f32, f32)> {
        let position = |index: usize| {
            let index = u32::try_from(index).unwrap();
            let (x, y) = (index % u32::from(self.width), index / u32::from(self.width));
            let middle = |value: u32| f32::from(u16::try_from(value).unwrap()) + 0.5;
            (middle(x), middle(y))
        };
        let dark = self.grey.iter().enumerate().filter(|(_, value)| **value < limit);
        dark.map(|(index, _)| position(index)).collect()
    }
}

pub(crate) fn painted(pdf: &[u8], page: usize, dots_per_inch: u32) -> Painted {
    let file = stored(pdf);
    let page = (page + 1).to_string();
    let output = run(Command::new("pdftoppm")
        .args([
            "-gray",
            "-r",
            &dots_per_inch.to_string(),
            "-f",
            &page,
            "-l",
            &page,
        ])
        .arg(file.path()));
    assert!(
        output.status.success(),
        "pdftoppm: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let mut fields = output.stdout.splitn(4, u8::is_ascii_whitespace);
    assert_eq!(fields.next().unwrap(), b"P5");
    let width = std::str::from_utf8(fields.next().unwrap())
        .unwrap()
        .parse()
        .unwrap();
    let _height = fields.next();
    let rest = fields.next().unwrap();
    let start = rest.iter().position(u8::is_ascii_whitespace).unwrap() + 1;
    Painted {
        width,
        grey: rest[start..].to_vec(),
    }
}

fn stored(pdf: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().unwrap();
    file.write_all(pdf).unwrap();
    file
}

fn run(command: &mut Command) -> Output {
    let name = command.get_program().to_owned();
    command
        .output()
        .unwrap_or_else(|error| panic!("{} cannot be started: {error}", name.display()))
}
