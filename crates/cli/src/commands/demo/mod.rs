//! `akashi demo`: fills a fresh data folder with a believable organization.
//!
//! Everything is done through the use cases, by a clock that begins some months ago and is moved on, so that the
//! history of every contract is a real one. The authority and its time-stamps are named DEMO.

mod cast;
mod faults;
mod stage;
mod story;

use std::process::ExitCode;
use std::sync::Arc;

use akashi_app::ports::Clock;
use jiff::SignedDuration;

use crate::config::Config;
use crate::system::ShiftedClock;
use crate::wiring::Installation;

/// How long ago the story begins.
const DAYS: i64 = 152;

pub(crate) async fn run(mut config: Config) -> anyhow::Result<ExitCode> {
    anyhow::ensure!(
        config.is_embedded(),
        "a demonstration lives in its data folder alone: database, storage, time_stamp and mail must not be set"
    );
    config.name_authority("Akashi DEMO");
    let clock = Arc::new(ShiftedClock::ahead_by(SignedDuration::from_hours(-24 * DAYS)));
    let for_ports: Arc<dyn Clock> = clock.clone();
    let mut installation = Installation::open_with_clock(&mut config, for_ports).await?;
    let count = installation.ports.organizations.count().await?;
    anyhow::ensure!(
        count == 0,
        "{} already holds an organization; name a fresh folder with --data",
        config.data().display()
    );
    let anchors = installation.ports.authority.trust_anchors();
    anyhow::ensure!(
        anchors
            .iter()
            .any(|root| root.subject().to_string().contains("DEMO")),
        "{} was used before, and its certificates are not named DEMO; name a fresh folder with --data",
        config.data().display()
    );
    let faults = faults::install(&mut installation.ports);
    let app = installation.app();
    let password = story::play(&app, &installation.ports, &clock, &faults).await?;
    installation.close().await;
    println!("株式会社みなと製作所 is ready in {}.", config.data().display());
    println!("Start it:  akashi --data {} serve", config.data().display());
    println!("Sign in as one of these, all with the password  {password}");
    for member in cast::MEMBERS {
        println!("  {}  {}", member.email, member.name);
    }
    Ok(ExitCode::SUCCESS)
}
