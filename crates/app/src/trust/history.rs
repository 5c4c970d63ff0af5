//! What administrators changed about their organization.

use akashi_domain::authorization::Action;
use akashi_domain::{OrganizationEvent, OrganizationEventKind};

use crate::caller::MemberCaller;
use crate::ports::RecordedOrganizationEvent;
use crate::{App, Error};

/// Entries shown at once.
const ENTRIES: u32 = 50;

/// An entry, with the name of who did it.
#[derive(Debug, Clone)]
pub struct TrustHistoryEntry {
    /// What was changed, when.
    pub event: OrganizationEvent,
    /// The name of the administrator.
    pub by: String,
}

impl App {
    /// The newest changes of trust, seal and keeping, newest first.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`]
    pub async fn organization_history(&self, caller: &MemberCaller) -> Result<Vec<TrustHistoryEntry>, Error> {
        caller.authorize_organization(Action::ManageTrust)?;
        let members = self.ports.organizations.members(&caller.tenant).await?;
        let recorded = self
            .ports
            .trust
            .organization_events(&caller.tenant, ENTRIES)
            .await?;
        let entry = |recorded: RecordedOrganizationEvent| TrustHistoryEntry {
            by: members
                .iter()
                .find(|member| member.member_id == recorded.event.by)
                .map(|member| member.name.to_string())
                .unwrap_or_default(),
            event: recorded.event,
        };
        Ok(recorded.into_iter().map(entry).collect())
    }

    /// An entry by the caller, now.
    pub(crate) fn organization_event(
        &self,
        caller: &MemberCaller,
        what: OrganizationEventKind,
    ) -> Result<RecordedOrganizationEvent, Error> {
        let event = OrganizationEvent {
            event_id: self.new_event_id(),
            organization_id: caller.tenant.organization_id(),
            at: self.now(),
            by: caller.member().member_id,
            what,
        };
        let canonical = event
            .canonical_bytes()
            .map_err(|error| Error::internal("canonical encoding", error))?;
        Ok(RecordedOrganizationEvent {
            event,
            canonical,
            salt: self.random(),
        })
    }
}
