//! Handing mails over: at least once, marked so that a second copy can be told.

use std::time::Duration;

use akashi_domain::contract::{Command, Refusal};
use akashi_domain::{Actor, EventKind, MailId, UtcTime};

use super::mail_content::MailMatter;
use super::outcome::{Failed, Finished};
use super::steps::Step;
use crate::commit::Along;
use crate::ports::{LeasedJob, MailDelivery, MailError, MailKind, MailRow, OutgoingMail, Tenant};
use crate::{App, Error};

/// After this a mail that the server keeps putting off counts as refused (RFC 5321, 4.5.4.1).
const GIVE_UP_AFTER: Duration = Duration::from_hours(4 * 24);

impl App {
    pub(super) async fn deliver_mail(&self, job: &LeasedJob, mail_id: MailId) -> Result<Finished, Failed> {
        let tenant = Tenant::authenticated(job.job.organization_id);
        let Some(mail) = self.ports.mails.load(&tenant, mail_id).await? else {
            return Ok(Finished::Nothing);
        };
        match &mail.delivery {
            // The process died between the record and its event.
            MailDelivery::Accepted { .. } | MailDelivery::Refused { .. } => {
                return self.tell_history(job, &tenant, &mail).await;
            }
            MailDelivery::Dropped { .. } => return Ok(Finished::Nothing),
            MailDelivery::Queued | MailDelivery::Delayed { .. } => {}
        }
        let content = match self.mail_matter(&tenant, &mail).await? {
            MailMatter::Over => {
                self.record_delivery(
                    &tenant,
                    &mail,
                    MailDelivery::Dropped {
                        dropped_at: self.now(),
                    },
                )
                .await?;
                return Ok(Finished::Nothing);
            }
            MailMatter::Open { content, from_name } => OutgoingMail {
                mail_id,
                to: mail.to.clone(),
                from_name,
                content: self.ports.mail_renderer.render(&content, mail.language),
                queued_at: mail.queued_at,
            },
        };
        self.ports.mails.begin_attempt(&tenant, mail_id).await?;
        self.ports.steps.passed(Step::MailAttemptCounted);
        let answer = self.ports.mailer.send(&content).await;
        self.notebook
            .note_mail(!matches!(answer, Err(MailError::Delayed { .. })));
        let delivery = match answer {
            Ok(receipt) => {
                self.ports.steps.passed(Step::MailAccepted);
                MailDelivery::Accepted {
                    accepted_at: self.now(),
                    response: receipt.response,
                }
            }
            Err(MailError::Refused { response }) => MailDelivery::Refused {
                refused_at: self.now(),
                response,
            },
            Err(MailError::Delayed { response }) if self.is_too_old(mail.queued_at) => {
                MailDelivery::Refused {
                    refused_at: self.now(),
                    response,
                }
            }
            Err(MailError::Delayed { response }) => {
                let wait = mail_back_off(job.job.attempts);
                let next_attempt_at = self.later(wait);
                self.record_delivery(
                    &tenant,
                    &mail,
                    MailDelivery::Delayed {
                        response,
                        next_attempt_at,
                    },
                )
                .await?;
                return Ok(Finished::Later(wait));
            }
        };
        self.record_delivery(&tenant, &mail, delivery.clone()).await?;
        self.ports.steps.passed(Step::MailRecorded);
        self.tell_history(job, &tenant, &MailRow { delivery, ..mail })
            .await
    }

    async fn record_delivery(
        &self,
        tenant: &Tenant,
        mail: &MailRow,
        delivery: MailDelivery,
    ) -> Result<(), Failed> {
        Ok(self.ports.mails.record(tenant, mail.mail_id, delivery).await?)
    }

    /// What became of a request belongs into the contract's history, once.
    async fn tell_history(
        &self,
        job: &LeasedJob,
        tenant: &Tenant,
        mail: &MailRow,
    ) -> Result<Finished, Failed> {
        let (mail_id, party_id) = (mail.mail_id, mail.kind.party_id());
        let event = match &mail.delivery {
            MailDelivery::Accepted { .. } => EventKind::MailAccepted { mail_id, party_id },
            MailDelivery::Refused { response, .. } => EventKind::MailRefused {
                mail_id,
                party_id,
                response: response.clone(),
            },
            _ => return Ok(Finished::Nothing),
        };
        let is_request = matches!(mail.kind, MailKind::Request { .. } | MailKind::Reminder { .. });
        let Some(contract_id) = mail.contract_id.filter(|_| is_request) else {
            return Ok(Finished::Nothing);
        };
        let stored = match self.load(tenant, contract_id).await {
            Err(Error::NotFound) => return Ok(Finished::Nothing),
            other => other?,
        };
        let events = self.ports.contracts.events(tenant, contract_id).await?;
        let told = events.iter().any(|recorded| match &recorded.event.what {
            EventKind::MailAccepted { mail_id: id, .. } | EventKind::MailRefused { mail_id: id, .. } => {
                *id == mail_id
            }
            _ => false,
        });
        if told {
            return Ok(Finished::Nothing);
        }
        let decision = match stored.value.decide(Command::RecordMail { event }, self.now()) {
            Ok(decision) => decision,
            Err(Refusal::WrongState { .. }) => return Ok(Finished::Nothing),
            Err(refusal) => return Err(Failed::Broken(refusal.into())),
        };
        let along = Along {
            completes: Some(job.clone()),
            ..Along::default()
        };
        self.commit(tenant, Actor::System, stored.revision, decision, along)
            .await?;
        self.ports.steps.passed(Step::MailCommitted);
        Ok(Finished::Committed)
    }

    fn is_too_old(&self, queued_at: UtcTime) -> bool {
        let age_ms = self
            .now()
            .as_millisecond()
            .saturating_sub(queued_at.as_millisecond());
        u64::try_from(age_ms)
            .is_ok_and(|ms| ms > u64::try_from(GIVE_UP_AFTER.as_millis()).unwrap_or(u64::MAX))
    }
}

/// 30 s, 1, 2, 4 … at most 60 minutes.
fn mail_back_off(attempts: u32) -> Duration {
    let factor = 1_u64 << attempts.saturating_sub(1).min(7);
    Duration::from_secs((30 * factor).min(3600))
}
