//! What every use case has at hand.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use akashi_domain::contract::PromisedLevel;
use akashi_domain::{
    AccountId, ActId, ContractId, DocumentId, EventId, FieldId, InvitationId, JobId, MailId, MemberId,
    OrganizationId, PartyId, SessionId, UtcTime,
};
use akashi_reading::SubstituteFonts;
use akashi_typeset::FontBook;

use crate::ports::{
    AccountStore, AttemptStore, Clock, ContractStore, Entropy, FileJudge, JobQueue, KeyProvider,
    MailDomainCheck, MailRenderer, MailStore, Mailer, NetworkTime, OrganizationStore, PreservationStore,
    PreviewCache, RevocationSource, SegmentStorage, SegmentSweep, ServiceSeals, SessionStore,
    SigningAuthority, TicketStore, TimeStampAuthority, TrialMailbox, TrustStore,
};
use crate::readiness::Notebook;
use crate::work::StepWatch;

/// The adapters that a process was wired with.
#[derive(Clone)]
#[expect(missing_docs, reason = "each field is the port of its name")]
pub struct Ports {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub network_time: Arc<dyn NetworkTime>,
    pub contracts: Arc<dyn ContractStore>,
    pub jobs: Arc<dyn JobQueue>,
    pub mails: Arc<dyn MailStore>,
    pub accounts: Arc<dyn AccountStore>,
    pub organizations: Arc<dyn OrganizationStore>,
    pub sessions: Arc<dyn SessionStore>,
    pub tickets: Arc<dyn TicketStore>,
    pub attempts: Arc<dyn AttemptStore>,
    pub preservation: Arc<dyn PreservationStore>,
    pub trust: Arc<dyn TrustStore>,
    pub segments: Arc<dyn SegmentStorage>,
    pub sweep: Arc<dyn SegmentSweep>,
    pub previews: Arc<dyn PreviewCache>,
    pub keys: Arc<dyn KeyProvider>,
    pub authority: Arc<dyn SigningAuthority>,
    pub time_stamps: Arc<dyn TimeStampAuthority>,
    pub revocation: Arc<dyn RevocationSource>,
    pub seals: Arc<dyn ServiceSeals>,
    pub judge: Arc<dyn FileJudge>,
    pub mailer: Arc<dyn Mailer>,
    pub mail_renderer: Arc<dyn MailRenderer>,
    pub mail_domain: Arc<dyn MailDomainCheck>,
    /// Present only in trial mode.
    pub trial_mailbox: Option<Arc<dyn TrialMailbox>>,
    pub steps: Arc<dyn StepWatch>,
}

/// What an operator can set.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where people reach this installation, without a slash at the end. `None` until it is configured: links
    /// then lead to `local_url`, and no QR code is printed.
    pub public_url: Option<String>,
    /// Where the process listens, for links of a trial on one machine.
    pub local_url: String,
    /// The level promised for new contracts.
    pub promised_level: PromisedLevel,
    /// How long before its archive time-stamp ends a contract is renewed; at most a quarter of the time-stamp's life.
    pub renewal_margin: Duration,
    /// How far this machine's clock may differ from a time-stamp or from NTP.
    pub clock_tolerance: Duration,
    /// How long a party's link works after it was sent.
    pub link_lifetime: Duration,
    /// How long a session may be idle.
    pub session_idle: Duration,
    /// How long a session may last.
    pub session_lifetime: Duration,
    /// The largest PDF, in bytes.
    pub max_upload_bytes: u64,
    /// The most pages of one PDF.
    pub max_pages: u32,
}

impl Default for Settings {
    fn default() -> Self {
        const DAY: u64 = 24;
        Self {
            public_url: None,
            local_url: "http://127.0.0.1:8080".to_owned(),
            promised_level: PromisedLevel::Lta,
            renewal_margin: Duration::from_hours(365 * DAY),
            clock_tolerance: Duration::from_mins(1),
            link_lifetime: Duration::from_hours(90 * DAY),
            session_idle: Duration::from_hours(12),
            session_lifetime: Duration::from_hours(14 * DAY),
            max_upload_bytes: 100 * 1024 * 1024,
            max_pages: 2000,
        }
    }
}

impl Settings {
    /// Where links lead.
    pub fn base_url(&self) -> &str {
        self.public_url.as_deref().unwrap_or(&self.local_url)
    }
}

/// The use cases of Akashi, wired with their ports. Cheap to share behind an `Arc`.
pub struct App {
    pub(crate) ports: Ports,
    pub(crate) settings: Settings,
    pub(crate) fonts: FontBook,
    pub(crate) notebook: Notebook,
    substitutes: OnceLock<SubstituteFonts>,
    /// Drawing and judging are heavy; more at once than cores would only make all of them late.
    pub(crate) heavy: Arc<tokio::sync::Semaphore>,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App")
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

macro_rules! new_ids {
    ($($(#[$meta:meta])* $method:ident -> $id:ident;)*) => {$(
        $(#[$meta])*
        pub(crate) fn $method(&self) -> $id {
            let (unix_ms, random) = self.id_parts();
            $id::from_parts(unix_ms, random)
        }
    )*};
}

impl App {
    /// Wires the use cases.
    pub fn new(ports: Ports, settings: Settings) -> Self {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        Self {
            ports,
            settings,
            fonts: FontBook::embedded(),
            notebook: Notebook::default(),
            substitutes: OnceLock::new(),
            heavy: Arc::new(tokio::sync::Semaphore::new(cores)),
        }
    }

    /// What the operator has set.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The time now, by this machine's clock.
    pub fn now(&self) -> UtcTime {
        self.ports.clock.now()
    }

    /// Runs heavy, pure work apart from the threads that answer requests.
    ///
    /// # Errors
    /// [`crate::Error::Internal`] if the work panicked: a defect, logged with its place by the runtime.
    pub(crate) async fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, crate::Error> {
        let permit = Arc::clone(&self.heavy).acquire_owned().await;
        let result = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        result.await.map_err(|error| crate::Error::Internal {
            what: "heavy work",
            source: Box::new(error),
        })
    }

    pub(crate) fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        self.ports.entropy.fill(&mut bytes);
        bytes
    }

    /// Fonts that stand in where a PDF does not embed its own. Copied when the first page is drawn.
    pub(crate) fn substitute_fonts(&self) -> SubstituteFonts {
        self.substitutes
            .get_or_init(|| {
                let (mincho, gothic) = FontBook::regular_files();
                SubstituteFonts::new(Arc::from(mincho), Arc::from(gothic))
            })
            .clone()
    }

    fn id_parts(&self) -> (u64, [u8; 10]) {
        let unix_ms = u64::try_from(self.now().as_millisecond()).unwrap_or_default();
        (unix_ms, self.random())
    }

    new_ids! {
        new_organization_id -> OrganizationId;
        new_account_id -> AccountId;
        new_member_id -> MemberId;
        new_invitation_id -> InvitationId;
        new_session_id -> SessionId;
        new_contract_id -> ContractId;
        new_document_id -> DocumentId;
        new_party_id -> PartyId;
        new_field_id -> FieldId;
        new_act_id -> ActId;
        new_event_id -> EventId;
        new_job_id -> JobId;
        new_mail_id -> MailId;
    }
}
