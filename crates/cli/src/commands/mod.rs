//! One module per command.

pub(crate) mod ca;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod extend;
mod fetching;
mod http;
mod long_term;
mod output;
pub(crate) mod serve;
pub(crate) mod setup_link;
pub(crate) mod sign;
mod trust;
pub(crate) mod tsa;
pub(crate) mod verify;
pub(crate) mod worker;

/// Structured logs on standard error; `RUST_LOG` chooses what.
fn log() {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn,sea_orm=warn"));
    tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}

/// Turns true when the process is asked to end.
fn stop_signal() -> anyhow::Result<tokio::sync::watch::Receiver<bool>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (sender, receiver) = tokio::sync::watch::channel(false);
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        sender.send_replace(true);
    });
    Ok(receiver)
}
