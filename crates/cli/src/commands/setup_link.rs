//! `akashi setup-link`

use std::process::ExitCode;

use crate::config::Config;
use crate::wiring::Installation;

pub(crate) async fn run(mut config: Config) -> anyhow::Result<ExitCode> {
    let installation = Installation::open(&mut config).await?;
    let link = installation.app().open_setup().await?;
    installation.close().await;
    if let Some(link) = link {
        println!("{link}");
        Ok(ExitCode::SUCCESS)
    } else {
        eprintln!("akashi: an organization exists already; sign in, or reset the password by mail");
        Ok(ExitCode::FAILURE)
    }
}
