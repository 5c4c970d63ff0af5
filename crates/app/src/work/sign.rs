//! Making a party's signatures: one PAdES B-T signature in each document, with a key made for this act or with the
//! organization's fixed seal.

use std::sync::Arc;

use akashi_domain::contract::{Command, Contract, Purpose, SegmentRef, SignatureRecord, SigningAct};
use akashi_domain::{
    Actor, ContractId, ContractState, Digest32, Document, DocumentId, Field, FieldKind, FieldValue, Party,
    PartyId, PartyState, UtcTime,
};
use akashi_pades::{
    Act, ActValue, AppendedRevision, Drawing, SignatureDetails, Signed, SignerIdentity, Value,
};
use akashi_pdf::{Document as Pdf, Limits};
use akashi_tsp::TimeStampToken;
use akashi_typeset::{Appearance, Content, FontBook, draw_act};
use bytes::Bytes;

use super::appearances::{Pictures, appearance, picture_ids};
use super::outcome::{Failed, Finished};
use super::prepare_sending::{field_name, signature_name};
use super::steps::Step;
use crate::commit::Along;
use crate::files::RevisionReader;
use crate::ports::{LeasedJob, SegmentRecord, SignerSubject, Tenant};
use crate::trust::WitnessSigner;
use crate::{App, Error};

/// Everything that one signature needs, moved to a thread for heavy work.
struct Assignment {
    contract: Arc<Contract>,
    document_id: DocumentId,
    party_index: usize,
    signer: Arc<WitnessSigner>,
    pictures: Arc<Pictures>,
    state: akashi_pades::HashState,
    seed: [u8; 32],
    now: UtcTime,
}

/// A signature that stands.
struct Made {
    record: SignatureRecord,
    revision: AppendedRevision,
}

impl App {
    pub(super) async fn make_signatures(
        &self,
        job: &LeasedJob,
        contract_id: ContractId,
        party_id: PartyId,
    ) -> Result<Finished, Failed> {
        let tenant = Tenant::authenticated(job.job.organization_id);
        let stored = match self.load(&tenant, contract_id).await {
            Err(Error::NotFound) => return Ok(Finished::Nothing),
            other => other?,
        };
        let contract = Arc::new(stored.value);
        let Some((party_index, party, act)) = pending_act(&contract, party_id) else {
            return Ok(Finished::Nothing);
        };
        self.check_network_time().await?;
        self.check_shown_revisions(&tenant, &contract, party_index, act)
            .await?;
        let pictures = Arc::new(self.pictures(&tenant, act).await?);
        let now = self.now();
        let signer = self
            .witness_signer(&tenant, &subject(&contract, party, act), now)
            .await?;
        let signer = Arc::new(signer);
        self.ports.steps.passed(Step::SigningCertificateIssued);
        let mut signatures = Vec::new();
        let mut refs: Vec<(DocumentId, SegmentRef)> = Vec::new();
        let mut records: Vec<SegmentRecord> = Vec::new();
        for document in &contract.documents {
            let assignment = Assignment {
                contract: Arc::clone(&contract),
                document_id: document.document_id,
                party_index,
                signer: Arc::clone(&signer),
                pictures: Arc::clone(&pictures),
                state: self.newest_hash_state(&tenant, document).await?,
                seed: self.random(),
                now,
            };
            let made = self.make_signature(&tenant, document, assignment).await?;
            let (segment, record) = self.store_revision(&tenant, made.revision).await?;
            self.ports.steps.passed(Step::SigningDocumentStored);
            signatures.push(made.record);
            refs.push((document.document_id, segment));
            records.push(record);
        }
        drop(signer);
        let command = Command::SignaturesStand {
            party_id,
            signatures,
            segments: refs,
        };
        let contract = Arc::unwrap_or_clone(contract);
        let decision = contract
            .decide(command, self.now())
            .map_err(|refusal| Failed::Broken(refusal.into()))?;
        let along = Along {
            segments: records,
            completes: Some(job.clone()),
        };
        self.ports.steps.passed(Step::SigningBeforeCommit);
        self.commit(&tenant, Actor::System, stored.revision, decision, along)
            .await?;
        self.ports.steps.passed(Step::SigningCommitted);
        Ok(Finished::Committed)
    }

