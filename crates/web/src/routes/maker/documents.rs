//! Step 1: the documents.

use akashi_app::Error;
use akashi_app::contract::SendCheck;
use akashi_app::domain::contract::IntakePolicy;
use akashi_app::domain::{ContractId, DocumentId, FileName, Title};
use axum::Json;
use axum::extract::multipart::{Field, Multipart, MultipartError};
use axum::extract::{Form, FromRequest as _, Path, Request, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use bytes::{Bytes, BytesMut};
use http::{StatusCode, header};
use serde::Deserialize;

use super::details::{DetailsForm, save_details};
use super::{UNNAMED, head, load, parse_id, shown_title};
use crate::pages::maker::documents::{DocumentsStep, DraftDocument, Intake};
use crate::pages::maker::{DraftHead, Step};
use crate::routes::Web;
use crate::routes::problem::{Problem, page, page_with};
use crate::routes::refusal::{active_content, explain};
use crate::routes::session::SignedIn;
use crate::view::FieldErrors;

/// The most files in one form.
const MAX_FILES: usize = 20;

pub(super) fn context(web: &Web, who: &SignedIn, draft: &SendCheck) -> DocumentsStep {
    let t = who.visitor.t;
    let contract = &draft.contract;
    let details = &contract.details;
    DocumentsStep {
        t,
        draft: head(draft, Step::Documents),
        documents: contract
            .documents
            .iter()
            .map(|document| DraftDocument {
                id: document.document_id.to_string(),
                name: document.file_name.to_string(),
                pages: document.pages.len(),
                bytes: document.byte_length(),
                intake: match &document.intake {
                    IntakePolicy::Unsigned => Intake::Everything,
                    IntakePolicy::SignatureFieldsOnly => Intake::Signed { signatures: 1 },
                    IntakePolicy::ExistingFieldsOnly { .. } => Intake::Locked,
                },
                active: document
                    .active_content
                    .iter()
                    .map(|name| active_content(t, name))
                    .collect(),
            })
            .collect(),
        refused: Vec::new(),
        limit: web.settings.max_upload_bytes,
        title: shown_title(contract),
        counterparty: details
            .counterparty
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        reference: details.management_number_text().to_owned(),
        amount: details
            .amount_yen
            .map(|amount| t.number(&amount))
            .unwrap_or_default(),
        agreed_on: details.agreed_on.map(|day| day.to_string()).unwrap_or_default(),
        errors: FieldErrors::default(),
    }
}

/// `GET /contracts/new`: nothing is made before the first file or name.
pub(super) async fn new(State(web): State<Web>, who: SignedIn) -> Response {
    let context = DocumentsStep {
        t: who.visitor.t,
        draft: DraftHead {
            id: None,
            title: String::new(),
            saved_at: None,
            step: Step::Documents,
            done: Vec::new(),
        },
        documents: Vec::new(),
        refused: Vec::new(),
        limit: web.settings.max_upload_bytes,
        title: String::new(),
        counterparty: String::new(),
        reference: String::new(),
        amount: String::new(),
        agreed_on: String::new(),
        errors: FieldErrors::default(),
    };
    page(&context, &who.visitor)
}

/// `GET /contracts/{contract}/documents`
pub(super) async fn step(State(web): State<Web>, who: SignedIn, Path(contract): Path<String>) -> Response {
    match load(&web, &who, &contract).await {
        Ok(draft) => {
            let context = context(&web, &who, &draft);
            if who.visitor.is_htmx {
                return page(&context.as_files(), &who.visitor);
            }
            page(&context, &who.visitor)
        }
        Err(refused) => refused,
    }
}

struct Upload {
    name: String,
    bytes: Bytes,
}

/// A file of a form; only its name if it is over the limit.
type Uploads = Vec<Result<Upload, String>>;

/// Reads the files of a form, refusing each that grows over the limit as it streams in, and the details beside them.
async fn uploads(mut form: Multipart, limit: u64) -> Result<(Uploads, DetailsForm), MultipartError> {
    let mut files = Vec::new();
    let mut details = DetailsForm::default();
    while let Some(field) = form.next_field().await? {
        match field.name() {
            Some("title") => details.title = field.text().await?,
            Some("counterparty") => details.counterparty = field.text().await?,
            Some("reference") => details.reference = field.text().await?,
            Some("amount") => details.amount = field.text().await?,
            Some("agreed_on") => details.agreed_on = field.text().await?,
            Some("op") => details.op = field.text().await?,
            Some("files") if files.len() < MAX_FILES => {
                let name = field.file_name().unwrap_or_default().to_owned();
                // A browser sends an empty part where no file was chosen.
                if !name.is_empty() {
                    files.push(
                        bounded(field, limit)
                            .await?
                            .map(|bytes| Upload {
                                name: name.clone(),
                                bytes,
                            })
                            .ok_or(name),
                    );
                }
            }
            _ => {}
        }
    }
    Ok((files, details))
}

/// A form that ends early or has more than all its files may have together.
fn broken_form(web: &Web, who: &SignedIn, error: &MultipartError) -> Response {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        let limit = web.settings.max_upload_bytes;
        return Problem::new(Error::TooLarge { limit }, &who.visitor).into_response();
    }
    Problem::bad_request(&who.visitor).into_response()
}

