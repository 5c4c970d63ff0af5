//! Load, decide, save: the one path by which contracts change.

use akashi_domain::authorization::Action;
use akashi_domain::contract::{Command, Contract, Decision, Effect};
use akashi_domain::{
    Actor, ContractId, ContractState, Digest32, EmailAddress, Event, EventKind, Language, MemberId, PartyId,
    PartyState, UtcTime,
};

use crate::caller::{MemberCaller, PartyCaller};
use crate::ports::{
    CommitError, ContractChange, JobKind, LeasedJob, MailKind, NewJob, NewLink, NewMail, RecordedEvent,
    SegmentRecord, Stored, Tenant,
};
use crate::{App, Error};

/// Two people may act at the same second; whoever comes second decides again on what the first left.
pub(crate) const ATTEMPTS: u32 = 8;

/// What a commit carries beside the decision.
#[derive(Default)]
pub(crate) struct Along {
    /// Segments that the contract names from now on.
    pub(crate) segments: Vec<SegmentRecord>,
    /// The job whose work this is.
    pub(crate) completes: Option<LeasedJob>,
}

impl App {
    /// Loads a contract of the tenant.
    pub(crate) async fn load(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
    ) -> Result<Stored<Contract>, Error> {
        self.ports
            .contracts
            .load(tenant, contract_id)
            .await?
            .ok_or(Error::NotFound)
    }

    /// Loads a contract for a member who wants to do something to it.
    pub(crate) async fn load_for_member(
        &self,
        caller: &MemberCaller,
        action: Action,
        contract_id: ContractId,
    ) -> Result<Stored<Contract>, Error> {
        let stored = self.load(&caller.tenant, contract_id).await?;
        caller.authorize_contract(action, &stored.value)?;
        Ok(stored)
    }

    /// Loads a contract for a party that wants to do something as itself.
    pub(crate) async fn load_for_party(
        &self,
        caller: &PartyCaller,
        action: Action,
    ) -> Result<Stored<Contract>, Error> {
        let stored = self.load(&caller.tenant, caller.contract_id).await?;
        caller.authorize(action, &stored.value)?;
        Ok(stored)
    }

    /// Decides and commits, deciding again if somebody else was faster.
    pub(crate) async fn change_as_member(
        &self,
        caller: &MemberCaller,
        action: Action,
        contract_id: ContractId,
        command: Command,
    ) -> Result<Stored<Contract>, Error> {
        let actor = Actor::Member(caller.member.member_id);
        for _ in 0..ATTEMPTS {
            let stored = self.load_for_member(caller, action, contract_id).await?;
            let decision = stored.value.decide(command.clone(), self.now())?;
            match self
                .commit(&caller.tenant, actor, stored.revision, decision, Along::default())
                .await
            {
                Err(CommitOutcome::Conflict) => {}
                Err(CommitOutcome::Other(error)) => return Err(error),
                Ok(done) => return Ok(done),
            }
        }
        Err(Error::Conflict)
    }

    /// Decides and commits on exactly the revision that the caller saw.
    pub(crate) async fn change_revision_as_member(
        &self,
        caller: &MemberCaller,
        action: Action,
        contract_id: ContractId,
        revision: u64,
        command: Command,
    ) -> Result<Stored<Contract>, Error> {
        let stored = self.load_for_member(caller, action, contract_id).await?;
        if stored.revision != revision {
            return Err(Error::Conflict);
        }
        let decision = stored.value.decide(command, self.now())?;
        let actor = Actor::Member(caller.member.member_id);
        self.commit(&caller.tenant, actor, revision, decision, Along::default())
            .await
            .map_err(Error::from)
    }

    /// Decides and commits for a party.
    pub(crate) async fn change_as_party(
        &self,
        caller: &PartyCaller,
        action: Action,
        command: Command,
    ) -> Result<Stored<Contract>, Error> {
        let actor = Actor::Party(caller.party_id);
        for _ in 0..ATTEMPTS {
            let stored = self.load_for_party(caller, action).await?;
            let decision = stored.value.decide(command.clone(), self.now())?;
            match self
                .commit(&caller.tenant, actor, stored.revision, decision, Along::default())
                .await
            {
                Err(CommitOutcome::Conflict) => {}
                Err(CommitOutcome::Other(error)) => return Err(error),
                Ok(done) => return Ok(done),
            }
        }
        Err(Error::Conflict)
    }

