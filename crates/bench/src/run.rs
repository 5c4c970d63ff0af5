//! One run, from the first start to the table.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Context as _;

use crate::arguments::Arguments;
use crate::browser::Browser;
use crate::load::{self, Load};
use crate::machine::{self, Machine, SignatureRate};
use crate::process::{self, Memory};
use crate::service::{self, Installation};
use crate::smtp::{Inbox, MailServer};
use crate::statistics::ms;
use crate::steps::{self, Costs};
use crate::walk::{self, Part, World};
use crate::{paper, report};

/// How long the service is left alone before its memory is read.
const REST: Duration = Duration::from_secs(5);

/// Everything that was found out.
#[derive(Debug)]
pub(crate) struct Findings {
    pub(crate) machine: Machine,
    /// What openssl is, and how fast it signs on one core.
    pub(crate) openssl: String,
    pub(crate) signature_rate: SignatureRate,
    /// Writes of 4 KB until they are on the disk.
    pub(crate) sync_times: Vec<Duration>,
    pub(crate) paper_bytes: usize,
    pub(crate) contracts: u32,
    pub(crate) parallel: u32,
    /// The start that made the installation.
    pub(crate) first_start: Duration,
    /// Starts on the folder in use.
    pub(crate) starts: Vec<Duration>,
    /// After a start on the folder in use and a rest.
    pub(crate) memory_at_rest: Memory,
    /// What it spent on cores in that rest.
    pub(crate) cpu_at_rest: Duration,
    /// After the load and a rest.
    pub(crate) memory_after_load: Memory,
    pub(crate) load: Load,
    pub(crate) costs: Costs,
    /// Warnings in the server's log.
    pub(crate) warnings: usize,
}

/// Measures, prints, writes `result.json`.
///
/// # Errors
/// Something could not be measured, or a contract was not concluded.
pub(crate) async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let folder = &arguments.folder;
    let data = folder.join("data");
    fs::create_dir_all(folder)?;
    if data.exists() {
        fs::remove_dir_all(&data)?;
    }
    fs::create_dir(&data)?;
    let log = folder.join("server.log");
    fs::write(&log, "")?;
    let mail_server = MailServer::start().await?;
    let installation = Installation {
        akashi: arguments.akashi.clone(),
        data: data.clone(),
        log,
        mail_server: mail_server.address,
        listen: service::free_port()?,
    };
    let findings = measure(arguments, &installation, mail_server).await?;
    let defects = installation.defects()?;
    anyhow::ensure!(
        defects.is_empty(),
        "the server logged defects:\n{}",
        defects.join("\n")
    );
    if !arguments.keep {
        fs::remove_dir_all(&data)?;
    }
    println!("\n{}", report::table(&findings));
    let result = folder.join("result.json");
    fs::write(&result, format!("{:#}\n", report::json(&findings)))?;
    println!("{}", result.display());
    Ok(())
}

async fn measure(
    arguments: &Arguments,
    installation: &Installation,
    mail_server: MailServer,
) -> anyhow::Result<Findings> {
    let folder = &arguments.folder;
    let machine = machine::look(folder)?;
    say("openssl speed ecdsap256, writes to the disk");
    let (openssl, signature_rate) = machine::signature_rate().await?;
    let sync_times = process::sync_times(folder)?;

    say("first start, set-up, signing in");
    let mut service = installation.start().await?;
    let first_start = service.ready_after;
    let sent_to_sender = mail_server.inbox(walk::SENDER);
    let world = World {
        authority: service.authority.clone(),
        mail_server,
        paper: paper::contract().into(),
    };
    let setup_path = service.setup_path().await?;
    let mut sender = walk::set_up(&service.authority, &setup_path).await?;
    let mut course = Course {
        arguments,
        world: &world,
        server: service.process,
        sent: sent_to_sender,
    };
    let (load, memory_after_load, sample) = course.load(&sender).await?;
    check_files(installation, folder, sample).await?;
    let costs = course.steps(&mut sender).await?;
    service.stop().await?;

    say(&format!("{} starts on the folder in use", arguments.starts));
    let mut starts = Vec::new();
    for _ in 1..arguments.starts.max(1) {
        let service = installation.start().await?;
        starts.push(service.ready_after);
        service.stop().await?;
    }
    let service = installation.start().await?;
    starts.push(service.ready_after);
    let (memory_at_rest, cpu_at_rest) = rest(service.process).await?;
    service.stop().await?;
    Ok(Findings {
        machine,
        openssl,
        signature_rate,
        sync_times,
        paper_bytes: world.paper.len(),
        contracts: arguments.contracts,
        parallel: arguments.parallel,
        first_start,
        starts,
        memory_at_rest,
        cpu_at_rest,
        memory_after_load,
        load,
        costs,
        warnings: installation.warnings()?,
    })
}

