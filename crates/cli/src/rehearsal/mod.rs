//! Plays one contract from nothing to its conclusion, can be killed at every step of the worker, and can be
//! started again: what a killed run left is finished by the next.

mod check;
mod story;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use akashi_app::ports::Clock;
use akashi_app::work::{Step, StepWatch};
use anyhow::Context as _;
use clap::Parser;
use jiff::SignedDuration;

use crate::config::Config;
use crate::system::ShiftedClock;
use crate::wiring::Installation;

/// Plays one contract through in a data folder, then checks that nothing is missing and nothing double.
#[derive(Debug, Parser)]
#[command(name = "akashi-rehearse")]
struct Arguments {
    /// The data folder.
    #[arg(long)]
    data: PathBuf,
    /// Abort the process when the worker passes this step for the N-th time.
    #[arg(long, value_name = "STEP:N", value_parser = parse_kill)]
    kill_at: Option<(Step, u32)>,
    /// How far the clock runs ahead of this machine's, so that the leases of a dead run are over.
    #[arg(long, default_value_t = 0)]
    clock_ahead: i64,
    /// Jobs done at once.
    #[arg(long, default_value_t = 1)]
    parallel: usize,
    /// Only check; do nothing.
    #[arg(long)]
    check: bool,
    /// Print the names of the steps, in order.
    #[arg(long)]
    list_steps: bool,
}

fn parse_kill(text: &str) -> Result<(Step, u32), String> {
    let (step, count) = text.split_once(':').ok_or("expected STEP:N")?;
    let step = Step::parse(step).ok_or_else(|| format!("there is no step {step}"))?;
    match count.parse() {
        Ok(count @ 1..) => Ok((step, count)),
        _ => Err("steps are counted from 1".to_owned()),
    }
}

/// Aborts the process, as if its power were cut, at a step.
struct KillAt {
    at: Option<(Step, u32)>,
    passed: AtomicU32,
}

impl StepWatch for KillAt {
    fn passed(&self, step: Step) {
        let Some((fatal, count)) = self.at else { return };
        if step == fatal && self.passed.fetch_add(1, Ordering::Relaxed).saturating_add(1) == count {
            eprintln!("akashi-rehearse: killed at {}:{count}", step.name());
            std::process::abort();
        }
    }
}

/// Runs `akashi-rehearse` with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list_steps {
        for step in Step::ALL {
            println!("{}", step.name());
        }
        return ExitCode::SUCCESS;
    }
    crate::block_on(rehearse(arguments))
}

async fn rehearse(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let mut config = Config::default();
    config.keep_in(&arguments.data);
    let clock = Arc::new(ShiftedClock::ahead_by(SignedDuration::from_secs(
        arguments.clock_ahead,
    )));
    let for_ports: Arc<dyn Clock> = clock.clone();
    let mut installation = Installation::open_with_clock(&mut config, for_ports).await?;
    installation.ports.steps = Arc::new(KillAt {
        at: arguments.kill_at,
        passed: AtomicU32::new(0),
    });
    let app = installation.app();
    let ports = &installation.ports;
    if !arguments.check {
        story::play(&app, ports, &clock, arguments.parallel).await?;
    }
    let faults = check::faults(&app, ports)
        .await
        .context("the outcome cannot be read")?;
    for fault in &faults {
        eprintln!("akashi-rehearse: {fault}");
    }
    let code = if faults.is_empty() {
        println!("concluded once, nothing lost, nothing double");
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    };
    installation.close().await;
    Ok(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_to_be_killed_at_are_read() {
        assert_eq!(parse_kill("signing-stamped:2"), Ok((Step::SigningStamped, 2)));
        assert!(parse_kill("signing-stamped:0").is_err());
        assert!(parse_kill("signing-stamped").is_err());
        assert!(parse_kill("nothing:1").is_err());
    }
}
