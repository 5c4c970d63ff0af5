//! `GET /dev/components`: every component in its states, for those who build pages. Development only.

use askama::Template;
use jiff::Timestamp;

use crate::pages::sample::{Sample, at, now};
use crate::text::Text;
use crate::view::frame::Notice;
use crate::view::{
    AppFrame, Check, CheckState, ContractBadge, DeliveryState, FieldErrors, Grade, MailKind, Pager,
    Permission, Section, SlotState, Slots, TimelineEntry, TimelineKind, filters, party_class,
};

/// The page of components.
#[derive(Template)]
#[template(path = "dev/components.html")]
pub(crate) struct ComponentsPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    notices: [Notice; 9],
    badges: [ContractBadge; 8],
    slots: Vec<Slots>,
    grade: Grade,
    timeline: Vec<TimelineEntry>,
    checks: Vec<Check>,
    deliveries: Vec<(MailKind, DeliveryState)>,
    pager: Pager,
    amount: u64,
    errors: FieldErrors,
    allowed: Permission,
    refused: Permission,
}

impl ComponentsPage {
    #[expect(clippy::unused_self, reason = "the template asks it of the context")]
    fn parties(&self) -> Vec<(usize, &'static str)> {
        (0..6).map(|i| (i, party_class(i))).collect()
    }

    #[expect(clippy::unused_self, reason = "the template asks it of the context")]
    const fn colours(&self) -> [&'static str; 27] {
        [
            "desk",
            "sheet",
            "cell",
            "cell-strong",
            "ink",
            "ink-2",
            "ink-3",
            "rule",
            "rule-frame",
            "rule-control",
            "action",
            "action-tint",
            "shu",
            "shu-fill",
            "shu-tint",
            "ok",
            "ok-tint",
            "warn",
            "warn-tint",
            "err",
            "err-tint",
            "party-1",
            "party-2",
            "party-3",
            "party-4",
            "party-5",
            "party-6",
        ]
    }
}

impl ComponentsPage {
    /// The page: all of its data is invented.
    pub(crate) fn new(t: &'static Text) -> Self {
        let entry = |kind, title: String| TimelineEntry {
            kind,
            at: Some(at(21, 16, 8)),
            title,
            note: String::new(),
        };
        let check = |state: CheckState| Check {
            state,
            title: state.label(t).into(),
            detail: t.sample_clock().into(),
            remedy: String::new(),
        };
        Self {
            t,
            frame: AppFrame::sample(t, Section::Home),
            now: now(),
            notices: Notice::ALL,
            badges: ContractBadge::ALL,
            slots: vec![
                Slots::new(&[
                    &[(1, SlotState::Done), (2, SlotState::Now)],
                    &[(0, SlotState::Waiting)],
                ]),
                Slots::new(&[&[(1, SlotState::Refused)], &[(0, SlotState::Waiting)]]),
            ],
            grade: Grade::Mail,
            timeline: vec![
                TimelineEntry {
                    at: None,
                    ..entry(TimelineKind::Awaited, t.event_awaiting("佐伯 真由美"))
                },
                entry(TimelineKind::Failure, t.event_refused("佐伯 真由美")),
                entry(TimelineKind::Machine, t.event_evidence().into()),
                entry(TimelineKind::Machine, t.event_stage(2)),
                entry(TimelineKind::Will, t.event_address("髙橋 誠", "佐伯 真由美")),
                entry(TimelineKind::Will, t.event_signed("森下 航")),
                entry(TimelineKind::Machine, t.event_opened("森下 航")),
            ],
            checks: [
                CheckState::Good,
                CheckState::Warning,
                CheckState::Failed,
                CheckState::Running,
                CheckState::Open,
            ]
            .map(check)
            .to_vec(),
            deliveries: vec![
                (MailKind::Request, DeliveryState::Accepted),
                (
                    MailKind::Reminder,
                    DeliveryState::Refused {
                        answer: "550 5.1.1 User unknown".into(),
                    },
                ),
                (
                    MailKind::Completion,
                    DeliveryState::Retrying {
                        answer: "451".into(),
                        next: at(24, 15, 40),
                    },
                ),
                (MailKind::Withdrawal, DeliveryState::Queued),
                (MailKind::Decline, DeliveryState::Local),
            ],
            amount: 4_860_000,
            pager: Pager {
                base: "/dev/components?".into(),
                page: 7,
                pages: 65,
            },
            errors: FieldErrors::one("k-email", t.address_invalid()),
            allowed: Permission::ALLOWED,
            refused: Permission::refused(t.contract_refused_evidence()),
        }
    }
}

impl Sample for ComponentsPage {
    const NAME: &'static str = "components";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        vec![("", Self::new(t))]
    }
}
