//! Which roots a command believes.

use std::path::{Path, PathBuf};

use akashi_gateway::read_certificates;
use akashi_pki::Certificate;

use crate::config::Config;
use crate::wiring::trust_anchor_path;

/// The roots of `--trust`, those that the configuration trusts, and those of this installation if it has begun.
pub(crate) fn roots(config: &Config, trust: Option<&Path>) -> anyhow::Result<Vec<Certificate>> {
    let mut paths: Vec<PathBuf> = trust.map(Path::to_owned).into_iter().collect();
    paths.extend(config.authority().trusted_roots);
    let own = trust_anchor_path(&config.data());
    if own.is_file() {
        paths.push(own);
    }
    Ok(read_certificates(&paths)?)
}
