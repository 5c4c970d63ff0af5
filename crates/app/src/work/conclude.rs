//! Concluding: judge every document with a judge that shares no code with the maker, write the evidence sheet,
//! and only then say so.

use akashi_domain::contract::{Command, Contract, EvidenceSegments, HoldReason, SegmentRef};
use akashi_domain::{Actor, ContractId, ContractState, Digest32, Language, UtcTime};
use akashi_pades::{NewField, SignatureDetails, SignatureDraft, Signed, SignerIdentity};
use akashi_pdf::{Document as Pdf, Limits};
use akashi_pki::Signer as _;
use akashi_typeset::evidence::ClockCheck;
use akashi_typeset::{EvidenceSheet, evidence_sheet};
use bytes::Bytes;

use super::appearances::Pictures;
use super::evidence::{Record, signatures};
use super::outcome::{Failed, Finished};
use super::steps::Step;
use crate::commit::Along;
use crate::link::sha256;
use crate::ports::{LeasedJob, SealSigner, SegmentRecord, Tenant};
use crate::{App, Error};

#[derive(Debug, thiserror::Error)]
#[error("document {document} did not pass our own validation: {findings}")]
struct NotPassed {
    document: String,
    findings: String,
}

impl App {
    pub(super) async fn conclude(
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
        if !matches!(contract.state, ContractState::Concluding { .. }) {
            return Ok(Finished::Nothing);
        }
        self.judge_documents(&tenant, &contract).await?;
        self.ports.steps.passed(Step::ConcludingValidated);
        let concluded_at = signatures(&contract)
            .iter()
            .map(|signature| signature.stamped_at)
            .max();
        let concluded_at = concluded_at.unwrap_or_else(|| self.now());
        let (sheet, language) = self.evidence_of(&tenant, &contract, concluded_at).await?;
        let json = sheet
            .to_json()
            .map_err(|error| Failed::broken("evidence sheet", error))?;
        let pdf = self.sealed_sheet(sheet, language).await?;
        self.ports.steps.passed(Step::ConcludingSheetSigned);
        let (pdf, pdf_record) = self.store_whole(&tenant, pdf).await?;
        let (json, json_record) = self.store_whole(&tenant, json).await?;
        self.ports.steps.passed(Step::ConcludingSheetStored);
        let command = Command::Conclude {
            concluded_at,
            evidence: EvidenceSegments { pdf, json },
        };
        let decision = contract
            .decide(command, self.now())
            .map_err(|refusal| Failed::Broken(refusal.into()))?;
        let along = Along {
            segments: vec![pdf_record, json_record],
            completes: Some(job.clone()),
        };
        self.ports.steps.passed(Step::ConcludingBeforeCommit);
        self.commit(&tenant, Actor::System, stored.revision, decision, along)
            .await?;
        self.ports.steps.passed(Step::ConcludingCommitted);
        Ok(Finished::Committed)
    }

    /// Every signature that we made must be intact, trusted and time-stamped, and nothing but permitted changes
    /// may follow any of them. Otherwise the contract stays as it is, with every revision kept.
    async fn judge_documents(&self, tenant: &Tenant, contract: &Contract) -> Result<(), Failed> {
        let anchors = self.ports.authority.trust_anchors();
        for document in &contract.documents {
            let bytes = self.read_newest(tenant, document).await?;
            let digest = sha256(&bytes);
            if Some(digest) != document.newest_digest() {
                return Err(not_passed(
                    document,
                    "stored bytes have another digest than was recorded",
                ));
            }
            let expected: Vec<String> = signatures(contract)
                .into_iter()
                .filter(|signature| signature.document_id == document.document_id)
                .map(|signature| signature.field_name.clone())
                .collect();
            let anchors = anchors.clone();
            let now = self.now();
            let findings = self
                .apart(move || crate::judging::faults(&bytes, &expected, &anchors, now))
                .await?;
            if !findings.is_empty() {
                return Err(not_passed(document, &findings.join("; ")));
            }
        }
        Ok(())
    }

