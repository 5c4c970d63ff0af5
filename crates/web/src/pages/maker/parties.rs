//! Step 2: who signs, in which order, in which language.

use askama::Template;

use super::{DraftHead, Step};
use crate::pages::sample::Sample;
use crate::text::{Language, Text};
use crate::view::{FieldErrors, filters, party_class};

/// `GET /contracts/{id}/parties`. Rows are numbered from 0; the names of their controls are `p{n}_…`.
#[derive(Template)]
#[template(path = "maker/parties.html")]
pub(crate) struct PartiesStep {
    pub(crate) t: &'static Text,
    pub(crate) draft: DraftHead,
    pub(crate) parties: Vec<PartyForm>,
    /// Keys are the names of the controls: `p0_email`.
    pub(crate) errors: FieldErrors,
}

/// One row of the form, as typed.
#[derive(Clone, Debug)]
pub(crate) struct PartyForm {
    /// Empty for a new row.
    pub(crate) id: String,
    pub(crate) organization: String,
    pub(crate) title: String,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) lang: Language,
    /// From 1.
    pub(crate) stage: usize,
}

/// A stage of the form with its rows.
struct StageForm<'a> {
    number: usize,
    rows: Vec<RowForm<'a>>,
}

/// A row with its place.
struct RowForm<'a> {
    /// Its number in the form, from 0.
    n: usize,
    party: &'a PartyForm,
}

impl PartiesStep {
    /// The rows by stage.
    fn stages(&self) -> Vec<StageForm<'_>> {
        let mut stages: Vec<StageForm<'_>> = Vec::new();
        for (n, party) in self.parties.iter().enumerate() {
            let row = RowForm { n, party };
            match stages.iter_mut().find(|s| s.number == party.stage) {
                Some(stage) => stage.rows.push(row),
                None => stages.push(StageForm {
                    number: party.stage,
                    rows: vec![row],
                }),
            }
        }
        stages.sort_by_key(|s| s.number);
        stages
    }

    /// The stages that a row may choose: those in use and one more.
    fn stage_choices(&self) -> Vec<usize> {
        let last = self.parties.iter().map(|p| p.stage).max().unwrap_or(0);
        (1..=last.saturating_add(1)).collect()
    }
}

impl RowForm<'_> {
    fn key(&self, field: &str) -> String {
        format!("p{}_{field}", self.n)
    }

    const fn class(&self) -> &'static str {
        party_class(self.n)
    }

    fn name_or(&self, t: &Text) -> String {
        if self.party.name.is_empty() {
            t.party_nameless().to_owned()
        } else {
            self.party.name.clone()
        }
    }
}

impl Sample for PartiesStep {
    const NAME: &'static str = "maker-parties";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let party = |organization: &str, title: &str, name: &str, email: &str, stage| PartyForm {
            id: "pty_1".into(),
            organization: organization.into(),
            title: title.into(),
            name: name.into(),
            email: email.into(),
            lang: Language::Ja,
            stage,
        };
        let usual = Self {
            t,
            draft: DraftHead::sample(Step::Parties, &[Step::Documents]),
            parties: vec![
                party(
                    "株式会社みなと製作所",
                    "代表取締役",
                    "𠮷野 咲",
                    "yoshino@minato.example",
                    2,
                ),
                party(
                    "株式会社つばめ運輸",
                    "代表取締役",
                    "森下 航",
                    "morishita@tsubame.example",
                    1,
                ),
                PartyForm {
                    lang: Language::En,
                    ..party(
                        "青葉倉庫株式会社",
                        "業務部長",
                        "佐伯 真由美",
                        "saeki@aoba-soko.example",
                        1,
                    )
                },
            ],
            errors: FieldErrors::default(),
        };
        let fresh = Self {
            t,
            draft: DraftHead::sample(Step::Parties, &[Step::Documents]),
            parties: vec![
                party(
                    "株式会社みなと製作所",
                    "",
                    "髙橋 誠",
                    "takahashi@minato.example",
                    2,
                ),
                party("", "", "", "", 1),
            ],
            errors: FieldErrors::default(),
        };
        let wrong = Self {
            parties: vec![
                party(
                    "株式会社みなと製作所",
                    "",
                    "髙橋 誠",
                    "takahashi@minato.example",
                    2,
                ),
                party("青葉倉庫株式会社", "", "佐伯 真由美𰻞", "saeki@aoba-soko", 1),
            ],
            errors: FieldErrors(vec![
                crate::view::FieldError {
                    field: "p1_name".into(),
                    message: t.party_glyph_missing("𰻞"),
                },
                crate::view::FieldError {
                    field: "p1_email".into(),
                    message: t.address_invalid().into(),
                },
            ]),
            ..fresh.clone_for_sample()
        };
        vec![("", usual), ("fresh", fresh), ("error", wrong)]
    }
}

impl PartiesStep {
    fn clone_for_sample(&self) -> Self {
        Self {
            t: self.t,
            draft: self.draft.clone(),
            parties: Vec::new(),
            errors: FieldErrors::default(),
        }
    }
}
