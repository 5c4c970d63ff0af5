//! Pieces that several pages about contracts share.

use akashi_app::domain::{Contract, ContractState, Party, PartyId, PartyState, StateKind};

use crate::view::{ContractBadge, Grade, PartyLine, PartyNote, Slot, SlotState, Slots, StageView};

pub(crate) const fn badge(kind: StateKind) -> ContractBadge {
    match kind {
        StateKind::Draft => ContractBadge::Draft,
        StateKind::Sending => ContractBadge::Sending,
        StateKind::Open => ContractBadge::Open,
        StateKind::Concluding => ContractBadge::Concluding,
        StateKind::Concluded => ContractBadge::Concluded,
        StateKind::Declined => ContractBadge::Declined,
        StateKind::Withdrawn => ContractBadge::Withdrawn,
        StateKind::Expired => ContractBadge::Expired,
    }
}

pub(crate) const fn state_kind(badge: ContractBadge) -> StateKind {
    match badge {
        ContractBadge::Draft => StateKind::Draft,
        ContractBadge::Sending => StateKind::Sending,
        ContractBadge::Open => StateKind::Open,
        ContractBadge::Concluding => StateKind::Concluding,
        ContractBadge::Concluded => StateKind::Concluded,
        ContractBadge::Declined => StateKind::Declined,
        ContractBadge::Withdrawn => StateKind::Withdrawn,
        ContractBadge::Expired => StateKind::Expired,
    }
}

pub(crate) const fn slot(state: &PartyState) -> SlotState {
    match state {
        PartyState::Waiting => SlotState::Waiting,
        PartyState::Requested { .. } => SlotState::Now,
        PartyState::Accepted { .. } | PartyState::Signed { .. } => SlotState::Done,
        PartyState::Declined { .. } => SlotState::Refused,
    }
}

/// The rings of a contract, stage by stage.
pub(crate) fn slots(contract: &Contract) -> Slots {
    let index = |id: PartyId| {
        contract
            .parties
            .iter()
            .position(|party| party.party_id == id)
            .unwrap_or_default()
    };
    Slots {
        stages: contract
            .stages()
            .into_iter()
            .map(|(_, parties)| {
                parties
                    .into_iter()
                    .map(|party| Slot {
                        index: index(party.party_id),
                        state: slot(&party.state),
                    })
                    .collect()
            })
            .collect(),
    }
}

/// The stages with their parties; `own` is the sender's organization, `refused` names those whose newest mail was refused.
pub(crate) fn stages(contract: &Contract, own: &str, refused: &[PartyId]) -> Vec<StageView> {
    let open_stage = match contract.state {
        ContractState::Open { stage, .. } => Some(stage),
        _ => None,
    };
    contract
        .stages()
        .into_iter()
        .map(|(number, parties)| StageView {
            number: usize::from(number),
            now: open_stage == Some(number),
            parties: parties
                .into_iter()
                .map(|party| line(contract, party, own, refused))
                .collect(),
        })
        .collect()
}

fn line(contract: &Contract, party: &Party, own: &str, refused: &[PartyId]) -> PartyLine {
    let index = contract
        .parties
        .iter()
        .position(|other| other.party_id == party.party_id)
        .unwrap_or_default();
    PartyLine {
        id: party.party_id.to_string(),
        index,
        name: party.name.to_string(),
        organization: party
            .organization
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        title: party
            .job_title
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        email: party.email.to_string(),
        own: party
            .organization
            .as_ref()
            .is_some_and(|organization| organization.as_str() == own),
        grade: Grade::Mail,
        state: slot(&party.state),
        note: note(contract, party, refused),
        fields: contract.fields_of(party.party_id).len(),
    }
}

fn note(contract: &Contract, party: &Party, refused: &[PartyId]) -> PartyNote {
    let sent = !matches!(
        contract.state,
        ContractState::Draft | ContractState::Sending { .. }
    );
    match &party.state {
        PartyState::Waiting if sent && party.stage > 1 => PartyNote::After {
            stage: usize::from(party.stage.saturating_sub(1)),
        },
        PartyState::Waiting => PartyNote::None,
        PartyState::Requested { .. } if refused.contains(&party.party_id) => PartyNote::Undelivered,
        PartyState::Requested {
            viewed_at: Some(at), ..
        } => PartyNote::Opened { at: *at },
        PartyState::Requested { viewed_at: None, .. } => PartyNote::NotOpened,
        PartyState::Accepted { act, .. } => PartyNote::Accepted { at: act.accepted_at },
        PartyState::Signed { act, .. } => PartyNote::Signed { at: act.accepted_at },
        PartyState::Declined { declined_at, .. } => PartyNote::Declined { at: *declined_at },
    }
}

/// Whom the contract is with: the sender's words, or the parties' organizations and names without the sender's.
pub(crate) fn counterparties(contract: &Contract, own_organization: &str) -> Vec<String> {
    if let Some(name) = &contract.details.counterparty {
        return vec![name.to_string()];
    }
    let mut names: Vec<String> = Vec::new();
    for party in &contract.parties {
        let name = party
            .organization
            .as_ref()
            .map_or_else(|| party.name.to_string(), ToString::to_string);
        if name != own_organization && !names.contains(&name) {
            names.push(name);
        }
    }
    names
}
