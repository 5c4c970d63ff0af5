//! Bad input is refused by name, and what was there before stays.

use akashi_app::intake::{EngineRefusal, IntakeError};
use akashi_app::{Error, TextPlace};
use akashi_domain::Rect;
use akashi_domain::contract::{FieldProblem, Refusal, StateKind};
use bytes::Bytes;

use super::deal::{ANNA, Deal, add, input, seal};
use super::paper;
use crate::conformance::store::StorePorts;

/// Uploads a file that must be refused, and looks that the draft is as it was.
async fn refused(deal: &Deal, pdf: Bytes) -> IntakeError {
    let before = deal.contract().await;
    let refused = add(&deal.town, &deal.sender, deal.contract_id, pdf).await;
    let Err(Error::Intake(error)) = refused else {
        panic!("{:?}", refused.map(|contract| contract.documents))
    };
    assert_eq!(deal.contract().await, before, "the draft is as it was");
    error
}

fn engine(error: IntakeError) -> EngineRefusal {
    let IntakeError::Refused(refusal) = error else {
        panic!("{error:?}")
    };
    refusal
}

/// An empty file, a text, a picture.
pub async fn what_is_no_pdf_is_refused(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    for bytes in [
        &b""[..],
        b"hello",
        b"\x89PNG\r\n\x1a\n0123456789",
        b"PK\x03\x04word/document.xml",
    ] {
        let error = engine(refused(&deal, Bytes::from_static(bytes)).await);
        assert_eq!(error, EngineRefusal::NotPdf, "{bytes:?}");
    }
}

/// A file that was cut off never arrives with fewer pages.
pub async fn a_truncated_file_is_refused(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let whole = paper::pages(5);
    let last_page = whole
        .windows(b"7 0 obj".len())
        .position(|window| window == b"7 0 obj")
        .expect("a fifth page");
    for length in [20, last_page / 2, last_page, last_page + 20, whole.len() - 20] {
        let error = engine(refused(&deal, whole.slice(..length)).await);
        assert_eq!(error, EngineRefusal::Damaged, "{length} bytes");
    }
}

/// A file that nobody can open without its password.
pub async fn a_password_is_asked_for_by_name(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let error = engine(refused(&deal, paper::with_password()).await);
    assert_eq!(error, EngineRefusal::Password);
}

/// 0 pages.
pub async fn a_file_without_pages_is_refused(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let error = engine(refused(&deal, paper::pages(0)).await);
    assert_eq!(error, EngineRefusal::NoPages);
}

/// 10,000 pages.
pub async fn too_many_pages_are_counted(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let error = engine(refused(&deal, paper::pages(10_000)).await);
    assert!(
        matches!(error, EngineRefusal::TooManyPages { pages: 10_000, limit } if limit < 10_000),
        "{error:?}"
    );
}

/// Unsigned, so that it can be written anew; the result is sent and signed like any other.
pub async fn a_broken_cross_reference_is_rewritten(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let broken = paper::without_cross_reference(paper::pages(3).to_vec());
    let contract = add(&deal.town, &deal.sender, deal.contract_id, broken.clone())
        .await
        .expect("is taken");
    let document = contract.documents.last().expect("a document");
    assert_eq!(document.pages.len(), 3);
    let kind = akashi_app::contract::DownloadKind::Document(document.document_id);
    let stored = deal.town.app.download(&deal.sender, deal.contract_id, kind).await;
    assert_ne!(stored.expect("is there").bytes, broken);
    deal.send().await;
    assert_eq!(deal.standing().await, (StateKind::Open, None));
    for address in [ANNA, super::deal::NAOKI, super::deal::MAKOTO] {
        deal.sign(address).await;
        deal.work().await;
    }
    deal.expect_concluded().await;
}

/// Signed, so that writing it anew would break the signature.
pub async fn a_broken_file_that_is_signed_is_refused(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let whole = paper::signed("");
    add(&deal.town, &deal.sender, deal.contract_id, whole.clone().into())
        .await
        .expect("the same file is taken while it is whole");
    let error = refused(&deal, paper::without_cross_reference(whole)).await;
    assert!(matches!(error, IntakeError::DamagedAndSigned), "{error:?}");
}

