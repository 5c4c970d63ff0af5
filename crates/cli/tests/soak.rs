//! `make soak N=…`: kills the process N times at random moments of a contract's life, and looks that every
//! contract ends exactly once. Run by hand, since it takes hours.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may say plainly what they mean"
)]

#[cfg(test)]
#[path = "it/rehearsal.rs"]
mod rehearsal;

use std::hash::{BuildHasher as _, RandomState};
use std::path::Path;
use std::time::Duration;

use rehearsal::{End, end, run, start, steps};

/// After so many kills a contract may come to its end in peace.
const KILLS_PER_CONTRACT: u64 = 6;

/// Random numbers that can be had again (xorshift64*).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % limit
    }
}

#[expect(clippy::disallowed_methods, reason = "a test that is steered from outside")]
fn variable(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap())
}

#[test]
#[ignore = "takes hours; `make soak N=…` runs it"]
fn contracts_killed_at_random_end_once() {
    let wanted = variable("AKASHI_SOAK_RUNS").unwrap_or(100);
    let seed = variable("AKASHI_SOAK_SEED").unwrap_or_else(|| RandomState::new().hash_one(()) | 1);
    println!("seed {seed}: AKASHI_SOAK_SEED={seed} repeats this run");
    let mut random = Random(seed.max(1));
    let steps = steps();
    let (mut kills, mut contracts) = (0, 0);
    while kills < wanted {
        let folder = tempfile::tempdir().unwrap();
        let allowed = KILLS_PER_CONTRACT.min(wanted - kills);
        let (killed, whole) = one_contract(&folder.path().join("data"), &steps, allowed, &mut random);
        kills += killed;
        contracts += 1;
        if !whole {
            let kept = folder.keep();
            panic!(
                "contract {contracts} did not end as it should; its data is kept in {}",
                kept.display()
            );
        }
        if contracts % 10 == 0 {
            println!("{kills} kills, {contracts} contracts, all ended exactly once");
        }
    }
    println!("{kills} kills, {contracts} contracts, all ended exactly once");
}

/// Kills a contract's runs at most `allowed` times and lets the last one end. Returns the kills, and whether the
/// contract ended as it should.
fn one_contract(data: &Path, steps: &[String], allowed: u64, random: &mut Random) -> (u64, bool) {
    let mut kills = 0;
    // Each run's clock is later than all that the one before may have moved on to.
    for round in 0..allowed {
        let clock_ahead_s = round * 7200;
        let ended = if random.below(2) == 0 {
            let step = &steps[usize::try_from(random.below(steps.len() as u64)).unwrap()];
            let at = format!("{step}:{}", 1 + random.below(8));
            run(data, clock_ahead_s, &["--parallel", "3", "--kill-at", &at])
        } else {
            let mut child = start(data, clock_ahead_s, &["--parallel", "3"]);
            std::thread::sleep(Duration::from_millis(random.below(4000)));
            child.kill().unwrap();
            end(&child.wait_with_output().unwrap())
        };
        match ended {
            End::Killed => kills += 1,
            End::Whole => return (kills.max(1), true),
        }
    }
    (kills, run(data, allowed * 7200, &[]) == End::Whole)
}
