//! Making a contract: four steps that can be left and resumed. Every step works as a plain form, except placing fields.

pub(crate) mod check;
pub(crate) mod documents;
pub(crate) mod fields;
pub(crate) mod parties;

use jiff::Timestamp;

use crate::text::Text;
use crate::view::ContractBadge;

/// What the head of every step shows.
#[derive(Clone, Debug)]
pub(crate) struct DraftHead {
    /// None before the first document or name made a draft of it.
    pub(crate) id: Option<String>,
    pub(crate) title: String,
    pub(crate) saved_at: Option<Timestamp>,
    pub(crate) step: Step,
    /// The steps whose needs are met.
    pub(crate) done: Vec<Step>,
}

/// The four steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    Documents,
    Parties,
    Fields,
    Check,
}

/// One step as the stepper shows it.
pub(crate) struct StepView {
    pub(crate) label: &'static str,
    /// None while there is no draft to go on with.
    pub(crate) href: Option<String>,
    pub(crate) done: bool,
    pub(crate) here: bool,
}

impl Step {
    const ALL: [Self; 4] = [Self::Documents, Self::Parties, Self::Fields, Self::Check];

    pub(crate) const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Documents => t.step_documents(),
            Self::Parties => t.step_parties(),
            Self::Fields => t.step_fields(),
            Self::Check => t.step_check(),
        }
    }

    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Parties => "parties",
            Self::Fields => "fields",
            Self::Check => "check",
        }
    }
}

impl DraftHead {
    pub(crate) fn heading(&self, t: &Text) -> String {
        if self.title.is_empty() {
            t.draft_untitled().to_owned()
        } else {
            self.title.clone()
        }
    }

    #[expect(clippy::unused_self, reason = "the template asks it of the context")]
    pub(crate) const fn badge(&self) -> ContractBadge {
        ContractBadge::Draft
    }

    /// The address of a step; empty without a draft.
    pub(crate) fn href(&self, step: Step) -> String {
        self.id
            .as_ref()
            .map(|id| format!("/contracts/{id}/{}", step.path()))
            .unwrap_or_default()
    }

    pub(crate) fn steps(&self, t: &Text) -> Vec<StepView> {
        let view = |step: Step| StepView {
            label: step.label(t),
            href: self.id.is_some().then(|| self.href(step)),
            done: step != self.step && self.done.contains(&step),
            here: step == self.step,
        };
        Step::ALL.into_iter().map(view).collect()
    }

    fn sample(step: Step, done: &[Step]) -> Self {
        Self {
            id: Some("ctr_01K9H3".into()),
            title: "物流業務委託基本契約書".into(),
            saved_at: Some(crate::pages::sample::at(24, 14, 32)),
            step,
            done: done.to_vec(),
        }
    }
}
