//! Keeping concluded contracts: raising those of earlier releases, and renewing archive time-stamps before they end.

use std::sync::Arc;
use std::time::Duration;

use akashi_domain::contract::{
    Command, Contract, EvidenceSegments, HoldReason, Preservation, PreservationTrouble, Preserved, SegmentRef,
};
use akashi_domain::{Actor, ContractId, ContractState, Document, DocumentId, UtcTime};
use akashi_pades::HashState;

use super::archive::{LEVEL, Raised, ToRaise, not_passed, weakest};
use super::evidence::signatures;
use super::outcome::{Failed, Finished};
use super::steps::Step;
use super::{SHEET_FIELD, chain};
use crate::commit::Along;
use crate::link::sha256;
use crate::ports::{LeasedJob, SegmentRecord, Tenant};
use crate::trust::TrustedAuthorities;
use crate::{App, Error};

/// Attempts in a row before the administrators hear of it.
const ATTEMPTS: u32 = 6;
/// When a contract is tried again after its attempts were over.
const REST: Duration = Duration::from_hours(24);
/// When one is tried again that did not pass validation: nothing changes by itself.
const LONG_REST: Duration = Duration::from_hours(7 * 24);

#[derive(Debug, thiserror::Error)]
#[error(
    "the time-stamp authority's certificate ends no later than that of the present archive time-stamp ({0})"
)]
struct NothingGained(UtcTime);

/// The documents of a contract with their archive time-stamps, stored but not named yet.
pub(super) struct RaisedDocuments {
    pub(super) raised: Vec<Raised>,
    pub(super) segments: Vec<(DocumentId, SegmentRef)>,
    pub(super) records: Vec<SegmentRecord>,
}

impl App {
    /// Raises or renews one concluded contract, if it is due.
    pub(super) async fn preserve(
        &self,
        job: &LeasedJob,
        contract_id: ContractId,
    ) -> Result<Finished, Failed> {
        let tenant = Tenant::authenticated(job.job.organization_id);
        let stored = match self.load(&tenant, contract_id).await {
            Err(Error::NotFound) => return Ok(Finished::Nothing),
            other => other?,
        };
        let contract = stored.value;
        let (ContractState::Concluded { .. }, Some(evidence)) = (&contract.state, contract.evidence.clone())
        else {
            return Ok(Finished::Nothing);
        };
        if !is_due(&contract, self.now()) {
            return Ok(Finished::Nothing);
        }
        self.check_network_time().await?;
        let authorities = self.authorities(Some(&tenant)).await?;
        let mut documents = self.raise_documents(&tenant, &contract, &authorities).await?;
        let (sheet, pdf, record) = self.raise_sheet(&tenant, &evidence, &authorities).await?;
        documents.raised.push(sheet);
        documents.records.push(record);
        self.ports.steps.passed(Step::PreservingStored);
        let preservation = self.preservation(&documents.raised)?;
        if let Some(before) = &contract.preservation
            && preservation.valid_until <= before.valid_until
        {
            let cause = NothingGained(before.valid_until);
            return Err(Failed::Held(
                HoldReason::TimeStampAuthority,
                Error::internal("renewal", cause),
            ));
        }
        let evidence = EvidenceSegments {
            pdf,
            json: evidence.json,
        };
        let command = Command::Preserve {
            segments: documents.segments,
            preserved: Box::new(Preserved {
                preservation,
                evidence,
            }),
        };
        let decision = contract
            .decide(command, self.now())
            .map_err(|refusal| Failed::Broken(refusal.into()))?;
        let along = Along {
            segments: documents.records,
            completes: Some(job.clone()),
        };
        self.ports.steps.passed(Step::PreservingBeforeCommit);
        self.commit(&tenant, Actor::System, stored.revision, decision, along)
            .await?;
        self.ports.steps.passed(Step::PreservingCommitted);
        metrics::counter!("akashi_preserved_total").increment(1);
        Ok(Finished::Committed)
    }

    /// Raises every document, and stores what that appends.
    pub(super) async fn raise_documents(
        &self,
        tenant: &Tenant,
        contract: &Contract,
        authorities: &TrustedAuthorities,
    ) -> Result<RaisedDocuments, Failed> {
        let mut all = RaisedDocuments {
            raised: Vec::new(),
            segments: Vec::new(),
            records: Vec::new(),
        };
        for document in &contract.documents {
            let raised = self
                .raise_document(tenant, contract, document, authorities)
                .await?;
            let (segment, record) = self.store_revision(tenant, raised.revision.clone()).await?;
            all.segments.push((document.document_id, segment));
            all.records.push(record);
            all.raised.push(raised);
        }
        Ok(all)
    }

    async fn raise_document(
        &self,
        tenant: &Tenant,
        contract: &Contract,
        document: &Document,
        authorities: &TrustedAuthorities,
    ) -> Result<Raised, Failed> {
        let reader = self
            .revision_reader(tenant, document, document.segments.len())
            .await?;
        let failure = reader.failure();
        let file = Arc::new(reader);
        let name = document.document_id.to_string();
        let found = {
            let file = Arc::clone(&file);
            self.apart(move || super::digest::of(&*file)).await?
        };
        failure.check()?;
        if found.ok() != document.newest_digest() {
            return Err(not_passed(
                name,
                "stored bytes have another digest than was recorded",
            ));
        }
        let order = ToRaise {
            file,
            state: self.newest_hash_state(tenant, document).await?,
            expected: signatures(contract)
                .into_iter()
                .filter(|signature| signature.document_id == document.document_id)
                .map(|signature| signature.field_name.clone())
                .collect(),
            name,
        };
        let raised = self.raise(order, authorities).await;
        // Whether the storage is gone for a while decides before what an engine made of it.
        failure.check()?;
        raised
    }

