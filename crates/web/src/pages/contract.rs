//! `GET /contracts/{id}`: who has to do what, and everything that happened; and the acts on one contract.

pub(crate) mod acts;
mod sample;

use askama::Template;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::text::Text;
use crate::view::{
    AppFrame, ContractBadge, DeliveryState, Due, MailKind, Permission, StageView, TimelineEntry, filters,
    party_class,
};

/// One contract that was sent. The block `live` follows it.
#[derive(Template)]
#[template(path = "contracts/contract.html", blocks = ["live"])]
pub(crate) struct ContractPage {
    pub(crate) t: &'static Text,
    pub(crate) frame: AppFrame,
    pub(crate) now: Timestamp,
    /// `ctr_…`, as in addresses.
    pub(crate) id: String,
    /// The ID that stands on every page of the documents.
    pub(crate) printed_id: String,
    pub(crate) title: String,
    pub(crate) badge: ContractBadge,
    pub(crate) trial: bool,
    pub(crate) situation: Situation,
    /// Requests that a mail server refused.
    pub(crate) bounces: Vec<Bounce>,
    pub(crate) reference: String,
    pub(crate) counterparties: Vec<String>,
    pub(crate) amount: Option<u64>,
    pub(crate) agreed_on: Option<Date>,
    pub(crate) deadline: Option<Due>,
    pub(crate) owner: String,
    /// For example `PAdES B-LTA`.
    pub(crate) level: String,
    /// What our own judge found, and until when that lasts; None before the conclusion.
    pub(crate) kept: Option<Kept>,
    /// What keeps the archive time-stamp from being added; may be empty.
    pub(crate) keeping_trouble: String,
    pub(crate) stages: Vec<StageView>,
    pub(crate) timeline: Vec<TimelineEntry>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) viewer: Viewer,
    pub(crate) downloads: Vec<DocumentLink>,
    pub(crate) acts: Acts,
}

/// What the contract is waiting for or how it ended: decides on the banner.
#[derive(Clone, Debug)]
pub(crate) enum Situation {
    Open,
    Sending,
    /// Something outside is missing while signatures are awaited or the sending is prepared.
    Held {
        reason: String,
        next: Timestamp,
        /// Nothing has been sent yet.
        sending: bool,
    },
    /// All acts are done, but not yet at the promised level.
    Concluding {
        attempt: u32,
        reason: String,
        next: Option<Timestamp>,
    },
    Concluded {
        at: Timestamp,
        signers: usize,
    },
    Declined {
        name: String,
        reason: String,
    },
    Withdrawn {
        name: String,
        reason: String,
    },
    Expired {
        day: Date,
    },
}

/// How a concluded contract was judged and is kept.
#[derive(Clone, Debug)]
pub(crate) struct Kept {
    pub(crate) signatures: u32,
    pub(crate) judged_at: Timestamp,
    pub(crate) archived_at: Timestamp,
    pub(crate) stamped_by: String,
    pub(crate) accredited: bool,
    pub(crate) renew_on: Date,
    pub(crate) renewals: u32,
}

/// A request mail that did not arrive.
#[derive(Clone, Debug)]
pub(crate) struct Bounce {
    pub(crate) party_id: String,
    pub(crate) name: String,
    pub(crate) answer: String,
}

/// One mail of this contract.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) kind: MailKind,
    pub(crate) state: DeliveryState,
    pub(crate) at: Timestamp,
}

/// The preview: one page of one document.
#[derive(Clone, Debug)]
pub(crate) struct Viewer {
    pub(crate) documents: Vec<ViewerDocument>,
    /// Index of the document shown.
    pub(crate) document: usize,
    /// The page shown, from 1.
    pub(crate) page: usize,
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// Fields on this page that are still empty.
    pub(crate) open_fields: Vec<OpenField>,
    /// Changes when the document does; part of the image's address.
    pub(crate) version: String,
}

#[derive(Clone, Debug)]
pub(crate) struct ViewerDocument {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) pages: usize,
}

/// An empty field, for the overlay; points from the top left.
#[derive(Clone, Debug)]
pub(crate) struct OpenField {
    pub(crate) index: usize,
    pub(crate) label: String,
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// A file to take away.
#[derive(Clone, Debug)]
pub(crate) struct DocumentLink {
    pub(crate) name: String,
    pub(crate) href: String,
    pub(crate) bytes: u64,
    /// Hex; empty while the document can still grow.
    pub(crate) sha256: String,
}

/// Which acts are allowed now; the others stay with their reason.
#[derive(Clone, Debug)]
pub(crate) struct Acts {
    pub(crate) remind: Permission,
    pub(crate) withdraw: Permission,
    pub(crate) evidence: Permission,
    pub(crate) correct_address: Permission,
    pub(crate) retry: Permission,
}

impl ContractPage {
    fn counterparty_list(&self) -> String {
        self.counterparties.join(self.t.list_comma())
    }

    const fn ended(&self) -> bool {
        matches!(
            self.situation,
            Situation::Concluded { .. }
                | Situation::Declined { .. }
                | Situation::Withdrawn { .. }
                | Situation::Expired { .. }
        )
    }

    /// The parties whose address may still be corrected: those that have not acted.
    fn correctable(&self) -> Vec<&crate::view::PartyLine> {
        use crate::view::SlotState;
        let open = |p: &&crate::view::PartyLine| matches!(p.state, SlotState::Now | SlotState::Waiting);
        self.stages.iter().flat_map(|s| &s.parties).filter(open).collect()
    }
}

impl Viewer {
    fn shown(&self) -> Option<&ViewerDocument> {
        self.documents.get(self.document)
    }

    /// `?doc=…&page=…` for another page of the same document.
    #[expect(
        clippy::trivially_copy_pass_by_ref,
        reason = "templates pass their bindings by reference"
    )]
    fn address(&self, page: &usize) -> String {
        self.shown()
            .map_or_else(String::new, |d| format!("?doc={}&page={page}", d.id))
    }

    fn previous(&self) -> Option<usize> {
        (self.page > 1).then(|| self.page.saturating_sub(1))
    }

    fn next(&self) -> Option<usize> {
        self.shown()
            .filter(|d| self.page < d.pages)
            .map(|_| self.page.saturating_add(1))
    }
}

impl OpenField {
    const fn class(&self) -> &'static str {
        party_class(self.index)
    }

    fn middle_x(&self) -> f64 {
        self.x + self.width / 2.0
    }

    fn middle_y(&self) -> f64 {
        self.y + self.height / 2.0
    }
}
