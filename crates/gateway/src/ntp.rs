//! Time from the network: a small SNTP client (RFC 4330; packet of RFC 5905, 7.3).
//!
//! It measures, it never sets the clock. All servers are asked at once and the median of their answers counts,
//! so that one wrong server among three does no harm.

use std::sync::Arc;
use std::time::{Duration, Instant};

use akashi_app::ports::{Clock, Entropy, NetworkTime, NetworkTimeError};
use akashi_domain::UtcTime;
use serde::Deserialize;
use tokio::net::UdpSocket;

/// Settings of network time.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The servers, as `host` or `host:port`; at most eight are asked. None: no network time.
    pub servers: Vec<String>,
    /// Milliseconds to wait for an answer.
    pub timeout_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            servers: Vec::new(),
            timeout_ms: 2_000,
        }
    }
}

/// Why a server's answer does not count.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The server cannot be reached.
    #[error("time server cannot be reached")]
    Io(#[from] std::io::Error),
    /// No answer in time.
    #[error("time server did not answer in time")]
    TimedOut,
    /// Not an answer of a server to this request.
    #[error("answer does not belong to the request")]
    Foreign,
    /// The server says that it has no time (kiss-o'-death, RFC 4330, 8, or not synchronized).
    #[error("time server is not synchronized")]
    NotSynchronized,
    /// The server's own distance to its source is above a second.
    #[error("time server is too far from its source")]
    TooFar,
}

/// Asks time servers.
#[derive(Clone)]
pub struct NtpClient {
    servers: Vec<String>,
    timeout: Duration,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for NtpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NtpClient")
            .field("servers", &self.servers)
            .finish_non_exhaustive()
    }
}

/// One server's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sample {
    /// How far this machine is ahead, in microseconds.
    ahead_us: i64,
    /// How wrong that may be, in microseconds.
    uncertainty_us: u64,
}

impl NtpClient {
    /// A client; dials nowhere.
    pub fn new(settings: &Settings, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        let with_port = |server: &String| {
            let has_port = server.rsplit_once(':').is_some_and(|(host, port)| {
                port.parse::<u16>().is_ok() && (!host.contains(':') || host.ends_with(']'))
            });
            if has_port {
                server.clone()
            } else {
                format!("{server}:123")
            }
        };
        Self {
            servers: settings.servers.iter().take(8).map(with_port).collect(),
            timeout: Duration::from_millis(settings.timeout_ms),
            clock,
            entropy,
        }
    }

    async fn ask(&self, server: &str) -> Result<Sample, AnswerError> {
        tokio::time::timeout(self.timeout, self.exchange(server))
            .await
            .unwrap_or(Err(AnswerError::TimedOut))
    }

    async fn exchange(&self, server: &str) -> Result<Sample, AnswerError> {
        let address = tokio::net::lookup_host(server)
            .await?
            .next()
            .ok_or_else(|| std::io::Error::from(std::io::ErrorKind::NotFound))?;
        let local = if address.is_ipv6() { "[::]:0" } else { "0.0.0.0:0" };
        let socket = UdpSocket::bind(local).await?;
        // Connected: the kernel drops what comes from elsewhere.
        socket.connect(address).await?;
        // Our transmit time is a random number: the server only sends it back, and need not learn our time.
        let mut cookie = [0_u8; 8];
        self.entropy.fill(&mut cookie);
        let mut request = [0_u8; PACKET_BYTES];
        request[0] = CLIENT_VERSION_4;
        request[TRANSMIT..].copy_from_slice(&cookie);
        let sent_at = self.clock.now();
        let since = Instant::now();
        socket.send(&request).await?;
        let mut answer = [0_u8; 512];
        loop {
            let length = socket.recv(&mut answer).await?;
            let elapsed = since.elapsed();
            match read_answer(answer.get(..length).unwrap_or_default(), cookie, sent_at, elapsed) {
                // Something else came first; the answer may still be on its way.
                Err(AnswerError::Foreign) => {}
                outcome => return outcome,
            }
        }
    }
}

#[async_trait::async_trait]
impl NetworkTime for NtpClient {
    async fn offset_ms(&self) -> Result<Option<(i64, Duration)>, NetworkTimeError> {
        if self.servers.is_empty() {
            return Ok(None);
        }
        let answers =
            futures_util::future::join_all(self.servers.iter().map(|server| self.ask(server))).await;
        let mut samples = Vec::with_capacity(answers.len());
        let mut failure = AnswerError::TimedOut;
        for answer in answers {
            match answer {
                Ok(sample) => samples.push(sample),
                Err(error) => failure = error,
            }
        }
        samples.sort_by_key(|sample| sample.ahead_us);
        let median = samples.get(samples.len().saturating_sub(1) / 2);
        median
            .map(|sample| {
                Some((
                    rounded_ms(sample.ahead_us),
                    Duration::from_micros(sample.uncertainty_us),
                ))
            })
            .ok_or_else(|| NetworkTimeError(Box::new(failure)))
    }
}