    async fn make_signature(
        &self,
        tenant: &Tenant,
        document: &Document,
        assignment: Assignment,
    ) -> Result<Made, Failed> {
        let reader = self
            .revision_reader(tenant, document, document.segments.len())
            .await?;
        let failure = reader.failure();
        let based_on_sha256 = document.newest_digest().ok_or(Error::NotFound)?;
        let signer = Arc::clone(&assignment.signer);
        let (now, party_index) = (assignment.now, assignment.party_index);
        let field = signature_name(&assignment.contract, document, party_index).ok_or(Error::NotFound)?;
        let fonts = self.fonts.clone();
        let signed = self.apart(move || sign(&fonts, &assignment, reader)).await?;
        failure.check()?;
        let signed = signed.map_err(Failed::Broken)?;
        self.ports.steps.passed(Step::SigningPrepared);
        let (stamped, token) = self.stamped(signed, now).await?;
        self.ports.steps.passed(Step::SigningStamped);
        let revision = stamped.into_revision();
        let record = SignatureRecord {
            document_id: document.document_id,
            field_name: field,
            key: signer.kind,
            certificate_subject: signer.certificate.subject().to_string(),
            certificate_sha256: Digest32::new(signer.certificate.fingerprint()),
            claimed_at: now,
            stamped_at: token.info().gen_time,
            stamped_by: stamper(&token),
            based_on_sha256,
            revision_sha256: Digest32::new(revision.hash.sha256),
        };
        Ok(Made { record, revision })
    }

    /// Time-stamps a signature. A token whose time is out of bounds against this machine's clock is no good:
    /// one of the two is wrong, and nothing tells which.
    pub(super) async fn stamped(
        &self,
        signed: Signed,
        now: UtcTime,
    ) -> Result<(Signed, TimeStampToken), Failed> {
        let answer = self.ports.time_stamps.stamp(signed.time_stamp_imprint()).await;
        self.notebook.note_time_stamps(answer.is_ok());
        let der = answer?;
        let token = TimeStampToken::parse(&der).map_err(|error| Failed::broken("time-stamp token", error))?;
        let stamped_at = token.info().gen_time;
        self.check_clock(self.now(), stamped_at, "the time-stamp")?;
        self.check_clock(now, stamped_at, "the time-stamp")?;
        let stamped = signed
            .embed_token(&der)
            .map_err(|error| Failed::broken("time-stamp token", error))?;
        Ok((stamped, token))
    }

    /// The pictures that the values of an act refer to.
    pub(super) async fn pictures(&self, tenant: &Tenant, act: &SigningAct) -> Result<Pictures, Failed> {
        let mut pictures: Vec<_> = Vec::new();
        for segment_id in picture_ids(act) {
            let bytes: Bytes = self.read_segment(tenant, segment_id).await?;
            pictures.push((segment_id, bytes));
        }
        Ok(pictures)
    }
}

/// The act for which signatures are still to be made. A contract that was declined meanwhile has none.
fn pending_act(contract: &Contract, party_id: PartyId) -> Option<(usize, &Party, &SigningAct)> {
    if !matches!(
        contract.state,
        ContractState::Open { .. } | ContractState::Concluding { .. }
    ) {
        return None;
    }
    let (index, party) = contract
        .parties
        .iter()
        .enumerate()
        .find(|(_, party)| party.party_id == party_id)?;
    match &party.state {
        PartyState::Accepted { act, .. } => Some((index, party, act)),
        _ => None,
    }
}

fn subject(contract: &Contract, party: &Party, act: &SigningAct) -> SignerSubject {
    SignerSubject {
        party_id: party.party_id,
        name: party.name.clone(),
        organization: party.organization.clone(),
        email: party.email.clone(),
        grade: act.grade,
        is_trial: contract.purpose == Purpose::Trial,
    }
}

pub(super) fn stamper(token: &TimeStampToken) -> String {
    token
        .signing_certificate(&[])
        .map(|certificate| certificate.subject().to_string())
        .unwrap_or_default()
}

