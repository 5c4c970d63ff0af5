//! Writing the sent revision: the ID stamp, every party's fields, and all signature fields. From then on page
//! content never changes and no field is added.

use std::sync::Arc;

use akashi_domain::contract::{Command, Contract, IntakePolicy, Purpose, SegmentRef};
use akashi_domain::{Actor, ContractId, Digest32, Document, DocumentId, Field, FieldKind};
use akashi_pades::{
    AppendedRevision, Drawing, FieldPlan, FieldPlanKind, Placement, SentPlan, SignaturePlace, SignerPlan,
    Stamp, TextLines,
};
use akashi_pdf::{Document as Pdf, Limits};
use akashi_typeset::{
    Appearance, Checked, Content, FontBook, Stamp as StampText, StampMode, draw_act, draw_stamp,
};
use bytes::Bytes;

use super::appearances::points;
use super::outcome::{Failed, Finished};
use super::steps::Step;
use crate::commit::Along;
use crate::contract::documents::stored_state;
use crate::files::RevisionReader;
use crate::ports::{LeasedJob, SegmentRecord, Tenant};
use crate::{App, Error};

/// Where the stamp stands: points from the left and from the bottom of the displayed page.
const STAMP_LEFT: f64 = 24.0;
const STAMP_BOTTOM: f64 = 14.0;
const STAMP_MAX_WIDTH: f32 = 300.0;

impl App {
    pub(super) async fn prepare_sending(
        &self,
        job: &LeasedJob,
        contract_id: ContractId,
    ) -> Result<Finished, Failed> {
        let tenant = Tenant::authenticated(job.job.organization_id);
        let stored = match self.load(&tenant, contract_id).await {
            Err(Error::NotFound) => return Ok(Finished::Nothing),
            other => other?,
        };
        if !matches!(stored.value.state, akashi_domain::ContractState::Sending { .. }) {
            return Ok(Finished::Nothing);
        }
        let contract = Arc::new(stored.value);
        let mut refs: Vec<(DocumentId, SegmentRef)> = Vec::new();
        let mut records: Vec<SegmentRecord> = Vec::new();
        for document in &contract.documents {
            let Some(revision) = self.sent_revision(&tenant, &contract, document).await? else {
                continue;
            };
            self.ports.steps.passed(Step::SendingDocumentBuilt);
            let (segment, record) = self.store_revision(&tenant, revision).await?;
            self.ports.steps.passed(Step::SendingDocumentStored);
            refs.push((document.document_id, segment));
            records.push(record);
        }
        let contract = Arc::unwrap_or_clone(contract);
        let decision = contract
            .decide(Command::SentRevisionReady { segments: refs }, self.now())
            .map_err(|refusal| Failed::Broken(refusal.into()))?;
        let along = Along {
            segments: records,
            completes: Some(job.clone()),
        };
        self.ports.steps.passed(Step::SendingBeforeCommit);
        self.commit(&tenant, Actor::System, stored.revision, decision, along)
            .await?;
        self.ports.steps.passed(Step::SendingCommitted);
        Ok(Finished::Committed)
    }

    async fn sent_revision(
        &self,
        tenant: &Tenant,
        contract: &Arc<Contract>,
        document: &Document,
    ) -> Result<Option<AppendedRevision>, Failed> {
        let reader = self
            .revision_reader(tenant, document, document.segments.len())
            .await?;
        let failure = reader.failure();
        let state = self.newest_hash_state(tenant, document).await?;
        let seed = self.random();
        let contract = Arc::clone(contract);
        let document_id = document.document_id;
        let fonts = self.fonts.clone();
        let verify_url = self.verify_url(&contract);
        let written = self
            .apart(move || write_sent(&fonts, &contract, document_id, verify_url, reader, state, seed))
            .await?;
        failure.check()?;
        written.map_err(Failed::Broken)
    }

    /// Stores the bytes that a revision appends.
    pub(super) async fn store_revision(
        &self,
        tenant: &Tenant,
        revision: AppendedRevision,
    ) -> Result<(SegmentRef, SegmentRecord), Failed> {
        let mut record = self
            .ports
            .segments
            .put(tenant, Bytes::from(revision.bytes))
            .await?;
        record.hash_state = Some(stored_state(revision.hash.state));
        let segment = SegmentRef {
            segment_id: record.segment_id,
            byte_length: record.byte_length,
            revision_sha256: Digest32::new(revision.hash.sha256),
        };
        Ok((segment, record))
    }

    /// The hash state at the end of a document's newest revision, from its newest segment's row.
    pub(super) async fn newest_hash_state(
        &self,
        tenant: &Tenant,
        document: &Document,
    ) -> Result<akashi_pades::HashState, Failed> {
        let Some(newest) = document.segments.last() else {
            return Ok(akashi_pades::HashState::START);
        };
        let record = self.segment_record(tenant, newest.segment_id).await?;
        Ok(record
            .hash_state
            .map_or(akashi_pades::HashState::START, |state| akashi_pades::HashState {
                words: state.words,
                hashed_bytes: state.hashed_bytes,
            }))
    }
}

/// The name of a party's signature field in every document.
pub(super) fn signature_name(contract: &Contract, document: &Document, party_index: usize) -> Option<String> {
    let party = contract.parties.get(party_index)?;
    match &document.intake {
        IntakePolicy::Unsigned | IntakePolicy::SignatureFieldsOnly => {
            Some(format!("akashi-{}", party.party_id.as_uuid().simple()))
        }
        IntakePolicy::ExistingFieldsOnly { names } => names.get(party_index).cloned(),
    }
}

