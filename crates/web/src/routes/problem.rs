//! Errors as answers: a page, a fragment for htmx, or problem+json (RFC 9457). The cause goes to the log, once,
//! here.

use std::any::Any;

use akashi_app::Error;
use askama::Template as _;
use axum::extract::FromRequestParts as _;
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};

use super::visitor::Visitor;
use super::{Web, refusal};
use crate::pages::problem::{ProblemFragment, ProblemKind, ProblemPage};
use crate::view::PlainFrame;

/// What went wrong, ready to be answered.
pub(crate) struct Problem {
    kind: ProblemKind,
    status: StatusCode,
    detail: String,
    visitor: Visitor,
}

/// The stable names of problems, as the end of their `type` URI.
const fn slug(kind: ProblemKind) -> &'static str {
    match kind {
        ProblemKind::BadRequest => "bad-request",
        ProblemKind::SignInNeeded => "sign-in-needed",
        ProblemKind::Forbidden => "forbidden",
        ProblemKind::NotFound => "not-found",
        ProblemKind::Conflict => "conflict",
        ProblemKind::TooLarge { .. } => "too-large",
        ProblemKind::TooMany { .. } => "too-many-requests",
        ProblemKind::Internal => "internal",
        ProblemKind::Unavailable => "unavailable",
    }
}

impl Problem {
    /// Maps an error of a use case.
    #[expect(clippy::needless_pass_by_value, reason = "the error's way ends here")]
    pub(crate) fn new(error: Error, visitor: &Visitor) -> Self {
        let kind = match &error {
            Error::NotFound
            | Error::LinkUnknown
            | Error::LinkReplaced
            | Error::LinkExpired
            | Error::TicketDead => ProblemKind::NotFound,
            Error::Forbidden | Error::LastAdministrator => ProblemKind::Forbidden,
            Error::NotSignedIn | Error::Credentials { .. } => ProblemKind::SignInNeeded,
            Error::Throttled { retry_after } => ProblemKind::TooMany {
                seconds: retry_after.as_secs().max(1),
            },
            Error::Busy => ProblemKind::TooMany { seconds: 10 },
            Error::Conflict | Error::AddressTaken => ProblemKind::Conflict,
            Error::TooLarge { limit } => ProblemKind::TooLarge { limit: *limit },
            Error::Refused(_)
            | Error::Intake(_)
            | Error::Picture { .. }
            | Error::MissingCharacters { .. }
            | Error::PagesNotShown { .. }
            | Error::RevisionUnknown
            | Error::NotDrawable { .. }
            | Error::Certificate(_)
            | Error::SealRefused(_)
            | Error::SealUntrusted
            | Error::WeakPassword(_) => ProblemKind::BadRequest,
            Error::Unavailable { .. } => ProblemKind::Unavailable,
            _ => ProblemKind::Internal,
        };
        match kind {
            ProblemKind::Internal => tracing::error!(error = %chain(&error), "request failed"),
            ProblemKind::Unavailable => tracing::warn!(error = %chain(&error), "request failed"),
            _ => tracing::debug!(error = %chain(&error), "request refused"),
        }
        let mends = matches!(kind, ProblemKind::BadRequest);
        let status = if mends {
            StatusCode::UNPROCESSABLE_ENTITY
        } else {
            status_of(kind)
        };
        let detail = refusal::explain(visitor.t, &error, None).unwrap_or_default();
        Self {
            kind,
            status,
            detail,
            visitor: visitor.clone(),
        }
    }

    /// Something that the reader can mend, already in words.
    pub(crate) fn mend(detail: impl Into<String>, visitor: &Visitor) -> Self {
        Self {
            kind: ProblemKind::BadRequest,
            status: StatusCode::UNPROCESSABLE_ENTITY,
            detail: detail.into(),
            visitor: visitor.clone(),
        }
    }

    /// A request that no page of ours makes.
    pub(crate) fn bad_request(visitor: &Visitor) -> Self {
        Self {
            kind: ProblemKind::BadRequest,
            status: StatusCode::BAD_REQUEST,
            detail: String::new(),
            visitor: visitor.clone(),
        }
    }