/// Draws the party's values, appends them with the signature, and signs. Heavy.
fn sign(fonts: &FontBook, assignment: &Assignment, reader: RevisionReader) -> Result<Signed, Error> {
    let fail = |error: Box<dyn std::error::Error + Send + Sync>| Error::Internal {
        what: "signature",
        source: error,
    };
    let contract = &assignment.contract;
    let document = contract.document(assignment.document_id).ok_or(Error::NotFound)?;
    let party = contract
        .parties
        .get(assignment.party_index)
        .ok_or(Error::NotFound)?;
    let act = party.state.act().ok_or(Error::NotFound)?;
    let signature_field =
        signature_name(contract, document, assignment.party_index).ok_or(Error::NotFound)?;
    let widget = contract.signature_widget(party.party_id, document.document_id);
    let fields: Vec<&Field> = contract
        .fields_of(party.party_id)
        .into_iter()
        .filter(|field| field.document_id == document.document_id)
        .collect();
    // One drawing for the act, one page per field, so that one font subset serves all.
    let mut appearances: Vec<Appearance> = Vec::new();
    for field in &fields {
        appearances.push(appearance(
            fonts,
            field,
            value_of(act, field),
            &assignment.pictures,
        )?);
    }
    if appearances.is_empty() {
        appearances.push(Appearance {
            width: 1.0,
            height: 1.0,
            content: Content::Empty,
        });
    }
    let drawing = draw_act(fonts, &appearances).map_err(|error| fail(Box::new(error)))?;
    let drawing = Pdf::open(drawing.pdf, &Limits::default()).map_err(|error| fail(Box::new(error)))?;
    let names: Vec<String> = fields.iter().map(|field| field_name(field)).collect();
    let texts: Vec<String> = fields.iter().map(|field| text_of(value_of(act, field))).collect();
    let mut values = Vec::new();
    let mut seal_page = None;
    for (page, ((field, name), text)) in fields.iter().zip(&names).zip(&texts).enumerate() {
        if widget.is_some_and(|widget| widget.field_id == field.field_id) {
            seal_page = Some(page);
            continue;
        }
        let drawn = Drawing {
            document: &drawing,
            page,
        };
        let value = match (value_of(act, field), field.kind) {
            (None, _) => Value::Empty,
            (Some(FieldValue::Checked { checked }), _) => Value::Checked(*checked),
            (Some(_), FieldKind::Seal | FieldKind::Handwriting) => Value::Mark(drawn),
            (Some(_), _) => Value::Text {
                text,
                appearance: drawn,
            },
        };
        values.push(ActValue { field: name, value });
    }
    let pdf = Pdf::open(reader, &Limits::default()).map_err(|error| fail(Box::new(error)))?;
    let act = Act {
        signature_field: &signature_field,
        appearance: seal_page.map(|page| Drawing {
            document: &drawing,
            page,
        }),
        values,
    };
    let signer = &assignment.signer;
    let identity = SignerIdentity {
        certificate: signer.certificate.clone(),
        issuers: signer.issuers.clone(),
        algorithm: signer.key.signature_algorithm(),
    };
    let details = SignatureDetails {
        name: Some(party.name.to_string()),
        reason: Some("電子契約への同意".to_owned()),
        ..SignatureDetails::default()
    };
    let prepared = act
        .draft(&pdf)
        .map_err(|error| fail(Box::new(error)))?
        .with_details(details)
        .resume_hash(assignment.state)
        .prepare(&identity, assignment.now, assignment.seed)
        .map_err(|error| fail(Box::new(error)))?;
    let value = signer
        .key
        .sign(prepared.to_be_signed())
        .map_err(|error| fail(Box::new(error)))?;
    prepared.embed(&value).map_err(|error| fail(Box::new(error)))
}

fn value_of<'a>(act: &'a SigningAct, field: &Field) -> Option<&'a FieldValue> {
    act.values
        .iter()
        .find(|(id, _)| *id == field.field_id)
        .map(|(_, value)| value)
}

fn text_of(value: Option<&FieldValue>) -> String {
    match value {
        Some(FieldValue::Text { text }) => text.clone(),
        Some(FieldValue::Date { date }) => {
            akashi_typeset::date::format_date(*date, akashi_typeset::date::DateStyle::Western)
        }
        _ => String::new(),
    }
}