async fn bounded(mut field: Field<'_>, limit: u64) -> Result<Option<Bytes>, MultipartError> {
    let mut bytes = BytesMut::new();
    while let Some(chunk) = field.chunk().await? {
        if (bytes.len() as u64).saturating_add(chunk.len() as u64) > limit {
            return Ok(None);
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(Some(bytes.freeze()))
}

#[derive(Deserialize)]
struct NewDraft {
    #[serde(default)]
    title: String,
}

/// `POST /contracts`: makes a draft, by form with files or by the island as JSON.
pub(super) async fn create(State(web): State<Web>, who: SignedIn, request: Request) -> Response {
    if who.visitor.sends_json {
        let Ok(Json(new)) = Json::<NewDraft>::from_request(request, &web).await else {
            return Problem::bad_request(&who.visitor).into_response();
        };
        return match make_draft(&web, &who, &new.title).await {
            Ok(id) => {
                let body = serde_json::json!({
                    "id": id,
                    "documents_url": format!("/contracts/{id}/documents"),
                    "page_url": format!("/contracts/{id}/documents"),
                });
                (StatusCode::CREATED, Json(body)).into_response()
            }
            Err(refused) => refused,
        };
    }
    let Ok(form) = Multipart::from_request(request, &web).await else {
        return Problem::bad_request(&who.visitor).into_response();
    };
    let (files, mut form) = match uploads(form, web.settings.max_upload_bytes).await {
        Ok(read) => read,
        Err(error) => return broken_form(&web, &who, &error),
    };
    let contract_id = match make_draft(&web, &who, "").await {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let refused = match add_each(&web, &who, contract_id, files).await {
        Ok(refused) => refused,
        Err(problem) => return problem,
    };
    // Files may come before a name; only going on asks for one.
    if form.title.trim().is_empty() && form.op != "next" {
        UNNAMED.clone_into(&mut form.title);
    }
    save_details(&web, &who, contract_id, form, refused).await
}

async fn make_draft(web: &Web, who: &SignedIn, title: &str) -> Result<ContractId, Response> {
    let wanted = if title.trim().is_empty() { UNNAMED } else { title };
    let title = Title::parse(wanted).map_err(|_| Problem::bad_request(&who.visitor).into_response())?;
    let made = web.app.create_draft(&who.caller, title).await;
    made.map(|stored| stored.value.contract_id)
        .map_err(|error| Problem::new(error, &who.visitor).into_response())
}

/// `POST /contracts/{contract}/documents`
pub(super) async fn add(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
    form: Multipart,
) -> Response {
    let contract_id = match parse_id(&contract, &who.visitor) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let files = match uploads(form, web.settings.max_upload_bytes).await {
        Ok((files, _)) => files,
        Err(error) => return broken_form(&web, &who, &error),
    };
    if who.visitor.wants_json {
        return add_one(&web, &who, contract_id, files).await;
    }
    match add_each(&web, &who, contract_id, files).await {
        Ok(refused) if refused.is_empty() => {
            Redirect::to(&format!("/contracts/{contract_id}/documents")).into_response()
        }
        Ok(refused) => match web.app.view_draft(&who.caller, contract_id).await {
            Ok(draft) => {
                let context = DocumentsStep {
                    refused,
                    ..context(&web, &who, &draft)
                };
                page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor)
            }
            Err(error) => Problem::new(error, &who.visitor).into_response(),
        },
        Err(problem) => problem,
    }
}

async fn take(
    web: &Web,
    who: &SignedIn,
    contract_id: ContractId,
    upload: Upload,
) -> Result<DocumentId, Error> {
    let Ok(name) = FileName::from_upload(&upload.name) else {
        return Err(
            akashi_app::intake::IntakeError::Refused(akashi_app::intake::EngineRefusal::NotPdf).into(),
        );
    };
    web.app
        .add_document(&who.caller, contract_id, name, upload.bytes)
        .await
        .map(|(_, id)| id)
}

/// One file from the island: 201 or a problem.
async fn add_one(web: &Web, who: &SignedIn, contract_id: ContractId, files: Uploads) -> Response {
    let upload = match files.into_iter().next() {
        Some(Ok(upload)) => upload,
        Some(Err(_)) => {
            let error = Error::TooLarge {
                limit: web.settings.max_upload_bytes,
            };
            return Problem::new(error, &who.visitor).into_response();
        }
        None => return Problem::bad_request(&who.visitor).into_response(),
    };
    let (name, bytes) = (upload.name.clone(), upload.bytes.len());
    match take(web, who, contract_id, upload).await {
        Ok(id) => {
            let location = [(header::LOCATION, format!("/contracts/{contract_id}/documents"))];
            let body = serde_json::json!({ "id": id, "name": name, "bytes": bytes });
            (StatusCode::CREATED, location, Json(body)).into_response()
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

/// Several files from a plain form: those that cannot be taken are named with the reason, the others are kept.
async fn add_each(
    web: &Web,
    who: &SignedIn,
    contract_id: ContractId,
    files: Uploads,
) -> Result<Vec<(String, String)>, Response> {
    let t = who.visitor.t;
    let mut refused = Vec::new();
    for file in files {
        let (name, error) = match file {
            Ok(upload) => {
                let name = upload.name.clone();
                match take(web, who, contract_id, upload).await {
                    Ok(_) => continue,
                    Err(error) => (name, error),
                }
            }
            Err(name) => (
                name,
                Error::TooLarge {
                    limit: web.settings.max_upload_bytes,
                },
            ),
        };
        match explain(t, &error, None) {
            Some(reason) => refused.push((name, reason)),
            None => return Err(Problem::new(error, &who.visitor).into_response()),
        }
    }
    Ok(refused)
}

#[expect(clippy::result_large_err, reason = "the answer travels one step")]
fn ids(contract: &str, document: &str, who: &SignedIn) -> Result<(ContractId, DocumentId), Response> {
    let contract_id = parse_id(contract, &who.visitor)?;
    let document_id = DocumentId::parse(document)
        .map_err(|_| Problem::new(Error::NotFound, &who.visitor).into_response())?;
    Ok((contract_id, document_id))
}

/// The list again: as a fragment for htmx, else by going back to the page.
async fn changed(web: &Web, who: &SignedIn, contract_id: ContractId, result: Result<(), Error>) -> Response {
    if let Err(error) = result {
        return Problem::new(error, &who.visitor).into_response();
    }
    if !who.visitor.is_htmx {
        return Redirect::to(&format!("/contracts/{contract_id}/documents")).into_response();
    }
    match web.app.view_draft(&who.caller, contract_id).await {
        Ok(draft) => page(&context(web, who, &draft).as_files(), &who.visitor),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

/// `POST …/delete`
pub(super) async fn delete(
    State(web): State<Web>,
    who: SignedIn,
    Path((contract, document)): Path<(String, String)>,
) -> Response {
    match ids(&contract, &document, &who) {
        Ok((contract_id, document_id)) => {
            let result = web
                .app
                .remove_document(&who.caller, contract_id, document_id)
                .await
                .map(|_| ());
            changed(&web, &who, contract_id, result).await
        }
        Err(refused) => refused,
    }
}

#[derive(Deserialize)]
pub(super) struct Shift {
    to: Direction,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum Direction {
    Up,
    Down,
}

/// `POST …/move`
pub(super) async fn shift(
    State(web): State<Web>,
    who: SignedIn,
    Path((contract, document)): Path<(String, String)>,
    Form(shift): Form<Shift>,
) -> Response {
    let (contract_id, document_id) = match ids(&contract, &document, &who) {
        Ok(ids) => ids,
        Err(refused) => return refused,
    };
    let draft = match web.app.view_draft(&who.caller, contract_id).await {
        Ok(draft) => draft,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let mut order: Vec<DocumentId> = draft.contract.documents.iter().map(|d| d.document_id).collect();
    if let Some(at) = order.iter().position(|id| *id == document_id) {
        let other = if shift.to == Direction::Up {
            at.checked_sub(1)
        } else {
            at.checked_add(1)
        };
        if let Some(other) = other.filter(|other| *other < order.len()) {
            order.swap(at, other);
        }
    }
    let result = web
        .app
        .order_documents(&who.caller, contract_id, order)
        .await
        .map(|_| ());
    changed(&web, &who, contract_id, result).await
}

/// `POST …/clean`
pub(super) async fn clean(
    State(web): State<Web>,
    who: SignedIn,
    Path((contract, document)): Path<(String, String)>,
) -> Response {
    match ids(&contract, &document, &who) {
        Ok((contract_id, document_id)) => {
            let result = web
                .app
                .clean_document(&who.caller, contract_id, document_id)
                .await
                .map(|_| ());
            changed(&web, &who, contract_id, result).await
        }
        Err(refused) => refused,
    }
}
