//! `akashi serve`

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use akashi_app::App;
use akashi_app::work::{Caretaker, Keeper, Worker};
use anyhow::Context as _;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;

use crate::config::Config;
use crate::wiring::Installation;

/// How long open requests may take to finish when the process is asked to end.
const GRACE: Duration = Duration::from_secs(20);

pub(crate) async fn run(mut config: Config) -> anyhow::Result<ExitCode> {
    super::log();
    akashi_web::assets::check()?;
    let stop = super::stop_signal()?;
    let listener = std::net::TcpListener::bind(config.server.listen)
        .with_context(|| format!("cannot listen on {}", config.server.listen))?;
    listener.set_nonblocking(true)?;
    let installation = Installation::open(&mut config).await?;
    let app = installation.app();
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new()
        .install_recorder()
        .context("metrics cannot be set up")?;
    let settings = akashi_web::Settings {
        trusted_proxies: config.server.trusted_proxies.clone(),
        https: config.is_https(),
        development: config.server.development,
        max_upload_bytes: app.settings().max_upload_bytes,
        writes_per_minute: config.limits.writes_per_minute,
        metrics: Arc::new(move || metrics.render()),
        stop: stop.clone(),
    };
    let router = akashi_web::router(Arc::clone(&app), settings);
    let caretaker = tokio::spawn(Caretaker::new(Arc::clone(&app)).run(stop.clone()));
    let keeper = tokio::spawn(Keeper::new(Arc::clone(&app)).run(stop.clone()));
    let worker = (config.worker.parallel > 0).then(|| {
        let worker = Worker::new(Arc::clone(&app), config.worker.parallel);
        tokio::spawn(worker.run(stop.clone()))
    });
    let handle = Handle::new();
    tokio::spawn(end_gracefully(handle.clone(), stop));
    greet(&app, listener.local_addr()?).await?;
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    if let (Some(certificate), Some(key)) = (&config.server.tls_certificate, &config.server.tls_key) {
        let tls = RustlsConfig::from_pem_file(certificate, key)
            .await
            .context("TLS certificate")?;
        axum_server::from_tcp_rustls(listener, tls)?
            .handle(handle)
            .serve(service)
            .await?;
    } else {
        axum_server::from_tcp(listener)?
            .handle(handle)
            .serve(service)
            .await?;
    }
    if let Some(worker) = worker {
        worker.await?;
    }
    caretaker.await?;
    keeper.await?;
    installation.close().await;
    tracing::info!("stopped");
    Ok(ExitCode::SUCCESS)
}

async fn end_gracefully(handle: Handle<SocketAddr>, mut stop: tokio::sync::watch::Receiver<bool>) {
    while !*stop.borrow() {
        if stop.changed().await.is_err() {
            break;
        }
    }
    handle.graceful_shutdown(Some(GRACE));
}

/// Says where to go; at first start with the one-time link of the set-up page.
async fn greet(app: &App, address: SocketAddr) -> anyhow::Result<()> {
    println!("Akashi: {}  (http://{address})", app.settings().base_url());
    if let Some(link) = app.open_setup().await? {
        println!("はじめに / set up here (one-time link): {link}");
    }
    Ok(())
}
