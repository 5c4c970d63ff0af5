//! Step 3: the field editor. The page shows documents and parties; the island loads, places and saves the fields.

use askama::Template;
use serde::Serialize;

use super::{DraftHead, Step};
use crate::pages::sample::Sample;
use crate::text::Text;
use crate::view::{filters, party_class};

/// `GET /contracts/{id}/fields`.
#[derive(Template)]
#[template(path = "maker/fields.html")]
pub(crate) struct FieldsStep {
    pub(crate) t: &'static Text,
    pub(crate) draft: DraftHead,
    pub(crate) documents: Vec<EditorDocument>,
    /// Signers only.
    pub(crate) parties: Vec<EditorParty>,
}

#[derive(Clone, Debug)]
pub(crate) struct EditorDocument {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) pages: Vec<EditorPage>,
    pub(crate) allows: Allows,
}

/// A page with its displayed size in points.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EditorPage {
    pub(crate) number: usize,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// The server's image is faithful; otherwise the browser draws the page.
    pub(crate) drawable: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct EditorParty {
    pub(crate) id: String,
    pub(crate) index: usize,
    pub(crate) organization: String,
    pub(crate) name: String,
    pub(crate) fields: usize,
}

/// What may be placed on a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Allows {
    Everything,
    /// It is already signed: seals only.
    Signatures,
    /// Only the signature fields that it brings.
    Existing,
    Nothing,
}

impl Allows {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Everything => "everything",
            Self::Signatures => "signatures",
            Self::Existing => "existing",
            Self::Nothing => "nothing",
        }
    }

    pub(crate) const fn note(self, t: &Text) -> &'static str {
        match self {
            Self::Everything => "",
            Self::Signatures => t.editor_allows_signatures(),
            Self::Existing => t.editor_allows_existing(),
            Self::Nothing => t.editor_allows_nothing(),
        }
    }
}

impl EditorParty {
    const fn class(&self) -> &'static str {
        party_class(self.index)
    }

    /// The organization if there is one, else the person.
    fn first_line(&self) -> &str {
        if self.organization.is_empty() {
            &self.name
        } else {
            &self.organization
        }
    }

    fn second_line(&self) -> &str {
        if self.organization.is_empty() {
            ""
        } else {
            &self.name
        }
    }
}

impl FieldsStep {
    fn base(&self) -> String {
        self.draft
            .id
            .as_ref()
            .map(|id| format!("/contracts/{id}"))
            .unwrap_or_default()
    }

    fn several(&self) -> bool {
        self.documents.len() > 1
    }

    fn texts(&self) -> EditorTexts {
        let t = self.t;
        EditorTexts {
            kinds: EditorKinds {
                seal: t.editor_kind_seal(),
                handwriting: t.editor_kind_handwriting(),
                name: t.editor_kind_name(),
                text: t.editor_kind_text(),
                check: t.editor_kind_check(),
                date: t.editor_kind_date(),
            },
            required: t.required(),
            field_name: t.editor_field_name("{letter}", "{kind}"),
            placed: t.editor_announce_placed("{label}", "{page}"),
            moved: t.editor_announce_moved("{left}", "{top}"),
            deleted: t.editor_announce_deleted("{label}"),
            outside: t.editor_outside(),
            saving: t.island_saving(),
            saved: t.saved_at("{time}"),
            not_saved: t.island_not_saved(),
            conflict: t.island_conflict(),
            reload: t.reload(),
            count: t.editor_page_some("{n}"),
            none: t.editor_page_none(),
            found: t.editor_existing_found("{n}"),
        }
    }
}

/// Words of the editor; `{…}` stands for what it fills in.
#[derive(Serialize)]
struct EditorTexts {
    kinds: EditorKinds,
    required: &'static str,
    field_name: String,
    placed: String,
    moved: String,
    deleted: String,
    outside: &'static str,
    saving: &'static str,
    saved: String,
    not_saved: &'static str,
    conflict: &'static str,
    reload: &'static str,
    count: String,
    none: &'static str,
    found: String,
}

#[derive(Serialize)]
struct EditorKinds {
    seal: &'static str,
    handwriting: &'static str,
    name: &'static str,
    text: &'static str,
    check: &'static str,
    date: &'static str,
}

impl Sample for FieldsStep {
    const NAME: &'static str = "maker-fields";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |number| EditorPage {
            number,
            width: 595.0,
            height: 842.0,
            drawable: true,
        };
        let party = |id: &str, index, organization: &str, name: &str, fields| EditorParty {
            id: id.into(),
            index,
            organization: organization.into(),
            name: name.into(),
            fields,
        };
        let parties = vec![
            party("pty_0", 0, "株式会社みなと製作所", "𠮷野 咲", 2),
            party("pty_1", 1, "株式会社つばめ運輸", "森下 航", 4),
            party("pty_2", 2, "青葉倉庫株式会社", "佐伯 真由美", 3),
        ];
        let usual = Self {
            t,
            draft: DraftHead::sample(Step::Fields, &[Step::Documents, Step::Parties]),
            documents: vec![EditorDocument {
                id: "doc_01K9H3".into(),
                name: "物流業務委託基本契約書.pdf".into(),
                pages: vec![page(1), page(2), page(3)],
                allows: Allows::Everything,
            }],
            parties: parties.clone(),
        };
        let mixed = Self {
            t,
            draft: DraftHead::sample(Step::Fields, &[Step::Documents, Step::Parties]),
            documents: vec![
                EditorDocument {
                    id: "doc_01K9H3".into(),
                    name: "署名済みの覚書.pdf".into(),
                    pages: vec![page(1)],
                    allows: Allows::Signatures,
                },
                EditorDocument {
                    id: "doc_01K9H4".into(),
                    name: "横長の別紙.pdf".into(),
                    pages: vec![EditorPage {
                        number: 1,
                        width: 842.0,
                        height: 595.0,
                        drawable: false,
                    }],
                    allows: Allows::Existing,
                },
                EditorDocument {
                    id: "doc_01K9H5".into(),
                    name: "固定された様式.pdf".into(),
                    pages: vec![page(1)],
                    allows: Allows::Nothing,
                },
            ],
            parties,
        };
        vec![("", usual), ("mixed", mixed)]
    }
}
