//! Set-up, signing in and out, passwords, invitations, the own account.

use akashi_app::account::{FirstOrganization, NewMember, SignedIn as NewSession};
use akashi_app::domain::{EmailAddress, Language, OrganizationName, PersonName, SessionId};
use akashi_app::{Error, PasswordWeakness, TextPlace, Token};
use axum::Router;
use axum::extract::{Form, Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use secrecy::SecretString;
use serde::Deserialize;

use super::Web;
use super::frame::app_frame;
use super::language::{cookie, local_path};
use super::problem::{Problem, page, page_with};
use super::redirects::told;
use super::refusal::explain;
use super::session::{self, SignedIn};
use super::visitor::Visitor;
use crate::pages::account::{
    AccountPage, ForgotPage, InvitationPage, PasswordPage, ResetPage, SessionLine, SessionsPage, SignInPage,
    SignInState,
};
use crate::pages::setup::{SetupClosedPage, SetupPage};
use crate::text::Text;
use crate::view::{FieldError, FieldErrors, Notice, PlainFrame, Section};

/// The routes of accounts.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/setup/{token}", get(ask_setup).post(set_up))
        .route("/sign-in", get(ask_sign_in).post(sign_in))
        .route("/sign-out", post(sign_out))
        .route("/password/forgot", get(ask_forgot).post(forgot))
        .route("/password/reset/{token}", get(ask_reset).post(reset))
        .route("/invitations/{token}", get(ask_invitation).post(accept))
        .route("/account", get(account).post(save_account))
        .route("/account/password", get(ask_password).post(change_password))
        .route("/account/sessions", get(sessions))
        .route("/account/sessions/revoke-others", post(revoke_others))
        .route("/account/sessions/{session}/revoke", post(revoke))
}

/// The frame of pages without a menu; the language switch leads back to `path`.
fn frame(web: &Web, path: &str) -> PlainFrame {
    PlainFrame {
        path: path.to_owned(),
        trial: web.is_trial(),
        signed_in: false,
    }
}

fn password_message(t: &Text, weakness: PasswordWeakness) -> String {
    match weakness {
        PasswordWeakness::TooShort | PasswordWeakness::TooLong => t.password_hint().to_owned(),
        PasswordWeakness::Common => t.password_common().to_owned(),
        PasswordWeakness::Personal => t.password_personal().to_owned(),
        _ => t.password_weak().to_owned(),
    }
}

/// What a form's field is told about an error; `None` if the error is not about what was typed.
fn field_error(t: &Text, error: &Error) -> Option<FieldError> {
    let of = |field: &str, message: String| {
        Some(FieldError {
            field: field.to_owned(),
            message,
        })
    };
    match error {
        Error::WeakPassword(weakness) => of("password", password_message(t, *weakness)),
        Error::AddressTaken => of("email", t.invite_taken().to_owned()),
        Error::MissingCharacters {
            place: TextPlace::Sender,
            ..
        } => of("name", explain(t, error, None)?),
        _ => None,
    }
}

/// Begins a session in the browser.
fn enter(web: &Web, jar: CookieJar, new: &NewSession, to: &str) -> Response {
    let cookie = session::cookie(&new.token, web.settings.https);
    (jar.add(cookie), Redirect::to(to)).into_response()
}

fn person(name: &str, t: &Text, errors: &mut Vec<FieldError>) -> Option<PersonName> {
    let parsed = PersonName::parse(name).ok();
    if parsed.is_none() {
        errors.push(FieldError {
            field: "name".into(),
            message: t.party_name_wrong().into(),
        });
    }
    parsed
}

fn address(email: &str, t: &Text, errors: &mut Vec<FieldError>) -> Option<EmailAddress> {
    let parsed = EmailAddress::parse(email).ok();
    if parsed.is_none() {
        errors.push(FieldError {
            field: "email".into(),
            message: t.address_invalid().into(),
        });
    }
    parsed
}

// ---- set-up ----

#[derive(Deserialize)]
struct SetupForm {
    organization: String,
    name: String,
    email: String,
    password: SecretString,
    lang: String,
}

