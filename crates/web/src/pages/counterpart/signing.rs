//! `GET /sign/{party}/read`: the pages as images, the party's fields on them, and the list of what is left to do.

use askama::Template;
use jiff::civil::Date;
use serde::Serialize;

use crate::pages::sample::Sample;
use crate::text::Text;
use crate::view::{FieldErrors, PartyFrame, filters, party_class};

/// The signing page. Everything on it works as a plain form; the island adds saving while typing, handwriting,
/// enlarging, and the record of which pages were really in view.
#[derive(Template)]
#[template(path = "sign/signing.html")]
pub(crate) struct SigningPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PartyFrame,
    pub(crate) title: String,
    /// The party's place in the contract; gives letter and colour.
    pub(crate) index: usize,
    /// SHA-256 (hex) of the revision shown here.
    pub(crate) revision: String,
    pub(crate) documents: Vec<SignDocument>,
    pub(crate) fields: Vec<SignField>,
    pub(crate) deadline: Option<Date>,
    /// What a mark begins with: the family name for a seal, the whole name typed.
    pub(crate) seal_text: String,
    pub(crate) typed_text: String,
    pub(crate) errors: FieldErrors,
}

/// One document with its pages.
#[derive(Clone, Debug)]
pub(crate) struct SignDocument {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) pages: Vec<SignPage>,
}

/// One page: its displayed size in points, and whether this party has had it in view.
#[derive(Clone, Debug)]
pub(crate) struct SignPage {
    pub(crate) number: usize,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) shown: bool,
    /// The server's image of it is faithful. Otherwise the browser draws it with pdf.js.
    pub(crate) drawable: bool,
}

/// A field of this party. Points, origin at the top left of the displayed page.
#[derive(Clone, Debug)]
pub(crate) struct SignField {
    pub(crate) id: String,
    pub(crate) document: String,
    pub(crate) page: usize,
    pub(crate) kind: FieldKind,
    pub(crate) label: String,
    pub(crate) required: bool,
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
    pub(crate) font_size: f64,
    pub(crate) value: FieldValue,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FieldKind {
    /// A seal; the party may also write by hand or let the name be typed.
    Seal,
    Handwriting,
    Name,
    /// Up to `limit` characters.
    Text {
        limit: usize,
    },
    Check,
    Date,
}

impl FieldKind {
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Seal => "seal",
            Self::Handwriting => "handwriting",
            Self::Name => "name",
            Self::Text { .. } => "text",
            Self::Check => "check",
            Self::Date => "date",
        }
    }

    pub(crate) const fn limit(self) -> usize {
        match self {
            Self::Text { limit } => limit,
            Self::Name => 64,
            Self::Seal | Self::Handwriting | Self::Check | Self::Date => 0,
        }
    }
}

