//! How often a password may be tried: per account, known or not, and per network.

use std::net::IpAddr;
use std::time::Duration;

use akashi_domain::{Digest32, UtcTime};

use crate::link::sha256;
use crate::ports::AttemptKey;
use crate::{App, Error};

/// Within this time attempts are counted.
const WINDOW: Duration = Duration::from_mins(15);

/// Attempts per account within the window.
const ACCOUNT_LIMIT: u32 = 10;

/// Failed attempts per address (an IPv6 /64) within the window. Above the account's, since a whole office may
/// stand behind one address.
const ADDRESS_LIMIT: u32 = 50;

/// Mails with a new password link per account within the window.
const RESET_LIMIT: u32 = 3;

/// An attempt that was admitted.
pub(super) struct Attempt {
    account: AttemptKey,
    address: Option<AttemptKey>,
    attempts_left: u32,
}

impl App {
    /// Admits an attempt on an account. It is counted before the password is looked at, so that many at once
    /// cannot slip through; a success takes the count back.
    ///
    /// # Errors
    /// [`Error::Throttled`]. A refused attempt is not counted: trying on does not prolong the pause.
    pub(super) async fn admit(
        &self,
        address_hash: Digest32,
        address: Option<IpAddr>,
    ) -> Result<Attempt, Error> {
        let account = AttemptKey::Account(address_hash);
        let address = address.map(AttemptKey::Address);
        if let Some(address) = address {
            self.require_fewer(address, ADDRESS_LIMIT).await?;
        }
        self.require_fewer(account, ACCOUNT_LIMIT).await?;
        let now = self.now();
        self.ports.attempts.note(account, now).await?;
        let counted = self.ports.attempts.count(account, before(now, WINDOW)).await?;
        if counted > ACCOUNT_LIMIT {
            return Err(self.throttled(account, ACCOUNT_LIMIT).await?);
        }
        Ok(Attempt {
            account,
            address,
            attempts_left: ACCOUNT_LIMIT.saturating_sub(counted),
        })
    }

    /// The password was wrong.
    pub(super) async fn attempt_failed(&self, attempt: Attempt) -> Result<Error, Error> {
        if let Some(address) = attempt.address {
            self.ports.attempts.note(address, self.now()).await?;
        }
        Ok(Error::Credentials {
            attempts_left: attempt.attempts_left,
        })
    }

    /// The password was right. The network's count stays: otherwise whoever owns one account could go on trying
    /// at others for ever.
    pub(super) async fn attempt_succeeded(&self, attempt: Attempt) -> Result<(), Error> {
        Ok(self.ports.attempts.clear(attempt.account).await?)
    }

    /// Whether one more mail with a new password link may go to this account; counts it.
    pub(super) async fn may_mail_reset(&self, address_hash: Digest32) -> Result<bool, Error> {
        // A count of its own: asking for mails must not lock anyone out.
        let key = AttemptKey::Account(sha256(
            &[b"password reset ".as_slice(), address_hash.as_bytes()].concat(),
        ));
        let now = self.now();
        self.ports.attempts.note(key, now).await?;
        Ok(self.ports.attempts.count(key, before(now, WINDOW)).await? <= RESET_LIMIT)
    }

    /// Counts a request from an address that costs us something.
    ///
    /// # Errors
    /// [`Error::Throttled`]
    pub(super) async fn admit_request(&self, address: Option<IpAddr>) -> Result<(), Error> {
        if let Some(address) = address.map(AttemptKey::Address) {
            self.require_fewer(address, ADDRESS_LIMIT).await?;
            self.ports.attempts.note(address, self.now()).await?;
        }
        Ok(())
    }

    async fn require_fewer(&self, key: AttemptKey, limit: u32) -> Result<(), Error> {
        if self.ports.attempts.count(key, before(self.now(), WINDOW)).await? >= limit {
            return Err(self.throttled(key, limit).await?);
        }
        Ok(())
    }

    /// When enough attempts will have left the window, to the minute.
    async fn throttled(&self, key: AttemptKey, limit: u32) -> Result<Error, Error> {
        let now = self.now();
        let (mut too_early, mut late_enough) = (0, WINDOW.as_secs() / 60);
        while too_early + 1 < late_enough {
            let middle = u64::midpoint(too_early, late_enough);
            let still_counted = WINDOW.saturating_sub(Duration::from_mins(middle));
            if self.ports.attempts.count(key, before(now, still_counted)).await? < limit {
                late_enough = middle;
            } else {
                too_early = middle;
            }
        }
        Ok(Error::Throttled {
            retry_after: Duration::from_mins(late_enough),
        })
    }
}

fn before(now: UtcTime, by: Duration) -> UtcTime {
    now.saturating_sub(by).unwrap_or(UtcTime::MIN)
}
