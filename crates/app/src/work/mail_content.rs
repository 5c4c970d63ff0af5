//! What a mail says, made at the moment of its delivery: no link and no text is ever stored.

use akashi_domain::contract::Purpose;
use akashi_domain::{Contract, ContractState, Member, Organization, Party, PartyState, UtcTime};
use secrecy::SecretString;

use super::outcome::Failed;
use crate::ports::{MailContent, MailKind, MailRow, Tenant};
use crate::{App, Error};

/// Whether there is still something to say.
pub(super) enum MailMatter {
    /// The contract ended otherwise, the link was replaced, or the invitation is gone.
    Over,
    /// There is.
    Open {
        /// What the mail says.
        content: Box<MailContent>,
        /// The name before the sender's address.
        from_name: String,
    },
}

/// What every mail about a contract speaks of.
struct Subject<'a> {
    contract: &'a Contract,
    organization: &'a Organization,
    sender: &'a Member,
    party: Option<&'a Party>,
}

impl App {
    pub(super) async fn mail_matter(&self, tenant: &Tenant, mail: &MailRow) -> Result<MailMatter, Failed> {
        let Some(organization) = self.ports.organizations.load(tenant).await? else {
            return Ok(MailMatter::Over);
        };
        let content = match mail.contract_id {
            None => self.account_mail(tenant, mail, &organization).await?,
            Some(contract_id) => match self.load(tenant, contract_id).await {
                Err(Error::NotFound) => None,
                Err(error) => return Err(error.into()),
                Ok(stored) => {
                    self.contract_mail(tenant, mail, &organization, &stored.value)
                        .await?
                }
            },
        };
        let from_name = format!("{} (Akashi)", organization.name);
        Ok(content.map_or(MailMatter::Over, |content| MailMatter::Open {
            content: Box::new(content),
            from_name,
        }))
    }

    async fn contract_mail(
        &self,
        tenant: &Tenant,
        mail: &MailRow,
        organization: &Organization,
        contract: &Contract,
    ) -> Result<Option<MailContent>, Error> {
        let Some(sender) = self
            .ports
            .organizations
            .member(tenant, contract.created_by)
            .await?
        else {
            return Ok(None);
        };
        let party = mail.kind.party_id().and_then(|party_id| contract.party(party_id));
        let subject = Subject {
            contract,
            organization,
            sender: &sender,
            party,
        };
        Ok(match mail.kind {
            MailKind::Request { generation, .. } | MailKind::Reminder { generation, .. } => {
                self.request_content(&subject, mail, generation).await?
            }
            MailKind::CompletionToParty { party_id, generation } => {
                let link = self.party_link(party_id, generation).await?;
                subject.completion(link)
            }
            MailKind::CompletionToSender => subject.completion(self.contract_link(contract)),
            MailKind::DeclinedToParty { .. } => subject.declined(None),
            MailKind::DeclinedToSender => subject.declined(Some(self.contract_link(contract))),
            MailKind::WithdrawnToParty { .. } => subject.withdrawn(),
            MailKind::ExpiredToParty { .. } => subject.expired(None),
            MailKind::ExpiredToSender => subject.expired(Some(self.contract_link(contract))),
            MailKind::Invitation { .. }
            | MailKind::PasswordReset { .. }
            | MailKind::PreservationAlarm { .. } => None,
        })
    }

    async fn request_content(
        &self,
        subject: &Subject<'_>,
        mail: &MailRow,
        generation: u32,
    ) -> Result<Option<MailContent>, Error> {
        let Some(party) = subject
            .party
            .filter(|party| is_asked(subject.contract, party, generation))
        else {
            return Ok(None);
        };
        let contract = subject.contract;
        Ok(Some(MailContent::Request {
            is_reminder: matches!(mail.kind, MailKind::Reminder { .. }),
            recipient: subject.recipient(),
            recipient_organization: subject.recipient_organization(),
            sender_organization: subject.organization.name.to_string(),
            sender: subject.sender.name.to_string(),
            sender_email: subject.sender.email.clone(),
            title: contract.details.title.to_string(),
            file_names: contract
                .documents
                .iter()
                .map(|document| document.file_name.to_string())
                .collect(),
            message: contract.details.message_text().to_owned(),
            deadline: contract.details.deadline,
            link: self.party_link(party.party_id, generation).await?,
            link_expires_at: self.link_end(mail.queued_at),
            is_trial: contract.purpose == Purpose::Trial,
        }))
    }

    fn contract_link(&self, contract: &Contract) -> SecretString {
        format!("{}/contracts/{}", self.settings.base_url(), contract.contract_id).into()
    }

    fn link_end(&self, queued_at: UtcTime) -> UtcTime {
        queued_at
            .saturating_add(self.settings.link_lifetime)
            .unwrap_or(queued_at)
    }
}

impl Subject<'_> {
    fn recipient(&self) -> String {
        self.party
            .map_or(self.sender.name.as_str(), |party| party.name.as_str())
            .to_owned()
    }

    fn recipient_organization(&self) -> String {
        match self.party {
            Some(party) => party
                .organization
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            None => self.organization.name.to_string(),
        }
    }

    fn completion(&self, link: SecretString) -> Option<MailContent> {
        let ContractState::Concluded { concluded_at, .. } = self.contract.state else {
            return None;
        };
        Some(MailContent::Completion {
            recipient: self.recipient(),
            recipient_organization: self.recipient_organization(),
            sender_organization: self.organization.name.to_string(),
            title: self.contract.details.title.to_string(),
            contract_id: self.contract.contract_id.printed(),
            concluded_at,
            signers: self.contract.parties.iter().map(described).collect(),
            link,
            is_trial: self.contract.purpose == Purpose::Trial,
        })
    }

    /// Only the sender, who gets a link, learns the reason.
    fn declined(&self, link: Option<SecretString>) -> Option<MailContent> {
        let ContractState::Declined { by, reason, .. } = &self.contract.state else {
            return None;
        };
        Some(MailContent::Declined {
            recipient: self.recipient(),
            title: self.contract.details.title.to_string(),
            declined_by: self.contract.party(*by).map(described).unwrap_or_default(),
            reason: link.is_some().then(|| reason.to_string()),
            link,
        })
    }

    fn withdrawn(&self) -> Option<MailContent> {
        let ContractState::Withdrawn { reason, .. } = &self.contract.state else {
            return None;
        };
        Some(MailContent::Withdrawn {
            recipient: self.recipient(),
            sender_organization: self.organization.name.to_string(),
            title: self.contract.details.title.to_string(),
            reason: reason.to_string(),
        })
    }

    fn expired(&self, link: Option<SecretString>) -> Option<MailContent> {
        let ContractState::Expired { .. } = self.contract.state else {
            return None;
        };
        Some(MailContent::Expired {
            recipient: self.recipient(),
            title: self.contract.details.title.to_string(),
            deadline: self.contract.details.deadline?,
            link,
        })
    }
}

fn described(party: &Party) -> String {
    match &party.organization {
        Some(organization) => format!("{organization} {}", party.name),
        None => party.name.to_string(),
    }
}

/// A request is sent only while it is the party's turn and its link is the newest.
fn is_asked(contract: &Contract, party: &Party, generation: u32) -> bool {
    matches!(contract.state, ContractState::Open { .. })
        && matches!(party.state, PartyState::Requested { .. })
        && party.link_generation == generation
}
