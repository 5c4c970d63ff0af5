//! Small things that stand on several pages: states, parties, stages, time lines, pagers, errors of a form.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::text::Text;

/// The state of a contract as its badge shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ContractBadge {
    Draft,
    /// The act of sending is done, the sent revision is being written.
    Sending,
    Open,
    Concluding,
    Concluded,
    Declined,
    Withdrawn,
    Expired,
}

impl ContractBadge {
    pub(crate) const ALL: [Self; 8] = [
        Self::Draft,
        Self::Sending,
        Self::Open,
        Self::Concluding,
        Self::Concluded,
        Self::Declined,
        Self::Withdrawn,
        Self::Expired,
    ];

    /// The value in the list's filter, and the end of the CSS class.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sending => "sending",
            Self::Open => "open",
            Self::Concluding => "concluding",
            Self::Concluded => "concluded",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Draft => "pencil",
            Self::Sending => "upload",
            Self::Open | Self::Expired => "clock",
            Self::Concluding => "turn",
            Self::Concluded => "check",
            Self::Declined => "cross",
            Self::Withdrawn => "ban",
        }
    }

    pub(crate) const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Draft => t.state_draft(),
            Self::Sending => t.state_sending(),
            Self::Open => t.state_open(),
            Self::Concluding => t.state_concluding(),
            Self::Concluded => t.state_concluded(),
            Self::Declined => t.state_declined(),
            Self::Withdrawn => t.state_withdrawn(),
            Self::Expired => t.state_expired(),
        }
    }
}

/// How far a party's act is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SlotState {
    /// Its stage has not begun.
    Waiting,
    /// It may act now.
    Now,
    Done,
    Refused,
}

impl SlotState {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Waiting => "slot",
            Self::Now => "slot slot--now",
            Self::Done => "slot slot--done",
            Self::Refused => "slot slot--no",
        }
    }

    pub(crate) const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Waiting => t.slot_waiting(),
            Self::Now => t.slot_now(),
            Self::Done => t.slot_done(),
            Self::Refused => t.slot_refused(),
        }
    }

    /// The character inside the ring of a single party.
    pub(crate) const fn mark(self, t: &Text) -> &'static str {
        match self {
            Self::Done => t.slot_mark_done(),
            Self::Waiting | Self::Now => t.slot_mark_open(),
            Self::Refused => t.slot_mark_refused(),
        }
    }
}

/// The rings of a contract, stage by stage.
#[derive(Clone, Debug)]
pub(crate) struct Slots {
    pub(crate) stages: Vec<Vec<Slot>>,
}

/// One ring: a party's letter and state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot {
    /// The party's place in the contract, from 0; gives letter and colour.
    pub(crate) index: usize,
    pub(crate) state: SlotState,
}

impl Slots {
    pub(crate) fn new(stages: &[&[(usize, SlotState)]]) -> Self {
        let stage =
            |s: &&[(usize, SlotState)]| s.iter().map(|&(index, state)| Slot { index, state }).collect();
        Self {
            stages: stages.iter().map(stage).collect(),
        }
    }

    /// The rings as a sentence, for those who hear the page.
    pub(crate) fn spoken(&self, t: &Text) -> String {
        let words: Vec<String> = self
            .stages
            .iter()
            .flatten()
            .map(|slot| t.slot_spoken(t.party_letter(&slot.index), slot.state.label(t)))
            .collect();
        words.join(t.list_comma())
    }
}

/// The class that gives a party its colour; colours repeat after six.
pub(crate) const fn party_class(index: usize) -> &'static str {
    match index % 6 {
        0 => "p1",
        1 => "p2",
        2 => "p3",
        3 => "p4",
        4 => "p5",
        _ => "p6",
    }
}

/// How well a signer's identity was proven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Grade {
    /// The request was read in the mailbox of the party.
    Mail,
}

impl Grade {
    pub(crate) const fn level(self) -> u8 {
        match self {
            Self::Mail => 1,
        }
    }

    pub(crate) const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Mail => t.grade_mail(),
        }
    }
}

/// A stage with its parties.
#[derive(Clone, Debug)]
pub(crate) struct StageView {
    /// From 1.
    pub(crate) number: usize,
    pub(crate) now: bool,
    pub(crate) parties: Vec<PartyLine>,
}

/// One party of a contract as its sender sees it.
#[derive(Clone, Debug)]
pub(crate) struct PartyLine {
    pub(crate) id: String,
    pub(crate) index: usize,
    pub(crate) name: String,
    /// Empty for a person without an organization.
    pub(crate) organization: String,
    /// 肩書; may be empty.
    pub(crate) title: String,
    pub(crate) email: String,
    /// Belongs to the sender's organization.
    pub(crate) own: bool,
    pub(crate) grade: Grade,
    pub(crate) state: SlotState,
    pub(crate) note: PartyNote,
    /// Number of fields to fill; shown while the contract is prepared.
    pub(crate) fields: usize,
}

