//! What an administrator sees of the machinery: jobs that were given up, mails, and the local mailbox.

use std::collections::BTreeMap;

use akashi_domain::authorization::Action;
use akashi_domain::{ContractId, JobId, MailId, Title};

use crate::caller::MemberCaller;
use crate::ports::{DeadJob, MailRow, QueueDepth, StoredMail};
use crate::{App, Error};

/// Mails shown at once.
const MAILS: u32 = 200;

/// The newest mails.
#[derive(Debug)]
pub struct MailLog {
    /// Newest first.
    pub mails: Vec<MailRow>,
    /// What the contracts are called that they are about, as far as the reader may know.
    pub titles: BTreeMap<ContractId, Title>,
}

impl App {
    /// Jobs that were given up.
    ///
    /// # Errors
    /// [`Error::Forbidden`]
    pub async fn dead_jobs(&self, caller: &MemberCaller) -> Result<Vec<DeadJob>, Error> {
        caller.authorize_organization(Action::OperateInstallation)?;
        Ok(self.ports.jobs.dead(caller.tenant.organization_id()).await?)
    }

    /// How much work is waiting, in this installation as a whole.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn queue_depth(&self) -> Result<QueueDepth, Error> {
        Ok(self.ports.jobs.depth(self.now()).await?)
    }

    /// Queues a job again that was given up.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`]
    pub async fn revive_job(&self, caller: &MemberCaller, job_id: JobId) -> Result<(), Error> {
        caller.authorize_organization(Action::OperateInstallation)?;
        let revived = self
            .ports
            .jobs
            .revive(caller.tenant.organization_id(), job_id, self.now())
            .await?;
        if revived { Ok(()) } else { Err(Error::NotFound) }
    }

    /// The newest mails: to whom, what about, what became of them. Never a body or a link.
    ///
    /// # Errors
    /// [`Error::Forbidden`]
    pub async fn mail_log(&self, caller: &MemberCaller) -> Result<MailLog, Error> {
        caller.authorize_organization(Action::OperateInstallation)?;
        let mails = self.ports.mails.newest(&caller.tenant, MAILS).await?;
        let mut titles = BTreeMap::new();
        for contract_id in mails.iter().filter_map(|mail| mail.contract_id) {
            if titles.contains_key(&contract_id) {
                continue;
            }
            let found = self
                .load_for_member(caller, Action::ReadContract, contract_id)
                .await;
            match found {
                Ok(stored) => titles.insert(contract_id, stored.value.details.title),
                // A deleted draft, or a contract that is not for this member's eyes: the ID alone remains.
                Err(Error::NotFound | Error::Forbidden) => continue,
                Err(error) => return Err(error),
            };
        }
        Ok(MailLog { mails, titles })
    }

    /// The roots that this installation trusts, in PEM. They are public.
    pub fn trust_anchors_pem(&self) -> String {
        self.ports
            .authority
            .trust_anchors()
            .iter()
            .map(akashi_pki::Certificate::to_pem)
            .collect()
    }

    /// The local mailbox of trial mode. The edge shows it on loopback only.
    ///
    /// # Errors
    /// [`Error::NotFound`] where mail really leaves this machine.
    pub async fn trial_mails(&self, _caller: &MemberCaller) -> Result<Vec<StoredMail>, Error> {
        let mailbox = self.ports.trial_mailbox.as_ref().ok_or(Error::NotFound)?;
        mailbox.newest(100).await.map_err(|error| Error::Unavailable {
            what: "mailbox",
            source: Box::new(error),
        })
    }

    /// One mail of the local mailbox.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub async fn trial_mail(&self, _caller: &MemberCaller, mail_id: MailId) -> Result<StoredMail, Error> {
        let mailbox = self.ports.trial_mailbox.as_ref().ok_or(Error::NotFound)?;
        let found = mailbox.find(mail_id).await;
        let found = found.map_err(|error| Error::Unavailable {
            what: "mailbox",
            source: Box::new(error),
        })?;
        found.ok_or(Error::NotFound)
    }
}
