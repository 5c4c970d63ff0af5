//! Wires the ports to their adapters.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use akashi_app::domain::contract::PromisedLevel;
use akashi_app::ports::{
    Clock, Entropy, KeyProvider, MailRenderer, Mailer, OrganizationStore as _, SigningAuthority as _,
    TimeStampAuthority, TrialMailbox,
};
use akashi_app::work::NoStepWatch;
use akashi_app::{App, Ports, Settings};
use akashi_gateway::authority::LocalAuthority;
use akashi_gateway::dns::DnsMailDomainCheck;
use akashi_gateway::keys::{self, FileKeyProvider};
use akashi_gateway::mail::{LocalMailbox, MailboxSettings, SmtpMailer};
use akashi_gateway::ntp::NtpClient;
use akashi_gateway::revocation::HttpRevocationSource;
use akashi_gateway::seal::Seals;
use akashi_gateway::segments::{EncryptedPreviews, EncryptedStorage};
use akashi_gateway::time_stamp::{HttpTimeStampAuthority, LocalTimeStampAuthority};
use akashi_store::Store;
use anyhow::Context as _;

use crate::config::Config;
use crate::judge::{self, JudgeProcess};
use crate::system::{SystemClock, SystemEntropy};

/// An opened installation.
pub(crate) struct Installation {
    /// The adapters. A command may replace some before it makes the use cases.
    pub(crate) ports: Ports,
    settings: Settings,
    store: Store,
}

impl Installation {
    /// Opens everything that the configuration names, with this machine's clock.
    pub(crate) async fn open(config: &mut Config) -> anyhow::Result<Self> {
        Self::open_with_clock(config, Arc::new(SystemClock)).await
    }

    /// Opens everything that the configuration names, making an embedded installation at first start.
    pub(crate) async fn open_with_clock(config: &mut Config, clock: Arc<dyn Clock>) -> anyhow::Result<Self> {
        let data = config.data();
        make_private_folder(&data)?;
        let entropy: Arc<dyn Entropy> = Arc::new(SystemEntropy);
        let store = Store::open(config.store()).await.context("database")?;
        let (keys, authority) = open_keys(config, &store, &entropy, &clock).await?;
        write_trust_anchors(&data, &authority)?;
        let storage_settings = config.take_storage();
        let storage = EncryptedStorage::open(
            &storage_settings,
            Arc::clone(&keys),
            Arc::clone(&clock),
            Arc::clone(&entropy),
        )
        .context("object storage")?;
        let previews = EncryptedPreviews::beside(&storage, storage_settings.preview_bytes);
        let storage = Arc::new(storage);
        let time_stamps: Arc<dyn TimeStampAuthority> = match &config.time_stamp {
            Some(settings) => Arc::new(
                HttpTimeStampAuthority::new(
                    settings,
                    &authority.trust_anchors(),
                    Arc::clone(&clock),
                    Arc::clone(&entropy),
                )
                .context("time_stamp")?,
            ),
            None => Arc::new(LocalTimeStampAuthority::new(
                authority.time_stamp_credentials(),
                Arc::clone(&clock),
                Arc::clone(&entropy),
            )?),
        };
        let revocation =
            HttpRevocationSource::new(&config.revocation, Arc::clone(&clock)).context("revocation")?;
        let seals =
            Seals::new(config.take_seal(), Arc::clone(&keys), Arc::clone(&entropy)).context("seal")?;
        let (mailer, trial_mailbox) = open_mail(config, &data, &clock)?;
        let mail_domain = config.mail.as_ref().map(|mail| mail.from.domain());
        let mail_domain = DnsMailDomainCheck::new(mail_domain, config.dns.clone());
        let network_time = NtpClient::new(&config.clock.ntp, Arc::clone(&clock), Arc::clone(&entropy));
        let shared = Arc::new(store.clone());
        let ports = Ports {
            clock,
            entropy,
            network_time: Arc::new(network_time),
            contracts: shared.clone(),
            jobs: shared.clone(),
            mails: shared.clone(),
            accounts: shared.clone(),
            organizations: shared.clone(),
            sessions: shared.clone(),
            tickets: shared.clone(),
            attempts: shared.clone(),
            preservation: shared.clone(),
            trust: shared,
            segments: storage.clone(),
            sweep: storage,
            previews: Arc::new(previews),
            keys,
            authority,
            time_stamps,
            revocation: Arc::new(revocation),
            seals: Arc::new(seals),
            judge: Arc::new(judge_process(config)),
            mailer,
            mail_renderer: mail_renderer(),
            mail_domain: Arc::new(mail_domain),
            trial_mailbox,
            steps: Arc::new(NoStepWatch),
        };
        Ok(Self {
            ports,
            settings: settings(config),
            store,
        })
    }

