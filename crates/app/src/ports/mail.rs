//! Mail.

use akashi_domain::{
    ContractId, EmailAddress, InvitationId, Language, MailId, MemberId, OrganizationId, PartyId, UtcTime,
};
use secrecy::SecretString;

use super::{StoreError, Tenant};

/// What a mail is about. The text is made when it is delivered, so that no link is ever stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum MailKind {
    /// A party is asked to act.
    Request {
        /// The party.
        party_id: PartyId,
        /// The generation of the link it carries.
        generation: u32,
    },
    /// A party is reminded.
    Reminder {
        /// The party.
        party_id: PartyId,
        /// The generation of the link it carries.
        generation: u32,
    },
    /// A party is told that the contract is concluded; the link leads to the download.
    CompletionToParty {
        /// The party.
        party_id: PartyId,
        /// The generation of the link it carries.
        generation: u32,
    },
    /// The sender is told that the contract is concluded.
    CompletionToSender,
    /// A party is told that another party declined.
    DeclinedToParty {
        /// The party that is told.
        party_id: PartyId,
    },
    /// The sender is told that a party declined.
    DeclinedToSender,
    /// A party is told that the sender took the contract back.
    WithdrawnToParty {
        /// The party.
        party_id: PartyId,
    },
    /// A party is told that the deadline passed.
    ExpiredToParty {
        /// The party.
        party_id: PartyId,
    },
    /// The sender is told that the deadline passed.
    ExpiredToSender,
    /// Someone is invited to become a member.
    Invitation {
        /// The invitation.
        invitation_id: InvitationId,
    },
    /// Someone asked for a new password.
    PasswordReset {
        /// The member through whom the account was found.
        member_id: MemberId,
    },
    /// An administrator is told that concluded contracts could not be kept as promised.
    PreservationAlarm {
        /// The administrator.
        member_id: MemberId,
    },
}

impl MailKind {
    /// The party that a mail of a contract goes to.
    pub const fn party_id(&self) -> Option<PartyId> {
        match self {
            Self::Request { party_id, .. }
            | Self::Reminder { party_id, .. }
            | Self::CompletionToParty { party_id, .. }
            | Self::DeclinedToParty { party_id }
            | Self::WithdrawnToParty { party_id }
            | Self::ExpiredToParty { party_id } => Some(*party_id),
            _ => None,
        }
    }

    /// The stored name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Request { .. } => "request",
            Self::Reminder { .. } => "reminder",
            Self::CompletionToParty { .. } => "completion_to_party",
            Self::CompletionToSender => "completion_to_sender",
            Self::DeclinedToParty { .. } => "declined_to_party",
            Self::DeclinedToSender => "declined_to_sender",
            Self::WithdrawnToParty { .. } => "withdrawn_to_party",
            Self::ExpiredToParty { .. } => "expired_to_party",
            Self::ExpiredToSender => "expired_to_sender",
            Self::Invitation { .. } => "invitation",
            Self::PasswordReset { .. } => "password_reset",
            Self::PreservationAlarm { .. } => "preservation_alarm",
        }
    }
}

/// A mail to be queued. The store adds the job that delivers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMail {
    /// Its id; also the left side of its Message-ID, so that a mail sent twice can be told.
    pub mail_id: MailId,
    /// The contract it belongs to.
    pub contract_id: Option<ContractId>,
    /// What it is about.
    pub kind: MailKind,
    /// To whom.
    pub to: EmailAddress,
    /// In which language.
    pub language: Language,
    /// The job that delivers it.
    pub job_id: akashi_domain::JobId,
}

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MailDelivery {
    /// Not yet handed over.
    Queued,
    /// Tried; the server could not be reached or asked to try later.
    Delayed {
        /// What happened.
        response: String,
        /// When it is tried again.
        next_attempt_at: UtcTime,
    },
    /// The server took it.
    Accepted {
        /// When.
        accepted_at: UtcTime,
        /// What the server answered.
        response: String,
    },
    /// The server refused it for good.
    Refused {
        /// When.
        refused_at: UtcTime,
        /// What the server answered.
        response: String,
    },
    /// It was not sent because its matter was over (a replaced link, a contract that ended).
    Dropped {
        /// When.
        dropped_at: UtcTime,
    },
}

