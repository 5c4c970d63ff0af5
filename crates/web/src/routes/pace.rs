//! How often one network may send us something. Kept in the memory of this node: what it guards is this node's time.
//! Passwords have a count of their own, in the store.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use akashi_app::Error;
use akashi_app::domain::UtcTime;

use super::Web;
use super::visitor::Visitor;

/// Files that one network may have judged in a minute without signing in: each costs us a second or more.
const JUDGED_FILES: u32 = 30;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Cost {
    Write,
    Judgement,
}

/// Counts of the running minute.
#[derive(Debug, Default)]
pub(super) struct Pace(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    number: i64,
    counts: HashMap<(IpAddr, Cost), u32>,
}

impl Pace {
    /// Counts one more, or says how long to wait.
    fn admit(&self, network: IpAddr, cost: Cost, limit: u32, now: UtcTime) -> Result<(), Error> {
        let seconds = now.as_second();
        let number = seconds.div_euclid(60);
        let mut minute = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if minute.number != number {
            *minute = Minute {
                number,
                counts: HashMap::new(),
            };
        }
        let count = minute.counts.entry((network, cost)).or_default();
        if *count >= limit {
            let left = 60_i64.saturating_sub(seconds.rem_euclid(60));
            return Err(Error::Throttled {
                retry_after: Duration::from_secs(left.unsigned_abs()),
            });
        }
        *count = count.saturating_add(1);
        Ok(())
    }
}

impl Web {
    /// Admits a request that changes something or costs us something. Nobody at this machine is slowed down.
    ///
    /// # Errors
    /// [`Error::Throttled`]
    pub(super) fn admit(&self, visitor: &Visitor, route: &str) -> Result<(), Error> {
        let Some(address) = visitor.origin.address.filter(|_| !visitor.is_local) else {
            return Ok(());
        };
        let (network, now) = (network(address), self.app.now());
        let limit = self.settings.writes_per_minute;
        self.pace.admit(network, Cost::Write, limit, now)?;
        if route == "/verify" {
            self.pace
                .admit(network, Cost::Judgement, JUDGED_FILES.min(limit), now)?;
        }
        Ok(())
    }
}

/// Of IPv6 only the /64 counts, since one customer has all of it.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            const NETWORK: u128 = !0 << 64;
            Ipv6Addr::from_bits(address.to_bits() & NETWORK).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> UtcTime {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_that_sends_too_much_waits_for_the_next_minute() {
        let pace = Pace::default();
        let one = network("2001:db8::1".parse().unwrap());
        let neighbour = network("2001:db8::2".parse().unwrap());
        let other = network("203.0.113.9".parse().unwrap());
        let now = at("2026-11-22T01:00:15Z");
        assert!(pace.admit(one, Cost::Write, 2, now).is_ok());
        assert!(pace.admit(neighbour, Cost::Write, 2, now).is_ok());
        let refused = pace.admit(one, Cost::Write, 2, now);
        assert!(
            matches!(refused, Err(Error::Throttled { retry_after }) if retry_after == Duration::from_secs(45)),
            "{refused:?}"
        );
        assert!(pace.admit(one, Cost::Judgement, 2, now).is_ok());
        assert!(pace.admit(other, Cost::Write, 2, now).is_ok());
        assert!(
            pace.admit(one, Cost::Write, 2, at("2026-11-22T01:01:00Z"))
                .is_ok()
        );
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let parsed = |text: &str| network(text.parse().unwrap());
        assert_eq!(parsed("::ffff:203.0.113.9"), parsed("203.0.113.9"));
        assert_ne!(parsed("2001:db8:0:1::1"), parsed("2001:db8::1"));
    }
}