impl PartyLine {
    pub(crate) const fn class(&self) -> &'static str {
        party_class(self.index)
    }
}

/// What there is to say about a party beside its state.
#[derive(Clone, Debug)]
pub(crate) enum PartyNote {
    None,
    /// The request mail has not been accepted by the party's mail server.
    Undelivered,
    NotOpened,
    Opened {
        at: Timestamp,
    },
    /// The act is recorded, the signature is being made.
    Accepted {
        at: Timestamp,
    },
    Signed {
        at: Timestamp,
    },
    Declined {
        at: Timestamp,
    },
    /// Gets its turn after this stage.
    After {
        stage: usize,
    },
}

impl PartyNote {
    pub(crate) fn text(&self, t: &Text, now: &Timestamp) -> String {
        match self {
            Self::None => String::new(),
            Self::Undelivered => t.note_undelivered().into(),
            Self::NotOpened => t.note_not_opened().into(),
            Self::Opened { at } => t.note_opened(t.moment(at, now)),
            Self::Accepted { at } => t.note_accepted(t.moment(at, now)),
            Self::Signed { at } => t.note_signed(t.moment(at, now)),
            Self::Declined { at } => t.note_declined(t.moment(at, now)),
            Self::After { stage } => t.note_after(stage),
        }
    }
}

/// One entry of a time line; newest first, what is awaited at the top.
#[derive(Clone, Debug)]
pub(crate) struct TimelineEntry {
    pub(crate) kind: TimelineKind,
    /// None for what is awaited.
    pub(crate) at: Option<Timestamp>,
    pub(crate) title: String,
    /// A second line; may be empty.
    pub(crate) note: String,
}

/// Who moved: shape and colour of the dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TimelineKind {
    /// The machine, or a person without an act of will.
    Machine,
    /// A person's will: sent, signed, declined, withdrawn.
    Will,
    Awaited,
    Failure,
}

impl TimelineKind {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Machine => "",
            Self::Will => "is-act",
            Self::Awaited => "is-wait",
            Self::Failure => "is-bad",
        }
    }

    pub(crate) const fn strong(self) -> bool {
        !matches!(self, Self::Machine)
    }
}

/// Where a mail is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DeliveryState {
    Queued,
    /// The receiving server has taken it.
    Accepted,
    /// Refused for good, with the server's answer.
    Refused {
        answer: String,
    },
    /// Refused for now.
    Retrying {
        answer: String,
        next: Timestamp,
    },
    /// Trial mode: kept in the local mailbox.
    Local,
    /// Not sent, because its matter was over: a replaced link, a contract that ended.
    Dropped,
}

impl DeliveryState {
    pub(crate) const fn icon(&self) -> &'static str {
        match self {
            Self::Queued => "clock",
            Self::Accepted => "check",
            Self::Refused { .. } => "cross",
            Self::Retrying { .. } => "turn",
            Self::Local => "mail",
            Self::Dropped => "ban",
        }
    }

    pub(crate) const fn class(&self) -> &'static str {
        match self {
            Self::Queued | Self::Local | Self::Dropped => "is-todo",
            Self::Accepted => "is-ok",
            Self::Refused { .. } => "is-err",
            Self::Retrying { .. } => "is-warn",
        }
    }

    pub(crate) fn label(&self, t: &Text, now: &Timestamp) -> String {
        match self {
            Self::Queued => t.delivery_queued().into(),
            Self::Accepted => t.delivery_accepted().into(),
            Self::Refused { .. } => t.delivery_refused().into(),
            Self::Retrying { next, .. } => t.delivery_retrying(t.moment(next, now)),
            Self::Local => t.delivery_local().into(),
            Self::Dropped => t.delivery_dropped().into(),
        }
    }

    /// What the receiving server said; empty if it said nothing of note.
    pub(crate) fn answer(&self) -> &str {
        match self {
            Self::Refused { answer } | Self::Retrying { answer, .. } => answer,
            Self::Queued | Self::Accepted | Self::Local | Self::Dropped => "",
        }
    }
}

/// What a mail is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MailKind {
    Request,
    Reminder,
    Completion,
    Withdrawal,
    Decline,
    Expiry,
    Invitation,
    PasswordReset,
    Keeping,
}

impl MailKind {
    pub(crate) const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Request => t.mail_kind_request(),
            Self::Reminder => t.mail_kind_reminder(),
            Self::Completion => t.mail_kind_completion(),
            Self::Withdrawal => t.mail_kind_withdrawal(),
            Self::Decline => t.mail_kind_decline(),
            Self::Expiry => t.mail_kind_expiry(),
            Self::Invitation => t.mail_kind_invitation(),
            Self::PasswordReset => t.mail_kind_reset(),
            Self::Keeping => t.mail_kind_keeping(),
        }
    }
}