/// The contracts of a run, one number each.
struct Course<'a> {
    arguments: &'a Arguments,
    world: &'a World,
    server: u32,
    /// The mails to the sender: one for each contract concluded.
    sent: Inbox,
}

impl Course<'_> {
    /// Concludes a few contracts to warm up, then the many. Returns the last party of one of them too.
    async fn load(&mut self, sender: &Browser) -> anyhow::Result<(Load, Memory, Part)> {
        let Arguments {
            contracts,
            parallel,
            warm_up,
            ..
        } = *self.arguments;
        say(&format!(
            "{warm_up} contracts to warm up, then {contracts}, {parallel} at a time"
        ));
        let warm = load::contracts(self.world, sender, 0..warm_up.max(1), parallel).await?;
        for _ in &warm {
            self.sent.next().await?;
        }
        let shown = warm.first().context("nothing was concluded to warm up")?;
        let pages = vec![
            "/".to_owned(),
            "/contracts".to_owned(),
            format!("/contracts/{}", shown.contract_id),
        ];
        let begin = warm_up.max(1);
        let numbers = begin..begin + contracts;
        let (load, mut concluded) = load::measure(
            self.world,
            sender,
            numbers,
            parallel,
            self.server,
            pages,
            &mut self.sent,
        )
        .await?;
        anyhow::ensure!(
            concluded.len() == usize::try_from(contracts)?,
            "{} of {contracts} contracts were concluded",
            concluded.len()
        );
        let (memory, _) = rest(self.server).await?;
        let sample = concluded.pop().context("nothing was concluded")?;
        Ok((load, memory, sample.part))
    }

    /// Concludes contracts one at a time.
    async fn steps(&mut self, sender: &mut Browser) -> anyhow::Result<Costs> {
        let sequential = self.arguments.sequential;
        say(&format!(
            "{sequential} contracts one at a time, with a rest after every step"
        ));
        let begin = self.arguments.warm_up.max(1) + self.arguments.contracts;
        let numbers = begin..begin + sequential;
        steps::measure(self.world, sender, numbers, self.server, &mut self.sent).await
    }
}

/// Leaves the service alone, then reads its memory, and what it spent on cores meanwhile.
async fn rest(server: u32) -> anyhow::Result<(Memory, Duration)> {
    let mut clock = process::CpuClock::of(server);
    let before = clock.read()?;
    tokio::time::sleep(REST).await;
    let spent = clock.read()?.saturating_sub(before);
    Ok((process::memory(server)?, spent))
}

/// What one contract of the load left behind must verify.
async fn check_files(installation: &Installation, folder: &Path, mut part: Part) -> anyhow::Result<()> {
    let names = ["signed.pdf", "evidence.pdf"];
    for (name, bytes) in names.iter().zip(part.download().await?) {
        let path = folder.join(name);
        fs::write(&path, &bytes)?;
        installation.verify(&path).await?;
        println!("   {name}: {} bytes, every signature holds", bytes.len());
    }
    Ok(())
}

/// How many a second.
pub(crate) fn per_second(count: u32, time: Duration) -> f64 {
    f64::from(count) * 1000.0 / ms(time).max(f64::EPSILON)
}

fn say(what: &str) {
    println!("== {what}");
}
