//! The one door through which a contract changes.

use crate::{Digest32, DocumentId, EmailAddress, EventKind, MemberId, PartyId, Reason, UtcTime};

use super::{
    Command, Contract, ContractState, Hold, Party, PartyState, Refusal, SegmentRef, SignatureRecord,
    SigningAct, ValueProblem,
};

/// What must be done outside the contract because of a decision. Queued in the same transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Write the sent revision.
    PrepareSending,
    /// End the contract when its deadline has passed.
    WatchDeadline(UtcTime),
    /// Ask a party to act.
    RequestMail(PartyId),
    /// Remind a party.
    ReminderMail(PartyId),
    /// Make a party's signatures.
    Sign(PartyId),
    /// Validate, write the evidence sheet, conclude.
    Conclude,
    /// Tell everyone that it is concluded.
    CompletionMails,
    /// Tell the sender and every party that was asked that a party declined.
    DeclineNotices,
    /// Tell every party that was asked that the sender took it back.
    WithdrawalNotices,
    /// Tell the sender and every party that was asked that the deadline passed.
    ExpiryNotices,
}

/// The answer to a command: the contract as it is now, what happened, and what must follow.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// The contract after the command.
    pub contract: Contract,
    /// What happened, in order.
    pub events: Vec<EventKind>,
    /// What must follow.
    pub effects: Vec<Effect>,
}

impl Decision {
    pub(super) fn quiet(contract: Contract) -> Self {
        Self {
            contract,
            events: Vec::new(),
            effects: Vec::new(),
        }
    }

    pub(super) fn told(contract: Contract, event: EventKind) -> Self {
        Self {
            contract,
            events: vec![event],
            effects: Vec::new(),
        }
    }

    pub(super) fn followed(contract: Contract, event: EventKind, effect: Effect) -> Self {
        Self {
            contract,
            events: vec![event],
            effects: vec![effect],
        }
    }
}

impl Contract {
    /// Decides on a command.
    ///
    /// Authorization comes before: this function knows the life cycle, not the person.
    ///
    /// # Errors
    /// [`Refusal`] names the reason; the contract has not changed.
    pub fn decide(self, command: Command, now: UtcTime) -> Result<Decision, Refusal> {
        self.check_state(&command)?;
        match command {
            Command::EditDetails { details } => self.edit_details(*details, now),
            Command::AddDocument { document } => self.add_document(*document),
            Command::ReplaceCleaned { document_id, segment } => self.replace_cleaned(document_id, segment),
            Command::RemoveDocument { document_id } => self.remove_document(document_id),
            Command::OrderDocuments { order } => self.order_documents(&order),
            Command::SetParties { parties } => self.set_parties(parties),
            Command::PlaceFields { fields } => self.place_fields(fields),
            Command::Send { by, purpose } => self.send(by, purpose, now),
            Command::CancelSending => Ok(self.cancel_sending()),
            Command::SentRevisionReady { segments } => self.open_first_stage(segments, now),
            Command::View { party_id } => self.view(party_id, now),
            Command::Accept { party_id, act } => self.accept(party_id, act, now),
            Command::Decline { party_id, reason } => self.decline(party_id, reason, now),
            Command::SignaturesStand {
                party_id,
                signatures,
                segments,
            } => self.signatures_stand(party_id, signatures, segments, now),
            Command::Remind { party_id } => self.remind(party_id),
            Command::CorrectAddress { party_id, email } => self.correct_address(party_id, email, now),
            Command::Withdraw { by, reason } => Ok(self.withdraw(by, reason, now)),
            Command::Expire => self.expire(now),
            Command::HoldBack { hold } => Ok(self.hold_back(&hold)),
            Command::RecordMail { event } => Ok(Decision::told(self, event)),
            Command::Conclude {
                concluded_at,
                segments,
                preserved,
            } => self.conclude(concluded_at, segments, *preserved),
            Command::Preserve { segments, preserved } => self.preserve(segments, *preserved),
            Command::ReportPreservationTrouble { trouble } => Ok(self.report_trouble(*trouble)),
        }
    }