async fn ask_setup(State(web): State<Web>, visitor: Visitor, Path(token): Path<String>) -> Response {
    let found = match Token::parse(&token) {
        Some(parsed) => web.app.look_at_setup(&parsed).await,
        None => Err(Error::TicketDead),
    };
    match found {
        Ok(()) => {
            let context = SetupPage {
                t: visitor.t,
                frame: frame(&web, &visitor.path),
                action: format!("/setup/{token}"),
                organization: String::new(),
                name: String::new(),
                email: String::new(),
                errors: FieldErrors::default(),
            };
            page(&context, &visitor)
        }
        Err(error) => setup_closed(&web, &visitor, error),
    }
}

fn setup_closed(web: &Web, visitor: &Visitor, error: Error) -> Response {
    match error {
        Error::TicketDead => {
            let context = SetupClosedPage {
                t: visitor.t,
                frame: frame(web, &visitor.path),
                used: true,
            };
            page_with(StatusCode::GONE, &context, visitor)
        }
        error => Problem::new(error, visitor).into_response(),
    }
}

async fn set_up(
    State(web): State<Web>,
    visitor: Visitor,
    jar: CookieJar,
    Path(token): Path<String>,
    Form(form): Form<SetupForm>,
) -> Response {
    let language = Language::from_tag(&form.lang).unwrap_or(visitor.t.lang);
    let t = Text::of(language);
    let mut errors = Vec::new();
    let organization = OrganizationName::parse(&form.organization).ok();
    if organization.is_none() {
        errors.push(FieldError {
            field: "organization".into(),
            message: t.organization_wrong().into(),
        });
    }
    let name = person(&form.name, t, &mut errors);
    let email = address(&form.email, t, &mut errors);
    let again = |errors: Vec<FieldError>| {
        let context = SetupPage {
            t,
            frame: frame(&web, &visitor.path),
            action: format!("/setup/{token}"),
            organization: form.organization.clone(),
            name: form.name.clone(),
            email: form.email.clone(),
            errors: FieldErrors(errors),
        };
        page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor)
    };
    let (Some(organization), Some(name), Some(email)) = (organization, name, email) else {
        return again(errors);
    };
    let Some(parsed) = Token::parse(&token) else {
        return setup_closed(&web, &visitor, Error::TicketDead);
    };
    let first = FirstOrganization {
        organization,
        name,
        email,
        password: form.password.clone(),
        language,
    };
    match web.app.set_up(&parsed, first, &visitor.origin).await {
        Ok(new) => enter(&web, jar, &new, "/welcome"),
        Err(error) => match field_error(t, &error) {
            Some(field) => again(vec![field]),
            None => setup_closed(&web, &visitor, error),
        },
    }
}

// ---- signing in and out ----

#[derive(Deserialize, Default)]
#[serde(default)]
struct SignInQuery {
    next: String,
    after: String,
}

async fn ask_sign_in(State(web): State<Web>, visitor: Visitor, Query(query): Query<SignInQuery>) -> Response {
    let state = match query.after.as_str() {
        "sign-out" => SignInState::SignedOut,
        "password" => SignInState::PasswordChanged,
        _ => SignInState::Fresh,
    };
    let next = if query.next.is_empty() {
        String::new()
    } else {
        local_path(&query.next)
    };
    page(
        &sign_in_page(&web, &visitor, String::new(), next, state),
        &visitor,
    )
}

fn sign_in_page(web: &Web, visitor: &Visitor, email: String, next: String, state: SignInState) -> SignInPage {
    SignInPage {
        t: visitor.t,
        frame: frame(web, "/sign-in"),
        email,
        next,
        state,
    }
}

