//! Step 3: the field editor and what it loads and saves.

use akashi_app::Error;
use akashi_app::contract::SendCheck;
use akashi_app::domain::contract::{IntakePolicy, Refusal, TextFormat};
use akashi_app::domain::{Document, DocumentId, Field, FieldId, FieldKind, Label, PartyId, Rect};
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, StatusCode, header};
use serde::{Deserialize, Serialize};

use super::{head, parse_id};
use crate::pages::maker::Step;
use crate::pages::maker::fields::{Allows, EditorDocument, EditorPage, EditorParty, FieldsStep};
use crate::routes::Web;
use crate::routes::problem::{Problem, page};
use crate::routes::refusal::{field_problem, refused};
use crate::routes::session::SignedIn;

const fn allows(document: &Document) -> Allows {
    match &document.intake {
        IntakePolicy::Unsigned => Allows::Everything,
        IntakePolicy::SignatureFieldsOnly => Allows::Signatures,
        IntakePolicy::ExistingFieldsOnly { .. } => Allows::Existing,
    }
}

/// `GET /contracts/{contract}/fields`
pub(super) async fn step(State(web): State<Web>, who: SignedIn, Path(contract): Path<String>) -> Response {
    let draft = match super::load(&web, &who, &contract).await {
        Ok(draft) => draft,
        Err(refused) => return refused,
    };
    let contract = &draft.contract;
    let context = FieldsStep {
        t: who.visitor.t,
        draft: head(&draft, Step::Fields),
        documents: contract
            .documents
            .iter()
            .map(|document| EditorDocument {
                id: document.document_id.to_string(),
                name: document.file_name.to_string(),
                pages: document
                    .pages
                    .iter()
                    .enumerate()
                    .map(|(index, size)| EditorPage {
                        number: index.saturating_add(1),
                        width: size.width,
                        height: size.height,
                        drawable: true,
                    })
                    .collect(),
                allows: allows(document),
            })
            .collect(),
        parties: contract
            .parties
            .iter()
            .enumerate()
            .map(|(index, party)| EditorParty {
                id: party.party_id.to_string(),
                index,
                organization: party
                    .organization
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                name: party.name.to_string(),
                fields: contract.fields_of(party.party_id).len(),
            })
            .collect(),
    };
    page(&context, &who.visitor)
}

#[derive(Serialize)]
struct EditorJson {
    revision: u64,
    documents: Vec<DocumentJson>,
    parties: Vec<PartyJson>,
    fields: Vec<FieldJson>,
}

#[derive(Serialize)]
struct DocumentJson {
    id: DocumentId,
    name: String,
    pages: Vec<PageJson>,
    pdf: String,
    allows: &'static str,
    why: Option<&'static str>,
    existing: Vec<()>,
}

#[derive(Serialize)]
struct PageJson {
    number: usize,
    width: f64,
    height: f64,
    image: String,
    drawable: bool,
    note: Option<String>,
}

#[derive(Serialize)]
struct PartyJson {
    id: PartyId,
    index: usize,
    letter: String,
    organization: String,
    name: String,
}

#[derive(Serialize, Deserialize)]
struct FieldJson {
    id: String,
    document: DocumentId,
    page: u32,
    party: PartyId,
    kind: KindJson,
    label: String,
    required: bool,
    x: f64,
    y: f64,
    width: f64,
    height: f64,
    #[serde(default)]
    font_size: Option<f32>,
}

#[derive(Serialize, Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum KindJson {
    Seal,
    Handwriting,
    Name,
    Text,
    Check,
    Date,
}

impl From<&Field> for FieldJson {
    fn from(field: &Field) -> Self {
        let (kind, font_size) = match field.kind {
            FieldKind::Seal => (KindJson::Seal, None),
            FieldKind::Handwriting => (KindJson::Handwriting, None),
            FieldKind::Text {
                format: TextFormat::Name,
                font_size,
            } => (KindJson::Name, font_size),
            FieldKind::Text {
                format: TextFormat::Free,
                font_size,
            } => (KindJson::Text, font_size),
            FieldKind::CheckBox => (KindJson::Check, None),
            FieldKind::Date => (KindJson::Date, None),
        };
        Self {
            id: field.field_id.to_string(),
            document: field.document_id,
            page: field.page.saturating_add(1),
            party: field.party_id,
            kind,
            label: field.label.to_string(),
            required: field.required,
            x: field.rect.x,
            y: field.rect.y,
            width: field.rect.width,
            height: field.rect.height,
            font_size,
        }
    }
}

