//! One piece of work in a process that does nothing else, and what it says about itself.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use akashi_pades::HashState;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};

use crate::arguments::{Part, PartWork};
use crate::clock::{self, Cost};
use crate::disk::{self, OnDisk};
use crate::judging;
use crate::signing::{self, Known};
use crate::world::World;

/// What a part says on its last line.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Account {
    /// Time of each piece, in nanoseconds: what passed, and what was spent on a core.
    times: Vec<(u64, u64)>,
    /// The most that was ever resident.
    pub(crate) peak_kb: u32,
    /// The hash state of the file as it is now.
    pub(crate) state: Option<String>,
}

impl Account {
    /// The cost of each piece.
    pub(crate) fn costs(&self) -> Vec<Cost> {
        let cost = |(wall, cpu): &(u64, u64)| Cost {
            wall: Duration::from_nanos(*wall),
            cpu: Duration::from_nanos(*cpu),
        };
        self.times.iter().map(cost).collect()
    }
}

/// Does the work and prints the account.
///
/// # Errors
/// What the work says.
pub(crate) fn run(part: &Part) -> anyhow::Result<()> {
    let world = World::load(&part.keys)?;
    let (costs, state) = match part.work {
        PartWork::First => sign_first(part, &world)?,
        PartWork::Later => (sign_later(part, &world)?, None),
        PartWork::Judge => (vec![judge(part, &world)?], None),
        PartWork::SignRsa | PartWork::SignP256 | PartWork::SignLta | PartWork::JudgeLta => {
            (over_and_over(part, &world)?, None)
        }
        PartWork::Nothing => {
            OnDisk::open(&part.file)?;
            (Vec::new(), None)
        }
    };
    let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let account = Account {
        times: costs
            .into_iter()
            .map(|cost| (nanoseconds(cost.wall), nanoseconds(cost.cpu)))
            .collect(),
        peak_kb: clock::peak_kb()?,
        state: state.map(|state| hexadecimal(&state.to_bytes())),
    };
    println!("{}", serde_json::to_string(&account)?);
    Ok(())
}

fn sign_first(part: &Part, world: &World) -> anyhow::Result<(Vec<Cost>, Option<HashState>)> {
    let (state, cost) = clock::cost_of(|| sign_in_place(part, world, 1, HashState::START))?;
    Ok((vec![cost], Some(state)))
}

/// In each round so many signatures are added, and all but those of the last round are cut off again.
fn sign_later(part: &Part, world: &World) -> anyhow::Result<Vec<Cost>> {
    let digits = part.state.as_deref().context("no hash state")?;
    let stored = HashState::from_bytes(&bytes_of(digits)?)?;
    let length = std::fs::metadata(&part.file)?.len();
    let mut costs = Vec::new();
    for _ in 0..part.rounds {
        disk::cut(&part.file, length)?;
        let mut state = stored;
        for number in 0..part.signatures {
            let (next, cost) = clock::cost_of(|| sign_in_place(part, world, number + 2, state))?;
            costs.push(cost);
            state = next;
        }
    }
    Ok(costs)
}

fn sign_in_place(part: &Part, world: &World, number: u32, state: HashState) -> anyhow::Result<HashState> {
    let file = OnDisk::open(&part.file)?;
    let revision = signing::baseline(file, &format!("Seal{number}"), &world.p256, state, world.now)?;
    disk::append(&part.file, &revision.bytes)?;
    Ok(revision.hash.state)
}

fn judge(part: &Part, world: &World) -> anyhow::Result<Cost> {
    let trust = world.trust_with_lists();
    let (report, cost) =
        clock::cost_of(|| judging::report(OnDisk::open(&part.file)?, &trust, clock::now()?))?;
    judging::demand_passed(&report, usize::try_from(part.signatures)?)?;
    Ok(cost)
}

/// One piece of the small rows by itself, which a profiler can look at without the rivals.
fn over_and_over(part: &Part, world: &World) -> anyhow::Result<Vec<Cost>> {
    let paper = std::fs::read(&part.file)?;
    let known = Known::of(world);
    let mut long_term = paper.clone();
    signing::long_term_in_memory(&paper, &world.p256, world, &known, &mut long_term)?;
    let mut signed = paper.clone();
    let trust = world.trust_in_root();
    let mut piece = || -> anyhow::Result<()> {
        match part.work {
            PartWork::SignRsa => signing::baseline_in_memory(&paper, &world.rsa, world.now, &mut signed)?,
            PartWork::SignP256 => signing::baseline_in_memory(&paper, &world.p256, world.now, &mut signed)?,
            PartWork::SignLta => {
                signing::long_term_in_memory(&paper, &world.p256, world, &known, &mut signed)?;
            }
            _ => drop(judging::report(long_term.as_slice(), &trust, world.now)?),
        }
        Ok(())
    };
    let ((), cost) = clock::cost_of(|| (0..part.rounds).try_for_each(|_| piece()))?;
    Ok(vec![cost.each(part.rounds)])
}

/// How a part is called.
pub(crate) struct Order<'a> {
    pub(crate) work: PartWork,
    pub(crate) keys: &'a Path,
    pub(crate) file: &'a Path,
    pub(crate) state: Option<&'a str>,
    pub(crate) signatures: u32,
    pub(crate) rounds: u32,
}

/// Runs a part and reads its account. The cost is that of the whole process, from outside.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn call(order: &Order<'_>) -> anyhow::Result<(Account, Cost)> {
    use clap::ValueEnum as _;
    let program: PathBuf = std::env::current_exe()?;
    let name = order.work.to_possible_value().context("a part without a name")?;
    let mut command = Command::new(program);
    command
        .args(["part", name.get_name(), "--keys"])
        .arg(order.keys)
        .arg("--file")
        .arg(order.file)
        .args(["--signatures", &order.signatures.to_string()])
        .args(["--rounds", &order.rounds.to_string()]);
    if let Some(state) = order.state {
        command.args(["--state", state]);
    }
    let (output, cost) = outside(&mut command)?;
    let line = output.lines().last().context("a part that says nothing")?;
    Ok((serde_json::from_str(line)?, cost))
}

/// Runs a program; what it prints, and what it cost as a whole.
///
/// # Errors
/// It cannot be started, or fails.
pub(crate) fn outside(command: &mut Command) -> anyhow::Result<(String, Cost)> {
    let before = clock::children_cpu()?;
    let began = std::time::Instant::now();
    let ran = command.stderr(Stdio::inherit()).output();
    let wall = began.elapsed();
    let ran = ran.with_context(|| format!("{command:?} cannot be run"))?;
    anyhow::ensure!(ran.status.success(), "{command:?}: {}", ran.status);
    let cost = Cost {
        wall,
        cpu: clock::children_cpu()?.saturating_sub(before),
    };
    Ok((String::from_utf8(ran.stdout)?, cost))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::new(), |digits, byte| format!("{digits}{byte:02x}"))
}

fn bytes_of(digits: &str) -> anyhow::Result<Vec<u8>> {
    let (pairs, rest) = digits.as_bytes().as_chunks::<2>();
    anyhow::ensure!(rest.is_empty(), "an odd number of digits");
    pairs
        .iter()
        .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_survive_the_command_line() {
        let bytes = HashState::START.to_bytes();
        assert_eq!(bytes_of(&hexadecimal(&bytes)).unwrap(), bytes);
        assert!(bytes_of("abc").is_err() && bytes_of("zz").is_err());
    }
}
