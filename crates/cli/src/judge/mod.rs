//! Files from outside are judged in a process of their own: this same program, started for one file, with bounds on
//! memory, processor time and wall-clock time that the kernel enforces.

mod child;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use akashi_app::judging::{JudgeOrder, Judged};
use akashi_app::ports::{FileJudge, JudgeFailure};
use bytes::Bytes;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub(crate) use child::{Arguments, run};

/// The largest answer that is read; reports of honest files are a thousand times smaller.
const MAX_ANSWER: u64 = 64 * 1024 * 1024;
/// How many may wait for each that is being judged.
const WAITING_EACH: usize = 4;

/// What one file may cost.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// The program that judges, and what stands before the bounds on its command line.
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<String>,
    /// The wall-clock time of one file.
    pub(crate) limit: Duration,
    /// The address space of one file, in bytes.
    pub(crate) memory_bytes: u64,
    /// Files judged at once.
    pub(crate) parallel: usize,
}

impl Settings {
    /// This very program. `/proc/self/exe` is it even after an update has replaced the file.
    pub(crate) fn of_this_program(limit: Duration, memory_bytes: u64, parallel: usize) -> Self {
        Self {
            program: PathBuf::from("/proc/self/exe"),
            arguments: vec!["judge-upload".to_owned()],
            limit,
            memory_bytes,
            parallel,
        }
    }
}

/// Starts a process for each file.
#[derive(Debug)]
pub(crate) struct JudgeProcess {
    settings: Settings,
    free: Arc<Semaphore>,
    waiting: AtomicUsize,
}

impl JudgeProcess {
    pub(crate) fn new(settings: Settings) -> Self {
        let parallel = settings.parallel.max(1);
        Self {
            free: Arc::new(Semaphore::new(parallel)),
            waiting: AtomicUsize::new(0),
            settings: Settings { parallel, ..settings },
        }
    }

    /// A place among those that are judged now. Who finds too many waiting, or waits as long as a file may take, is
    /// sent away, so that a flood fills neither memory nor time.
    async fn place(&self) -> Result<OwnedSemaphorePermit, JudgeFailure> {
        let before = self.waiting.fetch_add(1, Ordering::SeqCst);
        let result = if before >= self.settings.parallel.saturating_mul(WAITING_EACH) {
            Err(JudgeFailure::Busy)
        } else {
            let free = Arc::clone(&self.free).acquire_owned();
            match tokio::time::timeout(self.settings.limit, free).await {
                Ok(Ok(permit)) => Ok(permit),
                Ok(Err(error)) => Err(JudgeFailure::Unavailable(Box::new(error))),
                Err(_) => Err(JudgeFailure::Busy),
            }
        };
        self.waiting.fetch_sub(1, Ordering::SeqCst);
        result
    }

    fn spawn(&self) -> std::io::Result<Child> {
        Command::new(&self.settings.program)
            .args(&self.settings.arguments)
            .arg(format!("--memory-bytes={}", self.settings.memory_bytes))
            .arg(format!("--processor-s={}", self.settings.limit.as_secs().max(1)))
            // Nothing of the service's environment is for a process that reads hostile bytes.
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
    }
}

#[async_trait::async_trait]
impl FileJudge for JudgeProcess {
    async fn judge(&self, file: Bytes, order: JudgeOrder) -> Result<Judged, JudgeFailure> {
        let permit = self.place().await?;
        let order = serde_json::to_vec(&order).map_err(|error| JudgeFailure::Unavailable(Box::new(error)))?;
        let mut child = self
            .spawn()
            .map_err(|error| JudgeFailure::Unavailable(Box::new(error)))?;
        let exchanged = tokio::time::timeout(self.settings.limit, exchange(&mut child, &order, &file)).await;
        let result = match exchanged {
            Ok(result) => result,
            Err(_) => {
                metrics::counter!("akashi_judge_broken_off_total", "reason" => "time").increment(1);
                Err(JudgeFailure::TooSlow {
                    limit: self.settings.limit,
                })
            }
        };
        if result.is_err() {
            // The place is free only when the process is really gone.
            if let Err(error) = child.kill().await {
                tracing::warn!(%error, "judge process could not be ended");
            }
        }
        drop(permit);
        result
    }
}

/// Gives the file to the process and reads its answer.
async fn exchange(child: &mut Child, order: &[u8], file: &[u8]) -> Result<Judged, JudgeFailure> {
    let missing = || JudgeFailure::Unavailable("judge process has no pipes".into());
    let mut input = child.stdin.take().ok_or_else(missing)?;
    let output = child.stdout.take().ok_or_else(missing)?;
    let give = async move {
        // A process that has gone does not read on; its end says why.
        let _ = async {
            input.write_all(&(order.len() as u64).to_be_bytes()).await?;
            input.write_all(&(file.len() as u64).to_be_bytes()).await?;
            input.write_all(order).await?;
            input.write_all(file).await?;
            input.shutdown().await
        }
        .await;
    };
    let take = async move {
        let mut answer = Vec::new();
        output.take(MAX_ANSWER).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let ((), answer) = tokio::join!(give, take);
    let answer = answer.map_err(|error| JudgeFailure::Unavailable(Box::new(error)))?;
    let status = child
        .wait()
        .await
        .map_err(|error| JudgeFailure::Unavailable(Box::new(error)))?;
    if !status.success() {
        metrics::counter!("akashi_judge_broken_off_total", "reason" => "breakdown").increment(1);
        tracing::warn!(%status, "judge process broke down over a file");
        return Err(JudgeFailure::TooHeavy);
    }
    serde_json::from_slice(&answer).map_err(|error| JudgeFailure::Unavailable(Box::new(error)))
}
