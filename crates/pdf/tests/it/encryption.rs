//! Files with an empty user password: read, updated in kind, rewritten.

use akashi_pdf::{
    ActiveContentChoice, Dictionary, Document, EncryptionMethod, IncrementalUpdate, Limits, Name, Object,
    ObjectId, OpenError, PdfString, Reserved,
};

use crate::builder::PdfBuilder;
use crate::judge;

fn sample() -> Vec<u8> {
    let mut builder = PdfBuilder::with_pages(1, "/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>");
    builder
        .stream(4, "", b"BT (hello) Tj ET")
        .object(5, "<</Title(A \\(title\\))/Author<feff8a3c>>>")
        .stream(6, "/Type/Metadata/Subtype/XML", b"<x:xmpmeta/>");
    builder.objects[0].1 = b"<</Type/Catalog/Pages 2 0 R/Metadata 6 0 R>>".to_vec();
    builder
        .classic_with("/Info 5 0 R/ID[<00112233445566778899aabbccddeeff><00112233445566778899aabbccddeeff>]")
}

fn variants() -> Vec<(&'static str, EncryptionMethod, Vec<u8>)> {
    let encrypt = |name, method, options: &[&str], after: &[&str]| {
        let mut arguments = vec!["--allow-weak-crypto", "--encrypt", "", "owner"];
        arguments.extend_from_slice(options);
        arguments.push("--");
        arguments.extend_from_slice(after);
        arguments.extend_from_slice(&["IN", "OUT"]);
        (name, method, judge::transform(&sample(), &arguments))
    };
    let packed = ["--object-streams=generate"];
    vec![
        encrypt("rc4-40", EncryptionMethod::Rc4, &["40"], &[]),
        encrypt("rc4-128", EncryptionMethod::Rc4, &["128", "--use-aes=n"], &[]),
        encrypt(
            "rc4-v4",
            EncryptionMethod::Rc4,
            &["128", "--use-aes=n", "--force-V4"],
            &packed,
        ),
        encrypt(
            "aes-128",
            EncryptionMethod::Aes128,
            &["128", "--use-aes=y"],
            &packed,
        ),
        encrypt(
            "aes-128-clear",
            EncryptionMethod::Aes128,
            &["128", "--use-aes=y", "--cleartext-metadata"],
            &[],
        ),
        encrypt(
            "aes-256-r5",
            EncryptionMethod::Aes256,
            &["256", "--force-R5"],
            &[],
        ),
        encrypt("aes-256", EncryptionMethod::Aes256, &["256"], &packed),
    ]
}

fn info(document: &Document<&[u8]>) -> Dictionary {
    document
        .get_dictionary(document.trailer(), "Info")
        .unwrap()
        .unwrap()
}

fn text(dictionary: &Dictionary, key: &str) -> String {
    dictionary.get(key).unwrap().as_string().unwrap().to_text()
}

#[test]
fn strings_and_streams_are_decrypted() {
    for (name, method, file) in variants() {
        let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
        assert_eq!(document.encryption().unwrap().string_method(), method, "{name}");
        assert_eq!(text(&info(&document), "Title"), "A (title)", "{name}");
        assert_eq!(text(&info(&document), "Author"), "証", "{name}");
        let page = document.pages().unwrap().remove(0);
        assert_eq!(
            document.page_content(&page).unwrap(),
            b"BT (hello) Tj ET\n",
            "{name}"
        );
        let Object::Stream(metadata) = document.get(&document.catalog().unwrap(), "Metadata").unwrap() else {
            panic!()
        };
        assert_eq!(
            document.stream_data(&metadata).unwrap(),
            b"<x:xmpmeta/>",
            "{name}"
        );
    }
}

