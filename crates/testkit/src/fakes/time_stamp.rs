//! A time-stamp authority that can be stopped.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use akashi_app::ports::{Clock, TimeStampAuthority, TimeStampError, TimeStampSource};
use akashi_pki::{DigestAlgorithm, SerialNumber, TIME_STAMP_POLICY};
use akashi_tsp::{TimeStampRequest, TimeStampResponder};
use jiff::SignedDuration;

use super::TestAuthority;

/// Stamps like the built-in authority until told otherwise.
pub struct ScriptedTimeStamps {
    responder: Mutex<TimeStampResponder>,
    clock: Arc<dyn Clock>,
    serial: AtomicU32,
    behaviour: Mutex<Behaviour>,
}

#[derive(Debug, Clone, Copy, Default)]
struct Behaviour {
    mode: Mode,
    skew: SignedDuration,
}

#[derive(Debug, Clone, Copy, Default)]
enum Mode {
    #[default]
    Running,
    Stopped,
    Untrustworthy,
}

impl std::fmt::Debug for ScriptedTimeStamps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ScriptedTimeStamps")
            .field("behaviour", &self.behaviour)
            .finish_non_exhaustive()
    }
}

impl ScriptedTimeStamps {
    /// An authority below `authority`, by the time of `clock`.
    pub fn new(authority: &TestAuthority, clock: Arc<dyn Clock>) -> Self {
        Self {
            responder: Mutex::new(responder(authority)),
            clock,
            serial: AtomicU32::new(1),
            behaviour: Mutex::default(),
        }
    }

    /// It gets a new key and certificate below another authority, as after years.
    pub fn move_to(&self, authority: &TestAuthority) {
        *self.responder.lock().unwrap_or_else(PoisonError::into_inner) = responder(authority);
    }

    /// It does not answer until [`start`](Self::start).
    pub fn stop(&self) {
        self.set(|behaviour| behaviour.mode = Mode::Stopped);
    }

    /// Its answers do not hold until [`start`](Self::start).
    pub fn turn_untrustworthy(&self) {
        self.set(|behaviour| behaviour.mode = Mode::Untrustworthy);
    }

    /// It answers well again.
    pub fn start(&self) {
        self.set(|behaviour| behaviour.mode = Mode::Running);
    }

    /// Its clock is ahead of ours by so much.
    pub fn run_ahead_by(&self, skew: SignedDuration) {
        self.set(|behaviour| behaviour.skew = skew);
    }

    fn set(&self, change: impl FnOnce(&mut Behaviour)) {
        change(&mut self.behaviour.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn responder(authority: &TestAuthority) -> TimeStampResponder {
    let (key, certificate) = authority.time_stamp();
    let chain = authority.issuers().into_iter().take(1).collect();
    TimeStampResponder::new(certificate, chain, key, TIME_STAMP_POLICY).expect("a responder")
}

#[async_trait::async_trait]
impl TimeStampAuthority for ScriptedTimeStamps {
    async fn stamp(&self, imprint: [u8; 32]) -> Result<Vec<u8>, TimeStampError> {
        let behaviour = *self.behaviour.lock().unwrap_or_else(PoisonError::into_inner);
        match behaviour.mode {
            Mode::Running => {}
            Mode::Stopped => return Err(TimeStampError::Unavailable("stopped by order of the test".into())),
            Mode::Untrustworthy => {
                let reason = "untrustworthy by order of the test".to_owned();
                return Err(TimeStampError::Untrustworthy { reason });
            }
        }
        let mut serial = [1_u8; 16];
        for (slot, byte) in serial
            .iter_mut()
            .skip(12)
            .zip(self.serial.fetch_add(1, Ordering::Relaxed).to_be_bytes())
        {
            *slot = byte;
        }
        let now = self
            .clock
            .now()
            .checked_add(behaviour.skew)
            .expect("within the calendar");
        let request = TimeStampRequest::new(DigestAlgorithm::Sha256, &imprint);
        let responder = self.responder.lock().unwrap_or_else(PoisonError::into_inner);
        responder
            .issue(&request, &SerialNumber::from_random(serial), now)
            .map_err(|rejection| TimeStampError::Untrustworthy {
                reason: rejection.to_string(),
            })
    }

    fn source(&self) -> TimeStampSource {
        TimeStampSource::Local
    }
}
