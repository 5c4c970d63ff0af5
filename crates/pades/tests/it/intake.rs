//! What files allow.

use akashi_pades::{Permission, Refusal, examine};
use akashi_pdf::{Document, Limits};

use crate::files::{file, one_page, open};

/// A file with a filled signature field whose dictionary has these entries, an empty one, and a text field.
fn signed(signature: &str, lock: &str, empty: &str) -> Vec<u8> {
    let value = format!("<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents<00> {signature}>>");
    let field = format!("<</Type/Annot/Subtype/Widget/FT/Sig/T(done)/V 6 0 R/Rect[0 0 0 0]/P 3 0 R {lock}>>");
    let empty = format!("<</Type/Annot/Subtype/Widget/FT/Sig/T(open)/Rect[0 0 0 0]/P 3 0 R {empty}>>");
    file(&[
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</SigFlags 3/Fields[5 0 R 7 0 R 8 0 R]>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Annots[5 0 R 7 0 R 8 0 R]>>",
        "<</Type/SigFieldLock/Action/All>>",
        &field,
        &value,
        &empty,
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(text)/Rect[0 0 10 10]/P 3 0 R>>",
    ])
}

fn permission(file: &[u8]) -> Permission {
    examine(&open(file)).unwrap().permission
}

fn reference(method: &str, parameters: &str) -> String {
    format!(
        "/Reference[<</Type/SigRef/TransformMethod/{method}/TransformParams<</Type/TransformParams/V/1.2 {parameters}>>>>]"
    )
}

#[test]
fn an_unsigned_file_allows_everything() {
    let intake = examine(&open(&one_page("/MediaBox[0 0 595 842]/Rotate 90"))).unwrap();
    assert_eq!(intake.permission, Permission::Unsigned);
    assert_eq!(
        (intake.page_sizes[0].width, intake.page_sizes[0].height),
        (842.0, 595.0)
    );
    assert_eq!(intake.signature_count, 0);
    assert!(!intake.is_hybrid && !intake.has_wrong_size && !intake.is_encrypted);
}

#[test]
fn what_a_signature_allows_follows_from_its_locks() {
    let only_open = Permission::ExistingFieldsOnly {
        names: vec!["open".to_owned()],
    };
    let refused = |reason| Permission::Refused { reason };
    let no_field = refused(Refusal::NoUsableSignatureField);
    let certified = refused(Refusal::CertifiedAgainstChanges);
    let cases = [
        (signed("", "", ""), Permission::SignatureFieldsOnly),
        (signed(&reference("DocMDP", "/P 1"), "", ""), certified.clone()),
        (signed(&reference("DocMDP", "/P 2"), "", ""), only_open.clone()),
        (signed(&reference("DocMDP", "/P 3"), "", ""), only_open.clone()),
        (signed(&reference("DocMDP", ""), "", ""), only_open.clone()),
        (
            signed(&reference("FieldMDP", "/Action/Include/Fields[(text)]"), "", ""),
            Permission::SignatureFieldsOnly,
        ),
        (
            signed(&reference("FieldMDP", "/Action/Exclude/Fields[(open)]"), "", ""),
            only_open.clone(),
        ),
        (
            signed(&reference("FieldMDP", "/Action/Exclude/Fields[(text)]"), "", ""),
            no_field.clone(),
        ),
        (
            signed(&reference("FieldMDP", "/Action/All"), "", ""),
            no_field.clone(),
        ),
        // The lock of a signed field counts even where the signature does not repeat it.
        (signed("", "/Lock 4 0 R", ""), no_field.clone()),
        (
            signed("", "/Lock<</Action/Include/Fields[(text)]/P 1>>", ""),
            certified,
        ),
        (
            signed("", "/Lock<</Action/Include/Fields[(text)]/P 2>>", ""),
            only_open.clone(),
        ),
        // The lock of an empty field is not in force yet.
        (signed("", "", "/Lock 4 0 R"), Permission::SignatureFieldsOnly),
        // Fields with demands that are not met cannot be used.
        (
            signed(
                &reference("DocMDP", "/P 2"),
                "",
                "/SV<</Ff 2/SubFilter[/adbe.pkcs7.detached]>>",
            ),
            no_field.clone(),
        ),
        (
            signed(
                &reference("DocMDP", "/P 2"),
                "",
                "/SV<</Ff 2/SubFilter[/ETSI.CAdES.detached]>>",
            ),
            only_open.clone(),
        ),
        (
            signed(
                &reference("DocMDP", "/P 2"),
                "",
                "/SV<</Ff 64/DigestMethod[(SHA512)]>>",
            ),
            no_field.clone(),
        ),
        (
            signed(
                &reference("DocMDP", "/P 2"),
                "",
                "/SV<</Ff 64/DigestMethod[(SHA256)]>>",
            ),
            only_open.clone(),
        ),
        (
            signed(&reference("DocMDP", "/P 2"), "", "/SV<</Ff 8/Reasons[(agreed)]>>"),
            no_field.clone(),
        ),
        (
            signed(&reference("DocMDP", "/P 2"), "", "/SV<</MDP<</P 2>>>>"),
            no_field.clone(),
        ),
        (
            signed(
                &reference("DocMDP", "/P 2"),
                "",
                "/SV<</Cert<</Ff 1/Subject[(x)]>>>>",
            ),
            no_field,
        ),
        (
            signed(&reference("DocMDP", "/P 2"), "", "/SV<</Reasons[(a wish)]>>"),
            only_open,
        ),
    ];
    for (index, (file, expected)) in cases.into_iter().enumerate() {
        assert_eq!(permission(&file), expected, "case {index}");
    }
}

#[test]
fn files_that_cannot_be_used_are_refused_by_name() {
    let empty = file(&["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[]/Count 0>>"]);
    assert_eq!(
        permission(&empty),
        Permission::Refused {
            reason: Refusal::NoPages
        }
    );
    let xfa = file(&[
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[]/XFA 4 0 R>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
        "<</Length 6>>stream\n<xdp/>\nendstream",
    ]);
    assert_eq!(permission(&xfa), Permission::Refused { reason: Refusal::Xfa });
    let circle = file(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[2 0 R]/Count 1>>",
    ]);
    assert_eq!(
        permission(&circle),
        Permission::Refused {
            reason: Refusal::Damaged
        }
    );
    let refusal = |bytes: &[u8]| Refusal::of(&Document::open(bytes, &Limits::default()).unwrap_err());
    assert_eq!(refusal(b"hello"), Some(Refusal::NotPdf));
    let whole = one_page("/MediaBox[0 0 595 842]");
    assert_eq!(refusal(&whole[..whole.len() - 60]), Some(Refusal::Damaged));
}

#[test]
fn many_pages_are_counted() {
    let pages: Vec<String> = (0..2_001).map(|page| format!("{} 0 R", page + 3)).collect();
    let pages = pages.join(" ");
    let root = format!("<</Type/Pages/Kids[{pages}]/Count 2001/MediaBox[0 0 595 842]>>");
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>", root.as_str()];
    objects.extend(std::iter::repeat_n("<</Type/Page/Parent 2 0 R>>", 2_001));
    assert_eq!(
        permission(&file(&objects)),
        Permission::Refused {
            reason: Refusal::TooManyPages {
                pages: 2_001,
                limit: 2_000
            }
        }
    );
}

#[test]
fn active_content_is_named() {
    let file = file(&[
        "<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ]);
    let intake = examine(&open(&file)).unwrap();
    assert_eq!(intake.permission, Permission::Unsigned);
    assert_eq!(intake.active_content.len(), 1);
    assert!(intake.active_content[0].detail.contains("app.alert"));
}