#[test]
fn updates_are_encrypted_in_kind() {
    for (name, _, file) in variants() {
        let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
        let info_id = document.trailer().reference("Info").unwrap();
        let mut update = IncrementalUpdate::new(&document);
        update
            .edit_dictionary(info_id, |info| info.set("Subject", PdfString::from_text("件名")))
            .unwrap();
        let moved = update.add(Dictionary::new().with("Copy", info(&document).get("Title").unwrap().clone()));
        let content = update.add_stream(Dictionary::new(), b"secret content");
        let signature = update.add(
            Dictionary::new()
                .with("Type", Name::new("Sig"))
                .with("ByteRange", Reserved::byte_range("range"))
                .with("Contents", Reserved::contents("value", 4)),
        );
        let page = document.pages().unwrap().remove(0);
        update.append_page_content(&page, b"q Q").unwrap();
        let mut update = update.write([9; 32]).unwrap();
        let range = update.byte_range_around("value").unwrap();
        update.fill_byte_range("range", range).unwrap();
        update.fill_contents("value", &[1, 2, 3]).unwrap();

        let whole = [file.as_slice(), &update.bytes].concat();
        judge::assert_fine(&whole);
        let updated = Document::open(whole.as_slice(), &Limits::default()).unwrap();
        assert_eq!(
            text(&info(&updated), "Title"),
            "A (title)",
            "{name}: untouched source"
        );
        assert_eq!(text(&info(&updated), "Subject"), "件名", "{name}");
        assert_eq!(
            text(&updated.dictionary(moved).unwrap().unwrap(), "Copy"),
            "A (title)",
            "{name}: other key"
        );
        let Object::Stream(stream) = updated.object(content).unwrap() else {
            panic!()
        };
        assert_eq!(updated.stream_data(&stream).unwrap(), b"secret content", "{name}");
        let value = updated.dictionary(signature).unwrap().unwrap();
        assert_eq!(
            value.get("Contents").unwrap().to_bytes(),
            b"<01020300>",
            "{name}: never encrypted"
        );
        assert_eq!(
            &*value.get("Contents").unwrap().as_string().unwrap().as_bytes(),
            [1, 2, 3, 0],
            "{name}"
        );

        // qpdf reads the same values.
        let plain = judge::transform(&whole, &["--decrypt", "IN", "OUT"]);
        let plain = Document::open(plain.as_slice(), &Limits::default()).unwrap();
        assert!(plain.encryption().is_none());
        assert_eq!(text(&info(&plain), "Subject"), "件名", "{name}");
        assert_eq!(text(&info(&plain), "Title"), "A (title)", "{name}");
        let page = plain.pages().unwrap().remove(0);
        assert!(plain.page_content(&page).unwrap().ends_with(b"q Q\n"), "{name}");
    }
}

#[test]
fn imports_into_and_out_of_encrypted_files() {
    let plain = sample();
    let plain = Document::open(plain.as_slice(), &Limits::default()).unwrap();
    for (name, _, file) in variants() {
        let encrypted = Document::open(file.as_slice(), &Limits::default()).unwrap();
        let info_id = encrypted.trailer().reference("Info").unwrap();
        let mut update = IncrementalUpdate::new(&plain);
        let copy = update.import(&encrypted, info_id).unwrap();
        let form = update.import_page_as_form(&encrypted, 0).unwrap();
        let update = update.write([9; 32]).unwrap();
        let whole = [plain.reader(), update.bytes.as_slice()].concat();
        judge::assert_fine(&whole);
        let updated = Document::open(whole.as_slice(), &Limits::default()).unwrap();
        assert_eq!(
            text(&updated.dictionary(copy).unwrap().unwrap(), "Author"),
            "証",
            "{name}"
        );
        let Object::Stream(stream) = updated.object(form).unwrap() else {
            panic!()
        };
        assert_eq!(
            updated.stream_data(&stream).unwrap().trim_ascii_end(),
            b"BT (hello) Tj ET",
            "{name}"
        );

        let mut update = IncrementalUpdate::new(&encrypted);
        let copy = update.import(&plain, ObjectId::new(5, 0)).unwrap();
        let update = update.write([9; 32]).unwrap();
        let whole = [file.as_slice(), &update.bytes].concat();
        let updated = Document::open(whole.as_slice(), &Limits::default()).unwrap();
        assert_eq!(
            text(&updated.dictionary(copy).unwrap().unwrap(), "Title"),
            "A (title)",
            "{name}"
        );
    }
}

#[test]
fn a_rewritten_file_stays_encrypted() {
    for (name, method, file) in variants() {
        let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
        let rewritten = document.rewrite(ActiveContentChoice::Keep, [4; 32]).unwrap();
        judge::assert_fine(&rewritten);
        let rewritten = Document::open(rewritten.as_slice(), &Limits::default()).unwrap();
        assert_eq!(rewritten.encryption().unwrap().stream_method(), method, "{name}");
        assert_eq!(text(&info(&rewritten), "Title"), "A (title)", "{name}");
        let page = rewritten.pages().unwrap().remove(0);
        assert_eq!(
            rewritten.page_content(&page).unwrap(),
            b"BT (hello) Tj ET\n",
            "{name}"
        );
    }
}

#[test]
fn a_password_is_asked_for_by_name() {
    for bits in ["128", "256"] {
        let arguments = [
            "--allow-weak-crypto",
            "--encrypt",
            "user",
            "owner",
            bits,
            "--",
            "IN",
            "OUT",
        ];
        let file = judge::transform(&sample(), &arguments);
        assert!(matches!(
            Document::open(file.as_slice(), &Limits::default()),
            Err(OpenError::PasswordRequired)
        ));
    }
}
