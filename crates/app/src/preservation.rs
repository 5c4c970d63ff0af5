//! How concluded contracts are kept, for administrators: figures, what could not be kept and why, and 「もう一度」.

use akashi_domain::authorization::Action;
use akashi_domain::{Contract, ContractId, OrganizationEventKind, UtcTime};

use crate::caller::MemberCaller;
use crate::ports::{PreservationFigures, PreservationOrder};
use crate::{App, Error};

/// Contracts shown at once.
const SHOWN: u32 = 100;

/// What administrators see.
#[derive(Debug, Clone)]
pub struct PreservationOverview {
    /// The figures.
    pub figures: PreservationFigures,
    /// Contracts that could not be raised or renewed, the most urgent first; at most 100.
    pub troubled: Vec<Contract>,
    /// When it was looked at.
    pub at: UtcTime,
}

impl App {
    /// How the organization's concluded contracts are kept.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`]
    pub async fn preservation_overview(&self, caller: &MemberCaller) -> Result<PreservationOverview, Error> {
        caller.authorize_organization(Action::ManagePreservation)?;
        let (store, at) = (&self.ports.preservation, self.now());
        let mut troubled = Vec::new();
        for contract_id in store.troubled(&caller.tenant, at, SHOWN).await? {
            troubled.push(self.load(&caller.tenant, contract_id).await?.value);
        }
        Ok(PreservationOverview {
            figures: store.figures(&caller.tenant, at).await?,
            troubled,
            at,
        })
    }

    /// Tries one contract again, now.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`] if it is not a concluded contract of the organization.
    pub async fn preserve_again(&self, caller: &MemberCaller, contract_id: ContractId) -> Result<(), Error> {
        caller.authorize_organization(Action::ManagePreservation)?;
        let contract = self.load(&caller.tenant, contract_id).await?.value;
        if !matches!(contract.state, akashi_domain::ContractState::Concluded { .. }) {
            return Err(Error::NotFound);
        }
        self.order_again(caller, &[contract_id]).await
    }

    /// Tries everything again that could not be kept, now.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`]
    pub async fn preserve_all_again(&self, caller: &MemberCaller) -> Result<(), Error> {
        caller.authorize_organization(Action::ManagePreservation)?;
        let now = self.now();
        let troubled = self
            .ports
            .preservation
            .troubled(&caller.tenant, now, u32::MAX)
            .await?;
        self.order_again(caller, &troubled).await
    }

    async fn order_again(&self, caller: &MemberCaller, contracts: &[ContractId]) -> Result<(), Error> {
        for contract_id in contracts {
            let order = PreservationOrder {
                contract_id: *contract_id,
                job_id: self.new_job_id(),
            };
            let what = OrganizationEventKind::PreservationOrdered {
                contract_id: *contract_id,
            };
            let event = self.organization_event(caller, what)?;
            let now = self.now();
            self.ports
                .preservation
                .order(&caller.tenant, &[order], Some(event), now)
                .await?;
        }
        Ok(())
    }

    /// What an administrator's mail says about contracts that could not be kept; `None` if all is well by now.
    pub(crate) async fn preservation_alarm(
        &self,
        tenant: &crate::ports::Tenant,
        member_id: akashi_domain::MemberId,
        organization: &akashi_domain::Organization,
    ) -> Result<Option<crate::ports::MailContent>, Error> {
        let member = self.ports.organizations.member(tenant, member_id).await?;
        let figures = self.ports.preservation.figures(tenant, self.now()).await?;
        let Some(member) = member.filter(|_| figures.stuck > 0 || figures.missed > 0) else {
            return Ok(None);
        };
        Ok(Some(crate::ports::MailContent::PreservationAlarm {
            recipient: member.name.to_string(),
            organization: organization.name.to_string(),
            stuck: figures.stuck,
            missed: figures.missed,
            link: format!("{}/settings/preservation", self.settings.base_url()).into(),
        }))
    }
}
