//! What a process costs, from `/proc`.

use std::collections::BTreeMap;
use std::fs;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// Between two looks while waiting for quiet.
const LOOK: Duration = Duration::from_millis(20);
/// So many looks in a row without work are quiet: longer than a write to disk keeps a job waiting.
const QUIET_LOOKS: u32 = 6;
/// Less than this between two looks is no work: timers.
const NOTHING: Duration = Duration::from_micros(300);
/// How long to wait for quiet.
const PATIENCE: Duration = Duration::from_secs(20);

/// The time that all threads of a process spent on a core, to the nanosecond.
///
/// `/proc/PID/stat` counts in hundredths of a second, too coarse for one step; each thread's `schedstat` is exact,
/// but is gone with the thread, so the last value seen of each is kept.
#[derive(Debug)]
pub(crate) struct CpuClock {
    process: u32,
    threads: BTreeMap<u32, Duration>,
}

impl CpuClock {
    /// A clock for this process.
    pub(crate) fn of(process: u32) -> Self {
        Self {
            process,
            threads: BTreeMap::new(),
        }
    }

    /// The time spent so far.
    ///
    /// # Errors
    /// The process is gone, or the kernel keeps no `schedstat`.
    pub(crate) fn read(&mut self) -> anyhow::Result<Duration> {
        let folder = format!("/proc/{}/task", self.process);
        for entry in fs::read_dir(&folder).with_context(|| folder.clone())? {
            let name = entry?.file_name();
            let Some(thread) = name.to_str().and_then(|name| name.parse::<u32>().ok()) else {
                continue;
            };
            // A thread may end between the listing and the look.
            let Ok(text) = fs::read_to_string(format!("{folder}/{thread}/schedstat")) else {
                continue;
            };
            let spent = text.split(' ').next().and_then(|first| first.parse().ok());
            let spent = Duration::from_nanos(spent.context("schedstat cannot be read")?);
            self.threads.insert(thread, spent);
        }
        Ok(self.threads.values().sum())
    }

    /// Waits until the process has nothing to do, and returns the time spent so far.
    ///
    /// # Errors
    /// As [`CpuClock::read`]; or there is no end of work.
    pub(crate) async fn settle(&mut self) -> anyhow::Result<Duration> {
        let began = Instant::now();
        let mut last = self.read()?;
        let mut quiet = 0;
        while quiet < QUIET_LOOKS {
            anyhow::ensure!(began.elapsed() < PATIENCE, "the server does not come to rest");
            tokio::time::sleep(LOOK).await;
            let now = self.read()?;
            quiet = if now.saturating_sub(last) < NOTHING {
                quiet + 1
            } else {
                0
            };
            last = now;
        }
        Ok(last)
    }
}

/// The memory of a process in kilobytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// Resident now (`VmRSS`).
    pub(crate) resident: u32,
    /// The most that was ever resident (`VmHWM`).
    pub(crate) peak: u32,
    /// Of what is resident, that which belongs to no file (`RssAnon`).
    pub(crate) anonymous: u32,
}

/// The memory of a process.
///
/// # Errors
/// The process is gone.
pub(crate) fn memory(process: u32) -> anyhow::Result<Memory> {
    let text = fs::read_to_string(format!("/proc/{process}/status"))?;
    let value = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))
            .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
            .with_context(|| format!("no {name} in /proc/{process}/status"))
    };
    Ok(Memory {
        resident: value("VmRSS")?,
        peak: value("VmHWM")?,
        anonymous: value("RssAnon")?,
    })
}

/// The time that a process has spent on a core, by the counters that last (hundredths of a second): for long spans,
/// in which threads come and go.
///
/// # Errors
/// The process is gone.
pub(crate) fn cpu_time(process: &str) -> anyhow::Result<Duration> {
    let text = fs::read_to_string(format!("/proc/{process}/stat"))?;
    // The name in brackets may hold spaces.
    let (_, rest) = text.rsplit_once(") ").context("stat cannot be read")?;
    let ticks: u64 = rest
        .split(' ')
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Ok(Duration::from_millis(ticks.saturating_mul(MS_PER_TICK)))
}

/// How long a write of 4 KB until it is on the disk takes, over 100 of them.
///
/// # Errors
/// The folder cannot be written.
pub(crate) fn sync_times(folder: &std::path::Path) -> anyhow::Result<Vec<Duration>> {
    use std::io::Write as _;
    let path = folder.join("sync-probe");
    let mut file = fs::File::create(&path)?;
    let mut times = Vec::new();
    for _ in 0..100 {
        let began = Instant::now();
        file.write_all(&[0x5a; 4096])?;
        file.sync_data()?;
        times.push(began.elapsed());
    }
    fs::remove_file(path)?;
    Ok(times)
}

/// Linux counts user time in hundredths of a second on every machine that we build for (USER_HZ).
const MS_PER_TICK: u64 = 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_of_this_process_runs() {
        let mut clock = CpuClock::of(std::process::id());
        let before = clock.read().unwrap();
        let mut sum = 0_u64;
        while clock.read().unwrap() < before + Duration::from_millis(5) {
            for n in 0..10_000_u64 {
                sum = std::hint::black_box(sum.wrapping_add(n));
            }
        }
    }

    #[test]
    fn this_process_needs_memory() {
        let memory = memory(std::process::id()).unwrap();
        assert!(memory.resident > 0 && memory.peak >= memory.resident);
        assert!(memory.anonymous <= memory.resident);
    }
}
