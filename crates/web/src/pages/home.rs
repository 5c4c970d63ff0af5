//! `GET /`: what waits for this person first, then figures, then what is in progress.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at, now, today};
use crate::text::Text;
use crate::view::frame::{Notice, ReadinessState};
use crate::view::{AppFrame, ContractBadge, Due, Section, SlotState, Slots, filters};

/// The home page.
#[derive(Template)]
#[template(path = "contracts/home.html")]
pub(crate) struct HomePage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) today: jiff::civil::Date,
    pub(crate) now: Timestamp,
    /// Nearest deadline first.
    pub(crate) waiting: Vec<Task>,
    pub(crate) figures: Figures,
    pub(crate) running: Vec<Running>,
}

/// Something that this person has to do.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) ask: Ask,
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) due: Option<Due>,
    /// When it came up; shown where there is no deadline.
    pub(crate) since: Option<Timestamp>,
    pub(crate) amount: Option<u64>,
}

#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// The person is a signer; the link is in the mailbox, never on this page.
    Sign {
        organization: String,
    },
    Undelivered {
        name: String,
    },
    Declined {
        name: String,
    },
    Expired {
        day: jiff::civil::Date,
    },
    /// A draft, with the name of the step where it was left.
    Draft {
        step: String,
    },
}

/// Counts over all contracts that this person may see.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Figures {
    pub(crate) running: u64,
    pub(crate) concluding: u64,
    pub(crate) concluded_this_month: u64,
    pub(crate) concluded_last_month: u64,
    pub(crate) awaiting_others: u64,
    pub(crate) due_soon: u64,
    pub(crate) concluded: u64,
}

/// A contract under way.
#[derive(Clone, Debug)]
pub(crate) struct Running {
    pub(crate) title: String,
    pub(crate) href: String,
    pub(crate) slots: Slots,
    pub(crate) badge: ContractBadge,
    /// For whom or what it waits.
    pub(crate) waits: Waits,
}

#[derive(Clone, Debug)]
pub(crate) enum Waits {
    For { names: Vec<String>, due: Option<Due> },
    ForLevel { reason: String },
}

impl Waits {
    fn text(&self, t: &Text) -> String {
        match self {
            Self::For { names, due } => {
                let whom = t.home_waits_for(names.join(t.list_comma()));
                due.map_or_else(
                    || whom.clone(),
                    |due| format!("{whom}{}{}", t.middle_dot(), due.left(t)),
                )
            }
            Self::ForLevel { reason } => t.home_waits_for_level(reason),
        }
    }
}

impl Ask {
    const fn icon(&self) -> &'static str {
        match self {
            Self::Sign { .. } | Self::Draft { .. } => "pencil",
            Self::Undelivered { .. } => "mail",
            Self::Declined { .. } => "cross",
            Self::Expired { .. } => "clock",
        }
    }

    const fn word(&self, t: &Text) -> &'static str {
        match self {
            Self::Sign { .. } => t.home_ask_sign(),
            Self::Undelivered { .. } => t.home_ask_undelivered(),
            Self::Declined { .. } => t.home_ask_declined(),
            Self::Expired { .. } => t.home_ask_expired(),
            Self::Draft { .. } => t.home_ask_draft(),
        }
    }

    fn note(&self, t: &Text) -> String {
        match self {
            Self::Sign { organization } => t.home_as_signer(organization),
            Self::Undelivered { name } => t.home_undelivered(name),
            Self::Declined { name } => t.home_declined_by(name),
            Self::Expired { day } => t.home_expired_on(t.date(day)),
            Self::Draft { step } => t.home_draft_step(step),
        }
    }

    const fn act(&self, t: &Text) -> &'static str {
        match self {
            Self::Sign { .. } | Self::Declined { .. } | Self::Expired { .. } => t.home_see(),
            Self::Undelivered { .. } => t.home_mend_address(),
            Self::Draft { .. } => t.home_continue(),
        }
    }

    const fn by_mail(&self) -> bool {
        matches!(self, Self::Sign { .. })
    }
}

impl HomePage {
    /// Nothing at all yet: the page says what to do first.
    fn empty(&self) -> bool {
        self.waiting.is_empty() && self.running.is_empty() && self.figures.concluded == 0
    }
}

