//! Time spent, memory used, and who else was busy.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use jiff::Timestamp;
use rustix::time::{ClockId, Timespec, clock_gettime};

/// What a piece of work cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    /// From begin to end.
    pub(crate) wall: Duration,
    /// On cores.
    pub(crate) cpu: Duration,
}

impl Cost {
    /// The cost of one of `count` equal pieces.
    pub(crate) fn each(self, count: u32) -> Self {
        let count = count.max(1);
        Self {
            wall: self.wall / count,
            cpu: self.cpu / count,
        }
    }
}

/// Runs `work` and says what it cost this thread.
///
/// # Errors
/// What `work` says.
pub(crate) fn cost_of<T>(work: impl FnOnce() -> anyhow::Result<T>) -> anyhow::Result<(T, Cost)> {
    let began = Instant::now();
    let before = cpu(ClockId::ThreadCPUTime);
    let value = work()?;
    let cost = Cost {
        cpu: cpu(ClockId::ThreadCPUTime).saturating_sub(before),
        wall: began.elapsed(),
    };
    Ok((value, cost))
}

fn cpu(clock: ClockId) -> Duration {
    let Timespec { tv_sec, tv_nsec } = clock_gettime(clock);
    let seconds = u64::try_from(tv_sec).unwrap_or_default();
    Duration::new(seconds, u32::try_from(tv_nsec).unwrap_or_default())
}

/// Now, in whole seconds: certificates and revocation lists know no others.
#[expect(
    clippy::disallowed_methods,
    reason = "a measuring tool: the rivals use the machine's clock, too"
)]
pub(crate) fn now() -> anyhow::Result<Timestamp> {
    Ok(Timestamp::from_second(Timestamp::now().as_second())?)
}

/// The most that this process ever had resident (`VmHWM`), in kilobytes.
///
/// # Errors
/// `/proc` is not there.
pub(crate) fn peak_kb() -> anyhow::Result<u32> {
    let text = fs::read_to_string("/proc/self/status")?;
    text.lines()
        .find_map(|line| {
            line.strip_prefix("VmHWM:")?
                .split_whitespace()
                .next()?
                .parse()
                .ok()
        })
        .context("no VmHWM in /proc/self/status")
}

/// Hundredths of a second that this process's ended children have spent on cores.
///
/// # Errors
/// `/proc` is not there.
pub(crate) fn children_cpu() -> anyhow::Result<Duration> {
    let [_, _, user, system] = own_ticks()?;
    Ok(Duration::from_millis((user + system) * MS_PER_TICK))
}

/// User and system time of this process, then of its ended children, in hundredths of a second.
fn own_ticks() -> anyhow::Result<[u64; 4]> {
    let text = fs::read_to_string("/proc/self/stat")?;
    // The name in brackets may hold spaces.
    let (_, rest) = text.rsplit_once(") ").context("/proc/self/stat cannot be read")?;
    let ticks: Vec<u64> = rest
        .split(' ')
        .skip(11)
        .take(4)
        .map(str::parse)
        .collect::<Result<_, _>>()?;
    ticks
        .try_into()
        .map_err(|_| anyhow::anyhow!("/proc/self/stat is too short"))
}

/// How busy the cores are, with us and without.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Busy {
    all: u64,
    used: u64,
    ours: u64,
}

impl Busy {
    /// Reads the counters.
    ///
    /// # Errors
    /// `/proc` is not as documented in proc(5).
    pub(crate) fn read() -> anyhow::Result<Self> {
        let text = fs::read_to_string("/proc/stat")?;
        let line = text.lines().next().context("/proc/stat is empty")?;
        let fields: Vec<u64> = line
            .split_whitespace()
            .skip(1)
            .take(8)
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let all = fields.iter().sum::<u64>();
        let idle = fields.iter().skip(3).take(2).sum::<u64>();
        Ok(Self {
            all,
            used: all.saturating_sub(idle),
            ours: own_ticks()?.iter().sum(),
        })
    }

    /// The share of all cores that others used since an earlier reading, between 0 and 1. Children that still run
    /// count as others.
    pub(crate) fn others_since(self, earlier: Self) -> f64 {
        let seconds = |ticks: u64| Duration::from_millis(ticks * MS_PER_TICK).as_secs_f64();
        let used = seconds(self.used.saturating_sub(earlier.used));
        let ours = seconds(self.ours.saturating_sub(earlier.ours));
        let all = seconds(self.all.saturating_sub(earlier.all));
        (used - ours).max(0.0) / all.max(f64::EPSILON)
    }
}

/// Linux counts in hundredths of a second on every machine that we build for (USER_HZ).
const MS_PER_TICK: u64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_costs_time_and_waiting_costs_none_on_the_core() {
        let ((), waited) = cost_of(|| {
            std::thread::sleep(Duration::from_millis(30));
            Ok(())
        })
        .unwrap();
        assert!(waited.wall >= Duration::from_millis(30) && waited.cpu < Duration::from_millis(20));
        let (_, worked) = cost_of(|| {
            let began = Instant::now();
            let mut sum = 0_u64;
            while began.elapsed() < Duration::from_millis(30) {
                sum = std::hint::black_box(sum.wrapping_add(1));
            }
            Ok(sum)
        })
        .unwrap();
        assert!(worked.cpu > Duration::from_millis(1) && worked.cpu <= worked.wall * 2);
    }

    #[test]
    fn this_process_has_memory_and_the_machine_counts() {
        assert!(peak_kb().unwrap() > 500);
        let before = Busy::read().unwrap();
        assert!((0.0..=1.0).contains(&Busy::read().unwrap().others_since(before)));
        children_cpu().unwrap();
    }
}
