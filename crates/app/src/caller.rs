//! Who calls: proof of authentication, carried from the edge into every use case.

use std::net::IpAddr;

use akashi_domain::authorization::{Action, Resource, Subject, authorize};
use akashi_domain::{AccountId, Contract, ContractId, Member, PartyId, SessionId};

use crate::Error;
use crate::ports::Tenant;

/// From where a request came.
#[derive(Debug, Clone, Default)]
pub struct RequestOrigin {
    /// The address of the client, as far as trusted proxies tell.
    pub address: Option<IpAddr>,
    /// The browser's name for itself.
    pub user_agent: String,
}

impl RequestOrigin {
    /// The browser's name for itself, cut to what is stored.
    pub fn stored_user_agent(&self) -> String {
        self.user_agent
            .chars()
            .filter(|c| !c.is_control())
            .take(300)
            .collect()
    }
}

/// A signed-in member. Only authentication makes one.
#[derive(Debug, Clone)]
pub struct MemberCaller {
    pub(crate) tenant: Tenant,
    pub(crate) account_id: AccountId,
    pub(crate) session_id: SessionId,
    pub(crate) member: Member,
}

impl MemberCaller {
    /// The member.
    pub fn member(&self) -> &Member {
        &self.member
    }

    /// The account that signed in.
    pub fn account_id(&self) -> AccountId {
        self.account_id
    }

    /// The session.
    pub fn session_id(&self) -> SessionId {
        self.session_id
    }

    /// A member without any proof. For commands of the operator who owns the data anyway (`akashi demo`), and
    /// for tests.
    pub fn dangerous_without_authentication(member: Member, session_id: SessionId) -> Self {
        Self {
            tenant: Tenant::authenticated(member.organization_id),
            account_id: member.account_id,
            session_id,
            member,
        }
    }

    fn subject(&self) -> Subject {
        Subject::Member {
            member_id: self.member.member_id,
            organization_id: self.member.organization_id,
            role: self.member.role,
        }
    }

    /// Whether the member may do something to the organization.
    ///
    /// # Errors
    /// [`Error::Forbidden`]
    pub(crate) fn authorize_organization(&self, action: Action) -> Result<(), Error> {
        let resource = Resource::Organization(self.member.organization_id);
        authorize(&self.subject(), action, &resource).map_err(|_| Error::Forbidden)
    }

    /// Whether the member may do something to a contract. A contract that the member may not even read is
    /// answered as if it did not exist.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Forbidden`]
    pub(crate) fn authorize_contract(&self, action: Action, contract: &Contract) -> Result<(), Error> {
        let resource = contract_resource(contract);
        authorize(&self.subject(), Action::ReadContract, &resource).map_err(|_| Error::NotFound)?;
        authorize(&self.subject(), action, &resource).map_err(|_| Error::Forbidden)
    }

    /// Whether the member may do something to a contract, for pages that grey out what is not allowed.
    pub fn may(&self, action: Action, contract: &Contract) -> bool {
        authorize(&self.subject(), action, &contract_resource(contract)).is_ok()
    }
}

fn contract_resource(contract: &Contract) -> Resource {
    Resource::Contract {
        organization_id: contract.organization_id,
        created_by: contract.created_by,
    }
}

/// A party that came through its own link. Only the exchange of a link's token makes one.
#[derive(Debug, Clone, Copy)]
pub struct PartyCaller {
    pub(crate) tenant: Tenant,
    pub(crate) contract_id: ContractId,
    pub(crate) party_id: PartyId,
    pub(crate) generation: u32,
}

impl PartyCaller {
    /// The party.
    pub fn party_id(&self) -> PartyId {
        self.party_id
    }

    /// The contract.
    pub fn contract_id(&self) -> ContractId {
        self.contract_id
    }

    /// Whether the party may do something to its own part of this contract.
    ///
    /// # Errors
    /// [`Error::NotFound`] for any contract but its own, [`Error::LinkReplaced`] if its link went to a former address.
    pub(crate) fn authorize(&self, action: Action, contract: &Contract) -> Result<(), Error> {
        let organization_id = self.tenant.organization_id();
        let party = contract.party(self.party_id).ok_or(Error::NotFound)?;
        let subject = Subject::Party {
            party_id: self.party_id,
            organization_id,
        };
        let resource = Resource::Part {
            organization_id: contract.organization_id,
            party_id: party.party_id,
        };
        if contract.contract_id != self.contract_id {
            return Err(Error::NotFound);
        }
        authorize(&subject, action, &resource).map_err(|_| Error::NotFound)?;
        if !party.admits(self.generation) {
            return Err(Error::LinkReplaced);
        }
        Ok(())
    }
}
