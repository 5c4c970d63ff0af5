//! Many contracts at once, and somebody who looks at pages meanwhile.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::browser::Browser;
use crate::machine::{Cores, Shares};
use crate::process;
use crate::smtp::Inbox;
use crate::walk::{self, Concluded, World};

/// Between two looks at a page.
const LOOK: Duration = Duration::from_millis(100);

/// What was seen under load.
#[derive(Debug)]
pub(crate) struct Load {
    /// From the first request until the last contract was concluded and its parties were told.
    pub(crate) concluded_in: Duration,
    /// Until the last mail was handed over.
    pub(crate) handed_over_in: Duration,
    /// From the last party's click to the mails that say that the contract is concluded.
    pub(crate) after_last_act: Vec<Duration>,
    /// How long pages took that were looked at meanwhile.
    pub(crate) pages: Vec<Duration>,
    /// What the server spent on cores.
    pub(crate) server_cpu: Duration,
    /// What this program spent on cores.
    pub(crate) driver_cpu: Duration,
    /// How the cores spent the time meanwhile.
    pub(crate) cores: Shares,
}

/// Concludes the contracts with these numbers, `parallel` at a time. The results come in no order.
///
/// # Errors
/// One of them went wrong.
pub(crate) async fn contracts(
    world: &World,
    sender: &Browser,
    numbers: std::ops::Range<u32>,
    parallel: u32,
) -> anyhow::Result<Vec<Concluded>> {
    let next = Arc::new(AtomicU32::new(numbers.start));
    let mut workers = JoinSet::new();
    for _ in 0..parallel {
        let (world, next, end) = (world.clone(), Arc::clone(&next), numbers.end);
        let mut window = sender.another_window();
        workers.spawn(async move {
            let mut concluded = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= end {
                    return Ok::<_, anyhow::Error>(concluded);
                }
                let done = walk::conclude(&world, &mut window, number).await;
                concluded.push(done.with_context(|| format!("contract {number}"))?);
            }
        });
    }
    let mut all = Vec::new();
    while let Some(worker) = workers.join_next().await {
        all.extend(worker??);
    }
    Ok(all)
}

/// Concludes contracts and measures. `pages` are looked at meanwhile, `sent` gathers the sender's mails.
///
/// # Errors
/// A contract was not concluded, or a page failed.
pub(crate) async fn measure(
    world: &World,
    sender: &Browser,
    numbers: std::ops::Range<u32>,
    parallel: u32,
    server: u32,
    pages: Vec<String>,
    sent: &mut Inbox,
) -> anyhow::Result<(Load, Vec<Concluded>)> {
    let (stop, stopped) = watch::channel(false);
    let visitor = tokio::spawn(look_at_pages(sender.another_window(), pages, stopped));
    let server = server.to_string();
    let (server_before, driver_before) = (process::cpu_time(&server)?, process::cpu_time("self")?);
    let cores_before = Cores::read()?;
    let began = Instant::now();
    let concluded = contracts(world, sender, numbers, parallel).await?;
    let mut last_mail = began;
    for _ in &concluded {
        last_mail = last_mail.max(sent.next().await?.at);
    }
    let cores = Cores::read()?;
    let server_cpu = process::cpu_time(&server)?.saturating_sub(server_before);
    let driver_cpu = process::cpu_time("self")?.saturating_sub(driver_before);
    let cores = cores.since(cores_before, server_cpu + driver_cpu);
    stop.send_replace(true);
    let pages = visitor.await??;
    let last = concluded.iter().map(|contract| contract.at).max();
    let last = last.context("no contract was asked for")?;
    let load = Load {
        concluded_in: last.duration_since(began),
        handed_over_in: last.max(last_mail).duration_since(began),
        after_last_act: concluded.iter().map(|contract| contract.after_last_act).collect(),
        pages,
        server_cpu,
        driver_cpu,
        cores,
    };
    Ok((load, concluded))
}

/// Looks at one page after the other, ten times a second whether the last one has come or not.
async fn look_at_pages(
    member: Browser,
    paths: Vec<String>,
    stopped: watch::Receiver<bool>,
) -> anyhow::Result<Vec<Duration>> {
    let mut ticks = tokio::time::interval(LOOK);
    let mut looks: JoinSet<anyhow::Result<(Duration, Browser)>> = JoinSet::new();
    let mut windows = Vec::new();
    let mut times = Vec::new();
    for path in paths.iter().cycle() {
        ticks.tick().await;
        if *stopped.borrow() {
            break;
        }
        while let Some(done) = looks.try_join_next() {
            let (time, window) = done??;
            times.push(time);
            windows.push(window);
        }
        let mut window = windows.pop().unwrap_or_else(|| member.another_window());
        let path = path.clone();
        let began = Instant::now();
        looks.spawn(async move {
            window.page(&path).await?;
            Ok((began.elapsed(), window))
        });
    }
    while let Some(done) = looks.join_next().await {
        times.push(done??.0);
    }
    Ok(times)
}
