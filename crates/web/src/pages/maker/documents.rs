//! Step 1: the documents, and what the contract is called.

use askama::Template;

use super::{DraftHead, Step};
use crate::pages::sample::Sample;
use crate::text::Text;
use crate::view::{FieldErrors, filters};

/// `GET /contracts/new` and `GET /contracts/{id}/documents`. The block `files` is the list of documents.
#[derive(Template)]
#[template(path = "maker/documents.html", blocks = ["files"])]
pub(crate) struct DocumentsStep {
    pub(crate) t: &'static Text,
    pub(crate) draft: DraftHead,
    pub(crate) documents: Vec<DraftDocument>,
    /// Files that were refused just now, by name and reason (browser forms only; the island shows its own).
    pub(crate) refused: Vec<(String, String)>,
    /// Largest file in bytes.
    pub(crate) limit: u64,
    pub(crate) title: String,
    /// 契約相手 in the sender's words; may be empty.
    pub(crate) counterparty: String,
    pub(crate) reference: String,
    /// As typed.
    pub(crate) amount: String,
    pub(crate) agreed_on: String,
    pub(crate) errors: FieldErrors,
}

/// One document of the draft.
#[derive(Clone, Debug)]
pub(crate) struct DraftDocument {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) pages: usize,
    pub(crate) bytes: u64,
    pub(crate) intake: Intake,
    /// Active content in words (`JavaScript`, `添付ファイル`…); the sender removes it or the document.
    pub(crate) active: Vec<String>,
}

/// What the PDF allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intake {
    Everything,
    /// Its cross-reference was damaged and has been rewritten.
    Repaired,
    /// It carries signatures: signature fields only.
    Signed {
        signatures: usize,
    },
    /// Only the signature fields that it brings.
    Locked,
}

impl DraftDocument {
    fn note(&self, t: &Text) -> String {
        match self.intake {
            Intake::Everything => String::new(),
            Intake::Repaired => t.file_repaired().to_owned(),
            Intake::Signed { signatures } => t.file_signed(signatures),
            Intake::Locked => t.file_locked().to_owned(),
        }
    }

    fn active_list(&self, t: &Text) -> String {
        self.active.join(t.list_comma())
    }
}

impl DocumentsStep {
    /// Where a browser without script posts its files.
    fn upload_action(&self) -> String {
        self.draft.id.as_ref().map_or_else(
            || "/contracts".to_owned(),
            |id| format!("/contracts/{id}/documents"),
        )
    }

    fn details_action(&self) -> String {
        self.draft.id.as_ref().map_or_else(
            || "/contracts".to_owned(),
            |id| format!("/contracts/{id}/details"),
        )
    }

    fn texts(&self) -> DropTexts {
        let t = self.t;
        DropTexts {
            over: t.drop_over(),
            uploading: t.file_uploading(),
            checking: t.file_checking(),
            left: t.file_left("{time}"),
            seconds: t.seconds_about("{n}"),
            minutes: t.minutes_about("{n}"),
            retry: t.file_retry(),
            cancel: t.file_cancel(),
            remove: t.delete(),
            lost: t.file_lost(),
            too_large: t.file_too_large(t.bytes(&self.limit)),
            not_pdf: t.file_not_pdf(),
        }
    }
}

/// Words of the island that sends files.
#[derive(serde::Serialize)]
struct DropTexts {
    over: &'static str,
    uploading: &'static str,
    checking: &'static str,
    left: String,
    seconds: String,
    minutes: String,
    retry: &'static str,
    cancel: &'static str,
    remove: &'static str,
    lost: &'static str,
    too_large: String,
    not_pdf: &'static str,
}

impl Sample for DocumentsStep {
    const NAME: &'static str = "maker-documents";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let document = |id: &str, name: &str, pages, bytes, intake, active: &[&str]| DraftDocument {
            id: id.into(),
            name: name.into(),
            pages,
            bytes,
            intake,
            active: active.iter().map(ToString::to_string).collect(),
        };
        let page = |draft, documents, errors| Self {
            t,
            draft,
            documents,
            refused: Vec::new(),
            limit: 100 << 20,
            title: "物流業務委託基本契約書".into(),
            counterparty: "株式会社つばめ運輸 ほか1者".into(),
            reference: "KY-2026-0412".into(),
            amount: "4,860,000".into(),
            agreed_on: "2026-12-01".into(),
            errors,
        };
        let usual = page(
            DraftHead::sample(Step::Documents, &[Step::Documents]),
            vec![
                document(
                    "doc_1",
                    "物流業務委託基本契約書.pdf",
                    3,
                    188_000,
                    Intake::Everything,
                    &[],
                ),
                document(
                    "doc_2",
                    "別紙1_委託料の内訳.pdf",
                    1,
                    64_200,
                    Intake::Repaired,
                    &[],
                ),
            ],
            FieldErrors::default(),
        );
        let fresh = Self {
            title: String::new(),
            counterparty: String::new(),
            reference: String::new(),
            amount: String::new(),
            agreed_on: String::new(),
            ..page(
                DraftHead {
                    id: None,
                    title: String::new(),
                    saved_at: None,
                    step: Step::Documents,
                    done: Vec::new(),
                },
                Vec::new(),
                FieldErrors::default(),
            )
        };
        let troubled = Self {
            refused: vec![("見積書.pdf".into(), t.sample_password_pdf().into())],
            amount: "四百万".into(),
            ..page(
                DraftHead::sample(Step::Documents, &[]),
                vec![
                    document(
                        "doc_1",
                        "署名済みの覚書.pdf",
                        2,
                        240_000,
                        Intake::Signed { signatures: 1 },
                        &[],
                    ),
                    document(
                        "doc_2",
                        "申込書.pdf",
                        4,
                        1_240_000,
                        Intake::Everything,
                        &["JavaScript", t.active_embedded()],
                    ),
                    document("doc_3", "認証済みの様式.pdf", 1, 98_000, Intake::Locked, &[]),
                ],
                FieldErrors::one("amount", t.details_amount_wrong()),
            )
        };
        vec![("", usual), ("fresh", fresh), ("troubled", troubled)]
    }
}
