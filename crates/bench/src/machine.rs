//! The machine: what it is, and what it can do at most.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;
use tokio::process::Command;

/// Where a run was made.
#[derive(Debug)]
pub(crate) struct Machine {
    /// The processor's name.
    pub(crate) processor: String,
    /// How many cores this process may use.
    pub(crate) cores: u32,
    /// The kernel's release.
    pub(crate) kernel: String,
    /// The file system of the data folder.
    pub(crate) file_system: String,
}

/// Looks around.
///
/// # Errors
/// `/proc` is not there.
pub(crate) fn look(folder: &Path) -> anyhow::Result<Machine> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let processor = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, name)| name);
    let cores = std::thread::available_parallelism()?;
    Ok(Machine {
        processor: processor.to_owned(),
        cores: u32::try_from(cores.get())?,
        kernel: fs::read_to_string("/proc/sys/kernel/osrelease")?
            .trim()
            .to_owned(),
        file_system: file_system(folder)?,
    })
}

/// The kind of the file system under a folder. One in memory would make every durable write free.
fn file_system(folder: &Path) -> anyhow::Result<String> {
    let folder = folder.canonicalize()?;
    let mounts = fs::read_to_string("/proc/mounts")?;
    let (_, kind) = mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            Some((fields.next()?, fields.next()?))
        })
        .filter(|(place, _)| folder.starts_with(place))
        .max_by_key(|(place, _)| place.len())
        .context("the file system of the data folder is not known")?;
    anyhow::ensure!(
        !["tmpfs", "ramfs"].contains(&kind),
        "{} lies in memory ({kind}): choose a folder on a disk",
        folder.display()
    );
    Ok(kind.to_owned())
}

/// Signatures a second of P-256 by `openssl speed`, on one core.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SignatureRate {
    /// Made.
    pub(crate) sign: f64,
    /// Checked.
    pub(crate) verify: f64,
}

/// Asks openssl.
///
/// # Errors
/// It is not there, or says something else than expected.
pub(crate) async fn signature_rate() -> anyhow::Result<(String, SignatureRate)> {
    let version = output("openssl", &["version"]).await?;
    let table = output("openssl", &["speed", "-seconds", "2", "ecdsap256"]).await?;
    let rate = rate_in(&table).with_context(|| format!("openssl said: {table}"))?;
    // What follows in brackets is the library, the same.
    let version = version.split(" (").next().unwrap_or_default().trim();
    Ok((version.to_owned(), rate))
}

async fn output(program: &str, arguments: &[&str]) -> anyhow::Result<String> {
    let ran = Command::new(program).args(arguments).output().await;
    let ran = ran.with_context(|| format!("{program} cannot be run"))?;
    anyhow::ensure!(ran.status.success(), "{program} {arguments:?}: {}", ran.status);
    Ok(String::from_utf8(ran.stdout)?)
}

/// ` 256 bits ecdsa (nistp256)   0.0000s   0.0001s  40871.0  13414.5`
fn rate_in(table: &str) -> Option<SignatureRate> {
    let line = table.lines().find(|line| line.contains("nistp256"))?;
    let mut from_the_end = line.split_whitespace().rev();
    let verify = from_the_end.next()?.parse().ok()?;
    let sign = from_the_end.next()?.parse().ok()?;
    Some(SignatureRate { sign, verify })
}

/// How the cores spent their time since the machine started, in hundredths of a second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cores {
    all: u32,
    idle: u32,
    waiting: u32,
}

impl Cores {
    /// Reads the counters.
    ///
    /// # Errors
    /// `/proc/stat` is not as documented in proc(5).
    pub(crate) fn read() -> anyhow::Result<Self> {
        let text = fs::read_to_string("/proc/stat")?;
        let line = text.lines().next().context("/proc/stat is empty")?;
        let fields: Vec<u32> = line
            .split_whitespace()
            .skip(1)
            .take(8)
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        let of = |index: usize| fields.get(index).copied().unwrap_or_default();
        Ok(Self {
            all: fields.iter().sum(),
            idle: of(3),
            waiting: of(4),
        })
    }

    /// How the time since an earlier reading was spent, of which `ours` by us.
    pub(crate) fn since(self, earlier: Self, ours: Duration) -> Shares {
        let all = f64::from(self.all.saturating_sub(earlier.all).max(1));
        let idle = f64::from(self.idle.saturating_sub(earlier.idle)) / all;
        let waiting = f64::from(self.waiting.saturating_sub(earlier.waiting)) / all;
        let ours = ours.as_secs_f64() * TICKS_PER_SECOND / all;
        Shares {
            idle,
            waiting,
            elsewhere: (1.0 - idle - waiting - ours).max(0.0),
        }
    }
}

/// Shares of the time of all cores, between 0 and 1.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shares {
    /// Nothing to do.
    pub(crate) idle: f64,
    /// Nothing to do but to wait for the disk.
    pub(crate) waiting: f64,
    /// Spent by others: the kernel's own work, and programs that have nothing to do with us.
    pub(crate) elsewhere: f64,
}

/// proc(5): the unit of its counters, on every machine that we build for (USER_HZ).
const TICKS_PER_SECOND: f64 = 100.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_read_from_the_table() {
        let table = "version: 3.0.19\n                              sign    verify    sign/s verify/s\n \
                     256 bits ecdsa (nistp256)   0.0000s   0.0001s  40871.0  13414.5\n";
        let rate = rate_in(table).unwrap();
        assert!((rate.sign - 40871.0).abs() < 0.1 && (rate.verify - 13414.5).abs() < 0.1);
        assert!(rate_in("no such curve").is_none());
    }

    #[test]
    fn shares_are_of_the_time_between() {
        let cores = |all, idle, waiting| Cores { all, idle, waiting };
        let shares = cores(300, 150, 30).since(cores(100, 50, 20), Duration::from_millis(500));
        assert!((shares.idle - 0.5).abs() < 1e-9 && (shares.waiting - 0.05).abs() < 1e-9);
        assert!((shares.elsewhere - 0.2).abs() < 1e-9);
    }
}
