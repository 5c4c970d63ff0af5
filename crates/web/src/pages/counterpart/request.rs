//! What is asked, the confirmation before signing, and the way out.

use askama::Template;
use jiff::civil::Date;

use crate::pages::sample::{Sample, today};
use crate::text::Text;
use crate::view::{Due, FieldErrors, Grade, PartyFrame, filters};

/// `GET /sign/{party}`: who asks, what it is, until when, and what else one can do.
#[derive(Template)]
#[template(path = "sign/request.html")]
pub(crate) struct RequestPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PartyFrame,
    pub(crate) title: String,
    pub(crate) sender: String,
    pub(crate) name: String,
    /// The sender's words; may be empty.
    pub(crate) message: String,
    pub(crate) counterparts: Vec<String>,
    pub(crate) amount: Option<u64>,
    pub(crate) agreed_on: Option<Date>,
    pub(crate) documents: Vec<DocumentSummary>,
    pub(crate) deadline: Option<Due>,
    /// The party's own address, to which the request went.
    pub(crate) email: String,
    /// The address from which this installation sends.
    pub(crate) sender_email: String,
}

#[derive(Clone, Debug)]
pub(crate) struct DocumentSummary {
    pub(crate) name: String,
    pub(crate) pages: usize,
}

/// `GET /sign/{party}/confirm`: what signing means. As a page, and as the dialog over the documents.
#[derive(Template)]
#[template(path = "sign/confirm.html", blocks = ["dialog"])]
pub(crate) struct ConfirmPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PartyFrame,
    /// Name, organization and title as they will stand in the certificate.
    pub(crate) signer: String,
    pub(crate) documents: Vec<String>,
    pub(crate) marks: Vec<MarkPreview>,
    pub(crate) email: String,
    /// Those who still have to sign.
    pub(crate) others: Vec<String>,
    /// SHA-256 (hex) of the revision that was shown.
    pub(crate) revision: String,
    /// Version of the text to which the party agrees, for the record.
    pub(crate) statement: String,
    /// That text, word for word as it is recorded.
    pub(crate) text: String,
    /// Names this act: a second click with the same name changes nothing.
    pub(crate) act: String,
    pub(crate) errors: FieldErrors,
    /// What is still missing; then nothing can be signed yet.
    pub(crate) missing: Option<ConfirmMissing>,
}

/// A mark as it will stand on the page.
#[derive(Clone, Debug)]
pub(crate) struct MarkPreview {
    pub(crate) label: String,
    pub(crate) href: String,
    pub(crate) alt: String,
}

#[derive(Clone, Debug)]
pub(crate) struct ConfirmMissing {
    pub(crate) pages: usize,
    pub(crate) fields: Vec<String>,
}

/// `GET /sign/{party}/decline`.
#[derive(Template)]
#[template(path = "sign/decline.html")]
pub(crate) struct DeclinePage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PartyFrame,
    pub(crate) title: String,
    pub(crate) reason: String,
    pub(crate) errors: FieldErrors,
}

impl RequestPage {
    #[expect(clippy::unused_self, reason = "the template asks it of the context")]
    const fn grade(&self) -> Grade {
        Grade::Mail
    }
}

impl ConfirmPage {
    /// The documents in one phrase: `「契約書」と「別紙」`.
    fn document_list(&self) -> String {
        let quoted: Vec<String> = self.documents.iter().map(|name| self.t.quoted(name)).collect();
        quoted.join(self.t.list_comma())
    }

    fn other_names(&self) -> String {
        self.others.join(self.t.list_comma())
    }
}

impl ConfirmMissing {
    fn field_names(&self, t: &Text) -> String {
        self.fields.join(t.list_comma())
    }
}

impl Sample for RequestPage {
    const NAME: &'static str = "sign-request";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = Self {
            t,
            frame: PartyFrame::sample(),
            title: "物流業務委託基本契約書".into(),
            sender: "髙橋 誠".into(),
            name: "森下 航".into(),
            message: "いつもお世話になっております。11月16日の打合せのとおりの内容です。ご確認のうえ、ご署名をお願いいたします。".into(),
            counterparts: vec!["株式会社みなと製作所".into(), "青葉倉庫株式会社".into()],
            amount: Some(4_860_000),
            agreed_on: Some(jiff::civil::date(2026, 12, 1)),
            documents: vec![
                DocumentSummary { name: "物流業務委託基本契約書".into(), pages: 3 },
                DocumentSummary { name: "別紙1 委託料の内訳".into(), pages: 1 },
            ],
            deadline: Some(Due { day: jiff::civil::date(2026, 11, 30), today: today() }),
            email: "morishita@tsubame.example".into(),
            sender_email: "noreply@akashi.minato.example".into(),
        };
        let bare = Self {
            t,
            frame: PartyFrame {
                trial: true,
                ..PartyFrame::sample()
            },
            title: "秘密保持契約書".into(),
            sender: "葛󠄀城 理恵".into(),
            name: "山﨑 澪".into(),
            message: String::new(),
            counterparts: vec!["株式会社みなと製作所".into()],
            amount: None,
            agreed_on: None,
            documents: vec![DocumentSummary {
                name: "秘密保持契約書".into(),
                pages: 2,
            }],
            deadline: None,
            email: "mio@yamazaki.example".into(),
            sender_email: "noreply@akashi.minato.example".into(),
        };
        vec![("", page), ("bare", bare)]
    }
}

impl Sample for ConfirmPage {
    const NAME: &'static str = "sign-confirm";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = || Self {
            t,
            frame: PartyFrame::sample(),
            signer: "森下 航(株式会社つばめ運輸 代表取締役)".into(),
            documents: vec!["物流業務委託基本契約書".into(), "別紙1 委託料の内訳".into()],
            marks: vec![MarkPreview {
                label: "乙の印影".into(),
                href: "/sign/pty_01K9H3T6QW/seal.png?text=森下".into(),
                alt: t.mark_seal_alt("森下"),
            }],
            email: "morishita@tsubame.example".into(),
            others: vec!["青葉倉庫株式会社".into(), "株式会社みなと製作所".into()],
            revision: "9f2c".repeat(16),
            statement: "2026-11".into(),
            text: akashi_domain::contract::ConsentText::CURRENT.text(t.lang).into(),
            act: "act_01K9H3".into(),
            errors: FieldErrors::default(),
            missing: None,
        };
        let missing = Self {
            marks: Vec::new(),
            missing: Some(ConfirmMissing {
                pages: 2,
                fields: vec!["乙の印影".into(), "乙の確認欄".into()],
            }),
            ..page()
        };
        let alone = Self {
            frame: PartyFrame {
                trial: true,
                ..PartyFrame::sample()
            },
            others: Vec::new(),
            ..page()
        };
        vec![("", page()), ("missing", missing), ("trial", alone)]
    }
}

impl Sample for DeclinePage {
    const NAME: &'static str = "sign-decline";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |errors| Self {
            t,
            frame: PartyFrame::sample(),
            title: "物流業務委託基本契約書".into(),
            reason: String::new(),
            errors,
        };
        vec![
            ("", page(FieldErrors::default())),
            (
                "error",
                page(FieldErrors::one("reason", t.decline_reason_missing())),
            ),
        ]
    }
}