#[derive(Deserialize)]
struct SignInForm {
    email: String,
    password: SecretString,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(web): State<Web>,
    visitor: Visitor,
    jar: CookieJar,
    Form(form): Form<SignInForm>,
) -> Response {
    let Ok(email) = EmailAddress::parse(&form.email) else {
        let state = SignInState::Wrong { left: None };
        let context = sign_in_page(&web, &visitor, form.email, form.next, state);
        return page_with(StatusCode::UNAUTHORIZED, &context, &visitor);
    };
    let signed_in = web.app.sign_in(&email, &form.password, &visitor.origin).await;
    let next = if form.next.is_empty() {
        "/".to_owned()
    } else {
        local_path(&form.next)
    };
    match signed_in {
        Ok(new) => enter(&web, jar, &new, &next),
        Err(Error::Credentials { attempts_left }) => {
            let state = SignInState::Wrong {
                left: Some(attempts_left),
            };
            let context = sign_in_page(&web, &visitor, form.email, form.next, state);
            page_with(StatusCode::UNAUTHORIZED, &context, &visitor)
        }
        Err(Error::Throttled { retry_after }) => {
            let minutes = u32::try_from(retry_after.as_secs().div_ceil(60)).unwrap_or(u32::MAX);
            let context = sign_in_page(
                &web,
                &visitor,
                form.email,
                form.next,
                SignInState::Locked { minutes },
            );
            let mut response = page_with(StatusCode::TOO_MANY_REQUESTS, &context, &visitor);
            let seconds = HeaderValue::from(retry_after.as_secs());
            response.headers_mut().insert(RETRY_AFTER, seconds);
            response
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

async fn sign_out(State(web): State<Web>, visitor: Visitor, jar: CookieJar) -> Response {
    if let Some(token) = session::token(&jar)
        && let Err(error) = web.app.sign_out(&token).await
    {
        return Problem::new(error, &visitor).into_response();
    }
    (
        jar.remove(session::ended_cookie()),
        Redirect::to("/sign-in?after=sign-out"),
    )
        .into_response()
}

// ---- forgotten passwords ----

async fn ask_forgot(State(web): State<Web>, visitor: Visitor) -> Response {
    let context = ForgotPage {
        t: visitor.t,
        frame: frame(&web, "/password/forgot"),
        email: String::new(),
        sent: false,
        errors: FieldErrors::default(),
    };
    page(&context, &visitor)
}

#[derive(Deserialize)]
struct ForgotForm {
    email: String,
}

async fn forgot(State(web): State<Web>, visitor: Visitor, Form(form): Form<ForgotForm>) -> Response {
    let mut context = ForgotPage {
        t: visitor.t,
        frame: frame(&web, "/password/forgot"),
        email: form.email.clone(),
        sent: false,
        errors: FieldErrors::default(),
    };
    let mut errors = Vec::new();
    let Some(email) = address(&form.email, visitor.t, &mut errors) else {
        context.errors = FieldErrors(errors);
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor);
    };
    match web.app.request_password_reset(&email, &visitor.origin).await {
        Ok(()) => {
            context.sent = true;
            page(&context, &visitor)
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

fn reset_page(web: &Web, visitor: &Visitor, action: String, errors: FieldErrors) -> ResetPage {
    ResetPage {
        t: visitor.t,
        frame: frame(web, &visitor.path),
        action,
        errors,
    }
}

async fn ask_reset(State(web): State<Web>, visitor: Visitor, Path(token): Path<String>) -> Response {
    let found = match Token::parse(&token) {
        Some(parsed) => web.app.look_at_reset(&parsed).await,
        None => Err(Error::TicketDead),
    };
    match found {
        Ok(()) => {
            let action = format!("/password/reset/{token}");
            page(
                &reset_page(&web, &visitor, action, FieldErrors::default()),
                &visitor,
            )
        }
        Err(error) => reset_closed(&web, &visitor, error),
    }
}

fn reset_closed(web: &Web, visitor: &Visitor, error: Error) -> Response {
    match error {
        Error::TicketDead => {
            let context = reset_page(web, visitor, String::new(), FieldErrors::default());
            page_with(StatusCode::GONE, &context, visitor)
        }
        error => Problem::new(error, visitor).into_response(),
    }
}

#[derive(Deserialize)]
struct ResetForm {
    password: SecretString,
}

async fn reset(
    State(web): State<Web>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(form): Form<ResetForm>,
) -> Response {
    let Some(parsed) = Token::parse(&token) else {
        return reset_closed(&web, &visitor, Error::TicketDead);
    };
    match web.app.reset_password(&parsed, &form.password).await {
        Ok(()) => Redirect::to("/sign-in?after=password").into_response(),
        Err(error) => match field_error(visitor.t, &error) {
            Some(field) => {
                let action = format!("/password/reset/{token}");
                let context = reset_page(&web, &visitor, action, FieldErrors(vec![field]));
                page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor)
            }
            None => reset_closed(&web, &visitor, error),
        },
    }
}

// ---- invitations ----

fn invitation_closed(web: &Web, visitor: &Visitor, error: Error) -> Response {
    match error {
        Error::TicketDead => {
            let context = InvitationPage {
                t: visitor.t,
                frame: frame(web, &visitor.path),
                action: String::new(),
                organization: String::new(),
                email: String::new(),
                name: String::new(),
                has_account: false,
                errors: FieldErrors::default(),
            };
            page_with(StatusCode::GONE, &context, visitor)
        }
        error => Problem::new(error, visitor).into_response(),
    }
}

async fn invitation_page(
    web: &Web,
    visitor: &Visitor,
    token: &str,
    name: String,
    errors: FieldErrors,
) -> Result<InvitationPage, Error> {
    let parsed = Token::parse(token).ok_or(Error::TicketDead)?;
    let target = web.app.look_at_invitation(&parsed).await?;
    let t = visitor.clone().in_language_of(target.language).t;
    Ok(InvitationPage {
        t,
        frame: frame(web, &visitor.path),
        action: format!("/invitations/{token}"),
        organization: target.organization,
        email: target.email.to_string(),
        name,
        has_account: target.has_account,
        errors,
    })
}

async fn ask_invitation(State(web): State<Web>, visitor: Visitor, Path(token): Path<String>) -> Response {
    match invitation_page(&web, &visitor, &token, String::new(), FieldErrors::default()).await {
        Ok(context) => page(&context, &visitor),
        Err(error) => invitation_closed(&web, &visitor, error),
    }
}

#[derive(Deserialize)]
struct AcceptForm {
    name: String,
    password: SecretString,
    lang: String,
}

async fn accept(
    State(web): State<Web>,
    visitor: Visitor,
    jar: CookieJar,
    Path(token): Path<String>,
    Form(form): Form<AcceptForm>,
) -> Response {
    let language = Language::from_tag(&form.lang).unwrap_or(visitor.t.lang);
    let t = Text::of(language);
    let mut errors = Vec::new();
    if let (Some(name), Some(parsed)) = (person(&form.name, t, &mut errors), Token::parse(&token)) {
        let new = NewMember {
            name,
            password: form.password.clone(),
            language,
        };
        match web.app.accept_invitation(&parsed, new, &visitor.origin).await {
            Ok(new) => return enter(&web, jar, &new, "/"),
            Err(Error::Credentials { .. }) => {
                let message = t.sign_in_wrong_plain().to_owned();
                errors.push(FieldError {
                    field: "password".into(),
                    message,
                });
            }
            Err(error) => match field_error(t, &error) {
                Some(field) => errors.push(field),
                None => return invitation_closed(&web, &visitor, error),
            },
        }
    }
    match invitation_page(&web, &visitor, &token, form.name, FieldErrors(errors)).await {
        Ok(context) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor),
        Err(error) => invitation_closed(&web, &visitor, error),
    }
}

// ---- the own account ----

async fn account_page(
    web: &Web,
    who: &SignedIn,
    name: String,
    lang: Language,
    errors: FieldErrors,
) -> AccountPage {
    AccountPage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Account).await,
        name,
        email: who.caller.member().email.to_string(),
        lang,
        errors,
    }
}

async fn account(State(web): State<Web>, who: SignedIn) -> Response {
    let member = who.caller.member();
    let (name, lang) = (member.name.to_string(), member.language);
    page(
        &account_page(&web, &who, name, lang, FieldErrors::default()).await,
        &who.visitor,
    )
}

#[derive(Deserialize)]
struct AccountForm {
    name: String,
    lang: String,
}

async fn save_account(
    State(web): State<Web>,
    who: SignedIn,
    jar: CookieJar,
    Form(form): Form<AccountForm>,
) -> Response {
    let t = who.visitor.t;
    let language = Language::from_tag(&form.lang).unwrap_or_default();
    let mut errors = Vec::new();
    if let Some(name) = person(&form.name, t, &mut errors) {
        match web.app.update_profile(&who.caller, name, language).await {
            Ok(_) => {
                // An older choice on this browser must not hide the newer one.
                let jar = match who.visitor.chosen {
                    Some(_) => jar.add(cookie(&web, language)),
                    None => jar,
                };
                return (jar, told(Notice::Saved, "/account")).into_response();
            }
            Err(error) => match field_error(t, &error) {
                Some(field) => errors.push(field),
                None => return Problem::new(error, &who.visitor).into_response(),
            },
        }
    }
    let context = account_page(&web, &who, form.name, language, FieldErrors(errors)).await;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor)
}