/// Script, program and attachment are named; the contract is not sent with them; by the sender's choice they go.
pub async fn active_content_is_named_and_removed_by_choice(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let app = &deal.town.app;
    let contract = add(
        &deal.town,
        &deal.sender,
        deal.contract_id,
        paper::with_active_content(),
    )
    .await
    .expect("is taken");
    let document = contract.documents.last().expect("a document");
    let mut kinds: Vec<&str> = document
        .active_content
        .iter()
        .map(|name| name.split(':').next().unwrap_or_default())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["embedded_file", "javascript", "launch"]);
    assert!(
        document
            .active_content
            .contains(&"embedded_file:見積書.xlsx".to_owned()),
        "{:?}",
        document.active_content
    );
    let document_id = document.document_id;

    let sent = app.send_contract(&deal.sender, deal.contract_id).await;
    assert!(
        matches!(sent, Err(Error::Refused(Refusal::ActiveContent { document_id: id })) if id == document_id),
        "{:?}",
        sent.err()
    );
    let cleaned = app
        .clean_document(&deal.sender, deal.contract_id, document_id)
        .await
        .expect("is cleaned")
        .value;
    let document = cleaned.document(document_id).expect("is there");
    assert_eq!(document.active_content, Vec::<String>::new());
    assert_eq!(document.removed_active_content.len(), 3, "and it is remembered");
    let kind = akashi_app::contract::DownloadKind::Document(document_id);
    let stored = app.download(&deal.sender, deal.contract_id, kind).await;
    let stored = stored.expect("is there").bytes;
    for gone in [&b"JavaScript"[..], b"Launch", b"EmbeddedFile", b"abcd"] {
        assert!(!stored.windows(gone.len()).any(|window| window == gone));
    }
    deal.send().await;
    assert_eq!(deal.standing().await, (StateKind::Open, None));
}

/// It cannot be removed without breaking the signature.
pub async fn active_content_of_a_signed_file_is_refused(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let signed = paper::signed("/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>");
    let error = refused(&deal, signed.into()).await;
    let IntakeError::ActiveAndSigned { names } = error else {
        panic!("{error:?}")
    };
    assert!(
        matches!(names.as_slice(), [name] if name.starts_with("javascript")),
        "{names:?}"
    );
}

/// One byte too many.
pub async fn a_file_over_the_limit_is_refused(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let limit = deal.town.app.settings().max_upload_bytes;
    let length = usize::try_from(limit).expect("fits") + 1;
    let before = deal.contract().await;
    let refused = add(&deal.town, &deal.sender, deal.contract_id, vec![0; length].into()).await;
    assert!(
        matches!(refused, Err(Error::TooLarge { limit: named }) if named == limit),
        "{:?}",
        refused.err()
    );
    assert_eq!(deal.contract().await, before);
}

/// 𠮟る人 can be printed, a Tangut name cannot: it is named with the character before anything is sent.
pub async fn letters_that_no_font_has_are_refused_before_sending(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let app = &deal.town.app;
    let before = deal.contract().await;
    let parties = vec![
        input(1, "森下 直樹", ANNA),
        input(1, "\u{17000}田 一郎", "t@t.example"),
    ];
    let refused = app.set_parties(&deal.sender, deal.contract_id, parties).await;
    let Err(Error::MissingCharacters { place, characters }) = refused else {
        panic!("{:?}", refused.err())
    };
    assert_eq!(place, TextPlace::Party { index: 1 });
    assert_eq!(characters, ["\u{17000}"]);
    assert_eq!(deal.contract().await, before);
    let parties = vec![input(1, "𠮷田 髙﨑", ANNA)];
    app.set_parties(&deal.sender, deal.contract_id, parties)
        .await
        .expect("rare kanji of names are there");
}

/// Over the edge, on a page that is not there, or not a number.
pub async fn a_field_outside_its_page_is_refused(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let app = &deal.town.app;
    let view = app
        .view_draft(&deal.sender, deal.contract_id)
        .await
        .expect("is there");
    let contract = view.contract;
    let document = contract.documents.first().expect("a document").document_id;
    let anna = deal.party(ANNA).await;
    let good = seal(&deal.town, document, &anna, 100.0);
    let at = |x: f64, y: f64| Rect { x, y, ..good.rect };
    let bad = [
        (0, at(540.0, 100.0), FieldProblem::OutsidePage),
        (0, at(100.0, 790.0), FieldProblem::OutsidePage),
        (0, at(-1.0, 100.0), FieldProblem::OutsidePage),
        (0, at(f64::NAN, 100.0), FieldProblem::OutsidePage),
        (2, good.rect, FieldProblem::UnknownPage),
    ];
    for (page, rect, problem) in bad {
        let field = akashi_domain::Field {
            page,
            rect,
            ..good.clone()
        };
        let placed = app
            .place_fields(&deal.sender, deal.contract_id, view.revision, vec![field])
            .await;
        assert!(
            matches!(placed, Err(Error::Refused(Refusal::Field { problem: named, .. })) if named == problem),
            "{rect:?}: {:?}",
            placed.err()
        );
    }
    assert_eq!(deal.contract().await, contract);
}