    async fn evidence_of(
        &self,
        tenant: &Tenant,
        contract: &Contract,
        concluded_at: UtcTime,
    ) -> Result<(EvidenceSheet, Language), Failed> {
        let events = self.ports.contracts.events(tenant, contract.contract_id).await?;
        let organization = self
            .ports
            .organizations
            .load(tenant)
            .await?
            .ok_or(Error::NotFound)?;
        let sender = self
            .ports
            .organizations
            .member(tenant, contract.created_by)
            .await?;
        let sender = sender.ok_or(Error::NotFound)?;
        let mut pictures: Pictures = Vec::new();
        for act in contract.parties.iter().filter_map(|party| party.state.act()) {
            pictures.extend(self.pictures(tenant, act).await?);
        }
        let clock = match self.ports.network_time.offset_ms().await {
            Ok(Some(_)) => ClockCheck::TimeServers,
            Ok(None) | Err(_) => ClockCheck::MachineOnly,
        };
        let record = Record {
            contract,
            organization: &organization,
            sender: &sender,
            events: &events,
            pictures: &pictures,
            concluded_at,
            clock,
        };
        Ok((self.evidence(&record), sender.language))
    }

    /// Draws the evidence sheet and signs it with the installation's seal.
    async fn sealed_sheet(&self, sheet: EvidenceSheet, language: Language) -> Result<Vec<u8>, Failed> {
        let now = self.now();
        let seal = self.ports.authority.seal(now).await?;
        let fonts = self.fonts.clone();
        let seed = self.random();
        let signed = self
            .apart(move || {
                let language = typeset_language(language);
                let drawn = evidence_sheet(&fonts, &sheet, language)
                    .map_err(|error| Error::internal("evidence sheet", error))?;
                let signed = seal_file(drawn.clone(), &seal, now, seed)?;
                Ok::<_, Error>((drawn, signed))
            })
            .await?;
        let (drawn, signed) = signed.map_err(Failed::Broken)?;
        let (stamped, _) = self.stamped(signed, now).await?;
        let mut whole = drawn;
        whole.extend_from_slice(&stamped.into_revision().bytes);
        Ok(whole)
    }

    async fn store_whole(
        &self,
        tenant: &Tenant,
        bytes: Vec<u8>,
    ) -> Result<(SegmentRef, SegmentRecord), Failed> {
        let revision_sha256: Digest32 = sha256(&bytes);
        let record = self.ports.segments.put(tenant, Bytes::from(bytes)).await?;
        let segment = SegmentRef {
            segment_id: record.segment_id,
            byte_length: record.byte_length,
            revision_sha256,
        };
        Ok((segment, record))
    }
}

/// Appends an invisible signature with the installation's seal to a PDF of ours.
fn seal_file(file: Vec<u8>, seal: &SealSigner, now: UtcTime, seed: [u8; 32]) -> Result<Signed, Error> {
    let what = "seal";
    let pdf = Pdf::open(file, &Limits::default()).map_err(|error| Error::internal(what, error))?;
    let identity = SignerIdentity {
        certificate: seal.certificate.clone(),
        issuers: seal.issuers.clone(),
        algorithm: seal.key.signature_algorithm(),
    };
    let field: NewField<'_, Vec<u8>> = NewField {
        name: "akashi-seal",
        label: "締結証明書の封印",
        appearance: None,
    };
    let details = SignatureDetails {
        reason: Some("締結の証明".to_owned()),
        ..SignatureDetails::default()
    };
    let prepared = SignatureDraft::new(&pdf, &field)
        .map_err(|error| Error::internal(what, error))?
        .with_details(details)
        .prepare(&identity, now, seed)
        .map_err(|error| Error::internal(what, error))?;
    let value = seal
        .key
        .sign(prepared.to_be_signed())
        .map_err(|error| Error::internal(what, error))?;
    prepared
        .embed(&value)
        .map_err(|error| Error::internal(what, error))
}

const fn typeset_language(language: Language) -> akashi_typeset::Language {
    match language {
        Language::Ja => akashi_typeset::Language::Japanese,
        Language::En => akashi_typeset::Language::English,
    }
}

fn not_passed(document: &akashi_domain::Document, findings: &str) -> Failed {
    tracing::error!(document.id = %document.document_id, findings, alarm = true, "own validation failed");
    metrics::counter!("akashi_alarms_total", "reason" => "validation").increment(1);
    let cause = NotPassed {
        document: document.document_id.to_string(),
        findings: findings.to_owned(),
    };
    Failed::Held(HoldReason::Validation, Error::internal("validation", cause))
}
