//! Other libraries, warm in processes of their own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};

use crate::clock::Cost;

/// A rival that answers orders: one line of JSON each.
pub(crate) struct Rival {
    name: String,
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
}

impl Rival {
    /// Starts `program` with the script and the folder of keys, and waits until it has loaded everything.
    ///
    /// # Errors
    /// It cannot be started, or does not introduce itself.
    pub(crate) fn start(program: &Path, script: &Path, keys: &Path) -> anyhow::Result<Self> {
        let mut child = Command::new(program)
            .arg(script)
            .arg(keys)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("{} cannot be run", program.display()))?;
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().context("no output")?);
        let mut rival = Self {
            name: String::new(),
            child,
            input,
            output,
        };
        let greeting = rival
            .answer()
            .with_context(|| format!("{} does not start", script.display()))?;
        greeting
            .get("name")
            .and_then(Value::as_str)
            .context("a rival without a name")?
            .clone_into(&mut rival.name);
        Ok(rival)
    }

    /// What it calls itself, with its version.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Has `count` pieces of work done. What is counted against it is the smaller of the time that passed and the time
    /// on cores: the first has waiting in it that is not its own on a busy machine, the second the threads that
    /// collect its garbage.
    ///
    /// # Errors
    /// It failed; what it says about that is on standard error.
    pub(crate) fn work(&mut self, work: &str, count: u32) -> anyhow::Result<Cost> {
        let answer = self.order(&json!({ "work": work, "count": count }))?;
        cost_in(&answer)
    }

    /// Gives an order and returns the whole answer.
    ///
    /// # Errors
    /// As [`Self::work`].
    pub(crate) fn order(&mut self, order: &Value) -> anyhow::Result<Value> {
        let input = self.input.as_mut().context("the rival has been dismissed")?;
        writeln!(input, "{order}")?;
        input.flush()?;
        self.answer().with_context(|| format!("{}: {order}", self.name))
    }

    fn answer(&mut self) -> anyhow::Result<Value> {
        let mut line = String::new();
        self.output.read_line(&mut line)?;
        anyhow::ensure!(!line.is_empty(), "it ended without an answer");
        Ok(serde_json::from_str(&line)?)
    }
}

/// What an answer says about time.
///
/// # Errors
/// Nothing.
pub(crate) fn cost_in(answer: &Value) -> anyhow::Result<Cost> {
    let time = |key: &str| -> anyhow::Result<Duration> {
        let ms = answer.get(key).and_then(Value::as_f64);
        let ms = ms.with_context(|| format!("no {key} in {answer}"))?;
        Ok(Duration::try_from_secs_f64(ms / 1000.0)?)
    };
    let (wall, cpu) = (time("wall_ms")?, time("cpu_ms")?);
    let smaller = wall.min(cpu);
    Ok(Cost {
        wall: smaller,
        cpu: smaller,
    })
}

impl Drop for Rival {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.input.take());
        if let Err(error) = self.child.wait() {
            eprintln!("akashi-bench-engine: {} does not end: {error}", self.name);
        }
    }
}
