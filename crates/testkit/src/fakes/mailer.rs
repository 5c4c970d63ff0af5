//! A mail server in memory.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use akashi_app::ports::{
    Clock, MailError, MailMode, MailReceipt, Mailer, OutgoingMail, StoredMail, TrialMailbox,
};
use akashi_domain::{EmailAddress, MailId, UtcTime};

/// Takes mails, or fails as it was told.
pub struct MemoryMailer {
    mode: MailMode,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    taken: Vec<Taken>,
    next_errors: VecDeque<MailError>,
    refused_addresses: BTreeMap<EmailAddress, String>,
    is_stopped: bool,
}

#[derive(Clone)]
struct Taken {
    mail: OutgoingMail,
    received_at: UtcTime,
}

impl std::fmt::Debug for MemoryMailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemoryMailer")
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

impl MemoryMailer {
    /// A server that sends in the name of `contracts@akashi.example`.
    pub fn smtp(clock: Arc<dyn Clock>) -> Self {
        let from = EmailAddress::parse("contracts@akashi.example").expect("a valid address");
        Self {
            mode: MailMode::Smtp { from },
            clock,
            state: Mutex::default(),
        }
    }

    /// The mailbox of trial mode.
    pub fn trial(clock: Arc<dyn Clock>) -> Self {
        Self {
            mode: MailMode::Trial,
            clock,
            state: Mutex::default(),
        }
    }

    /// Every mail taken, in order; one that was sent twice stands twice.
    pub fn sent(&self) -> Vec<OutgoingMail> {
        self.state()
            .taken
            .iter()
            .map(|taken| taken.mail.clone())
            .collect()
    }

    /// The newest mail to an address.
    pub fn last_to(&self, address: &str) -> Option<OutgoingMail> {
        self.state()
            .taken
            .iter()
            .rev()
            .find(|taken| taken.mail.to.as_str() == address)
            .map(|taken| taken.mail.clone())
    }

    /// The next mail fails so; called several times, the next several do.
    pub fn fail_next(&self, error: MailError) {
        self.state().next_errors.push_back(error);
    }

    /// Mails to this address are refused for good.
    pub fn refuse(&self, address: &EmailAddress, response: &str) {
        self.state()
            .refused_addresses
            .insert(address.clone(), response.to_owned());
    }

    /// The server does not answer until [`start`](Self::start).
    pub fn stop(&self) {
        self.state().is_stopped = true;
    }

    /// The server answers again.
    pub fn start(&self) {
        self.state().is_stopped = false;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait::async_trait]
impl Mailer for MemoryMailer {
    fn mode(&self) -> MailMode {
        self.mode.clone()
    }

    async fn send(&self, mail: &OutgoingMail) -> Result<MailReceipt, MailError> {
        let received_at = self.clock.now();
        let mut state = self.state();
        if state.is_stopped {
            return Err(MailError::Delayed {
                response: "connection refused".to_owned(),
            });
        }
        if let Some(error) = state.next_errors.pop_front() {
            return Err(error);
        }
        if let Some(response) = state.refused_addresses.get(&mail.to) {
            return Err(MailError::Refused {
                response: response.clone(),
            });
        }
        state.taken.push(Taken {
            mail: mail.clone(),
            received_at,
        });
        Ok(MailReceipt {
            response: format!("250 kept as {}", state.taken.len()),
        })
    }

    async fn check(&self) -> Result<String, MailError> {
        if self.state().is_stopped {
            return Err(MailError::Delayed {
                response: "connection refused".to_owned(),
            });
        }
        Ok("memory".to_owned())
    }
}

#[async_trait::async_trait]
impl TrialMailbox for MemoryMailer {
    async fn newest(&self, limit: usize) -> Result<Vec<StoredMail>, MailError> {
        let mut newest: BTreeMap<MailId, StoredMail> = BTreeMap::new();
        for taken in &self.state().taken {
            newest.insert(taken.mail.mail_id, stored(taken));
        }
        Ok(newest.into_values().rev().take(limit).collect())
    }

    async fn find(&self, mail_id: MailId) -> Result<Option<StoredMail>, MailError> {
        Ok(self
            .state()
            .taken
            .iter()
            .rev()
            .find(|taken| taken.mail.mail_id == mail_id)
            .map(stored))
    }
}

fn stored(taken: &Taken) -> StoredMail {
    StoredMail {
        mail_id: taken.mail.mail_id,
        to: taken.mail.to.clone(),
        received_at: taken.received_at,
        content: taken.mail.content.clone(),
    }
}