async fn password_page(web: &Web, who: &SignedIn, errors: FieldErrors) -> PasswordPage {
    PasswordPage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Account).await,
        errors,
    }
}

async fn ask_password(State(web): State<Web>, who: SignedIn) -> Response {
    page(
        &password_page(&web, &who, FieldErrors::default()).await,
        &who.visitor,
    )
}

#[derive(Deserialize)]
struct PasswordForm {
    current_password: SecretString,
    new_password: SecretString,
}

async fn change_password(State(web): State<Web>, who: SignedIn, Form(form): Form<PasswordForm>) -> Response {
    let t = who.visitor.t;
    let changed = web
        .app
        .change_password(
            &who.caller,
            &form.current_password,
            &form.new_password,
            &who.visitor.origin,
        )
        .await;
    let error = match changed {
        Ok(()) => return told(Notice::PasswordChanged, "/account"),
        Err(Error::Credentials { .. }) => FieldErrors::one("current_password", t.password_current_wrong()),
        Err(Error::WeakPassword(weakness)) => FieldErrors::one("new_password", password_message(t, weakness)),
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &password_page(&web, &who, error).await,
        &who.visitor,
    )
}

async fn sessions(State(web): State<Web>, who: SignedIn) -> Response {
    match web.app.sessions(&who.caller).await {
        Ok(found) => {
            let context = SessionsPage {
                t: who.visitor.t,
                frame: app_frame(&web, &who, Section::Account).await,
                now: web.app.now(),
                sessions: found
                    .into_iter()
                    .map(|session| SessionLine {
                        id: session.session_id.to_string(),
                        device: device(&session.user_agent),
                        address: session
                            .address
                            .map(|address| address.to_string())
                            .unwrap_or_default(),
                        begun: session.created_at,
                        used: session.last_used_at,
                        this: session.is_current,
                    })
                    .collect(),
            };
            page(&context, &who.visitor)
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

/// Browser and system out of a `User-Agent`, as far as its well-known words tell.
fn device(user_agent: &str) -> String {
    let find = |words: &[(&str, &'static str)]| {
        words
            .iter()
            .find(|(word, _)| user_agent.contains(word))
            .map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    let words: Vec<&str> = browser.into_iter().chain(system).collect();
    if words.is_empty() {
        user_agent.chars().take(40).collect()
    } else {
        words.join("・")
    }
}

async fn revoke(State(web): State<Web>, who: SignedIn, Path(session): Path<String>) -> Response {
    let revoked = match SessionId::parse(&session) {
        Ok(session_id) => web.app.revoke_session(&who.caller, session_id).await,
        Err(_) => Err(Error::NotFound),
    };
    match revoked {
        Ok(()) => told(Notice::SessionRevoked, "/account/sessions"),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

async fn revoke_others(State(web): State<Web>, who: SignedIn) -> Response {
    match web.app.revoke_other_sessions(&who.caller).await {
        Ok(_) => told(Notice::SessionRevoked, "/account/sessions"),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_are_named_in_known_words() {
        let chrome =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36";
        assert_eq!(device(chrome), "Chrome・Windows");
        assert_eq!(device("curl/8"), "curl/8");
    }
}
