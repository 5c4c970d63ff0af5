//! Lists of contracts.

use akashi_domain::Role;

use crate::caller::MemberCaller;
use crate::ports::{ContractFilter, ContractPage, PageRequest};
use crate::{App, Error};

/// A part of the list, and whose contracts it shows.
#[derive(Debug, Clone)]
pub struct ContractList {
    /// The rows.
    pub page: ContractPage,
    /// Whether contracts of all members are shown.
    pub shows_all_members: bool,
}

impl App {
    /// Lists contracts: a member's own, an administrator's whole organization.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn list_contracts(
        &self,
        caller: &MemberCaller,
        mut filter: ContractFilter,
        page: PageRequest,
    ) -> Result<ContractList, Error> {
        let shows_all_members = caller.member.role == Role::Administrator;
        if !shows_all_members {
            filter.created_by = Some(caller.member.member_id);
        }
        let page = PageRequest {
            limit: page.limit.min(200),
            ..page
        };
        let page = self.ports.contracts.list(&caller.tenant, &filter, page).await?;
        Ok(ContractList {
            page,
            shows_all_members,
        })
    }
}
