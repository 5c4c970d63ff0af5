//! Acts on one contract. Each is a page of its own; the block `dialog` is the same thing over the contract.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at, now};
use crate::text::Text;
use crate::view::{AppFrame, FieldErrors, Section, filters};

/// `GET /contracts/{id}/withdraw`: names what will be lost.
#[derive(Template)]
#[template(path = "contracts/withdraw.html", blocks = ["dialog"])]
pub(crate) struct WithdrawPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) id: String,
    pub(crate) title: String,
    /// Those whose signatures will not be used.
    pub(crate) signed: Vec<String>,
    pub(crate) reason: String,
    pub(crate) errors: FieldErrors,
}

/// `GET /contracts/{id}/remind`.
#[derive(Template)]
#[template(path = "contracts/remind.html", blocks = ["dialog"])]
pub(crate) struct RemindPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    pub(crate) id: String,
    pub(crate) to: Vec<RemindTo>,
    pub(crate) errors: FieldErrors,
}

/// A person who may be reminded.
#[derive(Clone, Debug)]
pub(crate) struct RemindTo {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) organization: String,
    pub(crate) email: String,
    pub(crate) last: Option<Timestamp>,
    pub(crate) chosen: bool,
}

/// `GET /contracts/{id}/parties/{party}/address`.
#[derive(Template)]
#[template(path = "contracts/address.html", blocks = ["dialog"])]
pub(crate) struct AddressPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) id: String,
    pub(crate) party_id: String,
    pub(crate) name: String,
    pub(crate) present: String,
    /// What the mail server answered; may be empty.
    pub(crate) answer: String,
    pub(crate) email: String,
    pub(crate) errors: FieldErrors,
}

/// `GET /contracts/{id}/delete`: drafts only.
#[derive(Template)]
#[template(path = "contracts/delete-draft.html", blocks = ["dialog"])]
pub(crate) struct DeleteDraftPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) id: String,
    pub(crate) title: String,
    pub(crate) documents: usize,
}

impl WithdrawPage {
    fn signed_names(&self) -> String {
        self.signed.join(self.t.list_comma())
    }
}

impl Sample for WithdrawPage {
    const NAME: &'static str = "contract-withdraw";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |errors| Self {
            t,
            frame: AppFrame::sample(t, Section::Contracts),
            id: "ctr_01K9H3".into(),
            title: "物流業務委託基本契約書".into(),
            signed: vec!["森下 航".into()],
            reason: String::new(),
            errors,
        };
        vec![
            ("", page(FieldErrors::default())),
            (
                "error",
                page(FieldErrors::one("reason", t.withdraw_reason_missing())),
            ),
        ]
    }
}

impl Sample for RemindPage {
    const NAME: &'static str = "contract-remind";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let to = |id: &str, name: &str, organization: &str, email: &str, last| RemindTo {
            id: id.into(),
            name: name.into(),
            organization: organization.into(),
            email: email.into(),
            last,
            chosen: true,
        };
        let page = |errors| Self {
            t,
            frame: AppFrame::sample(t, Section::Contracts),
            now: now(),
            id: "ctr_01K9H3".into(),
            to: vec![
                to(
                    "pty_3",
                    "佐伯 真由美",
                    "青葉倉庫株式会社",
                    "saeki@aoba-soko.example",
                    Some(at(23, 14, 7)),
                ),
                to("pty_4", "𠮷川 澪", "", "yoshikawa@mail.example", None),
            ],
            errors,
        };
        vec![
            ("", page(FieldErrors::default())),
            ("error", page(FieldErrors::one("party", t.remind_none()))),
        ]
    }
}

impl Sample for AddressPage {
    const NAME: &'static str = "contract-address";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |email: &str, errors| Self {
            t,
            frame: AppFrame::sample(t, Section::Contracts),
            id: "ctr_01K9H3".into(),
            party_id: "pty_3".into(),
            name: "佐伯 真由美".into(),
            present: "saeki@aoba-soko.example".into(),
            answer: "550 5.1.1 User unknown".into(),
            email: email.into(),
            errors,
        };
        vec![
            ("", page("", FieldErrors::default())),
            (
                "error",
                page("saeki@aoba-soko", FieldErrors::one("email", t.address_invalid())),
            ),
        ]
    }
}

impl Sample for DeleteDraftPage {
    const NAME: &'static str = "contract-delete-draft";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |title: &str, documents| Self {
            t,
            frame: AppFrame::sample(t, Section::Contracts),
            id: "ctr_01K9H3".into(),
            title: title.into(),
            documents,
        };
        vec![("", page("製氷設備 保守契約書(2027年度)", 2))]
    }
}
