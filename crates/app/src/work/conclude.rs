//! Concluding: raise every document to B-LTA, have it judged by a judge that shares no code with the maker, write the
//! evidence sheet and raise that too, and only then say so.

use akashi_domain::contract::{Command, Contract, EvidenceSegments, Preservation, Preserved, SegmentRef};
use akashi_domain::{Actor, ContractId, ContractState, Digest32, Language, UtcTime};
use akashi_pades::{NewField, SignatureDetails, SignatureDraft, Signed, SignerIdentity};
use akashi_pdf::{Document as Pdf, Limits};
use akashi_typeset::evidence::ClockCheck;
use akashi_typeset::{EvidenceSheet, evidence_sheet};
use bytes::Bytes;

use super::SHEET_FIELD;
use super::appearances::Pictures;
use super::evidence::{Record, signatures};
use super::outcome::{Failed, Finished};
use super::preserve::RaisedDocuments;
use super::steps::Step;
use crate::commit::Along;
use crate::link::sha256;
use crate::ports::{LeasedJob, SegmentRecord, Tenant};
use crate::trust::WitnessSigner;
use crate::{App, Error};

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
        let authorities = self.authorities(Some(&tenant)).await?;
        let mut documents = self.raise_documents(&tenant, &contract, &authorities).await?;
        self.ports.steps.passed(Step::ConcludingRaised);
        let concluded_at = signatures(&contract)
            .iter()
            .map(|signature| signature.stamped_at)
            .max();
        let concluded_at = concluded_at.unwrap_or_else(|| self.now());
        let reached = self.preservation(&documents.raised)?;
        let raised = with_segments(contract.clone(), &documents);
        let (sheet, language) = self.evidence_of(&tenant, &raised, concluded_at, &reached).await?;
        let json = sheet
            .to_json()
            .map_err(|error| Failed::broken("evidence sheet", error))?;
        let pdf = self.sealed_sheet(&tenant, sheet, language).await?;
        self.ports.steps.passed(Step::ConcludingSheetSigned);
        let (sheet, pdf, pdf_record) = self.raise_whole(&tenant, pdf, &authorities).await?;
        let (json, json_record) = self.store_whole(&tenant, json).await?;
        self.ports.steps.passed(Step::ConcludingSheetStored);
        documents.raised.push(sheet);
        documents.records.extend([pdf_record, json_record]);
        let preservation = self.preservation(&documents.raised)?;
        let evidence = EvidenceSegments { pdf, json };
        let command = Command::Conclude {
            concluded_at,
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
        self.ports.steps.passed(Step::ConcludingBeforeCommit);
        self.commit(&tenant, Actor::System, stored.revision, decision, along)
            .await?;
        self.ports.steps.passed(Step::ConcludingCommitted);
        Ok(Finished::Committed)
    }

    async fn evidence_of(
        &self,
        tenant: &Tenant,
        contract: &Contract,
        concluded_at: UtcTime,
        reached: &Preservation,
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
            reached,
            clock,
        };
        Ok((self.evidence(&record), sender.language))
    }

    /// Draws the evidence sheet and signs it with the seal.
    async fn sealed_sheet(
        &self,
        tenant: &Tenant,
        sheet: EvidenceSheet,
        language: Language,
    ) -> Result<Vec<u8>, Failed> {
        let now = self.now();
        let seal = self.sheet_signer(tenant, now).await?;
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

    pub(super) async fn store_whole(
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

/// Appends an invisible signature with the seal to a PDF of ours.
fn seal_file(file: Vec<u8>, seal: &WitnessSigner, now: UtcTime, seed: [u8; 32]) -> Result<Signed, Error> {
    let what = "seal";
    let pdf = Pdf::open(file, &Limits::default()).map_err(|error| Error::internal(what, error))?;
    let identity = SignerIdentity {
        certificate: seal.certificate.clone(),
        issuers: seal.issuers.clone(),
        algorithm: seal.key.signature_algorithm(),
    };
    let field: NewField<'_, Vec<u8>> = NewField {
        name: SHEET_FIELD,
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

/// The contract as it will be: with the segments that are stored but not named yet.
fn with_segments(mut contract: Contract, documents: &RaisedDocuments) -> Contract {
    for (document_id, segment) in &documents.segments {
        let document = contract
            .documents
            .iter_mut()
            .find(|document| document.document_id == *document_id);
        if let Some(document) = document {
            document.segments.push(segment.clone());
        }
    }
    contract
}