/// What stands in a field so far.
#[derive(Clone, Debug)]
pub(crate) enum FieldValue {
    Empty,
    Text(String),
    Checked,
    Date(Date),
    /// A mark, as an image of what will stand on the page.
    Mark {
        kind: MarkKind,
        text: String,
        href: String,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MarkKind {
    Seal,
    Drawn,
    Typed,
}

impl SignField {
    const fn filled(&self) -> bool {
        !matches!(self.value, FieldValue::Empty)
    }

    /// The value of the control in the form.
    fn input(&self) -> String {
        match &self.value {
            FieldValue::Text(text) => text.clone(),
            FieldValue::Date(date) => date.to_string(),
            FieldValue::Empty | FieldValue::Checked | FieldValue::Mark { .. } => String::new(),
        }
    }

    /// What stands in the box on the page.
    fn shown_text(&self, t: &Text) -> String {
        match &self.value {
            FieldValue::Text(text) => text.clone(),
            FieldValue::Date(date) => t.date_bare(date),
            FieldValue::Checked => "✓".to_owned(),
            FieldValue::Empty | FieldValue::Mark { .. } => String::new(),
        }
    }

    fn mark_href(&self) -> &str {
        match &self.value {
            FieldValue::Mark { href, .. } => href,
            FieldValue::Empty | FieldValue::Text(_) | FieldValue::Checked | FieldValue::Date(_) => "",
        }
    }

    fn mark_is(&self, kind: &str) -> bool {
        match &self.value {
            FieldValue::Mark {
                kind: MarkKind::Seal, ..
            } => kind == "seal",
            FieldValue::Mark {
                kind: MarkKind::Drawn,
                ..
            } => kind == "drawn",
            FieldValue::Mark {
                kind: MarkKind::Typed,
                ..
            } => kind == "typed",
            FieldValue::Empty | FieldValue::Text(_) | FieldValue::Checked | FieldValue::Date(_) => {
                kind == "seal"
            }
        }
    }

    fn mark_text<'a>(&'a self, kind: &str, otherwise: &'a str) -> &'a str {
        match &self.value {
            FieldValue::Mark { text, .. } if self.mark_is(kind) => text,
            _ => otherwise,
        }
    }

    const fn checked(&self) -> bool {
        matches!(self.value, FieldValue::Checked)
    }

    fn middle_x(&self) -> f64 {
        self.x + self.width / 2.0
    }

    fn middle_y(&self) -> f64 {
        self.y + self.height / 2.0
    }

    /// A low box carries its letter over the whole height.
    fn low(&self) -> bool {
        self.height <= 26.0
    }

    fn tab_height(&self) -> f64 {
        if self.low() { self.height } else { 15.0 }
    }

    /// What stands in the empty box: its kind; the name stands in the list.
    const fn short(&self, t: &Text) -> &'static str {
        match self.kind {
            FieldKind::Seal => t.editor_kind_seal(),
            FieldKind::Handwriting => t.editor_kind_handwriting(),
            FieldKind::Name => t.editor_kind_name(),
            FieldKind::Text { .. } => t.editor_kind_text(),
            FieldKind::Check => t.editor_kind_check(),
            FieldKind::Date => t.editor_kind_date(),
        }
    }

    /// Too small for a letter tab beside a label.
    fn tiny(&self) -> bool {
        self.width < 40.0
    }
}

impl SignDocument {
    fn shown(&self) -> usize {
        self.pages.iter().filter(|p| p.shown).count()
    }
}

impl SigningPage {
    /// Where the reader begins: the first page that was not shown, else the first.
    fn first_page(&self) -> String {
        let pages = || {
            self.documents
                .iter()
                .flat_map(|d| d.pages.iter().map(move |p| (d, p)))
        };
        let first = pages().find(|(_, p)| !p.shown).or_else(|| pages().next());
        first.map_or_else(|| "main".to_owned(), |(d, p)| format!("{}-{}", d.id, p.number))
    }

    const fn class(&self) -> &'static str {
        party_class(self.index)
    }

    fn pages(&self) -> usize {
        self.documents.iter().map(|d| d.pages.len()).sum()
    }

    fn shown(&self) -> usize {
        self.documents
            .iter()
            .flat_map(|d| &d.pages)
            .filter(|p| p.shown)
            .count()
    }

    fn required(&self) -> usize {
        self.fields.iter().filter(|f| f.required).count()
    }

    fn required_done(&self) -> usize {
        self.fields.iter().filter(|f| f.required && f.filled()).count()
    }

    fn fields_on(&self, document: &str, page: usize) -> Vec<&SignField> {
        self.fields
            .iter()
            .filter(|f| f.document == document && f.page == page)
            .collect()
    }

    fn ready(&self) -> bool {
        self.shown() == self.pages() && self.required_done() == self.required()
    }

    /// The words of the island.
    fn texts(&self) -> SigningTexts {
        let t = self.t;
        SigningTexts {
            next_named: t.signing_next_named("{label}"),
            next_page: t.signing_next_page(),
            proceed: t.signing_proceed(),
            required: t.signing_required_count("{done}", "{all}"),
            shown: t.signing_pages_shown("{done}", "{all}"),
            not_saved: t.island_not_saved(),
            saving: t.island_saving(),
            saved: t.island_saved(),
            pad_empty: t.pad_empty(),
            drawn_alt: t.mark_drawn_alt(),
            seal_alt: t.mark_seal_alt("{text}"),
            zoom_close: t.zoom_close(),
            zoom_in: t.zoom_in(),
            zoom_out: t.zoom_out(),
            zoom_failed: t.zoom_failed(),
            zoom_loading: t.zoom_loading(),
            close: t.signing_close_list(),
            state_done: t.signing_state_done(),
            state_open: t.signing_state_open(),
        }
    }
}

