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
    /// Figures; `concluded_since` counts the last 30 days.
    pub counts: ContractCounts,
    /// Concluded in the 30 days before those.
    pub concluded_month_before: u32,
}

impl App {
    /// The name of the member's organization.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unavailable`]
    pub async fn organization_name(&self, caller: &MemberCaller) -> Result<String, Error> {
        let organization = self
            .ports
            .organizations
            .load(&caller.tenant)
            .await?
            .ok_or(Error::NotFound)?;
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
        let ago = |days: u64| {
            let span = std::time::Duration::from_secs(days * 24 * 60 * 60);
            self.now().saturating_sub(span).unwrap_or_else(|_| self.now())
        };
        let counts = store.counts(&caller.tenant, own, ago(30)).await?;
        let two_months = store.counts(&caller.tenant, own, ago(60)).await?.concluded_since;
        let concluded_month_before = two_months.saturating_sub(counts.concluded_since);
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
            concluded_month_before,
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