    /// Commits a decision with everything that follows from it.
    pub(crate) async fn commit(
        &self,
        tenant: &Tenant,
        actor: Actor,
        expected_revision: u64,
        decision: Decision,
        along: Along,
    ) -> Result<Stored<Contract>, CommitOutcome> {
        self.save(tenant, actor, Some(expected_revision), decision, along)
            .await
    }

    /// Commits a new contract.
    pub(crate) async fn insert(
        &self,
        tenant: &Tenant,
        actor: Actor,
        contract: Contract,
    ) -> Result<Stored<Contract>, Error> {
        let decision = Decision {
            contract,
            events: vec![EventKind::Created],
            effects: Vec::new(),
        };
        self.save(tenant, actor, None, decision, Along::default())
            .await
            .map_err(Error::from)
    }

    async fn save(
        &self,
        tenant: &Tenant,
        actor: Actor,
        expected_revision: Option<u64>,
        decision: Decision,
        along: Along,
    ) -> Result<Stored<Contract>, CommitOutcome> {
        let now = self.now();
        let Decision {
            mut contract,
            events,
            effects,
        } = decision;
        let nothing_new = events.is_empty() && effects.is_empty() && along.completes.is_none();
        let events = self.record(&mut contract, actor, events, now)?;
        let concluded_digests = match contract.state {
            ContractState::Concluded { .. } => final_digests(&contract),
            _ => Vec::new(),
        };
        let mut change = ContractChange {
            contract: contract.clone(),
            expected_revision,
            events,
            segments: along.segments,
            jobs: Vec::new(),
            mails: Vec::new(),
            links: Vec::new(),
            completes: along.completes,
            concluded_digests,
            now,
        };
        for effect in effects {
            self.follow(effect, &contract, &mut change, now).await?;
        }
        tracing::debug!(contract.id = %contract.contract_id, change.quiet = nothing_new, "contract committed");
        let revision = self.ports.contracts.commit(tenant, change).await?;
        Ok(Stored {
            value: contract,
            revision,
        })
    }

    /// Numbers the events and gives each its canonical bytes and salt.
    fn record(
        &self,
        contract: &mut Contract,
        actor: Actor,
        events: Vec<EventKind>,
        now: UtcTime,
    ) -> Result<Vec<RecordedEvent>, CommitOutcome> {
        let mut recorded = Vec::with_capacity(events.len());
        for what in events {
            contract.last_event = contract.last_event.saturating_add(1);
            let event = Event {
                event_id: self.new_event_id(),
                organization_id: contract.organization_id,
                contract_id: contract.contract_id,
                sequence: contract.last_event,
                at: now,
                actor,
                what,
            };
            let canonical = event
                .canonical_bytes()
                .map_err(|error| Error::internal("canonical encoding", error))?;
            recorded.push(RecordedEvent {
                event,
                canonical,
                salt: self.random(),
            });
        }
        Ok(recorded)
    }

    /// Turns what must follow into jobs, mails and links.
    async fn follow(
        &self,
        effect: Effect,
        contract: &Contract,
        change: &mut ContractChange,
        now: UtcTime,
    ) -> Result<(), Error> {
        let contract_id = contract.contract_id;
        let mut job = |kind, run_at| {
            change.jobs.push(NewJob {
                job_id: self.new_job_id(),
                kind,
                run_at,
            });
        };
        match effect {
            Effect::PrepareSending => job(JobKind::PrepareSending { contract_id }, now),
            Effect::Sign(party_id) => job(
                JobKind::Sign {
                    contract_id,
                    party_id,
                },
                now,
            ),
            Effect::Conclude => job(JobKind::Conclude { contract_id }, now),
            Effect::WatchDeadline(deadline) => {
                let just_after = deadline
                    .saturating_add(std::time::Duration::from_secs(1))
                    .unwrap_or(deadline);
                job(JobKind::Expire { contract_id }, just_after);
            }
            Effect::RequestMail(party_id) => {
                let generation = self.link(contract, party_id, change, now).await?;
                self.mail_to_party(
                    contract,
                    party_id,
                    MailKind::Request { party_id, generation },
                    change,
                );
            }
            Effect::ReminderMail(party_id) => {
                let generation = self.link(contract, party_id, change, now).await?;
                self.mail_to_party(
                    contract,
                    party_id,
                    MailKind::Reminder { party_id, generation },
                    change,
                );
            }
            Effect::CompletionMails => {
                for party_id in contract.parties.iter().map(|party| party.party_id) {
                    let generation = self.link(contract, party_id, change, now).await?;
                    let kind = MailKind::CompletionToParty { party_id, generation };
                    self.mail_to_party(contract, party_id, kind, change);
                }
                self.mail_to_sender(contract, MailKind::CompletionToSender, change)
                    .await?;
            }
            Effect::DeclineNotices => {
                for party_id in asked(contract) {
                    self.mail_to_party(contract, party_id, MailKind::DeclinedToParty { party_id }, change);
                }
                self.mail_to_sender(contract, MailKind::DeclinedToSender, change)
                    .await?;
            }
            Effect::WithdrawalNotices => {
                for party_id in asked(contract) {
                    self.mail_to_party(
                        contract,
                        party_id,
                        MailKind::WithdrawnToParty { party_id },
                        change,
                    );
                }
            }
            Effect::ExpiryNotices => {
                for party_id in asked(contract) {
                    self.mail_to_party(contract, party_id, MailKind::ExpiredToParty { party_id }, change);
                }
                self.mail_to_sender(contract, MailKind::ExpiredToSender, change)
                    .await?;
            }
            _ => {}
        }
        Ok(())
    }

