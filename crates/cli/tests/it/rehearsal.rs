//! Runs of `akashi-rehearse`.

use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

/// SIGABRT, by which a rehearsal dies at the step that it was told.
const ABORTED: i32 = 6;

/// How a run ended.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// The contract is concluded, and the check found nothing wrong.
    Whole,
    /// Killed.
    Killed,
}

fn command(data: &Path, clock_ahead_s: u64, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_akashi-rehearse"));
    command
        .arg("--data")
        .arg(data)
        .args(["--clock-ahead", &clock_ahead_s.to_string()])
        .args(more)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Begins a run.
#[allow(dead_code, reason = "the walk waits for each run, the soak kills it")]
pub(crate) fn start(data: &Path, clock_ahead_s: u64, more: &[&str]) -> Child {
    command(data, clock_ahead_s, more).spawn().unwrap()
}

/// Makes a run and waits for it.
pub(crate) fn run(data: &Path, clock_ahead_s: u64, more: &[&str]) -> End {
    end(&command(data, clock_ahead_s, more).output().unwrap())
}

/// How a run ended. Any other end than the two is a failure.
pub(crate) fn end(output: &Output) -> End {
    let status = output.status;
    if status.success() {
        return End::Whole;
    }
    assert!(
        matches!(status.signal(), Some(ABORTED | 9)),
        "{status}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
    End::Killed
}

/// The names of the steps, in order.
pub(crate) fn steps() -> Vec<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_akashi-rehearse"))
        .args(["--data", "/nowhere", "--list-steps"])
        .output()
        .unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect()
}
