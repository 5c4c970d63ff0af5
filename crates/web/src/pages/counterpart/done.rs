//! After the act: accepted, signed, concluded; and the pages for everything that is not a request any more.

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::pages::sample::{Sample, at, now};
use crate::text::Text;
use crate::view::{Grade, PartyFrame, SlotState, filters};

/// `GET /sign/{party}/done`. The block `live` follows the contract.
#[derive(Template)]
#[template(path = "sign/done.html", blocks = ["live"])]
pub(crate) struct DonePage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PartyFrame,
    pub(crate) state: DoneState,
    pub(crate) title: String,
    pub(crate) name: String,
    /// When the party agreed.
    pub(crate) accepted_at: Timestamp,
    /// The party's own mark, if it left one.
    pub(crate) mark: Option<String>,
    pub(crate) contract_id: String,
    pub(crate) signers: Vec<NextSigner>,
    pub(crate) downloads: Vec<Download>,
    /// The evidence sheet, once there is one.
    pub(crate) evidence: Option<String>,
}

/// How far the party's signature and the contract are.
#[derive(Clone, Debug)]
pub(crate) enum DoneState {
    /// The agreement is recorded, the signature is being made.
    Accepted,
    /// The signature waits for something outside, for example the time-stamp.
    Waiting,
    Signed,
    Concluded {
        at: Timestamp,
    },
}

/// One signer in the order of signing.
#[derive(Clone, Debug)]
pub(crate) struct NextSigner {
    pub(crate) name: String,
    pub(crate) organization: String,
    pub(crate) state: SlotState,
}

#[derive(Clone, Debug)]
pub(crate) struct Download {
    pub(crate) name: String,
    pub(crate) href: String,
}

impl DonePage {
    #[expect(clippy::unused_self, reason = "the template asks it of the context")]
    const fn grade(&self) -> Grade {
        Grade::Mail
    }

    const fn heading(&self) -> &'static str {
        match self.state {
            DoneState::Accepted => self.t.done_accepted_title(),
            DoneState::Waiting => self.t.done_waiting_title(),
            DoneState::Signed => self.t.done_title(),
            DoneState::Concluded { .. } => self.t.done_concluded_title(),
        }
    }

    fn lead(&self) -> String {
        let accepted = self.t.moment_exact(&self.accepted_at);
        match &self.state {
            DoneState::Accepted => self.t.done_accepted_lead(&self.name, accepted),
            DoneState::Waiting => self.t.done_waiting_text().to_owned(),
            DoneState::Signed => self.t.done_lead(&self.name, accepted),
            DoneState::Concluded { at } => self.t.done_concluded_lead(&self.title, self.t.moment_exact(at)),
        }
    }

    const fn concluded(&self) -> bool {
        matches!(self.state, DoneState::Concluded { .. })
    }
}

impl NextSigner {
    const fn class(&self) -> &'static str {
        match self.state {
            SlotState::Done => "is-act",
            SlotState::Now => "is-wait",
            SlotState::Waiting => "",
            SlotState::Refused => "is-bad",
        }
    }

    const fn note(&self, t: &Text) -> &'static str {
        match self.state {
            SlotState::Done => t.done_next_signed(),
            SlotState::Now => t.done_next_now(),
            SlotState::Waiting => t.done_next_later(),
            SlotState::Refused => t.slot_refused(),
        }
    }
}

/// What a party sees when there is nothing (or nothing yet) to sign.
#[derive(Template)]
#[template(path = "sign/closed.html")]
pub(crate) struct ClosedPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: PartyFrame,
    pub(crate) now: Timestamp,
    pub(crate) title: String,
    pub(crate) reason: ClosedReason,
}

#[derive(Clone, Debug)]
pub(crate) enum ClosedReason {
    /// An earlier stage has not finished.
    NotYet {
        names: Vec<String>,
    },
    Withdrawn {
        at: Timestamp,
        reason: String,
    },
    DeclinedByYou {
        at: Timestamp,
        reason: String,
    },
    DeclinedBy {
        name: String,
        at: Timestamp,
        reason: String,
    },
    Expired {
        day: Date,
    },
}

