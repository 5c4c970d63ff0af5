//! Step 4: everything once more, then the act of sending.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use super::{DraftHead, Step};
use crate::pages::sample::{Sample, now};
use crate::text::Text;
use crate::view::{
    Check, CheckState, FieldErrors, Grade, PartyLine, PartyNote, SlotState, StageView, filters,
};

/// `GET /contracts/{id}/check`.
#[derive(Template)]
#[template(path = "maker/check.html")]
pub(crate) struct CheckStep {
    pub(crate) t: &'static Text,
    pub(crate) draft: DraftHead,
    pub(crate) now: Timestamp,
    pub(crate) reference: String,
    pub(crate) amount: Option<u64>,
    pub(crate) agreed_on: Option<Date>,
    pub(crate) documents: Vec<CheckDocument>,
    pub(crate) stages: Vec<StageView>,
    pub(crate) checks: Vec<Check>,
    pub(crate) message: String,
    /// As typed, YYYY-MM-DD.
    pub(crate) deadline: String,
    pub(crate) trial: bool,
    pub(crate) errors: FieldErrors,
}

#[derive(Clone, Debug)]
pub(crate) struct CheckDocument {
    pub(crate) name: String,
    pub(crate) pages: usize,
    pub(crate) bytes: u64,
}

impl CheckStep {
    fn sendable(&self) -> bool {
        self.checks
            .iter()
            .all(|c| matches!(c.state, CheckState::Good | CheckState::Warning))
    }

    /// Those who get the request at once.
    fn first(&self) -> String {
        let names: Vec<&str> = self
            .stages
            .iter()
            .take(1)
            .flat_map(|s| s.parties.iter().map(|p| p.name.as_str()))
            .collect();
        names.join(self.t.list_comma())
    }

    fn several_stages(&self) -> bool {
        self.stages.len() > 1
    }
}

impl Sample for CheckStep {
    const NAME: &'static str = "maker-check";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let check = |state, title: &str, detail: &str, remedy: &str| Check {
            state,
            title: title.into(),
            detail: detail.into(),
            remedy: remedy.into(),
        };
        let good = vec![
            check(CheckState::Good, t.sample_check_fields(), "", ""),
            check(
                CheckState::Good,
                t.sample_check_glyphs(),
                t.sample_check_glyphs_note(),
                "",
            ),
            check(CheckState::Good, t.sample_check_tsa(), "14:36", ""),
            check(
                CheckState::Warning,
                t.sample_check_first(),
                t.sample_check_first_note(),
                "",
            ),
        ];
        let bad = vec![
            check(CheckState::Good, t.sample_check_fields(), "", ""),
            check(
                CheckState::Failed,
                t.sample_check_tofu(),
                "",
                t.sample_check_tofu_fix(),
            ),
        ];
        let page = |checks, trial| {
            Self {
            t,
            draft: DraftHead::sample(Step::Check, &[Step::Documents, Step::Parties, Step::Fields]),
            now: now(),
            reference: "KY-2026-0412".into(),
            amount: Some(4_860_000),
            agreed_on: Some(jiff::civil::date(2026, 12, 1)),
            documents: vec![
                CheckDocument { name: "物流業務委託基本契約書.pdf".into(), pages: 3, bytes: 188_000 },
                CheckDocument { name: "別紙1_委託料の内訳.pdf".into(), pages: 1, bytes: 64_200 },
            ],
            stages: sample_stages(),
            checks,
            message: "いつもお世話になっております。11月16日の打合せのとおりの内容です。ご確認のうえ、ご署名をお願いいたします。".into(),
            deadline: "2026-11-30".into(),
            trial,
            errors: FieldErrors::default(),
        }
        };
        vec![("", page(good, false)), ("blocked", page(bad, true))]
    }
}

fn sample_stages() -> Vec<StageView> {
    let party = |index, name: &str, organization: &str, title: &str, email: &str, fields, note| PartyLine {
        id: format!("pty_{index}"),
        index,
        name: name.into(),
        organization: organization.into(),
        title: title.into(),
        email: email.into(),
        own: index == 0,
        grade: Grade::Mail,
        state: SlotState::Waiting,
        note,
        fields,
    };
    vec![
        StageView {
            number: 1,
            now: false,
            parties: vec![
                party(
                    1,
                    "森下 航",
                    "株式会社つばめ運輸",
                    "代表取締役",
                    "morishita@tsubame.example",
                    4,
                    PartyNote::None,
                ),
                party(
                    2,
                    "佐伯 真由美",
                    "青葉倉庫株式会社",
                    "業務部長",
                    "saeki@aoba-soko.example",
                    3,
                    PartyNote::None,
                ),
            ],
        },
        StageView {
            number: 2,
            now: false,
            parties: vec![party(
                0,
                "𠮷野 咲",
                "株式会社みなと製作所",
                "代表取締役",
                "yoshino@minato.example",
                2,
                PartyNote::None,
            )],
        },
    ]
}