    /// The use cases over these ports.
    pub(crate) fn app(&self) -> Arc<App> {
        Arc::new(App::new(self.ports.clone(), self.settings.clone()))
    }

    /// What the use cases are set to.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Finishes the writes that were handed in and closes the database.
    pub(crate) async fn close(self) {
        self.store.close().await;
    }
}

type Keys = (Arc<dyn KeyProvider>, Arc<LocalAuthority>);

async fn open_keys(
    config: &Config,
    store: &Store,
    entropy: &Arc<dyn Entropy>,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<Keys> {
    // A key file that was lost must not be replaced in silence: a new one is made only for a new installation.
    let is_new = store.count().await.context("database")? == 0;
    let now = clock.now();
    let key_settings = keys::Settings {
        folder: config.data().join("keys"),
    };
    let keys = if is_new {
        FileKeyProvider::open_or_create(&key_settings, Arc::clone(entropy), now)
    } else {
        FileKeyProvider::open(&key_settings, Arc::clone(entropy))
    };
    let keys: Arc<dyn KeyProvider> = Arc::new(keys.context("key file")?);
    let settings = config.authority();
    let authority = if is_new {
        LocalAuthority::open_or_create(&settings, &*keys, Arc::clone(entropy), now).await
    } else {
        LocalAuthority::open(&settings, &*keys, Arc::clone(entropy)).await
    };
    Ok((keys, Arc::new(authority.context("certificate authority")?)))
}

fn settings(config: &Config) -> Settings {
    const DAY: u64 = 24 * 60 * 60;
    Settings {
        public_url: config.server.public_url.clone(),
        local_url: config.local_url(),
        promised_level: PromisedLevel::Lta,
        renewal_margin: Duration::from_secs(config.preservation.renew_days_before.saturating_mul(DAY)),
        clock_tolerance: Duration::from_secs(config.clock.tolerance_s),
        link_lifetime: Duration::from_secs(config.limits.link_days.saturating_mul(DAY)),
        max_upload_bytes: config.limits.upload_mb.saturating_mul(1024 * 1024),
        max_pages: config.limits.pages,
        ..Settings::default()
    }
}

/// Files from outside are judged by a process of this program for each.
fn judge_process(config: &Config) -> JudgeProcess {
    let verify = &config.verify;
    let limit = Duration::from_secs(verify.timeout_s.max(1));
    let memory_bytes = verify.memory_mb.max(256).saturating_mul(1024 * 1024);
    JudgeProcess::new(judge::Settings::of_this_program(
        limit,
        memory_bytes,
        verify.parallel,
    ))
}

type Mail = (Arc<dyn Mailer>, Option<Arc<dyn TrialMailbox>>);

fn open_mail(config: &Config, data: &Path, clock: &Arc<dyn Clock>) -> anyhow::Result<Mail> {
    if let Some(settings) = &config.mail {
        return Ok((Arc::new(SmtpMailer::new(settings).context("mail")?), None));
    }
    let settings = MailboxSettings {
        folder: data.join("mailbox"),
        ..MailboxSettings::default()
    };
    let mailbox = Arc::new(LocalMailbox::open(&settings, Arc::clone(clock)).context("local mailbox")?);
    Ok((mailbox.clone(), Some(mailbox)))
}

fn mail_renderer() -> Arc<dyn MailRenderer> {
    Arc::new(akashi_web::mail::Letters)
}

/// Where the roots stand, for Adobe Reader, for judges, and for `akashi verify`.
pub(crate) fn trust_anchor_path(data: &Path) -> std::path::PathBuf {
    data.join("trust-anchors.pem")
}

/// Leaves the roots where an administrator finds them.
pub(crate) fn write_trust_anchors(data: &Path, authority: &LocalAuthority) -> anyhow::Result<()> {
    let anchors = authority.trust_anchors();
    let pem: String = anchors.iter().map(akashi_pki::Certificate::to_pem).collect();
    let path = trust_anchor_path(data);
    if std::fs::read_to_string(&path).is_ok_and(|present| present == pem) {
        return Ok(());
    }
    std::fs::write(&path, pem).with_context(|| format!("{} cannot be written", path.display()))
}

pub(crate) fn make_private_folder(path: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .with_context(|| format!("data folder {} cannot be made", path.display()))
}