impl Sample for HomePage {
    const NAME: &'static str = "home";

    #[expect(clippy::too_many_lines, reason = "a list of samples")]
    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let due = |month, day| {
            Some(Due {
                day: jiff::civil::date(2026, month, day),
                today: today(),
            })
        };
        let task = |ask, title: &str, due, since, amount| Task {
            ask,
            title: title.into(),
            href: "/contracts/ctr_01K9H3".into(),
            due,
            since,
            amount,
        };
        let running = |title: &str, slots, badge, waits| Running {
            title: title.into(),
            href: "/contracts/ctr_01K9H3".into(),
            slots,
            badge,
            waits,
        };
        let full = Self {
            t,
            frame: AppFrame::sample(t, Section::Home),
            today: today(),
            now: now(),
            waiting: vec![
                task(
                    Ask::Sign {
                        organization: "東湾損害保険株式会社".into(),
                    },
                    "倉庫火災保険 包括契約書",
                    due(11, 24),
                    None,
                    Some(1_284_000),
                ),
                task(
                    Ask::Undelivered {
                        name: "佐伯 真由美".into(),
                    },
                    "物流業務委託基本契約書",
                    None,
                    Some(at(24, 14, 7)),
                    Some(4_860_000),
                ),
                task(
                    Ask::Declined {
                        name: "𠮷野 澪".into(),
                    },
                    "機密保持契約書(共同開発)",
                    None,
                    Some(at(23, 10, 20)),
                    None,
                ),
                task(
                    Ask::Expired {
                        day: jiff::civil::date(2026, 11, 20),
                    },
                    "梱包資材 売買基本契約書",
                    None,
                    Some(at(21, 0, 0)),
                    Some(1_056_000),
                ),
                task(
                    Ask::Draft {
                        step: t.step_fields().into(),
                    },
                    "製氷設備 保守契約書(2027年度)",
                    due(12, 4),
                    Some(at(20, 18, 3)),
                    Some(2_640_000),
                ),
            ],
            figures: Figures {
                running: 18,
                concluding: 1,
                concluded_this_month: 32,
                concluded_last_month: 52,
                awaiting_others: 14,
                due_soon: 2,
                concluded: 1_284,
            },
            running: vec![
                running(
                    "物流業務委託基本契約書",
                    Slots::new(&[
                        &[(1, SlotState::Done), (2, SlotState::Now)],
                        &[(0, SlotState::Waiting)],
                    ]),
                    ContractBadge::Open,
                    Waits::For {
                        names: vec!["佐伯 真由美".into()],
                        due: due(11, 30),
                    },
                ),
                running(
                    "フォークリフト賃貸借契約書",
                    Slots::new(&[&[(1, SlotState::Done)], &[(0, SlotState::Done)]]),
                    ContractBadge::Concluding,
                    Waits::ForLevel {
                        reason: t.readiness_silent().into(),
                    },
                ),
                running(
                    "運転業務 労働条件通知書(雇入れ)",
                    Slots::new(&[&[(1, SlotState::Now)]]),
                    ContractBadge::Open,
                    Waits::For {
                        names: vec!["𠮷川 澪".into()],
                        due: None,
                    },
                ),
                running(
                    "第2倉庫 屋根改修工事請負契約書",
                    Slots::new(&[&[(1, SlotState::Waiting)]]),
                    ContractBadge::Sending,
                    Waits::For {
                        names: vec!["石動 直樹".into()],
                        due: None,
                    },
                ),
            ],
        };
        let mut sent = clone_frame(t, &full.figures);
        sent.frame.notice = Notice::from_key("sent");
        if let Some(first) = sent.frame.readiness.first_mut() {
            first.state = ReadinessState::Failed;
        }
        let quiet = Self {
            waiting: Vec::new(),
            running: Vec::new(),
            ..clone_frame(t, &full.figures)
        };
        let empty = clone_frame(t, &Figures::default());
        vec![("", full), ("quiet", quiet), ("empty", empty), ("sent", sent)]
    }
}

fn clone_frame(t: &'static Text, figures: &Figures) -> HomePage {
    HomePage {
        t,
        frame: AppFrame::sample_trial(t, Section::Home),
        today: today(),
        now: now(),
        waiting: Vec::new(),
        figures: *figures,
        running: Vec::new(),
    }
}
