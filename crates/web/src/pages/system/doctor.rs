//! The check-up: does everything work on which evidence depends? Also the last page of the first start.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at};
use crate::text::Text;
use crate::view::{AppFrame, Check, CheckState, Section, filters};

/// `GET /system/doctor` and `GET /welcome`. The block `checks` follows a run.
#[derive(Template)]
#[template(path = "system/doctor.html", blocks = ["checks"])]
pub(crate) struct DoctorPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    /// Right after set-up.
    pub(crate) first_start: bool,
    pub(crate) checks: Vec<Check>,
    /// None while running or before the first run.
    pub(crate) finished_at: Option<Timestamp>,
    /// What this installation is not good for yet.
    pub(crate) trial_notes: Vec<TrialNote>,
    pub(crate) version: String,
}

/// One thing that is only good for trials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TrialNote {
    OwnRoot,
    OwnTimeStamps,
    KeyInFile,
    LocalMail,
    OwnClock,
}

impl TrialNote {
    const fn title(self, t: &Text) -> &'static str {
        match self {
            Self::OwnRoot => t.doctor_trial_root(),
            Self::OwnTimeStamps => t.doctor_trial_tsa(),
            Self::KeyInFile => t.doctor_trial_key(),
            Self::LocalMail => t.doctor_trial_mail(),
            Self::OwnClock => t.doctor_trial_clock(),
        }
    }

    const fn text(self, t: &Text) -> &'static str {
        match self {
            Self::OwnRoot => t.doctor_trial_root_text(),
            Self::OwnTimeStamps => t.doctor_trial_tsa_text(),
            Self::KeyInFile => t.doctor_trial_key_text(),
            Self::LocalMail => t.doctor_trial_mail_text(),
            Self::OwnClock => t.doctor_trial_clock_text(),
        }
    }
}

impl DoctorPage {
    fn done(&self) -> usize {
        self.checks
            .iter()
            .filter(|c| !matches!(c.state, CheckState::Running | CheckState::Open))
            .count()
    }

    fn running(&self) -> bool {
        self.checks.iter().any(|c| c.state == CheckState::Running)
    }

    const fn heading(&self) -> &'static str {
        if self.first_start {
            self.t.setup_title()
        } else {
            self.t.doctor_title()
        }
    }

    const fn lead(&self) -> &'static str {
        if self.first_start {
            self.t.doctor_lead_first()
        } else {
            self.t.doctor_lead()
        }
    }
}

impl Sample for DoctorPage {
    const NAME: &'static str = "doctor";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let check = |state, title: &str, detail: &str, remedy: &str| Check {
            state,
            title: title.into(),
            detail: detail.into(),
            remedy: remedy.into(),
        };
        let usual = |last: CheckState| {
            vec![
                check(CheckState::Good, t.doctor_administrator(), "髙橋 誠", ""),
                check(CheckState::Good, t.doctor_database(), t.sample_database(), ""),
                check(CheckState::Good, t.doctor_storage(), t.sample_storage(), ""),
                check(CheckState::Good, t.doctor_key(), t.sample_key(), ""),
                check(CheckState::Good, t.doctor_clock(), t.sample_clock(), ""),
                check(
                    CheckState::Failed,
                    t.doctor_tsa(),
                    t.sample_tsa(),
                    t.sample_tsa_remedy(),
                ),
                check(
                    CheckState::Warning,
                    t.doctor_mail(),
                    t.sample_mail(),
                    t.sample_mail_remedy(),
                ),
                check(last, t.doctor_sample(), t.sample_run(), ""),
                check(
                    if last == CheckState::Good {
                        CheckState::Good
                    } else {
                        CheckState::Open
                    },
                    t.doctor_domain(),
                    t.sample_domain(),
                    "",
                ),
            ]
        };
        let page = |first_start, checks, finished_at| Self {
            t,
            frame: if first_start {
                AppFrame::sample_trial(t, Section::Doctor)
            } else {
                AppFrame::sample(t, Section::Doctor)
            },
            first_start,
            checks,
            finished_at,
            trial_notes: vec![
                TrialNote::OwnRoot,
                TrialNote::OwnTimeStamps,
                TrialNote::KeyInFile,
                TrialNote::LocalMail,
                TrialNote::OwnClock,
            ],
            version: "0.1.0".into(),
        };
        let good: Vec<Check> = usual(CheckState::Good)
            .into_iter()
            .map(|c| Check {
                state: CheckState::Good,
                remedy: String::new(),
                ..c
            })
            .collect();
        let production = Self {
            trial_notes: Vec::new(),
            ..page(false, good, Some(at(24, 15, 2)))
        };
        vec![
            ("", page(false, usual(CheckState::Good), Some(at(24, 15, 2)))),
            ("first-start", page(true, usual(CheckState::Running), None)),
            ("production", production),
            (
                "never",
                Self {
                    trial_notes: Vec::new(),
                    ..page(false, Vec::new(), None)
                },
            ),
        ]
    }
}
