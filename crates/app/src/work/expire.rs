//! Ending contracts whose deadline has passed.

use akashi_domain::contract::{Command, Refusal};
use akashi_domain::{Actor, ContractId};

use super::outcome::{Failed, Finished};
use crate::commit::Along;
use crate::ports::{LeasedJob, Tenant};
use crate::{App, Error};

impl App {
    pub(super) async fn expire(&self, job: &LeasedJob, contract_id: ContractId) -> Result<Finished, Failed> {
        let tenant = Tenant::authenticated(job.job.organization_id);
        let stored = match self.load(&tenant, contract_id).await {
            Err(Error::NotFound) => return Ok(Finished::Nothing),
            other => other?,
        };
        match stored.value.decide(Command::Expire, self.now()) {
            Ok(decision) => {
                let along = Along {
                    completes: Some(job.clone()),
                    ..Along::default()
                };
                self.commit(&tenant, Actor::System, stored.revision, decision, along)
                    .await?;
                Ok(Finished::Committed)
            }
            // Ended otherwise, or every act has been accepted in time.
            Err(Refusal::WrongState { .. }) => Ok(Finished::Nothing),
            Err(Refusal::DeadlineNotPassed) => Ok(Finished::Later(std::time::Duration::from_mins(1))),
            Err(refusal) => Err(Failed::Broken(refusal.into())),
        }
    }
}
