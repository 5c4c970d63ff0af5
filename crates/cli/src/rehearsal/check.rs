//! What must be true when the story is over, however often it was killed.

use std::collections::BTreeMap;

use akashi_app::contract::DownloadKind;
use akashi_app::domain::contract::{Contract, StateKind};
use akashi_app::domain::{EventKind, SessionId};
use akashi_app::ports::{MailDelivery, MailKind, RecordedEvent, Tenant};
use akashi_app::{App, MemberCaller, Ports};
use akashi_pdf::{Document as Pdf, Limits};
use akashi_validation::{BaselineLevel, Report, Trust, judge};
use anyhow::Context as _;
use aws_lc_rs::digest;

use super::story::{DOCUMENTS, the_contract};

/// What is wrong; nothing if all is well.
pub(super) async fn faults(app: &App, ports: &Ports) -> anyhow::Result<Vec<String>> {
    let organizations = ports.organizations.all().await?;
    let [organization_id] = organizations.as_slice() else {
        return Ok(vec![format!("there are {} organizations", organizations.len())]);
    };
    let tenant = Tenant::dangerous_without_authentication(*organization_id);
    let Some(stored) = the_contract(ports, &tenant).await? else {
        return Ok(vec!["there is no contract".to_owned()]);
    };
    let contract = stored.value;
    let mut faults = Vec::new();
    let kind = contract.state.kind();
    if kind != StateKind::Concluded || contract.hold.is_some() {
        faults.push(format!(
            "the contract is {}, held: {:?}",
            kind.as_str(),
            contract.hold
        ));
        return Ok(faults);
    }
    let events = ports.contracts.events(&tenant, contract.contract_id).await?;
    faults.extend(event_faults(&contract, &events));
    faults.extend(file_faults(app, ports, &tenant, &contract).await?);
    faults.extend(mail_faults(ports, &tenant, &contract).await?);
    let depth = ports.jobs.depth(ports.clock.now()).await?;
    if depth != akashi_app::ports::QueueDepth::default() {
        faults.push(format!("jobs are left: {depth:?}"));
    }
    if ports
        .contracts
        .find_concluded(contract.contract_id)
        .await?
        .is_none()
    {
        faults.push("the directory does not know the conclusion".to_owned());
    }
    Ok(faults)
}