    /// Makes or prolongs the link of a party's newest generation.
    async fn link(
        &self,
        contract: &Contract,
        party_id: PartyId,
        change: &mut ContractChange,
        now: UtcTime,
    ) -> Result<u32, Error> {
        let generation = contract.party(party_id).map_or(0, |party| party.link_generation);
        let token = self.party_token(party_id, generation).await?;
        let expires_at = now.saturating_add(self.settings.link_lifetime).unwrap_or(now);
        change.links.push(NewLink {
            token_sha256: token.sha256(),
            party_id,
            generation,
            expires_at,
        });
        Ok(generation)
    }

    fn mail_to_party(
        &self,
        contract: &Contract,
        party_id: PartyId,
        kind: MailKind,
        change: &mut ContractChange,
    ) {
        if let Some(party) = contract.party(party_id) {
            let mail = self.new_mail(contract.contract_id, kind, party.email.clone(), party.language);
            change.mails.push(mail);
        }
    }

    async fn mail_to_sender(
        &self,
        contract: &Contract,
        kind: MailKind,
        change: &mut ContractChange,
    ) -> Result<(), Error> {
        let sender = self.sender(contract.organization_id, contract.created_by).await?;
        if let Some(sender) = sender {
            change
                .mails
                .push(self.new_mail(contract.contract_id, kind, sender.email, sender.language));
        }
        Ok(())
    }

    async fn sender(
        &self,
        organization_id: akashi_domain::OrganizationId,
        member_id: MemberId,
    ) -> Result<Option<akashi_domain::Member>, Error> {
        let tenant = Tenant::authenticated(organization_id);
        Ok(self.ports.organizations.member(&tenant, member_id).await?)
    }

    pub(crate) fn new_mail(
        &self,
        contract_id: ContractId,
        kind: MailKind,
        to: EmailAddress,
        language: Language,
    ) -> NewMail {
        NewMail {
            mail_id: self.new_mail_id(),
            contract_id: Some(contract_id),
            kind,
            to,
            language,
            job_id: self.new_job_id(),
        }
    }
}

/// Parties that have been asked, and therefore must be told how it ended.
fn asked(contract: &Contract) -> Vec<PartyId> {
    contract
        .parties
        .iter()
        .filter(|party| !matches!(party.state, PartyState::Waiting | PartyState::Declined { .. }))
        .map(|party| party.party_id)
        .collect()
}

fn final_digests(contract: &Contract) -> Vec<Digest32> {
    let evidence = contract
        .evidence
        .as_ref()
        .map(|evidence| evidence.pdf.revision_sha256);
    contract
        .documents
        .iter()
        .filter_map(akashi_domain::Document::newest_digest)
        .chain(evidence)
        .collect()
}

/// Why a decision was not committed.
pub(crate) enum CommitOutcome {
    /// Somebody else was faster: load and decide again.
    Conflict,
    /// Anything else.
    Other(Error),
}

impl From<CommitError> for CommitOutcome {
    fn from(error: CommitError) -> Self {
        match error {
            CommitError::Conflict => Self::Conflict,
            error => Self::Other(error.into()),
        }
    }
}

impl From<Error> for CommitOutcome {
    fn from(error: Error) -> Self {
        Self::Other(error)
    }
}

impl From<CommitOutcome> for Error {
    fn from(outcome: CommitOutcome) -> Self {
        match outcome {
            CommitOutcome::Conflict => Self::Conflict,
            CommitOutcome::Other(error) => error,
        }
    }
}
