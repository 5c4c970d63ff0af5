//! Agreeing and confirming: the legal act. The signature follows from it by itself.

use akashi_domain::ActId;
use akashi_domain::authorization::Action;
use akashi_domain::contract::{Command, ConsentText, EvidenceGrade, Refusal, SigningAct};

use super::read::{RevisionToken, distinct_pages};
use crate::caller::{PartyCaller, RequestOrigin};
use crate::{App, Error};

impl App {
    /// Accepts the party's act: it has read every page, filled its fields, and agrees to the text shown.
    ///
    /// `act_id` comes from the confirm page: a second click with the same id gets the same answer and changes
    /// nothing.
    ///
    /// # Errors
    /// [`Error::PagesNotShown`], [`Error::RevisionUnknown`], [`Error::Refused`] (not the party's turn, values
    /// missing, deadline passed).
    pub async fn sign_part(
        &self,
        caller: &PartyCaller,
        act_id: ActId,
        token: &RevisionToken,
        origin: &RequestOrigin,
    ) -> Result<(), Error> {
        let contract = self.load_for_party(caller, Action::ActAsParty).await?.value;
        let party = contract.party(caller.party_id).ok_or(Error::NotFound)?;
        if let Some(act) = party.state.act() {
            return if act.act_id == act_id {
                Ok(())
            } else {
                Err(Refusal::AlreadyActed.into())
            };
        }
        let store = &self.ports.contracts;
        let shown_pages = store
            .shown_pages(&caller.tenant, caller.contract_id, caller.party_id)
            .await?;
        let pages: usize = contract
            .documents
            .iter()
            .map(|document| document.pages.len())
            .sum();
        let missing = pages.saturating_sub(distinct_pages(&shown_pages).len());
        if missing > 0 {
            return Err(Error::PagesNotShown {
                missing: u32::try_from(missing).unwrap_or(u32::MAX),
            });
        }
        let act = SigningAct {
            act_id,
            accepted_at: self.now(),
            address: origin.address,
            user_agent: origin.stored_user_agent(),
            language: party.language,
            consent: ConsentText::CURRENT,
            grade: EvidenceGrade::Mail,
            shown: token.shown(&contract).ok_or(Error::RevisionUnknown)?,
            values: store
                .inputs(&caller.tenant, caller.contract_id, caller.party_id)
                .await?,
        };
        let command = Command::Accept {
            party_id: caller.party_id,
            act: Box::new(act),
        };
        match self.change_as_party(caller, Action::ActAsParty, command).await {
            // Two clicks at the same moment: the other one won with the same act, and may even have been the last
            // that was awaited.
            Err(Error::Refused(refusal)) => {
                let contract = self.load_for_party(caller, Action::ActAsParty).await?.value;
                let act = contract
                    .party(caller.party_id)
                    .and_then(|party| party.state.act());
                if act.is_some_and(|act| act.act_id == act_id) {
                    Ok(())
                } else {
                    Err(refusal.into())
                }
            }
            other => other.map(|_| ()),
        }
    }

    /// An id for the act that a confirm page may lead to.
    pub fn propose_act_id(&self) -> ActId {
        self.new_act_id()
    }
}