    /// Whether the state takes this kind of command at all.
    fn check_state(&self, command: &Command) -> Result<(), Refusal> {
        use ContractState::{Concluded, Concluding, Draft, Open, Sending};
        let fits = match command {
            Command::EditDetails { .. }
            | Command::AddDocument { .. }
            | Command::ReplaceCleaned { .. }
            | Command::RemoveDocument { .. }
            | Command::OrderDocuments { .. }
            | Command::SetParties { .. }
            | Command::PlaceFields { .. }
            | Command::Send { .. } => matches!(self.state, Draft),
            Command::CancelSending | Command::SentRevisionReady { .. } => {
                matches!(self.state, Sending { .. })
            }
            Command::View { .. }
            | Command::Accept { .. }
            | Command::Decline { .. }
            | Command::Remind { .. }
            | Command::CorrectAddress { .. }
            | Command::Withdraw { .. }
            | Command::Expire => matches!(self.state, Open { .. }),
            Command::SignaturesStand { .. } => matches!(self.state, Open { .. } | Concluding { .. }),
            Command::HoldBack { .. } => {
                matches!(self.state, Sending { .. } | Open { .. } | Concluding { .. })
            }
            Command::Conclude { .. } => matches!(self.state, Concluding { .. }),
            Command::Preserve { .. } | Command::ReportPreservationTrouble { .. } => {
                matches!(self.state, Concluded { .. })
            }
            Command::RecordMail { event } => {
                !matches!(self.state, Draft)
                    && matches!(
                        event,
                        EventKind::MailAccepted { .. } | EventKind::MailRefused { .. }
                    )
            }
        };
        if fits {
            Ok(())
        } else {
            Err(Refusal::WrongState {
                state: self.state.kind(),
            })
        }
    }

    fn cancel_sending(mut self) -> Decision {
        self.state = ContractState::Draft;
        self.hold = None;
        Decision::told(self, EventKind::SendingCancelled)
    }

    fn open_first_stage(
        mut self,
        segments: Vec<(DocumentId, SegmentRef)>,
        now: UtcTime,
    ) -> Result<Decision, Refusal> {
        self.append_segments(segments)?;
        self.hold = None;
        let documents: Vec<(DocumentId, Digest32)> = self
            .documents
            .iter()
            .filter_map(|document| Some((document.document_id, document.newest_digest()?)))
            .collect();
        let first = self
            .parties
            .iter()
            .map(|party| party.stage)
            .min()
            .ok_or(Refusal::NoParty)?;
        let deadline = self.details.deadline;
        let mut decision = Decision::told(self, EventKind::Sent { documents });
        decision.effects.extend(deadline.map(Effect::WatchDeadline));
        decision.open_stage(first, now, now);
        Ok(decision)
    }

    fn view(mut self, party_id: PartyId, now: UtcTime) -> Result<Decision, Refusal> {
        match self.party_state(party_id)? {
            PartyState::Requested {
                viewed_at: seen @ None,
                ..
            } => {
                *seen = Some(now);
                Ok(Decision::told(self, EventKind::Viewed { party_id }))
            }
            PartyState::Requested { .. } | PartyState::Accepted { .. } | PartyState::Signed { .. } => {
                Ok(Decision::quiet(self))
            }
            PartyState::Waiting | PartyState::Declined { .. } => Err(Refusal::NotAwaited),
        }
    }

    fn accept(mut self, party_id: PartyId, act: Box<SigningAct>, now: UtcTime) -> Result<Decision, Refusal> {
        let viewed_at = match self.party_state(party_id)? {
            PartyState::Requested { viewed_at, .. } => viewed_at.ok_or(Refusal::NotViewed)?,
            PartyState::Accepted { .. } | PartyState::Signed { .. } => return Err(Refusal::AlreadyActed),
            PartyState::Waiting | PartyState::Declined { .. } => return Err(Refusal::NotAwaited),
        };
        if self.details.deadline.is_some_and(|deadline| deadline < now) {
            return Err(Refusal::DeadlinePassed);
        }
        self.check_shown(&act)?;
        self.check_values(party_id, &act)?;
        let event = EventKind::Accepted {
            party_id,
            act_id: act.act_id,
            consent: act.consent,
            grade: act.grade,
            shown: act.shown.clone(),
        };
        *self.party_state(party_id)? = PartyState::Accepted {
            viewed_at: Some(viewed_at),
            act,
        };
        let all_accepted = self.parties.iter().all(|party| party.state.act().is_some());
        if all_accepted && let ContractState::Open { sent_at, .. } = self.state {
            self.state = ContractState::Concluding { sent_at, since: now };
        }
        Ok(Decision::followed(self, event, Effect::Sign(party_id)))
    }

