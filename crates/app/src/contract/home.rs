//! The home page: what waits for this member, and what goes on.

use akashi_domain::{ContractState, PartyState, StateKind};

use crate::caller::MemberCaller;
use crate::ports::{ContractCounts, ContractFilter, ContractSummary, PageRequest};
use crate::{App, Error};

/// What the home page shows. Only the member's own contracts, and those in which the member is a party.
#[derive(Debug, Clone)]
pub struct HomeView {
    /// Contracts that need something from the member: drafts to finish, refused mails, contracts in which the
    /// member is asked to act.
    pub waiting: Vec<ContractSummary>,
    /// Sent and not ended.
    pub in_progress: Vec<ContractSummary>,
    /// Newest concluded.
    pub concluded: Vec<ContractSummary>,
    /// Figures.
    pub counts: ContractCounts,
}

impl App {
    /// The name of the member's organization.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unavailable`]
    pub async fn organization_name(&self, caller: &MemberCaller) -> Result<String, Error> {
        let organization = self.ports.organizations.load(&caller.tenant).await?.ok_or(Error::NotFound)?;
        Ok(organization.name.to_string())
    }

    /// What the home page shows.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn home(&self, caller: &MemberCaller) -> Result<HomeView, Error> {
        let own = Some(caller.member.member_id);
        let first = PageRequest { offset: 0, limit: 50 };
        let store = &self.ports.contracts;
        let list = |states: Vec<StateKind>| ContractFilter {
            created_by: own,
            states,
            ..ContractFilter::default()
        };
        let open = list(vec![StateKind::Sending, StateKind::Open, StateKind::Concluding]);
        let in_progress = store.list(&caller.tenant, &open, first).await?.rows;
        let drafts = store
            .list(&caller.tenant, &list(vec![StateKind::Draft]), first)
            .await?
            .rows;
        let newest = PageRequest { offset: 0, limit: 5 };
        let concluded = store
            .list(&caller.tenant, &list(vec![StateKind::Concluded]), newest)
            .await?
            .rows;
        let month_ago = self
            .now()
            .saturating_sub(std::time::Duration::from_secs(30 * 24 * 60 * 60));
        let counts = store
            .counts(&caller.tenant, own, month_ago.unwrap_or_else(|_| self.now()))
            .await?;
        let mut waiting: Vec<ContractSummary> = in_progress
            .iter()
            .filter(|summary| summary.has_refused_mail || asks_member(summary, caller))
            .cloned()
            .collect();
        waiting.extend(drafts);
        Ok(HomeView {
            waiting,
            in_progress,
            concluded,
            counts,
        })
    }
}

/// Whether the member is a party that is asked to act now.
fn asks_member(summary: &ContractSummary, caller: &MemberCaller) -> bool {
    matches!(summary.contract.state, ContractState::Open { .. })
        && summary.contract.parties.iter().any(|party| {
            matches!(party.state, PartyState::Requested { .. })
                && party.email.account_key() == caller.member.email.account_key()
        })
}