/// A mail as the store knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailRow {
    /// Its id.
    pub mail_id: MailId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The contract it belongs to.
    pub contract_id: Option<ContractId>,
    /// What it is about.
    pub kind: MailKind,
    /// To whom.
    pub to: EmailAddress,
    /// In which language.
    pub language: Language,
    /// When it was queued.
    pub queued_at: UtcTime,
    /// Times it was handed to the server. More than one with the same Message-ID can only follow a crash
    /// between the server's answer and our record of it.
    pub attempts: u32,
    /// What became of it.
    pub delivery: MailDelivery,
}

/// The mails.
#[async_trait::async_trait]
pub trait MailStore: Send + Sync {
    /// Queues mails that belong to no contract (invitations, password resets).
    async fn queue(&self, tenant: &Tenant, mails: Vec<NewMail>, now: UtcTime) -> Result<(), StoreError>;
    /// Loads a mail.
    async fn load(&self, tenant: &Tenant, mail_id: MailId) -> Result<Option<MailRow>, StoreError>;
    /// Counts an attempt before it is made, so that a crash in the middle shows.
    async fn begin_attempt(&self, tenant: &Tenant, mail_id: MailId) -> Result<(), StoreError>;
    /// Records what became of a mail.
    async fn record(
        &self,
        tenant: &Tenant,
        mail_id: MailId,
        delivery: MailDelivery,
    ) -> Result<(), StoreError>;
    /// The newest mails of the organization, at most `limit`.
    async fn newest(&self, tenant: &Tenant, limit: u32) -> Result<Vec<MailRow>, StoreError>;
}

/// Where mail goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailMode {
    /// To an SMTP server.
    Smtp {
        /// The sender's address.
        from: EmailAddress,
    },
    /// Into the local mailbox: 試用.
    Trial,
}

/// A mail that is ready to go.
#[derive(Debug, Clone)]
pub struct OutgoingMail {
    /// Its id.
    pub mail_id: MailId,
    /// To whom.
    pub to: EmailAddress,
    /// The name before the sender's address, for example 「株式会社みなと製作所 (Akashi)」.
    pub from_name: String,
    /// The text.
    pub content: RenderedMail,
    /// When it was queued; the `Date` header.
    pub queued_at: UtcTime,
}

/// What the server answered to a mail that it took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailReceipt {
    /// The server's answer, at most 500 characters.
    pub response: String,
}

/// Why a mail was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MailError {
    /// The server refuses it for good (5yz, RFC 5321 4.2.1).
    #[error("mail server refused: {response}")]
    Refused {
        /// What the server answered.
        response: String,
    },
    /// The server asks to try later (4yz), cannot be reached, or does not offer the TLS that is required.
    #[error("mail server is not ready: {response}")]
    Delayed {
        /// What happened.
        response: String,
    },
}

/// Hands mails over.
#[async_trait::async_trait]
pub trait Mailer: Send + Sync {
    /// Where mail goes.
    fn mode(&self) -> MailMode;
    /// Hands a mail over. It counts as taken only after the server said so. The worker retries.
    async fn send(&self, mail: &OutgoingMail) -> Result<MailReceipt, MailError>;
    /// Connects, greets and authenticates without sending; for doctor.
    async fn check(&self) -> Result<String, MailError>;
}

/// A mail in the local mailbox.
#[derive(Debug, Clone)]
pub struct StoredMail {
    /// Its id.
    pub mail_id: MailId,
    /// To whom.
    pub to: EmailAddress,
    /// When it came.
    pub received_at: UtcTime,
    /// The text.
    pub content: RenderedMail,
}

/// The local mailbox of trial mode. Shown on loopback only.
#[async_trait::async_trait]
pub trait TrialMailbox: Send + Sync {
    /// The newest mails, at most `limit`.
    async fn newest(&self, limit: usize) -> Result<Vec<StoredMail>, MailError>;
    /// One mail.
    async fn find(&self, mail_id: MailId) -> Result<Option<StoredMail>, MailError>;
}

/// A link for one person. Never logged, never shown to anyone else.
pub type PersonalLink = SecretString;