    fn decline(mut self, party_id: PartyId, reason: Reason, now: UtcTime) -> Result<Decision, Refusal> {
        match self.party_state(party_id)? {
            state @ PartyState::Requested { .. } => {
                *state = PartyState::Declined {
                    declined_at: now,
                    reason: reason.clone(),
                };
            }
            PartyState::Accepted { .. } | PartyState::Signed { .. } => return Err(Refusal::AlreadyActed),
            PartyState::Waiting | PartyState::Declined { .. } => return Err(Refusal::NotAwaited),
        }
        self.hold = None;
        self.state = ContractState::Declined {
            by: party_id,
            declined_at: now,
            reason: reason.clone(),
        };
        Ok(Decision::followed(
            self,
            EventKind::Declined { party_id, reason },
            Effect::DeclineNotices,
        ))
    }

    fn signatures_stand(
        mut self,
        party_id: PartyId,
        signatures: Vec<SignatureRecord>,
        segments: Vec<(DocumentId, SegmentRef)>,
        now: UtcTime,
    ) -> Result<Decision, Refusal> {
        let complete = self.documents.iter().all(|document| {
            signatures
                .iter()
                .any(|signature| signature.document_id == document.document_id)
                && segments.iter().any(|(id, _)| *id == document.document_id)
        });
        if !complete || signatures.len() != self.documents.len() {
            return Err(Refusal::ResultMismatch);
        }
        match self.party_state(party_id)? {
            state @ PartyState::Accepted { .. } => {
                let PartyState::Accepted { viewed_at, act } = std::mem::replace(state, PartyState::Waiting)
                else {
                    return Err(Refusal::NotAwaited);
                };
                *state = PartyState::Signed {
                    viewed_at,
                    act,
                    signatures: signatures.clone(),
                };
            }
            PartyState::Signed { .. } => return Err(Refusal::AlreadyActed),
            _ => return Err(Refusal::NotAwaited),
        }
        self.append_segments(segments)?;
        self.hold = None;
        let stage = self.party(party_id).map_or(0, |party| party.stage);
        let sent_at = self.state.sent_at().unwrap_or(now);
        let stage_done = self
            .parties
            .iter()
            .filter(|party| party.stage == stage)
            .all(|party| matches!(party.state, PartyState::Signed { .. }));
        let next_stage = self
            .parties
            .iter()
            .map(|party| party.stage)
            .filter(|number| *number > stage)
            .min();
        let all_signed = self.all_signed();
        let mut decision = Decision::told(self, EventKind::Signed { party_id, signatures });
        match next_stage {
            Some(next) if stage_done => decision.open_stage(next, sent_at, now),
            _ if all_signed => decision.effects.push(Effect::Conclude),
            _ => {}
        }
        Ok(decision)
    }

    fn remind(mut self, party_id: PartyId) -> Result<Decision, Refusal> {
        match self.party_state(party_id)? {
            PartyState::Requested { .. } => {
                // The mail brings a link of its own, so that of several mails only the newest opens the contract.
                self.parties
                    .iter_mut()
                    .filter(|party| party.party_id == party_id)
                    .for_each(Party::replace_link);
                Ok(Decision::followed(
                    self,
                    EventKind::Reminded { party_id },
                    Effect::ReminderMail(party_id),
                ))
            }
            PartyState::Accepted { .. } | PartyState::Signed { .. } => Err(Refusal::AlreadyActed),
            PartyState::Waiting | PartyState::Declined { .. } => Err(Refusal::NotAwaited),
        }
    }

    fn correct_address(
        mut self,
        party_id: PartyId,
        email: EmailAddress,
        now: UtcTime,
    ) -> Result<Decision, Refusal> {
        let party = self
            .parties
            .iter_mut()
            .find(|party| party.party_id == party_id)
            .ok_or(Refusal::UnknownParty)?;
        let mut effects = Vec::new();
        match &mut party.state {
            PartyState::Waiting => {}
            PartyState::Requested {
                requested_at,
                viewed_at,
            } => {
                // Somebody else may have read it; the right person starts afresh with a new link.
                *requested_at = now;
                *viewed_at = None;
                party.start_afresh();
                effects.push(Effect::RequestMail(party_id));
            }
            PartyState::Accepted { .. } | PartyState::Signed { .. } => return Err(Refusal::AlreadyActed),
            PartyState::Declined { .. } => return Err(Refusal::NotAwaited),
        }
        let previous = std::mem::replace(&mut party.email, email.clone());
        let event = EventKind::AddressCorrected {
            party_id,
            from: previous,
            to: email,
        };
        Ok(Decision {
            contract: self,
            events: vec![event],
            effects,
        })
    }