    /// A refusal of a layer or an extractor, of which only the status is known.
    pub(super) fn of_status(status: StatusCode, visitor: &Visitor) -> Self {
        let kind = match status {
            StatusCode::UNAUTHORIZED => ProblemKind::SignInNeeded,
            StatusCode::FORBIDDEN => ProblemKind::Forbidden,
            StatusCode::NOT_FOUND => ProblemKind::NotFound,
            StatusCode::CONFLICT => ProblemKind::Conflict,
            StatusCode::PAYLOAD_TOO_LARGE => ProblemKind::TooLarge {
                limit: super::FORM_BYTES as u64,
            },
            StatusCode::TOO_MANY_REQUESTS => ProblemKind::TooMany { seconds: 60 },
            StatusCode::SERVICE_UNAVAILABLE => ProblemKind::Unavailable,
            status if status.is_server_error() => ProblemKind::Internal,
            _ => ProblemKind::BadRequest,
        };
        Self {
            kind,
            status,
            detail: String::new(),
            visitor: visitor.clone(),
        }
    }

    fn json(self) -> Response {
        let t = self.visitor.t;
        let body = serde_json::json!({
            "type": format!("https://akashi.example/problems/{}", slug(self.kind)),
            "title": self.kind.title(t),
            "status": self.status.as_u16(),
            "detail": if self.detail.is_empty() { self.kind.text(t) } else { self.detail },
            "instance": self.visitor.request_id,
        });
        let mut response = (self.status, body.to_string()).into_response();
        let json = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, json);
        response
    }
}

fn status_of(kind: ProblemKind) -> StatusCode {
    StatusCode::from_u16(kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let retry = match self.kind {
            ProblemKind::TooMany { seconds } => HeaderValue::from_str(&seconds.to_string()).ok(),
            _ => None,
        };
        let status = self.status;
        let mut response = if self.visitor.wants_json {
            self.json()
        } else {
            let (t, instance) = (self.visitor.t, self.visitor.request_id.clone());
            let html = if self.visitor.is_htmx {
                ProblemFragment {
                    t,
                    kind: self.kind,
                    detail: self.detail,
                    instance,
                }
                .render()
            } else {
                let frame = PlainFrame {
                    path: self.visitor.path,
                    trial: false,
                    signed_in: false,
                };
                ProblemPage {
                    t,
                    frame,
                    kind: self.kind,
                    detail: self.detail,
                    instance,
                }
                .render()
            };
            match html {
                Ok(html) => (status, Html(html)).into_response(),
                Err(error) => {
                    tracing::error!(%error, "problem page cannot be rendered");
                    status.into_response()
                }
            }
        };
        if let Some(retry) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, retry);
        }
        response
    }
}

/// Renders a page; a template that fails is a defect.
pub(crate) fn page(template: &impl askama::Template, visitor: &Visitor) -> Response {
    page_with(StatusCode::OK, template, visitor)
}

/// Renders a page with a status.
pub(crate) fn page_with(status: StatusCode, template: &impl askama::Template, visitor: &Visitor) -> Response {
    match template.render() {
        Ok(html) => {
            let mut response = (status, Html(html)).into_response();
            let vary = HeaderValue::from_static("cookie, accept-language, hx-request");
            response.headers_mut().insert(header::VARY, vary);
            response
        }
        Err(error) => Problem::new(
            Error::Internal {
                what: "template",
                source: Box::new(error),
            },
            visitor,
        )
        .into_response(),
    }
}

/// The answer to an address that leads nowhere.
pub(super) async fn not_found(
    axum::extract::State(web): axum::extract::State<Web>,
    request: axum::extract::Request,
) -> Response {
    let (mut parts, _) = request.into_parts();
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, &web).await;
    Problem::new(Error::NotFound, &visitor).into_response()
}

/// The answer after a defect: the process goes on, the log has the place.
#[expect(clippy::needless_pass_by_value, reason = "the layer gives the payload away")]
pub(super) fn panicked(payload: Box<dyn Any + Send + 'static>) -> Response {
    let text = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("unknown");
    tracing::error!(panic = text, alarm = true, "a request panicked");
    metrics::counter!("akashi_alarms_total", "reason" => "panic").increment(1);
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
