//! The program under measurement.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;

use crate::browser::{Browser, between};

/// How long a start may take at most.
const START_LIMIT: Duration = Duration::from_mins(1);
/// How long an end may take at most.
const END_LIMIT: Duration = Duration::from_secs(30);

/// What every start has in common.
#[derive(Debug)]
pub(crate) struct Installation {
    /// The program.
    pub(crate) akashi: PathBuf,
    /// The data folder.
    pub(crate) data: PathBuf,
    /// Where the server's log is gathered.
    pub(crate) log: PathBuf,
    /// The mail server.
    pub(crate) mail_server: SocketAddr,
    /// Where the service listens.
    pub(crate) listen: SocketAddr,
}

/// A running service.
#[derive(Debug)]
pub(crate) struct Service {
    child: Child,
    /// Its process.
    pub(crate) process: u32,
    /// Host and port.
    pub(crate) authority: String,
    /// From the moment of starting the process to its first answer that it is ready.
    pub(crate) ready_after: Duration,
    printed: watch::Receiver<String>,
}

impl Installation {
    /// Starts the service as an operator would who has configured a mail server, and nothing else.
    ///
    /// # Errors
    /// It does not become ready.
    pub(crate) async fn start(&self) -> anyhow::Result<Service> {
        let authority = self.listen.to_string();
        let log = fs::File::options().create(true).append(true).open(&self.log)?;
        let began = Instant::now();
        let mut child = Command::new(&self.akashi)
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .env_clear()
            .env("AKASHI_SERVER__LISTEN", &authority)
            .env("AKASHI_SERVER__PUBLIC_URL", format!("http://{authority}"))
            .env("AKASHI_MAIL__HOST", self.mail_server.ip().to_string())
            .env("AKASHI_MAIL__PORT", self.mail_server.port().to_string())
            .env("AKASHI_MAIL__SECURITY", "none")
            .env("AKASHI_MAIL__FROM", "keiyaku@minato.example")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{} cannot be started", self.akashi.display()))?;
        wait_until_ready(&authority, began, &mut child).await?;
        let ready_after = began.elapsed();
        let process = child.id().context("the service has ended")?;
        let (sender, printed) = watch::channel(String::new());
        let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                sender.send_modify(|all| {
                    all.push_str(&line);
                    all.push('\n');
                });
            }
        });
        Ok(Service {
            child,
            process,
            authority,
            ready_after,
            printed,
        })
    }

    /// Lines of the log that must not stand there: errors, alarms, panics.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(crate) fn defects(&self) -> anyhow::Result<Vec<String>> {
        let log = fs::read_to_string(&self.log)?;
        let is_defect = |line: &&str| {
            line.contains("panicked")
                || line.contains("\"level\":\"ERROR\"")
                || line.contains("\"alarm\":true")
        };
        Ok(log.lines().filter(is_defect).map(str::to_owned).collect())
    }

    /// How many warnings stand in the log.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(crate) fn warnings(&self) -> anyhow::Result<usize> {
        let log = fs::read_to_string(&self.log)?;
        Ok(log
            .lines()
            .filter(|line| line.contains("\"level\":\"WARN\""))
            .count())
    }

    /// Whether `akashi verify` finds every signature of a file good.
    ///
    /// # Errors
    /// It does not.
    pub(crate) async fn verify(&self, file: &Path) -> anyhow::Result<()> {
        let ran = Command::new(&self.akashi)
            .arg("verify")
            .arg("--data")
            .arg(&self.data)
            .arg(file)
            .env_clear()
            .output()
            .await?;
        let words = String::from_utf8_lossy(&ran.stdout);
        anyhow::ensure!(
            ran.status.success(),
            "akashi verify {}: {}\n{words}",
            file.display(),
            ran.status
        );
        Ok(())
    }
}

async fn wait_until_ready(authority: &str, began: Instant, child: &mut Child) -> anyhow::Result<()> {
    loop {
        let answer = Browser::new(authority).get("/readyz").await;
        if answer.is_ok_and(|answer| answer.status.is_success()) {
            return Ok(());
        }
        if let Some(status) = child.try_wait()? {
            anyhow::bail!("the service ended at start: {status}");
        }
        anyhow::ensure!(began.elapsed() < START_LIMIT, "the service does not become ready");
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

impl Service {
    /// The path of the one-time set-up page, printed at the first start.
    ///
    /// # Errors
    /// None was printed.
    pub(crate) async fn setup_path(&mut self) -> anyhow::Result<String> {
        let found = |all: &String| all.contains("/setup/");
        let printed = tokio::time::timeout(START_LIMIT, self.printed.wait_for(found)).await??;
        let token = between(&printed, "/setup/", "\n").context("no set-up link was printed")?;
        Ok(format!("/setup/{}", token.trim()))
    }

    /// Asks the process to end and waits until it has.
    ///
    /// # Errors
    /// It does not end, or not well.
    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        let asked = Command::new("kill")
            .arg("-TERM")
            .arg(self.process.to_string())
            .status()
            .await?;
        anyhow::ensure!(asked.success(), "the service cannot be asked to end");
        let ended = tokio::time::timeout(END_LIMIT, self.child.wait())
            .await
            .context("the service does not end")??;
        anyhow::ensure!(ended.success(), "the service ended with {ended}");
        Ok(())
    }
}

/// A port of this machine that nobody listens on.
///
/// # Errors
/// There is none.
pub(crate) fn free_port() -> anyhow::Result<SocketAddr> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
    Ok(listener.local_addr()?)
}
