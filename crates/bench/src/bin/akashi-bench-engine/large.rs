//! The rows about large files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::arguments::PartWork;
use crate::clock::{self, Cost};
use crate::disk;
use crate::part::{self, Account, Order};
use crate::race::{Contender, Measure, Series, race};
use crate::report::{Beside, Memory, Note, Row};
use crate::scans;
use crate::world;

/// The most that may be resident.
const MEMORY_KB: u32 = 64 * 1024;
/// 500 MB, as a person counts them.
const FIRST_SIZE: u64 = 500_000_000;
/// 1 GiB.
const SECOND_SIZE: u64 = 1 << 30;
/// Signatures of the file with many.
const SIGNATURES: u32 = 10;
/// Times that the later signatures are made in one process; the first time warms up.
const PASSES: u32 = 11;

/// What the rows about large files share.
pub(crate) struct Large<'a> {
    /// The folder of keys.
    pub(crate) keys: &'a Path,
    /// Where large files go.
    pub(crate) files: &'a Path,
    pub(crate) rounds: u32,
}

impl Large<'_> {
    /// The first signature on a file of 1 GiB, in place.
    ///
    /// # Errors
    /// Something could not be measured.
    pub(crate) fn first(&self) -> anyhow::Result<Row> {
        disk::demand_room(self.files, 2 * SECOND_SIZE + SECOND_SIZE / 2)?;
        let file = self.files.join("first.pdf");
        let length = scans::write(&file, SECOND_SIZE)?;
        let mut peak_kb = 0;
        let ours = |_| -> anyhow::Result<Cost> {
            disk::cut(&file, length)?;
            let (account, cost) = part::call(&self.order(PartWork::First, &file))?;
            peak_kb = peak_kb.max(account.peak_kb);
            Ok(cost)
        };
        let copied = self.files.join("copy.pdf");
        let copy = |_| -> anyhow::Result<Cost> {
            // Onto an empty place, as for a person who keeps the original.
            if copied.exists() {
                fs::remove_file(&copied)?;
            }
            Ok(clock::cost_of(|| Ok(fs::copy(&file, &copied)?))?.1)
        };
        let series = race(
            vec![
                contender("Akashi, the whole process", Box::new(ours)),
                contender(&openssl_name()?, Box::new(|_| openssl_hashes(&file))),
                contender("a copy of the file, not in the above", Box::new(copy)),
            ],
            self.rounds,
        )?;
        disk::cut(&file, length)?;
        let (account, _) = part::call(&self.order(PartWork::First, &file))?;
        self.demand_valid(&file, 1)?;
        fs::remove_file(&copied)?;
        fs::remove_file(&file)?;
        let row = Row::of(
            "first-large",
            &format!(
                "first signature on a PDF of {} MiB, appended in place",
                length >> 20
            ),
            Measure::Wall,
            series,
            [Beside::times(1.3), Beside::shown()],
        )?;
        Ok(row.with_memory(Memory {
            peak_kb: peak_kb.max(account.peak_kb),
            limit_kb: MEMORY_KB,
        }))
    }

    /// Later signatures on a file of 500 MB beside the same on the small paper; then the judgement of all.
    ///
    /// # Errors
    /// Something could not be measured.
    pub(crate) fn later_and_judge(&self) -> anyhow::Result<Vec<Row>> {
        disk::demand_room(self.files, FIRST_SIZE + FIRST_SIZE / 2)?;
        let large = self.signed_once("later-large.pdf", |path| {
            scans::write(path, FIRST_SIZE)?;
            Ok(())
        })?;
        let small = self.signed_once("later-small.pdf", |path| {
            fs::copy(self.keys.join(world::PAPER), path)?;
            Ok(())
        })?;
        let mut peak_kb = 0;
        let on_large = |_| -> anyhow::Result<Cost> {
            let account = large.sign_later(self)?;
            peak_kb = peak_kb.max(account.peak_kb);
            typical(&account)
        };
        let series = race(
            vec![
                contender("Akashi", Box::new(on_large)),
                contender(
                    "the same on 100 KB",
                    Box::new(|_| typical(&small.sign_later(self)?)),
                ),
            ],
            self.rounds,
        )?;
        let megabytes = large.length / 1_000_000;
        let later = Row::of(
            "later-large",
            &format!("signatures 2 to {SIGNATURES} on a PDF of {megabytes} MB, stored hash state, P-256"),
            Measure::Cpu,
            series,
            [Beside::times(1.5)],
        )?
        .with_memory(Memory {
            peak_kb,
            limit_kb: MEMORY_KB,
        });
        let judged = self.judge(&large.path, megabytes)?;
        fs::remove_file(&large.path)?;
        fs::remove_file(&small.path)?;
        Ok(vec![later, judged])
    }

    /// The file carries [`SIGNATURES`] by now.
    fn judge(&self, file: &Path, megabytes: u64) -> anyhow::Result<Row> {
        let mut peak_kb = 0;
        let mut inside = Vec::new();
        let ours = |_| -> anyhow::Result<Cost> {
            let mut order = self.order(PartWork::Judge, file);
            order.signatures = SIGNATURES;
            let (account, cost) = part::call(&order)?;
            peak_kb = peak_kb.max(account.peak_kb);
            inside.extend(account.costs());
            Ok(cost)
        };
        let series = race(
            vec![
                contender("Akashi, the whole process", Box::new(ours)),
                contender(&openssl_name()?, Box::new(|_| openssl_hashes(file))),
            ],
            self.rounds,
        )?;
        let row = Row::of(
            "judge-large",
            &format!("validate a PDF of {megabytes} MB with {SIGNATURES} signatures"),
            Measure::Wall,
            series,
            [Beside::times(1.3)],
        )?;
        Ok(row.with_memory(Memory {
            peak_kb,
            limit_kb: MEMORY_KB,
        }))
    }

    /// What a process of ours has resident before it does anything.
    ///
    /// # Errors
    /// It cannot be started.
    pub(crate) fn base_memory(&self) -> anyhow::Result<Note> {
        let file = self.keys.join(world::PAPER);
        let (account, _) = part::call(&self.order(PartWork::Nothing, &file))?;
        Ok(Note {
            text: format!(
                "of the memory, {:.1} MiB is the process itself with keys and certificates loaded",
                f64::from(account.peak_kb) / 1024.0
            ),
        })
    }

    fn demand_valid(&self, file: &Path, signatures: u32) -> anyhow::Result<()> {
        let mut order = self.order(PartWork::Judge, file);
        order.signatures = signatures;
        part::call(&order)?;
        Ok(())
    }

    fn signed_once(
        &self,
        name: &str,
        make: impl FnOnce(&Path) -> anyhow::Result<()>,
    ) -> anyhow::Result<SignedOnce> {
        let path = self.files.join(name);
        make(&path)?;
        let (account, _) = part::call(&self.order(PartWork::First, &path))?;
        Ok(SignedOnce {
            length: fs::metadata(&path)?.len(),
            state: account.state.context("no hash state")?,
            path,
        })
    }

    fn order<'a>(&'a self, work: PartWork, file: &'a Path) -> Order<'a> {
        Order {
            work,
            keys: self.keys,
            file,
            state: None,
            signatures: 1,
            rounds: 1,
        }
    }
}

