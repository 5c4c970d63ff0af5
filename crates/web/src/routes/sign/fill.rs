//! Filling fields: one at a time as the party types, or all at once without JavaScript.

use akashi_app::domain::{FieldId, FieldKind};
use akashi_app::party::{FieldInput, RevisionToken};
use axum::Json;
use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use base64::Engine as _;
use bytes::Bytes;
use http::header;
use serde::Deserialize;

use super::read::all_pages;
use super::view;
use crate::routes::Web;
use crate::routes::party_session::Part;
use crate::routes::problem::{Problem, page_with};
use crate::routes::refusal::explain;
use crate::text::Text;
use crate::view::{FieldError, FieldErrors};

#[derive(Deserialize)]
pub(super) struct Filled {
    value: Option<Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Value {
    Drawn { mark: DrawnMark, png: String },
    Mark { mark: LetteredMark, text: String },
    Text { text: String },
    Checked { checked: bool },
    Date { date: String },
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum DrawnMark {
    Drawn,
    Picture,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum LetteredMark {
    Seal,
    Typed,
}

impl Value {
    /// Otherwise what the party is told: a date that is none, a picture that is no PNG data URL.
    fn into_input(self, t: &Text) -> Result<FieldInput, &'static str> {
        Ok(match self {
            Self::Text { text } => FieldInput::Text(text),
            Self::Checked { checked } => FieldInput::Checked(checked),
            Self::Date { date } => FieldInput::Date(date.parse().map_err(|_| t.details_date_wrong())?),
            Self::Mark {
                mark: LetteredMark::Seal,
                text,
            } => FieldInput::GeneratedSeal(text),
            Self::Mark {
                mark: LetteredMark::Typed,
                text,
            } => FieldInput::TypedName(text),
            Self::Drawn { mark, png } => {
                let bytes = png
                    .strip_prefix("data:image/png;base64,")
                    .and_then(|encoded| base64::engine::general_purpose::STANDARD.decode(encoded).ok())
                    .map(Bytes::from)
                    .ok_or_else(|| t.picture_unusable())?;
                match mark {
                    DrawnMark::Drawn => FieldInput::Handwriting(bytes),
                    DrawnMark::Picture => FieldInput::SealPicture(bytes),
                }
            }
        })
    }
}

/// `PUT /sign/{party}/fields/{field}`
pub(super) async fn fill(
    State(web): State<Web>,
    part: Part,
    Path((_, field)): Path<(String, String)>,
    Json(filled): Json<Filled>,
) -> Response {
    let Part { caller, visitor } = part;
    let Ok(field_id) = FieldId::parse(&field) else {
        return Problem::bad_request(&visitor).into_response();
    };
    let has_value = filled.value.is_some();
    let t = visitor.t;
    let input = match filled.value.map(|value| value.into_input(t)).transpose() {
        Ok(input) => input,
        Err(message) => return Problem::mend(message, &visitor).into_response(),
    };
    if let Err(error) = web.app.fill_field(&caller, field_id, input).await {
        return Problem::new(error, &visitor).into_response();
    }
    match web.app.view_part(&caller).await {
        Ok(found) => {
            let context = view::signing_page(&found, &visitor, FieldErrors::default());
            let preview = context
                .fields
                .iter()
                .find(|f| f.id == field)
                .and_then(crate::pages::counterpart::signing::SignField::preview);
            let filled = has_value && context.fields.iter().any(|f| f.id == field && f.is_filled());
            Json(serde_json::json!({
                "filled": filled,
                "required_done": context.required_filled(),
                "required": context.required_count(),
                "preview": preview,
            }))
            .into_response()
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

/// `POST /sign/{party}/fields`: all fields at once, from a browser without JavaScript.
pub(super) async fn fill_all(
    State(web): State<Web>,
    part: Part,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let Part { caller, visitor } = part;
    let found = match web.app.view_part(&caller).await {
        Ok(found) => found,
        Err(error) => return Problem::new(error, &visitor).into_response(),
    };
    let visitor = visitor.in_language_of(found.party.language);
    let of = |name: String| {
        form.iter()
            .find(|(key, _)| *key == name)
            .map(|(_, value)| value.as_str())
    };
    if of("declared".to_owned()) == Some("1") {
        let revision = of("revision".to_owned())
            .unwrap_or_default()
            .parse::<RevisionToken>();
        let recorded = match revision {
            Ok(token) => web.app.record_shown(&caller, &token, &all_pages(&found)).await,
            Err(error) => Err(error),
        };
        if let Err(error) = recorded {
            return Problem::new(error, &visitor).into_response();
        }
    }
    let mut errors = Vec::new();
    for field in found.contract.fields_of(found.party.party_id) {
        let id = field.field_id;
        let key = format!("f_{id}");
        let shown_key = id.to_string();
        let text = of(key.clone()).unwrap_or_default();
        let input = match field.kind {
            FieldKind::Seal => {
                let letters = |kind: &str| of(format!("{key}_{kind}")).filter(|text| !text.is_empty());
                match of(format!("{key}_mark")) {
                    Some("seal") => letters("seal").map(|text| FieldInput::GeneratedSeal(text.to_owned())),
                    Some("typed") => letters("typed").map(|text| FieldInput::TypedName(text.to_owned())),
                    _ => continue,
                }
            }
            // Handwriting needs the pad.
            FieldKind::Handwriting => continue,
            FieldKind::Text { .. } => (!text.is_empty()).then(|| FieldInput::Text(text.to_owned())),
            FieldKind::CheckBox => Some(FieldInput::Checked(text == "1")),
            FieldKind::Date if text.is_empty() => None,
            FieldKind::Date => {
                let Ok(date) = text.parse() else {
                    errors.push(FieldError {
                        field: shown_key,
                        message: visitor.t.value_wrong(&field.label),
                    });
                    continue;
                };
                Some(FieldInput::Date(date))
            }
        };
        if let Err(error) = web.app.fill_field(&caller, id, input).await {
            match explain(visitor.t, &error, Some(&found.contract)) {
                Some(message) => errors.push(FieldError {
                    field: shown_key,
                    message,
                }),
                None => return Problem::new(error, &visitor).into_response(),
            }
        }
    }
    if errors.is_empty() {
        return Redirect::to(&format!("/sign/{}/confirm", found.party.party_id)).into_response();
    }
    match web.app.view_part(&caller).await {
        Ok(found) => {
            let context = view::signing_page(&found, &visitor, FieldErrors(errors));
            page_with(http::StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor)
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

/// `GET /sign/{party}/fields/{field}/preview.png`
pub(super) async fn preview(
    State(web): State<Web>,
    part: Part,
    Path((_, field)): Path<(String, String)>,
) -> Response {
    let Ok(field_id) = FieldId::parse(&field) else {
        return Problem::bad_request(&part.visitor).into_response();
    };
    match web.app.field_picture(&part.caller, field_id).await {
        Ok(bytes) => ([(header::CONTENT_TYPE, "image/png")], bytes).into_response(),
        Err(error) => Problem::new(error, &part.visitor).into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct SealText {
    text: String,
}

/// `GET /sign/{party}/seal.png?text=`: a 丸印 with these letters.
pub(super) async fn seal(State(web): State<Web>, part: Part, Query(query): Query<SealText>) -> Response {
    match web.app.seal_preview(&query.text).await {
        Ok(bytes) => ([(header::CONTENT_TYPE, "image/png")], bytes).into_response(),
        Err(error) => Problem::new(error, &part.visitor).into_response(),
    }
}