/// A mail in words.
#[derive(Debug, Clone)]
pub struct RenderedMail {
    /// The subject, one line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The HTML.
    pub html: String,
}

/// Everything that the text of a mail may speak of.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum MailContent {
    /// A party is asked to act, or reminded.
    Request {
        /// Whether it is a reminder.
        is_reminder: bool,
        /// The party's name.
        recipient: String,
        /// The party's organization, or nothing.
        recipient_organization: String,
        /// The sender's organization.
        sender_organization: String,
        /// The sender's name.
        sender: String,
        /// The sender's address, for questions.
        sender_email: EmailAddress,
        /// The contract's title.
        title: String,
        /// Names of the files.
        file_names: Vec<String>,
        /// The sender's message, or nothing.
        message: String,
        /// Until when.
        deadline: Option<UtcTime>,
        /// The link.
        link: PersonalLink,
        /// Until when the link works.
        link_expires_at: UtcTime,
        /// Trial mode.
        is_trial: bool,
    },
    /// The contract is concluded.
    Completion {
        /// The recipient's name.
        recipient: String,
        /// The recipient's organization, or nothing.
        recipient_organization: String,
        /// The sender's organization.
        sender_organization: String,
        /// The contract's title.
        title: String,
        /// The printed contract ID.
        contract_id: String,
        /// When it was concluded.
        concluded_at: UtcTime,
        /// Who signed, in order: name and organization.
        signers: Vec<String>,
        /// The link to the download.
        link: PersonalLink,
        /// Trial mode.
        is_trial: bool,
    },
    /// A party declined.
    Declined {
        /// The recipient's name.
        recipient: String,
        /// The contract's title.
        title: String,
        /// Who declined: name and organization.
        declined_by: String,
        /// Why; `None` for recipients who do not get to know.
        reason: Option<String>,
        /// The link to the contract, for the sender.
        link: Option<PersonalLink>,
    },
    /// The sender took the contract back.
    Withdrawn {
        /// The recipient's name.
        recipient: String,
        /// The sender's organization.
        sender_organization: String,
        /// The contract's title.
        title: String,
        /// Why.
        reason: String,
    },
    /// The deadline passed.
    Expired {
        /// The recipient's name.
        recipient: String,
        /// The contract's title.
        title: String,
        /// When the deadline was.
        deadline: UtcTime,
        /// The link to the contract, for the sender.
        link: Option<PersonalLink>,
    },
    /// Someone is invited.
    Invitation {
        /// Who invites.
        invited_by: String,
        /// Into which organization.
        organization: String,
        /// The link.
        link: PersonalLink,
        /// Until when the link works.
        link_expires_at: UtcTime,
    },
    /// Someone asked for a new password.
    PasswordReset {
        /// The recipient's name.
        recipient: String,
        /// The link.
        link: PersonalLink,
        /// Until when the link works.
        link_expires_at: UtcTime,
    },
    /// Concluded contracts could not be kept as promised.
    PreservationAlarm {
        /// The recipient's name.
        recipient: String,
        /// The organization.
        organization: String,
        /// Contracts whose renewal failed several times.
        stuck: u32,
        /// Contracts whose archive time-stamp has ended without a renewal.
        missed: u32,
        /// The link to the page that lists them.
        link: PersonalLink,
    },
}

/// Puts mails into words. Pure; the pages' room does it, since it has the words.
pub trait MailRenderer: Send + Sync {
    /// The mail in words.
    fn render(&self, content: &MailContent, language: Language) -> RenderedMail;
}

/// What DNS says about the sender's domain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DomainAuthentication {
    /// No domain to ask about (trial mode).
    NotApplicable,
    /// DNS did not answer.
    NoAnswer {
        /// Why.
        reason: String,
    },
    /// The records found.
    Records {
        /// The SPF record (RFC 7208), if any.
        spf: Option<String>,
        /// Whether a DKIM key (RFC 6376) stands under the configured selector; `None` without a selector.
        dkim: Option<bool>,
        /// The DMARC record (RFC 7489), if any.
        dmarc: Option<String>,
    },
}

/// Asks DNS.
#[async_trait::async_trait]
pub trait MailDomainCheck: Send + Sync {
    /// What DNS says about the sender's domain.
    async fn check(&self) -> DomainAuthentication;
}
