//! Network time and DNS that answer as they were told.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use akashi_app::ports::{DomainAuthentication, MailDomainCheck, NetworkTime, NetworkTimeError};

/// Network time that answers as it was told; at first no server is configured.
#[derive(Debug, Default)]
pub struct ScriptedNetworkTime(Mutex<Answer>);

#[derive(Debug, Default, Clone, Copy)]
enum Answer {
    #[default]
    NotConfigured,
    Ahead(i64),
    Silent,
}

impl ScriptedNetworkTime {
    /// This machine's clock is ahead by so much, measured to 5 ms.
    pub fn ahead_by_ms(&self, ahead_ms: i64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Answer::Ahead(ahead_ms);
    }

    /// Servers are configured, and none answers.
    pub fn silent(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Answer::Silent;
    }
}

#[async_trait::async_trait]
impl NetworkTime for ScriptedNetworkTime {
    async fn offset_ms(&self) -> Result<Option<(i64, Duration)>, NetworkTimeError> {
        let answer = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match answer {
            Answer::NotConfigured => Ok(None),
            Answer::Ahead(ahead_ms) => Ok(Some((ahead_ms, Duration::from_millis(5)))),
            Answer::Silent => Err(NetworkTimeError("silent by order of the test".into())),
        }
    }
}

/// DNS that answers as it was told; at first there is no domain to ask about.
#[derive(Debug)]
pub struct ScriptedMailDomain(Mutex<DomainAuthentication>);

impl Default for ScriptedMailDomain {
    fn default() -> Self {
        Self(Mutex::new(DomainAuthentication::NotApplicable))
    }
}

impl ScriptedMailDomain {
    /// From now on DNS says this.
    pub fn says(&self, answer: DomainAuthentication) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = answer;
    }
}

#[async_trait::async_trait]
impl MailDomainCheck for ScriptedMailDomain {
    async fn check(&self) -> DomainAuthentication {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
