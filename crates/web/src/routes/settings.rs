//! Settings about trust, seals and long-term keeping.

mod preservation;
mod seal;
mod trust;

use akashi_app::domain::OrganizationEventKind;
use akashi_app::trust::TrustHistoryEntry;
use axum::Router;
use axum::extract::multipart::Multipart;
use axum::response::Response;
use bytes::{Bytes, BytesMut};

use super::Web;
use super::problem::Problem;
use super::session::SignedIn;
use crate::text::Text;
use crate::view::{TimelineEntry, TimelineKind};

/// The routes of these settings.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .merge(trust::routes())
        .merge(seal::routes())
        .merge(preservation::routes())
}

/// What administrators changed, newest first.
async fn history(web: &Web, who: &SignedIn) -> Result<Vec<TimelineEntry>, Response> {
    use axum::response::IntoResponse as _;
    let found = web.app.organization_history(&who.caller).await;
    let found = found.map_err(|error| Problem::new(error, &who.visitor).into_response())?;
    Ok(found.iter().map(|entry| timeline(who.visitor.t, entry)).collect())
}

fn timeline(t: &Text, entry: &TrustHistoryEntry) -> TimelineEntry {
    let title = match &entry.event.what {
        OrganizationEventKind::TrustAdded { subject, .. } => t.org_event_trust_added(subject),
        OrganizationEventKind::TrustRemoved { subject, .. } => t.org_event_trust_removed(subject),
        OrganizationEventKind::SealChosen { subject, .. } => t.org_event_seal(subject),
        OrganizationEventKind::PreservationOrdered { contract_id } => t.org_event_keeping(contract_id),
        other => other.name().to_owned(),
    };
    TimelineEntry {
        kind: TimelineKind::Will,
        at: Some(entry.event.at),
        title,
        note: t.org_event_by(&entry.by),
    }
}

/// The fields of a small form with files: each by name, empty files left out.
async fn fields(mut form: Multipart) -> Result<Vec<(String, Bytes)>, Response> {
    use axum::response::IntoResponse as _;
    let mut fields = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(|error| error.into_response())? {
        let name = field.name().unwrap_or_default().to_owned();
        let mut bytes = BytesMut::new();
        while let Some(chunk) = field.chunk().await.map_err(|error| error.into_response())? {
            bytes.extend_from_slice(&chunk);
        }
        if !bytes.is_empty() {
            fields.push((name, bytes.freeze()));
        }
    }
    Ok(fields)
}

/// One field of a form.
fn field(fields: &[(String, Bytes)], name: &str) -> Option<Bytes> {
    fields
        .iter()
        .find(|(found, _)| found == name)
        .map(|(_, bytes)| bytes.clone())
}
