//! Walks every step of the worker: kill there, start again with a later clock, look that the contract ended
//! exactly once.

use std::sync::Mutex;

use crate::rehearsal::{End, run, steps};

/// Steps that one contract passes only once: nothing is there to be killed at a second time.
const ONCE: [&str; 7] = [
    "sending-before-commit",
    "sending-committed",
    "concluding-raised",
    "concluding-sheet-signed",
    "concluding-sheet-stored",
    "concluding-before-commit",
    "concluding-committed",
];

#[test]
fn a_contract_killed_at_any_step_is_concluded_once() {
    let mut cases: Vec<(String, u32)> = Vec::new();
    for step in steps() {
        cases.push((step.clone(), 1));
        if !ONCE.contains(&step.as_str()) {
            cases.push((step, 2));
        }
    }
    assert_eq!(cases.len(), 33, "every step is walked");
    let cases = Mutex::new(cases.into_iter());
    let failures = Mutex::new(Vec::new());
    let walkers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..walkers {
            scope.spawn(|| {
                while let Some((step, count)) = next(&cases) {
                    if let Err(failure) = std::panic::catch_unwind(|| walk(&step, count)) {
                        let text = failure.downcast_ref::<String>().cloned().unwrap_or_default();
                        failures.lock().unwrap().push(format!("{step}:{count}: {text}"));
                    }
                }
            });
        }
    });
    let failures = failures.into_inner().unwrap();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn next<T>(cases: &Mutex<impl Iterator<Item = T>>) -> Option<T> {
    cases.lock().unwrap().next()
}

fn walk(step: &str, count: u32) {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let kill_at = format!("{step}:{count}");
    let first = run(&data, 0, &["--kill-at", &kill_at]);
    assert_eq!(first, End::Killed, "the step was never passed");
    let second = run(&data, 120, &[]);
    assert_eq!(second, End::Whole);
}

#[test]
fn an_undisturbed_contract_is_concluded_and_a_second_run_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    assert_eq!(run(&data, 0, &["--parallel", "4"]), End::Whole);
    assert_eq!(run(&data, 120, &[]), End::Whole);
    assert_eq!(run(&data, 240, &["--check"]), End::Whole);
}