/// The name of a field in its document.
pub(super) fn field_name(field: &Field) -> String {
    format!("akashi-{}", field.field_id.as_uuid().simple())
}

pub(super) fn placement(field: &Field) -> Placement {
    Placement {
        page: usize::try_from(field.page).unwrap_or(usize::MAX),
        x: field.rect.x,
        y: field.rect.y,
        width: field.rect.width,
        height: field.rect.height,
    }
}

fn write_sent(
    fonts: &FontBook,
    contract: &Contract,
    document_id: DocumentId,
    verify_url: Option<String>,
    reader: RevisionReader,
    state: akashi_pades::HashState,
    seed: [u8; 32],
) -> Result<Option<AppendedRevision>, Error> {
    let internal = |error: Box<dyn std::error::Error + Send + Sync>| Error::Internal {
        what: "sent revision",
        source: error,
    };
    let document = contract.document(document_id).ok_or(Error::NotFound)?;
    let pdf = Pdf::open(reader, &Limits::default()).map_err(|error| internal(Box::new(error)))?;
    let stamp = drawn_stamp(fonts, contract, verify_url).map_err(internal)?;
    let ticks = drawn_ticks(fonts, contract, document).map_err(internal)?;
    let mut tick_pages = 0_usize;
    let mut signers = Vec::new();
    // Of each party: name and label of its signature, its other fields with their names.
    let mut texts = Vec::new();
    for (index, party) in contract.parties.iter().enumerate() {
        let name = signature_name(contract, document, index).ok_or(Error::NotFound)?;
        let widget = contract
            .signature_widget(party.party_id, document_id)
            .map(|field| field.field_id);
        let fields: Vec<(String, &Field)> = contract
            .fields_of(party.party_id)
            .into_iter()
            .filter(|field| field.document_id == document_id && Some(field.field_id) != widget)
            .map(|field| (field_name(field), field))
            .collect();
        texts.push((name, format!("{} 署名", party.name), fields));
    }
    for ((name, label, fields), party) in texts.iter().zip(&contract.parties) {
        let place = contract
            .signature_widget(party.party_id, document_id)
            .map(placement);
        let signature = match document.intake {
            IntakePolicy::ExistingFieldsOnly { .. } => SignaturePlace::Existing { name },
            _ => SignaturePlace::New { name, label, place },
        };
        let mut plans = Vec::new();
        for (field_name, field) in fields {
            let kind = match field.kind {
                FieldKind::Seal | FieldKind::Handwriting => FieldPlanKind::Mark,
                FieldKind::CheckBox => {
                    let page = tick_pages;
                    tick_pages = tick_pages.saturating_add(1);
                    FieldPlanKind::CheckBox {
                        ticked: Drawing {
                            document: &ticks,
                            page,
                        },
                    }
                }
                FieldKind::Text { font_size, .. } => FieldPlanKind::Text {
                    font_size: font_size.map(f64::from),
                    lines: if field.rect.height >= 36.0 {
                        TextLines::Several
                    } else {
                        TextLines::Single
                    },
                },
                FieldKind::Date => FieldPlanKind::Text {
                    font_size: None,
                    lines: TextLines::Single,
                },
            };
            let label = field.label.as_str();
            plans.push(FieldPlan {
                name: field_name,
                label,
                place: placement(field),
                kind,
            });
        }
        signers.push(SignerPlan {
            signature,
            fields: plans,
        });
    }
    let stamp = match document.intake {
        IntakePolicy::Unsigned => Some(Stamp {
            drawing: Drawing {
                document: &stamp,
                page: 0,
            },
            left: STAMP_LEFT,
            bottom: STAMP_BOTTOM,
        }),
        // Page content of a signed file never changes; the ID stands on the evidence sheet alone.
        IntakePolicy::SignatureFieldsOnly | IntakePolicy::ExistingFieldsOnly { .. } => None,
    };
    let plan = SentPlan { stamp, signers };
    plan.write(&pdf, state, seed)
        .map_err(|error| internal(Box::new(error)))
}

type Drawn = Result<Pdf<Vec<u8>>, Box<dyn std::error::Error + Send + Sync>>;

fn drawn_stamp(fonts: &FontBook, contract: &Contract, verify_url: Option<String>) -> Drawn {
    let text = StampText {
        contract_id: contract.contract_id.printed(),
        verify_url,
        mode: match contract.purpose {
            Purpose::Production => StampMode::Genuine,
            Purpose::Trial => StampMode::Trial,
        },
    };
    let drawing = draw_stamp(fonts, &text, STAMP_MAX_WIDTH)?;
    Ok(Pdf::open(drawing.pdf, &Limits::default())?)
}

/// One ticked appearance per check box, in the order in which the plan meets them.
fn drawn_ticks(fonts: &FontBook, contract: &Contract, document: &Document) -> Drawn {
    let mut appearances = Vec::new();
    for party in &contract.parties {
        for field in contract.fields_of(party.party_id) {
            if field.document_id == document.document_id && field.kind == FieldKind::CheckBox {
                let (width, height) = (points(field.rect.width), points(field.rect.height));
                appearances.push(Appearance {
                    width,
                    height,
                    content: Content::Check(Checked::Yes),
                });
            }
        }
    }
    if appearances.is_empty() {
        appearances.push(Appearance {
            width: 1.0,
            height: 1.0,
            content: Content::Empty,
        });
    }
    let drawing = draw_act(fonts, &appearances)?;
    Ok(Pdf::open(drawing.pdf, &Limits::default())?)
}