    /// Raises the stored evidence sheet: small, so it is stored whole again. What was given out before stays known by
    /// its digest.
    async fn raise_sheet(
        &self,
        tenant: &Tenant,
        evidence: &EvidenceSegments,
        authorities: &TrustedAuthorities,
    ) -> Result<(Raised, SegmentRef, SegmentRecord), Failed> {
        let pdf = self.read_segment(tenant, evidence.pdf.segment_id).await?;
        if sha256(&pdf) != evidence.pdf.revision_sha256 {
            return Err(not_passed(
                evidence.pdf.segment_id.to_string(),
                "stored bytes have another digest than was recorded",
            ));
        }
        self.raise_whole(tenant, pdf.to_vec(), authorities).await
    }

    /// Raises an evidence sheet and stores it whole.
    pub(super) async fn raise_whole(
        &self,
        tenant: &Tenant,
        pdf: Vec<u8>,
        authorities: &TrustedAuthorities,
    ) -> Result<(Raised, SegmentRef, SegmentRecord), Failed> {
        let file = Arc::new(pdf);
        let order = ToRaise {
            file: Arc::clone(&file),
            state: HashState::START,
            expected: vec![SHEET_FIELD.to_owned()],
            name: "evidence sheet".to_owned(),
        };
        let raised = self.raise(order, authorities).await?;
        let mut whole = Arc::unwrap_or_clone(file);
        whole.extend_from_slice(&raised.revision.bytes);
        let (segment, record) = self.store_whole(tenant, whole).await?;
        Ok((raised, segment, record))
    }

    /// What all files together have reached, and when they are renewed.
    pub(super) fn preservation(&self, raised: &[Raised]) -> Result<Preservation, Failed> {
        let (first, valid_until, signatures) = weakest(raised).ok_or(Error::NotFound)?;
        let renew_at = renewal(first.archived_at, valid_until, self.settings.renewal_margin);
        Ok(Preservation {
            level: LEVEL,
            judged_at: self.now(),
            signatures,
            archived_at: first.archived_at,
            stamped_by: first.stamped_by.clone(),
            is_accredited: raised.iter().all(|raised| raised.release.is_accredited),
            valid_until,
            renew_at,
            renewals: 0,
        })
    }

    /// What follows from an attempt that failed: it is tried again soon, or rests, and the page says why.
    pub(super) async fn preserve_failed(
        &self,
        job: &LeasedJob,
        contract_id: ContractId,
        reason: HoldReason,
        error: &Error,
        soon: Duration,
    ) -> Result<(), Error> {
        let detail = chain(error);
        let is_hopeless = reason == HoldReason::Validation;
        let is_stuck = is_hopeless || job.job.attempts >= ATTEMPTS;
        let pause = match (is_stuck, is_hopeless) {
            (false, _) => soon,
            (true, false) => REST,
            (true, true) => LONG_REST,
        };
        let now = self.now();
        let trouble = PreservationTrouble {
            reason,
            detail: detail.clone(),
            since: now,
            last_attempt_at: now,
            next_attempt_at: self.later(pause),
            is_stuck,
        };
        let tenant = Tenant::authenticated(job.job.organization_id);
        let stored = self.load(&tenant, contract_id).await?;
        let command = Command::ReportPreservationTrouble {
            trouble: Box::new(trouble),
        };
        let decision = stored.value.decide(command, now)?;
        let along = Along {
            completes: is_stuck.then(|| job.clone()),
            ..Along::default()
        };
        self.commit(&tenant, Actor::System, stored.revision, decision, along)
            .await?;
        if is_stuck {
            tracing::error!(contract.id = %contract_id, error = %detail, alarm = true, "contract could not be kept");
            metrics::counter!("akashi_alarms_total", "reason" => "preservation").increment(1);
        } else {
            tracing::warn!(contract.id = %contract_id, error = %detail, wait_s = soon.as_secs(), "keeping is held back");
            self.ports.jobs.retry(job, self.later(soon), &detail).await?;
        }
        Ok(())
    }
}

/// Due is what was never raised, what is in trouble, and what has come to its renewal.
fn is_due(contract: &Contract, now: UtcTime) -> bool {
    contract.preservation_trouble.is_some()
        || contract
            .preservation
            .as_ref()
            .is_none_or(|kept| kept.renew_at <= now)
}

/// The margin before the end, but at most a quarter of the life: authorities with short certificates shall not be
/// asked again at once.
fn renewal(archived_at: UtcTime, valid_until: UtcTime, margin: Duration) -> UtcTime {
    let life = valid_until.duration_since(archived_at);
    let quarter = Duration::try_from(life).unwrap_or_default() / 4;
    valid_until
        .saturating_sub(margin.min(quarter))
        .unwrap_or(valid_until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_renewal_comes_early_but_never_at_once() {
        const DAY: u64 = 24;
        let at = |days: u64| {
            UtcTime::UNIX_EPOCH
                .saturating_add(Duration::from_hours(days * DAY))
                .unwrap()
        };
        let year = Duration::from_hours(365 * DAY);
        assert_eq!(renewal(at(0), at(3650), year), at(3650 - 365));
        assert_eq!(renewal(at(0), at(400), year), at(300));
        assert_eq!(renewal(at(5), at(5), year), at(5));
        assert_eq!(
            renewal(at(9), at(5), year),
            at(5),
            "an end in the past is due now"
        );
    }
}