/// The result of one check.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) state: CheckState,
    pub(crate) title: String,
    /// What was found; may be empty.
    pub(crate) detail: String,
    /// What to do; may be empty.
    pub(crate) remedy: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckState {
    Good,
    Warning,
    Failed,
    Running,
    Open,
}

impl CheckState {
    pub(crate) const fn class(self) -> &'static str {
        match self {
            Self::Good => "is-ok",
            Self::Warning => "is-warn",
            Self::Failed => "is-err",
            Self::Running => "is-run",
            Self::Open => "is-todo",
        }
    }

    pub(crate) const fn icon(self) -> &'static str {
        match self {
            Self::Good => "check",
            Self::Warning => "warning",
            Self::Failed => "cross",
            Self::Running => "turn",
            Self::Open => "ring",
        }
    }

    pub(crate) const fn label(self, t: &Text) -> &'static str {
        match self {
            Self::Good => t.check_good(),
            Self::Warning => t.check_warning(),
            Self::Failed => t.check_failed(),
            Self::Running => t.check_running(),
            Self::Open => t.check_open(),
        }
    }
}

/// Messages for the fields of a form that was not accepted.
#[derive(Clone, Debug, Default)]
pub(crate) struct FieldErrors(pub(crate) Vec<FieldError>);

#[derive(Clone, Debug)]
pub(crate) struct FieldError {
    /// The `name` of the field.
    pub(crate) field: String,
    /// What is wrong and how to mend it, in the reader's language.
    pub(crate) message: String,
}

impl FieldErrors {
    /// One message for one field.
    pub(crate) fn one(field: &str, message: impl Into<String>) -> Self {
        Self(vec![FieldError {
            field: field.to_owned(),
            message: message.into(),
        }])
    }

    /// The message for `field`; empty if there is none.
    pub(crate) fn of(&self, field: impl AsRef<str>) -> &str {
        self.0
            .iter()
            .find(|e| e.field == field.as_ref())
            .map_or("", |e| e.message.as_str())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// The pages of a list.
#[derive(Clone, Debug)]
pub(crate) struct Pager {
    /// The address without `page`, ending in `?` or `&`.
    pub(crate) base: String,
    /// From 1.
    pub(crate) page: usize,
    pub(crate) pages: usize,
}

impl Pager {
    /// First, last, and two around the present page; None is a gap between them.
    pub(crate) fn steps(&self) -> Vec<Option<usize>> {
        let mut steps = Vec::new();
        let mut last = 0_usize;
        for page in 1..=self.pages {
            let near = page.abs_diff(self.page) <= 2 || page == 1 || page == self.pages;
            if near {
                if page > last.saturating_add(1) {
                    steps.push(None);
                }
                steps.push(Some(page));
                last = page;
            }
        }
        steps
    }

    pub(crate) fn previous(&self) -> Option<usize> {
        (self.page > 1).then(|| self.page.saturating_sub(1))
    }

    pub(crate) fn next(&self) -> Option<usize> {
        (self.page < self.pages).then(|| self.page.saturating_add(1))
    }
}

/// A day by which something is due, seen from today.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Due {
    pub(crate) day: Date,
    pub(crate) today: Date,
}

impl Due {
    pub(crate) fn left(self, t: &Text) -> String {
        t.days_left(&self.day, &self.today)
    }

    /// Two days or less: worth a colour.
    pub(crate) fn soon(self) -> bool {
        self.today.until(self.day).is_ok_and(|span| span.get_days() <= 2)
    }
}

/// An act that may be forbidden now; then it stays, grey, with the reason.
#[derive(Clone, Debug)]
pub(crate) struct Permission {
    /// Why not; None if allowed.
    pub(crate) refusal: Option<String>,
}

impl Permission {
    pub(crate) const ALLOWED: Self = Self { refusal: None };

    pub(crate) fn refused(reason: impl Into<String>) -> Self {
        Self {
            refusal: Some(reason.into()),
        }
    }

    pub(crate) const fn allowed(&self) -> bool {
        self.refusal.is_none()
    }

    pub(crate) fn reason(&self) -> &str {
        self.refusal.as_deref().unwrap_or("")
    }
}

#[cfg(test)]
mod tests {
    use super::Pager;

    #[test]
    fn a_pager_shows_both_ends_and_the_neighbours() {
        let pager = Pager {
            base: "?".into(),
            page: 7,
            pages: 20,
        };
        let shown: Vec<String> = pager
            .steps()
            .iter()
            .map(|step| step.map_or_else(|| "…".into(), |n| n.to_string()))
            .collect();
        assert_eq!(shown.join(" "), "1 … 5 6 7 8 9 … 20");
        assert_eq!((pager.previous(), pager.next()), (Some(6), Some(8)));
        let only = Pager {
            base: "?".into(),
            page: 1,
            pages: 1,
        };
        assert_eq!(only.steps(), [Some(1)]);
        assert_eq!((only.previous(), only.next()), (None, None));
    }
}