impl FieldJson {
    /// `None` for what no editor sends: an empty name or page 0.
    fn into_field(self, field_id: FieldId) -> Option<Field> {
        let font_size = self.font_size;
        Some(Field {
            field_id,
            document_id: self.document,
            page: self.page.checked_sub(1)?,
            rect: Rect {
                x: self.x,
                y: self.y,
                width: self.width,
                height: self.height,
            },
            party_id: self.party,
            kind: match self.kind {
                KindJson::Seal => FieldKind::Seal,
                KindJson::Handwriting => FieldKind::Handwriting,
                KindJson::Name => FieldKind::Text {
                    format: TextFormat::Name,
                    font_size,
                },
                KindJson::Text => FieldKind::Text {
                    format: TextFormat::Free,
                    font_size,
                },
                KindJson::Check => FieldKind::CheckBox,
                KindJson::Date => FieldKind::Date,
            },
            label: Label::parse(&self.label).ok()?,
            required: self.required,
        })
    }
}

/// `GET /contracts/{contract}/editor`
pub(super) async fn load(State(web): State<Web>, who: SignedIn, Path(contract): Path<String>) -> Response {
    match super::load(&web, &who, &contract).await {
        Ok(draft) => Json(editor_json(&draft, &who)).into_response(),
        Err(refused) => refused,
    }
}

fn editor_json(draft: &SendCheck, who: &SignedIn) -> EditorJson {
    let t = who.visitor.t;
    let contract = &draft.contract;
    let base = format!("/contracts/{}/documents", contract.contract_id);
    EditorJson {
        revision: draft.revision,
        documents: contract
            .documents
            .iter()
            .map(|document| {
                let allows = allows(document);
                let note = allows.note(t);
                DocumentJson {
                    id: document.document_id,
                    name: document.file_name.to_string(),
                    pages: document
                        .pages
                        .iter()
                        .enumerate()
                        .map(|(index, size)| PageJson {
                            number: index.saturating_add(1),
                            width: size.width,
                            height: size.height,
                            image: format!(
                                "{base}/{}/pages/{}.webp",
                                document.document_id,
                                index.saturating_add(1)
                            ),
                            drawable: true,
                            note: None,
                        })
                        .collect(),
                    pdf: format!("{base}/{}/file.pdf", document.document_id),
                    allows: allows.key(),
                    why: (!note.is_empty()).then_some(note),
                    existing: Vec::new(),
                }
            })
            .collect(),
        parties: contract
            .parties
            .iter()
            .enumerate()
            .map(|(index, party)| PartyJson {
                id: party.party_id,
                index,
                letter: t.party_letter(&index),
                organization: party
                    .organization
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                name: party.name.to_string(),
            })
            .collect(),
        fields: contract.fields.iter().map(FieldJson::from).collect(),
    }
}

#[derive(Deserialize)]
pub(super) struct SaveJson {
    revision: u64,
    fields: Vec<FieldJson>,
}

#[derive(Serialize)]
struct SavedField {
    id: FieldId,
    client_id: String,
}

/// `PUT /contracts/{contract}/editor`
pub(super) async fn save(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
    Json(save): Json<SaveJson>,
) -> Response {
    let contract_id = match parse_id(&contract, &who.visitor) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let mut fields = Vec::new();
    let mut saved = Vec::new();
    for field in save.fields {
        let client_id = field.id.clone();
        let id = FieldId::parse(&field.id).unwrap_or_else(|_| web.app.propose_field_id());
        match field.into_field(id) {
            Some(field) => fields.push(field),
            None => {
                return field_errors(
                    &[(client_id, who.visitor.t.editor_label_wrong().to_owned())],
                    &who,
                );
            }
        }
        saved.push(SavedField { id, client_id });
    }
    match web
        .app
        .place_fields(&who.caller, contract_id, save.revision, fields)
        .await
    {
        Ok(stored) => {
            let body = serde_json::json!({
                "revision": stored.revision,
                "saved_at": web.app.now().to_string(),
                "fields": saved,
            });
            Json(body).into_response()
        }
        Err(Error::Refused(Refusal::Field { field_id, problem })) => {
            let client_id = saved
                .into_iter()
                .find(|saved| saved.id == field_id)
                .map(|saved| saved.client_id);
            let message = field_problem(who.visitor.t, problem).to_owned();
            field_errors(&[(client_id.unwrap_or_default(), message)], &who)
        }
        Err(Error::Refused(refusal)) => {
            Problem::mend(refused(who.visitor.t, &refusal, None), &who.visitor).into_response()
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

fn field_errors(errors: &[(String, String)], who: &SignedIn) -> Response {
    let list: Vec<_> = errors
        .iter()
        .map(|(field, message)| serde_json::json!({ "field": field, "message": message }))
        .collect();
    let detail: Vec<&str> = errors.iter().map(|(_, message)| message.as_str()).collect();
    let body = serde_json::json!({
        "type": "https://akashi.example/problems/bad-request",
        "title": who.visitor.t.problem_bad_request(),
        "status": 422,
        "detail": detail.join(" "),
        "instance": who.visitor.request_id,
        "errors": list,
    });
    let mut response = (StatusCode::UNPROCESSABLE_ENTITY, body.to_string()).into_response();
    let json = HeaderValue::from_static("application/problem+json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
