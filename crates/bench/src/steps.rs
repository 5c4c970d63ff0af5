//! One contract at a time, with a rest after every step: what each costs the server.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::browser::Browser;
use crate::process::CpuClock;
use crate::smtp::Inbox;
use crate::walk::{Errand, World};

/// A step of a contract's life, with everything that follows from it by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Step {
    /// The draft, and the upload of the document.
    Draft,
    /// Details, parties, fields, the last look.
    Furnish,
    /// Sending: the sent revision, and both requests by mail.
    Send,
    /// Both parties: the link, the request, the pages, their record, the seal.
    Open,
    /// The first act: confirmation, certificate, signature, time-stamp.
    FirstAct,
    /// The second act, and the conclusion: validation, evidence sheet, three mails.
    LastAct,
    /// Both parties: the pictures of all pages, drawn once for each revision shown.
    Pictures,
}

impl Step {
    /// The steps that make up a contract under load.
    pub(crate) const LOAD: [Self; 6] = [
        Self::Draft,
        Self::Furnish,
        Self::Send,
        Self::Open,
        Self::FirstAct,
        Self::LastAct,
    ];

    /// For the table.
    pub(crate) const fn label(self) -> &'static str {
        match self {
            Self::Draft => "draft and upload",
            Self::Furnish => "details, parties, fields, check",
            Self::Send => "send: sent revision, 2 mails",
            Self::Open => "both open, read 3 pages, fill",
            Self::FirstAct => "act 1: signature",
            Self::LastAct => "act 2: signature, conclusion, 3 mails",
            Self::Pictures => "page pictures for both (not in the load)",
        }
    }

    /// For the file of results.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Furnish => "furnish",
            Self::Send => "send",
            Self::Open => "open",
            Self::FirstAct => "act_1",
            Self::LastAct => "act_2_and_conclusion",
            Self::Pictures => "pictures",
        }
    }
}

/// What each step cost, contract by contract.
pub(crate) type Costs = BTreeMap<Step, Vec<Duration>>;

/// Notes what the server spent since the last note.
struct Meter {
    clock: CpuClock,
    last: Duration,
    costs: Costs,
}

impl Meter {
    /// Waits for rest. What was spent until then belongs to the step.
    async fn spent(&mut self) -> anyhow::Result<Duration> {
        let now = self.clock.settle().await?;
        let spent = now.saturating_sub(self.last);
        self.last = now;
        Ok(spent)
    }

    async fn note(&mut self, step: Step) -> anyhow::Result<()> {
        let spent = self.spent().await?;
        self.costs.entry(step).or_default().push(spent);
        Ok(())
    }
}

/// Concludes the contracts with these numbers, one at a time.
///
/// # Errors
/// One of them went wrong.
pub(crate) async fn measure(
    world: &World,
    sender: &mut Browser,
    numbers: std::ops::Range<u32>,
    server: u32,
    sent: &mut Inbox,
) -> anyhow::Result<Costs> {
    let mut clock = CpuClock::of(server);
    let last = clock.settle().await?;
    let mut meter = Meter {
        clock,
        last,
        costs: Costs::new(),
    };
    for number in numbers {
        let mut errand = Errand::new(world, number);
        let contract_id = errand.draft(world, sender).await?;
        meter.note(Step::Draft).await?;
        errand.furnish(sender, &contract_id).await?;
        meter.note(Step::Furnish).await?;
        errand.send(sender, &contract_id).await?;
        for inbox in &errand.inboxes {
            inbox.arrival().await?;
        }
        meter.note(Step::Send).await?;
        let mut first = errand.open(world, 0).await?;
        let mut opening = meter.spent().await?;
        first.pictures().await?;
        let mut drawing = meter.spent().await?;
        first.read_and_fill().await?;
        opening += meter.spent().await?;
        first.sign().await?;
        meter.note(Step::FirstAct).await?;
        let mut second = errand.open(world, 1).await?;
        opening += meter.spent().await?;
        second.pictures().await?;
        drawing += meter.spent().await?;
        second.read_and_fill().await?;
        opening += meter.spent().await?;
        second.sign().await?;
        for inbox in &mut errand.inboxes {
            inbox.next().await?;
        }
        sent.next().await?;
        meter.note(Step::LastAct).await?;
        meter.costs.entry(Step::Open).or_default().push(opening);
        meter.costs.entry(Step::Pictures).or_default().push(drawing);
        anyhow::ensure!(second.is_concluded().await?, "{contract_id} is not concluded");
        meter.spent().await?;
    }
    Ok(meter.costs)
}