impl ClosedPage {
    const fn heading(&self) -> &'static str {
        match self.reason {
            ClosedReason::NotYet { .. } => self.t.closed_waiting_title(),
            ClosedReason::Withdrawn { .. } => self.t.closed_withdrawn_title(),
            ClosedReason::DeclinedByYou { .. } | ClosedReason::DeclinedBy { .. } => {
                self.t.closed_declined_title()
            }
            ClosedReason::Expired { .. } => self.t.closed_expired_title(),
        }
    }

    const fn icon(&self) -> &'static str {
        match self.reason {
            ClosedReason::NotYet { .. } | ClosedReason::Expired { .. } => "clock",
            ClosedReason::Withdrawn { .. } => "ban",
            ClosedReason::DeclinedByYou { .. } | ClosedReason::DeclinedBy { .. } => "cross",
        }
    }

    fn text(&self) -> String {
        let t = self.t;
        match &self.reason {
            ClosedReason::NotYet { names } => t.closed_waiting_text(names.join(t.list_comma())),
            ClosedReason::Withdrawn { at, .. } => {
                t.closed_withdrawn_text(&self.frame.organization, t.moment(at, &self.now))
            }
            ClosedReason::DeclinedByYou { at, .. } => t.closed_declined_you(t.moment(at, &self.now)),
            ClosedReason::DeclinedBy { name, at, .. } => {
                t.closed_declined_other(name, t.moment(at, &self.now))
            }
            ClosedReason::Expired { day } => t.closed_expired_text(t.date(day), &self.frame.organization),
        }
    }

    /// The reason that a person gave; empty if none was asked for.
    fn given(&self) -> &str {
        match &self.reason {
            ClosedReason::Withdrawn { reason, .. }
            | ClosedReason::DeclinedByYou { reason, .. }
            | ClosedReason::DeclinedBy { reason, .. } => reason,
            ClosedReason::NotYet { .. } | ClosedReason::Expired { .. } => "",
        }
    }
}

impl Sample for DonePage {
    const NAME: &'static str = "sign-done";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let signer = |name: &str, organization: &str, state| NextSigner {
            name: name.into(),
            organization: organization.into(),
            state,
        };
        let page = |state, last| Self {
            t,
            frame: PartyFrame::sample(),
            state,
            title: "物流業務委託基本契約書".into(),
            name: "森下 航".into(),
            accepted_at: at(21, 16, 8),
            mark: Some("/sign/pty_01K9H3T6QW/fields/fld_1/preview.png".into()),
            contract_id: "7dfd11d5a0b44c1e9c2f6b1a2d3e4f50".into(),
            signers: vec![
                signer("森下 航", "株式会社つばめ運輸", SlotState::Done),
                signer("佐伯 真由美", "青葉倉庫株式会社", last),
                signer(
                    "𠮷野 咲",
                    "株式会社みなと製作所",
                    if last == SlotState::Done {
                        SlotState::Done
                    } else {
                        SlotState::Waiting
                    },
                ),
            ],
            downloads: vec![Download {
                name: "物流業務委託基本契約書".into(),
                href: "/sign/pty_01K9H3T6QW/documents/doc_01K9H3/download".into(),
            }],
            evidence: None,
        };
        let concluded = Self {
            evidence: Some("/sign/pty_01K9H3T6QW/evidence.pdf".into()),
            ..page(DoneState::Concluded { at: at(24, 13, 2) }, SlotState::Done)
        };
        let accepted = Self {
            downloads: Vec::new(),
            mark: None,
            ..page(DoneState::Accepted, SlotState::Now)
        };
        let waiting = Self {
            downloads: Vec::new(),
            ..page(DoneState::Waiting, SlotState::Now)
        };
        vec![
            ("", page(DoneState::Signed, SlotState::Now)),
            ("accepted", accepted),
            ("waiting", waiting),
            ("concluded", concluded),
        ]
    }
}

impl Sample for ClosedPage {
    const NAME: &'static str = "sign-closed";

    fn samples(t: &'static Text) -> Vec<(&'static str, Self)> {
        let page = |reason| Self {
            t,
            frame: PartyFrame::sample(),
            now: now(),
            title: "物流業務委託基本契約書".into(),
            reason,
        };
        vec![
            (
                "not-yet",
                page(ClosedReason::NotYet {
                    names: vec!["森下 航".into(), "佐伯 真由美".into()],
                }),
            ),
            (
                "withdrawn",
                page(ClosedReason::Withdrawn {
                    at: at(23, 9, 12),
                    reason: "金額の誤りがありました。直して送り直します。".into(),
                }),
            ),
            (
                "declined-by-you",
                page(ClosedReason::DeclinedByYou {
                    at: at(22, 11, 40),
                    reason: "第5条の期間を3年にしてください。".into(),
                }),
            ),
            (
                "declined",
                page(ClosedReason::DeclinedBy {
                    name: "佐伯 真由美".into(),
                    at: at(22, 11, 40),
                    reason: "第5条の期間を3年にしてください。".into(),
                }),
            ),
            (
                "expired",
                page(ClosedReason::Expired {
                    day: jiff::civil::date(2026, 11, 20),
                }),
            ),
        ]
    }
}