/// Words that the signing island puts on the page; `{…}` stands for what it fills in.
#[derive(Serialize)]
struct SigningTexts {
    next_named: String,
    next_page: &'static str,
    proceed: &'static str,
    required: String,
    shown: String,
    not_saved: &'static str,
    saving: &'static str,
    saved: &'static str,
    pad_empty: &'static str,
    drawn_alt: &'static str,
    seal_alt: String,
    zoom_close: &'static str,
    zoom_in: &'static str,
    zoom_out: &'static str,
    zoom_failed: &'static str,
    zoom_loading: &'static str,
    close: &'static str,
    state_done: &'static str,
    state_open: &'static str,
}

impl Sample for SigningPage {
    const NAME: &'static str = "sign-page";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let seal = FieldValue::Mark {
            kind: MarkKind::Seal,
            text: "森下".into(),
            href: "/sign/pty_01K9H3T6QW/seal.png?text=森下".into(),
        };
        let fresh = sample(t, false, FieldValue::Empty, FieldValue::Empty);
        let half = sample(t, true, FieldValue::Empty, FieldValue::Empty);
        let ready = sample(t, true, seal, FieldValue::Checked);
        let bare = SigningPage {
            fields: Vec::new(),
            deadline: None,
            ..sample(t, false, FieldValue::Empty, FieldValue::Empty)
        };
        let drawn = FieldValue::Mark {
            kind: MarkKind::Drawn,
            text: String::new(),
            href: "/sign/pty_01K9H3T6QW/fields/fld_1/preview.png".into(),
        };
        let typed = FieldValue::Mark {
            kind: MarkKind::Typed,
            text: "森下 航".into(),
            href: "/sign/pty_01K9H3T6QW/fields/fld_1/preview.png".into(),
        };
        vec![
            ("", half),
            ("fresh", fresh),
            ("ready", ready),
            ("drawn", sample(t, true, drawn, FieldValue::Empty)),
            ("typed", sample(t, true, typed, FieldValue::Checked)),
            ("no-fields", bare),
        ]
    }
}

fn sample(t: &'static Text, shown: bool, seal: FieldValue, check: FieldValue) -> SigningPage {
    let page = |number| SignPage {
        number,
        width: 595.0,
        height: 842.0,
        shown,
        drawable: true,
    };
    let field = |id: &str, page, kind, label: &str, required, place: (f64, f64, f64, f64), value| SignField {
        id: id.into(),
        document: "doc_01K9H3".into(),
        page,
        kind,
        label: label.into(),
        required,
        x: place.0,
        y: place.1,
        width: place.2,
        height: place.3,
        font_size: 10.5,
        value,
    };
    SigningPage {
        t,
        frame: PartyFrame::sample(),
        title: "物流業務委託基本契約書".into(),
        index: 1,
        revision: "9f2c".repeat(16),
        documents: vec![
            SignDocument {
                id: "doc_01K9H3".into(),
                name: "物流業務委託基本契約書".into(),
                pages: vec![page(1), page(2), page(3)],
            },
            SignDocument {
                id: "doc_01K9H4".into(),
                name: "別紙1 委託料の内訳".into(),
                pages: vec![page(1)],
            },
        ],
        fields: vec![
            field(
                "fld_1",
                3,
                FieldKind::Seal,
                "乙の印影",
                true,
                (440.0, 306.0, 64.0, 64.0),
                seal,
            ),
            field(
                "fld_2",
                3,
                FieldKind::Name,
                "乙の氏名",
                true,
                (166.0, 344.0, 150.0, 18.0),
                FieldValue::Text("森下 航".into()),
            ),
            field(
                "fld_3",
                3,
                FieldKind::Check,
                "別紙1を確認した",
                true,
                (376.0, 572.0, 18.0, 18.0),
                check,
            ),
            field(
                "fld_4",
                3,
                FieldKind::Text { limit: 80 },
                "請求書の送付先",
                false,
                (104.0, 652.0, 260.0, 26.0),
                FieldValue::Empty,
            ),
            field(
                "fld_5",
                3,
                FieldKind::Date,
                "署名した日",
                false,
                (104.0, 150.0, 120.0, 20.0),
                FieldValue::Date(jiff::civil::date(2026, 11, 24)),
            ),
            field(
                "fld_6",
                3,
                FieldKind::Handwriting,
                "乙の署名",
                false,
                (330.0, 440.0, 110.0, 44.0),
                FieldValue::Empty,
            ),
        ],
        deadline: Some(jiff::civil::date(2026, 11, 30)),
        seal_text: "森下".into(),
        typed_text: "森下 航".into(),
        errors: FieldErrors::default(),
    }
}