/// A file with one signature.
struct SignedOnce {
    path: PathBuf,
    length: u64,
    state: String,
}

impl SignedOnce {
    fn sign_later(&self, large: &Large<'_>) -> anyhow::Result<Account> {
        disk::cut(&self.path, self.length)?;
        let order = Order {
            work: PartWork::Later,
            keys: large.keys,
            file: &self.path,
            state: Some(&self.state),
            signatures: SIGNATURES - 1,
            rounds: PASSES,
        };
        Ok(part::call(&order)?.0)
    }
}

/// The median of each signature's cost over the passes, then the mean over the signatures; the first pass warms up.
fn typical(account: &Account) -> anyhow::Result<Cost> {
    let costs = account.costs();
    let each = usize::try_from(SIGNATURES - 1)?;
    let mut sum = Cost {
        wall: std::time::Duration::ZERO,
        cpu: std::time::Duration::ZERO,
    };
    for number in 0..each {
        let passes: Vec<Cost> = costs
            .iter()
            .skip(each)
            .skip(number)
            .step_by(each)
            .copied()
            .collect();
        let series = Series {
            name: String::new(),
            costs: passes,
        };
        let median = |measure| {
            let median = crate::race::Spread::of(&series.times(measure)).median;
            std::time::Duration::try_from_secs_f64(median)
        };
        sum.wall += median(Measure::Wall)?;
        sum.cpu += median(Measure::Cpu)?;
    }
    Ok(sum.each(SIGNATURES - 1))
}

fn contender<'a>(name: &str, work: crate::race::Work<'a>) -> Contender<'a> {
    Contender {
        name: name.to_owned(),
        count: 1,
        work,
    }
}

fn openssl_hashes(file: &Path) -> anyhow::Result<Cost> {
    let mut command = Command::new("openssl");
    command.args(["dgst", "-sha256"]).arg(file);
    Ok(part::outside(&mut command)?.1)
}

fn openssl_name() -> anyhow::Result<String> {
    let (version, _) = part::outside(Command::new("openssl").arg("version"))?;
    // What follows in brackets is the library, the same; the date is of no use here.
    let version: Vec<&str> = version.split_whitespace().take(2).collect();
    Ok(format!("openssl dgst -sha256 ({})", version.join(" ")))
}