    fn withdraw(mut self, by: MemberId, reason: Reason, now: UtcTime) -> Decision {
        self.hold = None;
        self.state = ContractState::Withdrawn {
            by,
            withdrawn_at: now,
            reason: reason.clone(),
        };
        Decision::followed(self, EventKind::Withdrawn { reason }, Effect::WithdrawalNotices)
    }

    fn expire(mut self, now: UtcTime) -> Result<Decision, Refusal> {
        if self.details.deadline.is_none_or(|deadline| deadline >= now) {
            return Err(Refusal::DeadlineNotPassed);
        }
        self.hold = None;
        self.state = ContractState::Expired { expired_at: now };
        Ok(Decision::followed(
            self,
            EventKind::Expired,
            Effect::ExpiryNotices,
        ))
    }

    fn hold_back(mut self, hold: &Hold) -> Decision {
        // One event when the waiting begins or its reason changes, not one per attempt.
        let since = match &self.hold {
            Some(before) if before.reason == hold.reason => before.since,
            _ => hold.since,
        };
        let is_new = self
            .hold
            .as_ref()
            .is_none_or(|before| before.reason != hold.reason);
        let reason = hold.reason;
        self.hold = Some(Hold {
            since,
            ..hold.clone()
        });
        if is_new {
            Decision::told(self, EventKind::HeldBack { reason })
        } else {
            Decision::quiet(self)
        }
    }

    fn party_state(&mut self, party_id: PartyId) -> Result<&mut PartyState, Refusal> {
        self.parties
            .iter_mut()
            .find(|party| party.party_id == party_id)
            .map(|party| &mut party.state)
            .ok_or(Refusal::UnknownParty)
    }

    pub(super) fn append_segments(&mut self, segments: Vec<(DocumentId, SegmentRef)>) -> Result<(), Refusal> {
        for (document_id, segment) in segments {
            let document = self
                .documents
                .iter_mut()
                .find(|document| document.document_id == document_id)
                .ok_or(Refusal::ResultMismatch)?;
            document.segments.push(segment);
        }
        Ok(())
    }

    /// The party must have been shown every document, each in a revision that this contract really has.
    fn check_shown(&self, act: &SigningAct) -> Result<(), Refusal> {
        let all_shown = self.documents.iter().all(|document| {
            act.shown.iter().any(|shown| {
                let index = usize::try_from(shown.segments)
                    .ok()
                    .and_then(|count| count.checked_sub(1));
                shown.document_id == document.document_id
                    && index
                        .and_then(|index| document.segments.get(index))
                        .is_some_and(|segment| segment.revision_sha256 == shown.sha256)
            })
        });
        if all_shown {
            Ok(())
        } else {
            Err(Refusal::ShownMismatch)
        }
    }

    /// Checks what a party filled in against its fields.
    ///
    /// # Errors
    /// [`Refusal::Value`] names the first field that does not fit.
    fn check_values(&self, party_id: PartyId, act: &SigningAct) -> Result<(), Refusal> {
        let mut seen = std::collections::BTreeSet::new();
        for (field_id, value) in &act.values {
            let refuse = |problem| Refusal::Value {
                field_id: *field_id,
                problem,
            };
            let field = self
                .field(*field_id)
                .filter(|field| field.party_id == party_id)
                .ok_or_else(|| refuse(ValueProblem::NotYours))?;
            if !seen.insert(*field_id) {
                return Err(refuse(ValueProblem::Duplicate));
            }
            value.check(&field.kind).map_err(refuse)?;
        }
        for field in self
            .fields_of(party_id)
            .into_iter()
            .filter(|field| field.required)
        {
            let filled = act
                .values
                .iter()
                .any(|(id, value)| *id == field.field_id && !value.is_empty());
            if !filled {
                return Err(Refusal::Value {
                    field_id: field.field_id,
                    problem: ValueProblem::Missing,
                });
            }
        }
        Ok(())
    }
}

impl Decision {
    fn open_stage(&mut self, stage: u16, sent_at: UtcTime, now: UtcTime) {
        self.contract.state = ContractState::Open { sent_at, stage };
        self.events.push(EventKind::StageOpened { stage });
        for party in self
            .contract
            .parties
            .iter_mut()
            .filter(|party| party.stage == stage)
        {
            party.start_afresh();
            party.state = PartyState::Requested {
                requested_at: now,
                viewed_at: None,
            };
            self.effects.push(Effect::RequestMail(party.party_id));
        }
    }
}
