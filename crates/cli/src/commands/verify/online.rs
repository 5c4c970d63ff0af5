//! Fetching what the files need before they are judged.

use std::path::PathBuf;
use std::sync::Arc;

use akashi_app::domain::UtcTime;
use akashi_app::ports::RevocationSource;
use akashi_gateway::revocation::HttpRevocationSource;
use akashi_pades::{ValidationMaterial, ValidationNeeds};
use akashi_pki::{Certificate, TrustAnchor};

use super::files;
use super::trust::Found;
use crate::commands::fetching::Fetching;
use crate::config::Config;
use crate::system::SystemClock;

/// Adds to `found` the revocation data that can be had for all files, and answers with the certificates that came in,
/// which are not believed by that. What cannot be had is told on standard error; the judge then says what is missing.
///
/// # Errors
/// When no client can be made.
pub(super) async fn fetch(
    config: &Config,
    paths: &[PathBuf],
    found: &mut Found,
    now: UtcTime,
) -> anyhow::Result<Vec<Certificate>> {
    let source = HttpRevocationSource::new(&config.revocation, Arc::new(SystemClock))?;
    let mut known = ValidationMaterial {
        certificates: found.roots.clone(),
        revocation_lists: std::mem::take(&mut found.lists),
        ocsp_responses: std::mem::take(&mut found.responses),
    };
    for path in paths {
        // A file that cannot be read is told of when it is judged.
        if let Ok(document) = files::open(path) {
            known = fetch_for(&document, &source, known, &found.roots, now).await;
        }
    }
    found.lists = known.revocation_lists;
    found.responses = known.ocsp_responses;
    Ok(known.certificates)
}

async fn fetch_for<R: akashi_pdf::ReadAt + Send + Sync>(
    document: &akashi_pdf::Document<R>,
    source: &dyn RevocationSource,
    known: ValidationMaterial,
    roots: &[Certificate],
    now: UtcTime,
) -> ValidationMaterial {
    let anchors: Vec<TrustAnchor> = roots.iter().map(TrustAnchor::from_certificate).collect();
    let tell = |text: &str| eprintln!("akashi: {text}");
    let mut fetching = Fetching::new(source, known, &tell);
    while let Ok(needs) = ValidationNeeds::of(document, &anchors, fetching.known(), now) {
        if !fetching.answer(&needs).await {
            break;
        }
    }
    fetching.into_known()
}
