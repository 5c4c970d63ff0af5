//! The whole run.

use std::fs;
use std::path::Path;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::arguments::Settings;
use crate::clock::Busy;
use crate::large::Large;
use crate::report::Row;
use crate::small::Small;
use crate::world::{self, World};

/// From this share of others' work on the cores on, the table says so.
const BUSY_ELSEWHERE: f64 = 0.1;

/// Measures, prints, writes `engine.json`.
///
/// # Errors
/// Something could not be measured, or what was made is not valid. An aim that is missed is no error.
pub(crate) fn run(settings: &Settings) -> anyhow::Result<()> {
    let scratch = settings.folder.join("engine");
    if scratch.exists() {
        fs::remove_dir_all(&scratch)?;
    }
    let keys = scratch.join("keys");
    let files = scratch.join("files");
    fs::create_dir_all(&keys)?;
    fs::create_dir_all(&files)?;
    let outcome = measure(settings, &keys, &files);
    if !settings.keep {
        fs::remove_dir_all(&scratch)?;
    }
    outcome
}

fn measure(settings: &Settings, keys: &Path, files: &Path) -> anyhow::Result<()> {
    let before = Busy::read()?;
    let machine = machine()?;
    println!("{machine}\n");
    world::make(keys)?;
    let world = World::load(keys)?;
    let small = Small {
        world: &world,
        keys,
        rivals: &settings.rivals,
        python: &settings.python,
        rounds: settings.rounds,
    };
    let large = Large {
        keys,
        files,
        rounds: settings.large_rounds,
    };
    let mut measured = Measured::new(settings.only.as_deref());
    measured.add("sign-rsa", || Ok(vec![small.sign_rsa()?]));
    measured.add("sign-p256", || Ok(vec![small.sign_p256()?]));
    measured.add("sign-lta", || Ok(vec![small.sign_lta()?]));
    measured.add("sign-lta-rsa", || Ok(vec![small.sign_lta_rsa()?]));
    measured.add("judge-lta", || Ok(vec![small.judge_lta()?]));
    measured.add("large-later-judge", || large.later_and_judge());
    measured.add("large-first", || Ok(vec![large.first()?]));
    let base = large.base_memory()?;
    let others = Busy::read()?.others_since(before);
    let Measured { rows, failures, .. } = measured;
    let missed: usize = rows.iter().map(Row::missed).sum();

    println!("{}\n{}", explanation(settings), base.text);
    if others > BUSY_ELSEWHERE {
        println!(
            "NOTE: others took {:.0} % of the cores: measure again on an idle machine.",
            others * 100.0
        );
    }
    match missed {
        0 => println!("every aim that was measured is met"),
        missed => println!("!!! {missed} AIMS ARE MISSED, see MISSED above"),
    }
    let result = settings.folder.join("engine.json");
    let report = json!({
        "machine": machine,
        "others_share_of_cores": others,
        "rows": rows.iter().map(Row::json).collect::<Vec<Value>>(),
        "missed": missed,
        "failed": failures,
    });
    fs::write(&result, format!("{report:#}\n"))?;
    println!("{}", result.display());
    anyhow::ensure!(failures.is_empty(), "not measured: {}", failures.join("; "));
    Ok(())
}

/// Rows so far. One that cannot be measured does not keep the others from it.
struct Measured<'a> {
    only: Option<&'a str>,
    rows: Vec<Row>,
    failures: Vec<String>,
}

impl<'a> Measured<'a> {
    fn new(only: Option<&'a str>) -> Self {
        Self {
            only,
            rows: Vec::new(),
            failures: Vec::new(),
        }
    }

    fn add(&mut self, key: &str, work: impl FnOnce() -> anyhow::Result<Vec<Row>>) {
        if self.only.is_some_and(|only| !key.contains(only)) {
            return;
        }
        match work() {
            Ok(rows) => {
                for row in &rows {
                    println!("{}", row.table());
                }
                self.rows.extend(rows);
            }
            Err(error) => {
                println!("!!! {key}: NOT MEASURED: {error:#}\n");
                self.failures.push(key.to_owned());
            }
        }
    }
}

fn machine() -> anyhow::Result<String> {
    let processors = fs::read_to_string("/proc/cpuinfo")?;
    let processor = processors
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("unknown", |(_, name)| name);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease")?;
    let load = fs::read_to_string("/proc/loadavg")?;
    let load = load.split(' ').next().context("/proc/loadavg is empty")?;
    Ok(format!(
        "{} × {processor}, Linux {}, load at the beginning {load}",
        std::thread::available_parallelism()?,
        kernel.trim()
    ))
}

fn explanation(settings: &Settings) -> String {
    format!(
        "Median of {} rounds ({} for large files), smallest … largest; contenders take turns within a round, and a\n\
         ratio is the median of the rounds' ratios. Everything is warm: processes, compilers, files in the page cache.",
        settings.rounds, settings.large_rounds
    )
}
