//! Time and chance.

use std::time::Duration;

use akashi_domain::UtcTime;

/// The machine's clock. Only `cli` holds the real one.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> UtcTime;
}

/// Random bytes fit for keys and tokens.
pub trait Entropy: Send + Sync {
    /// Fills `bytes`. An operating system that cannot give random bytes cannot run Akashi; the adapter ends
    /// the process rather than return weak bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// Time from the network (NTP), where configured.
#[async_trait::async_trait]
pub trait NetworkTime: Send + Sync {
    /// How far this machine's clock is ahead (positive) of the network's, in milliseconds, with the
    /// uncertainty of the measurement. `Ok(None)` where no server is configured.
    ///
    /// # Errors
    /// [`NetworkTimeError`] if a server is configured and no one answers within the adapter's time-out.
    async fn offset_ms(&self) -> Result<Option<(i64, Duration)>, NetworkTimeError>;
}

/// No configured time server answered.
#[derive(Debug, thiserror::Error)]
#[error("no time server answered")]
pub struct NetworkTimeError(#[source] pub Box<dyn std::error::Error + Send + Sync>);