/// The history has no gap, and what happens once stands there once.
fn event_faults(contract: &Contract, events: &[RecordedEvent]) -> Vec<String> {
    let mut faults = Vec::new();
    for (recorded, expected) in events.iter().zip(1_u64..) {
        let event = &recorded.event;
        if event.sequence != expected {
            faults.push(format!("event {} stands where {expected} should", event.sequence));
        }
        if !event
            .canonical_bytes()
            .is_ok_and(|bytes| bytes == recorded.canonical)
        {
            faults.push(format!("the bytes of event {expected} are not its own"));
        }
    }
    if u64::try_from(events.len()) != Ok(contract.last_event) {
        faults.push(format!(
            "{} events, the contract says {}",
            events.len(),
            contract.last_event
        ));
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for recorded in events {
        let what = &recorded.event.what;
        let key = match what {
            EventKind::Viewed { party_id }
            | EventKind::Accepted { party_id, .. }
            | EventKind::Signed { party_id, .. } => {
                format!("{} of {party_id}", what.name())
            }
            EventKind::StageOpened { stage } => format!("{} {stage}", what.name()),
            EventKind::MailAccepted { mail_id, .. } => format!("{} of {mail_id}", what.name()),
            EventKind::DocumentAdded { document_id, .. } => format!("{} {document_id}", what.name()),
            other => other.name().to_owned(),
        };
        let count = counts.entry(key).or_default();
        *count = count.saturating_add(1);
    }
    for (key, count) in &counts {
        if *count != 1 {
            faults.push(format!("{key}: {count} events"));
        }
    }
    let mut needed: Vec<String> = ["created", "sending_requested", "sent", "concluded"]
        .map(str::to_owned)
        .to_vec();
    for party in &contract.parties {
        for name in ["viewed", "accepted", "signed"] {
            needed.push(format!("{name} of {}", party.party_id));
        }
    }
    needed.retain(|key| !counts.contains_key(key));
    faults.extend(needed.into_iter().map(|key| format!("{key}: no event")));
    faults
}

/// Every document is what was recorded and carries one good signature of each party below an archive
/// time-stamp; the evidence is there.
async fn file_faults(
    app: &App,
    ports: &Ports,
    tenant: &Tenant,
    contract: &Contract,
) -> anyhow::Result<Vec<String>> {
    let members = ports.organizations.members(tenant).await?;
    let member = members.into_iter().next().context("there is no member")?;
    let caller = MemberCaller::dangerous_without_authentication(member, SessionId::from_parts(0, [0; 10]));
    let trust = Trust::in_roots(&ports.authority.trust_anchors());
    let mut faults = Vec::new();
    if contract.documents.len() != DOCUMENTS {
        faults.push(format!("{} documents", contract.documents.len()));
    }
    for document in &contract.documents {
        let kind = DownloadKind::Document(document.document_id);
        let bytes = app.download(&caller, contract.contract_id, kind).await?.bytes;
        let sha256 = digest::digest(&digest::SHA256, &bytes);
        if document
            .newest_digest()
            .is_none_or(|recorded| recorded.as_bytes() != sha256.as_ref())
        {
            faults.push("a document is not the one that was recorded".to_owned());
        }
        let known = match document.newest_digest() {
            Some(digest) => ports.contracts.find_concluded_digest(digest).await?,
            None => None,
        };
        if known.is_none() {
            faults.push("the directory does not know a document".to_owned());
        }
        let report = judge(
            &Pdf::open(&bytes[..], &Limits::default())?,
            &trust,
            ports.clock.now(),
        )?;
        if !lasts(&report, contract.parties.len()) {
            faults.push(format!(
                "a document has {} signatures: {report:?}",
                report.signatures.len()
            ));
        }
        for party in &contract.parties {
            let name = party.name.as_str();
            let own = report.signatures.iter().filter(|signature| {
                let signer = signature
                    .signer
                    .as_ref()
                    .and_then(|signer| signer.common_name.as_deref());
                signer.is_some_and(|signer| signer.contains(name)) && signature.is_time_stamped()
            });
            let count = own.count();
            if count != 1 {
                faults.push(format!(
                    "party {}: {count} signatures in a document",
                    party.party_id
                ));
            }
        }
    }
    let sheet = app
        .download(&caller, contract.contract_id, DownloadKind::EvidenceSheet)
        .await?
        .bytes;
    let report = judge(
        &Pdf::open(&sheet[..], &Limits::default())?,
        &trust,
        ports.clock.now(),
    )?;
    if !lasts(&report, 1) {
        faults.push("the evidence sheet is not sealed".to_owned());
    }
    let json = app
        .download(&caller, contract.contract_id, DownloadKind::EvidenceJson)
        .await?
        .bytes;
    if serde_json::from_slice::<serde_json::Value>(&json).is_err() {
        faults.push("the content of the evidence sheet is not JSON".to_owned());
    }
    Ok(faults)
}

/// So many signatures and one archive time-stamp behind them, all good, at the level that lasts.
fn lasts(report: &Report, signatures: usize) -> bool {
    report.signatures.len() == signatures + 1
        && report.stands_for_whole_document()
        && report.proven_level() == Some(BaselineLevel::Lta)
}

/// Every mail was taken, was tried, and lies in the mailbox; nothing was queued twice.
async fn mail_faults(ports: &Ports, tenant: &Tenant, contract: &Contract) -> anyhow::Result<Vec<String>> {
    let mailbox = ports.trial_mailbox.as_ref().context("there is no mailbox")?;
    let mails = ports.contracts.mails(tenant, contract.contract_id).await?;
    let mut faults = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for mail in &mails {
        let name = mail.kind.name();
        let count = counts
            .entry(format!("{name} to {:?}", mail.kind.party_id()))
            .or_default();
        *count = count.saturating_add(1);
        if !matches!(mail.delivery, MailDelivery::Accepted { .. }) || mail.attempts == 0 {
            faults.push(format!(
                "{name}: {:?} after {} attempts",
                mail.delivery, mail.attempts
            ));
        }
        if mailbox.find(mail.mail_id).await?.is_none() {
            faults.push(format!("{name}: marked as taken, but not in the mailbox"));
        }
    }
    for (key, count) in &counts {
        if *count != 1 {
            faults.push(format!("{key}: {count} mails"));
        }
    }
    for party in &contract.parties {
        let party_id = party.party_id;
        let has = |wanted: fn(&MailKind) -> bool| {
            mails
                .iter()
                .any(|mail| mail.kind.party_id() == Some(party_id) && wanted(&mail.kind))
        };
        if !has(|kind| matches!(kind, MailKind::Request { .. })) {
            faults.push(format!("party {party_id} was never asked"));
        }
        if !has(|kind| matches!(kind, MailKind::CompletionToParty { .. })) {
            faults.push(format!("party {party_id} was not told of the conclusion"));
        }
    }
    Ok(faults)
}
