//! Editing a draft: details, parties, fields.

use akashi_domain::authorization::Action;
use akashi_domain::contract::{Command, Contract, Details, PartyDraft};
use akashi_domain::{
    ContractId, DocumentId, EmailAddress, Field, FieldId, Label, Language, OrganizationName, PartyId,
    PersonName,
};

use crate::caller::MemberCaller;
use crate::error::TextPlace;
use crate::ports::Stored;
use crate::{App, Error};

/// What the sender types about a party.
#[derive(Debug, Clone)]
pub struct PartyInput {
    /// The party, if it was there before.
    pub party_id: Option<PartyId>,
    /// The stage.
    pub stage: u16,
    /// The person.
    pub name: PersonName,
    /// The organization.
    pub organization: Option<OrganizationName>,
    /// The post.
    pub job_title: Option<Label>,
    /// Where mail goes.
    pub email: EmailAddress,
    /// The language.
    pub language: Language,
}

impl App {
    /// Stores what the sender says about a draft.
    ///
    /// # Errors
    /// [`Error::MissingCharacters`], [`Error::Refused`] (sent already, deadline in the past).
    pub async fn edit_details(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        details: Details,
    ) -> Result<Stored<Contract>, Error> {
        self.check_drawable(details.title.as_str(), TextPlace::Title)?;
        self.check_drawable(details.management_number_text(), TextPlace::ManagementNumber)?;
        let command = Command::EditDetails {
            details: Box::new(details),
        };
        self.change_as_member(caller, Action::PrepareContract, contract_id, command)
            .await
    }

    /// Stores the whole list of parties. A party keeps its id, its letter and its fields.
    ///
    /// # Errors
    /// [`Error::MissingCharacters`] names the party whose name cannot be printed.
    pub async fn set_parties(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        parties: Vec<PartyInput>,
    ) -> Result<Stored<Contract>, Error> {
        for (index, party) in parties.iter().enumerate() {
            let place = || TextPlace::Party { index };
            self.check_drawable(party.name.as_str(), place())?;
            if let Some(organization) = &party.organization {
                self.check_drawable(organization.as_str(), place())?;
            }
            if let Some(job_title) = &party.job_title {
                self.check_drawable(job_title.as_str(), place())?;
            }
        }
        let existing = self
            .load_for_member(caller, Action::PrepareContract, contract_id)
            .await?
            .value;
        let parties = parties
            .into_iter()
            .map(|party| PartyDraft {
                party_id: party
                    .party_id
                    .filter(|id| existing.party(*id).is_some())
                    .unwrap_or_else(|| self.new_party_id()),
                stage: party.stage,
                name: party.name,
                organization: party.organization,
                job_title: party.job_title,
                email: party.email,
                language: party.language,
            })
            .collect();
        let command = Command::SetParties { parties };
        self.change_as_member(caller, Action::PrepareContract, contract_id, command)
            .await
    }

    /// Stores the whole list of fields, based on the revision that the editor showed.
    ///
    /// # Errors
    /// [`Error::Conflict`] if the draft changed meanwhile, [`Error::Refused`] names the field.
    pub async fn place_fields(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        revision: u64,
        fields: Vec<Field>,
    ) -> Result<Stored<Contract>, Error> {
        let command = Command::PlaceFields { fields };
        self.change_revision_as_member(caller, Action::PrepareContract, contract_id, revision, command)
            .await
    }

    /// An id for a field that the editor has made.
    pub fn propose_field_id(&self) -> FieldId {
        self.new_field_id()
    }

    /// Puts the documents into another order.
    ///
    /// # Errors
    /// [`Error::Refused`] if the list does not name exactly the documents of the draft.
    pub async fn order_documents(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        order: Vec<DocumentId>,
    ) -> Result<Stored<Contract>, Error> {
        let command = Command::OrderDocuments { order };
        self.change_as_member(caller, Action::PrepareContract, contract_id, command)
            .await
    }

    /// Removes a document with the fields on it.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is not there.
    pub async fn remove_document(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        document_id: DocumentId,
    ) -> Result<Stored<Contract>, Error> {
        let command = Command::RemoveDocument { document_id };
        self.change_as_member(caller, Action::PrepareContract, contract_id, command)
            .await
    }
}