const PACKET_BYTES: usize = 48;
const TRANSMIT: usize = 40;
/// Leap 0, version 4, mode 3 (client).
const CLIENT_VERSION_4: u8 = 0b00_100_011;
/// Seconds from 1900-01-01 to 1970-01-01.
const NTP_EPOCH_SECONDS: i64 = 2_208_988_800;

/// Reads an answer to the request that carried `cookie`, sent at `sent_at` and answered after `elapsed`.
fn read_answer(
    packet: &[u8],
    cookie: [u8; 8],
    sent_at: UtcTime,
    elapsed: Duration,
) -> Result<Sample, AnswerError> {
    let field = |at: usize| -> Option<[u8; 8]> { packet.get(at..at.checked_add(8)?)?.try_into().ok() };
    let short = |at: usize| -> Option<u32> {
        packet
            .get(at..at.checked_add(4)?)?
            .try_into()
            .ok()
            .map(u32::from_be_bytes)
    };
    let (Some(&first), Some(&stratum)) = (packet.first(), packet.get(1)) else {
        return Err(AnswerError::Foreign);
    };
    let (Some(originate), Some(received), Some(transmitted)) = (field(24), field(32), field(40)) else {
        return Err(AnswerError::Foreign);
    };
    let (Some(root_delay), Some(root_dispersion)) = (short(4), short(8)) else {
        return Err(AnswerError::Foreign);
    };
    let (leap, version, mode) = (first >> 6, (first >> 3) & 7, first & 7);
    if mode != 4 || !(3..=4).contains(&version) || originate != cookie {
        return Err(AnswerError::Foreign);
    }
    if leap == 3 || stratum == 0 || stratum > 15 || transmitted == [0; 8] {
        return Err(AnswerError::NotSynchronized);
    }
    let root_us = short_to_us(root_delay) / 2 + short_to_us(root_dispersion);
    if root_us > 1_000_000 {
        return Err(AnswerError::TooFar);
    }
    // RFC 5905, 8: offset = ((T2 − T1) + (T3 − T4)) / 2, delay = (T4 − T1) − (T3 − T2). Differences are taken
    // modulo 2^64, which makes them right across the era change of 2036.
    let elapsed_us = i64::try_from(elapsed.as_micros()).unwrap_or(i64::MAX);
    let t1 = ntp_time(sent_at);
    let (t2, t3) = (u64::from_be_bytes(received), u64::from_be_bytes(transmitted));
    let there_us = difference_us(t2, t1);
    let back_us = difference_us(t3, t1).saturating_sub(elapsed_us);
    let server_us = difference_us(t3, t2).max(0);
    let delay_us = elapsed_us.saturating_sub(server_us).max(0).unsigned_abs();
    Ok(Sample {
        ahead_us: (there_us / 2 + back_us / 2).saturating_neg(),
        uncertainty_us: (delay_us / 2).saturating_add(root_us),
    })
}

/// A moment as an NTP timestamp: 32 bits of seconds since 1900 modulo 2^32, 32 bits of fraction.
fn ntp_time(at: UtcTime) -> u64 {
    let nanoseconds = at
        .as_nanosecond()
        .saturating_add(i128::from(NTP_EPOCH_SECONDS) * 1_000_000_000);
    let seconds = nanoseconds.div_euclid(1_000_000_000).rem_euclid(1 << 32);
    let fraction = nanoseconds.rem_euclid(1_000_000_000) * (1 << 32) / 1_000_000_000;
    u64::try_from((seconds << 32) | fraction).unwrap_or_default()
}

/// `later` − `earlier` in microseconds, the nearer way around the era.
fn difference_us(later: u64, earlier: u64) -> i64 {
    let units = i128::from(later.wrapping_sub(earlier).cast_signed());
    i64::try_from(units * 1_000_000 / (1 << 32)).unwrap_or_default()
}

/// NTP short format: 16 bits of seconds, 16 bits of fraction.
fn short_to_us(short: u32) -> u64 {
    u64::from(short) * 1_000_000 / (1 << 16)
}

fn rounded_ms(us: i64) -> i64 {
    (us + if us < 0 { -500 } else { 500 }) / 1_000
}

#[cfg(test)]
mod tests;
