//! `akashi worker`

use std::process::ExitCode;

use akashi_app::work::{Caretaker, Keeper, Worker};

use crate::config::Config;
use crate::wiring::Installation;

pub(crate) async fn run(mut config: Config) -> anyhow::Result<ExitCode> {
    super::log();
    let stop = super::stop_signal()?;
    let installation = Installation::open(&mut config).await?;
    let app = installation.app();
    let caretaker = tokio::spawn(Caretaker::new(app.clone()).run(stop.clone()));
    let keeper = tokio::spawn(Keeper::new(app.clone()).run(stop.clone()));
    tracing::info!("worker is ready");
    Worker::new(app, config.worker.parallel.max(1)).run(stop).await;
    caretaker.await?;
    keeper.await?;
    installation.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}
