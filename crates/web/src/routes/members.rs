//! Members, invitations and the organization's settings.

use akashi_app::Error;
use akashi_app::account::Invitee;
use akashi_app::domain::{
    EmailAddress, InvitationId, Language, MemberId, MemberState as Stored, OrganizationName, Role,
};
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;
use serde::Deserialize;

use super::Web;
use super::frame::app_frame;
use super::problem::{Problem, page, page_with};
use super::redirects::told;
use super::refusal::explain;
use super::session::SignedIn;
use super::time::jst_day;
use crate::pages::system::members::{
    InvitePage, MemberLine, MemberState, MembersPage, RemoveMemberPage, RoleView, SettingsPage,
};
use crate::view::{FieldErrors, Notice, Permission, Section};

/// The routes of members.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/members", get(members))
        .route("/members/invite", get(ask_invite).post(invite))
        .route("/members/{member}/role", post(role))
        .route("/members/{member}/remove", get(ask_remove).post(remove))
        .route("/members/invitations/{invitation}/resend", post(resend))
        .route("/members/invitations/{invitation}/revoke", post(revoke))
        .route("/settings", get(settings).post(save_settings))
        .route("/settings/root.pem", get(root))
}

const fn view(role: Role) -> RoleView {
    match role {
        Role::Administrator => RoleView::Administrator,
        Role::Member => RoleView::Member,
    }
}

async fn members(State(web): State<Web>, who: SignedIn) -> Response {
    let list = match web.app.members(&who.caller).await {
        Ok(list) => list,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let t = who.visitor.t;
    let own = who.caller.member().member_id;
    let active = |member: &&akashi_app::domain::Member| member.state == Stored::Active;
    let administrators = list
        .members
        .iter()
        .filter(active)
        .filter(|member| member.role == Role::Administrator)
        .count();
    let mut lines: Vec<MemberLine> = list
        .members
        .iter()
        .filter(active)
        .map(|member| {
            let is_last = member.role == Role::Administrator && administrators == 1;
            MemberLine {
                id: member.member_id.to_string(),
                name: member.name.to_string(),
                email: member.email.to_string(),
                role: view(member.role),
                state: MemberState::Active,
                you: member.member_id == own,
                change: if is_last {
                    Permission::refused(t.members_last_administrator())
                } else {
                    Permission::ALLOWED
                },
            }
        })
        .collect();
    lines.extend(list.invitations.iter().map(|invitation| MemberLine {
        id: invitation.invitation_id.to_string(),
        name: String::new(),
        email: invitation.email.to_string(),
        role: view(invitation.role),
        state: if invitation.is_refused {
            MemberState::InvitationRefused
        } else if invitation.is_expired {
            MemberState::InvitationExpired
        } else {
            MemberState::Invited {
                until: jst_day(invitation.expires_at),
            }
        },
        you: false,
        change: Permission::ALLOWED,
    }));
    let context = MembersPage {
        t,
        frame: app_frame(&web, &who, Section::Members).await,
        members: lines,
    };
    page(&context, &who.visitor)
}

async fn invite_page(
    web: &Web,
    who: &SignedIn,
    email: String,
    role: RoleView,
    lang: Language,
    errors: FieldErrors,
) -> InvitePage {
    InvitePage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Members).await,
        email,
        role,
        lang,
        errors,
    }
}

async fn ask_invite(State(web): State<Web>, who: SignedIn) -> Response {
    if who.caller.member().role != Role::Administrator {
        return Problem::new(Error::Forbidden, &who.visitor).into_response();
    }
    let lang = who.visitor.t.lang;
    let context = invite_page(
        &web,
        &who,
        String::new(),
        RoleView::Member,
        lang,
        FieldErrors::default(),
    )
    .await;
    dialog_or_page!(context, who)
}

#[derive(Deserialize)]
struct InviteForm {
    email: String,
    role: String,
    #[serde(default)]
    lang: String,
}

async fn invite(State(web): State<Web>, who: SignedIn, Form(form): Form<InviteForm>) -> Response {
    let t = who.visitor.t;
    let language = Language::from_tag(&form.lang).unwrap_or_default();
    let role = if form.role == "administrator" {
        Role::Administrator
    } else {
        Role::Member
    };
    let message = match EmailAddress::parse(&form.email) {
        Ok(email) => match web
            .app
            .invite_member(
                &who.caller,
                Invitee {
                    email,
                    role,
                    language,
                },
            )
            .await
        {
            Ok(_) => return told(Notice::Invited, "/members"),
            Err(Error::AddressTaken) => t.invite_taken().to_owned(),
            Err(error) => return Problem::new(error, &who.visitor).into_response(),
        },
        Err(_) => t.address_invalid().to_owned(),
    };
    let errors = FieldErrors::one("email", message);
    let context = invite_page(&web, &who, form.email, view(role), language, errors).await;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor)
}

fn back(result: Result<(), Error>, who: &SignedIn, notice: Notice) -> Response {
    match result {
        Ok(()) => told(notice, "/members"),
        Err(Error::LastAdministrator) => {
            Problem::mend(who.visitor.t.members_last_administrator(), &who.visitor).into_response()
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

#[derive(Deserialize)]
struct RoleForm {
    role: String,
}

async fn role(
    State(web): State<Web>,
    who: SignedIn,
    Path(member): Path<String>,
    Form(form): Form<RoleForm>,
) -> Response {
    let role = if form.role == "administrator" {
        Role::Administrator
    } else {
        Role::Member
    };
    let result = match MemberId::parse(&member) {
        Ok(member_id) => web.app.change_role(&who.caller, member_id, role).await,
        Err(_) => Err(Error::NotFound),
    };
    back(result, &who, Notice::Saved)
}

async fn ask_remove(State(web): State<Web>, who: SignedIn, Path(member): Path<String>) -> Response {
    let list = match web.app.members(&who.caller).await {
        Ok(list) => list,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let found = list
        .members
        .iter()
        .find(|found| found.state == Stored::Active && found.member_id.to_string() == member);
    let Some(found) = found else {
        return Problem::new(Error::NotFound, &who.visitor).into_response();
    };
    let context = RemoveMemberPage {
        t: who.visitor.t,
        frame: app_frame(&web, &who, Section::Members).await,
        id: member,
        name: found.name.to_string(),
    };
    dialog_or_page!(context, who)
}

async fn remove(State(web): State<Web>, who: SignedIn, Path(member): Path<String>) -> Response {
    let result = match MemberId::parse(&member) {
        Ok(member_id) => web.app.remove_member(&who.caller, member_id).await,
        Err(_) => Err(Error::NotFound),
    };
    back(result, &who, Notice::Saved)
}

async fn resend(State(web): State<Web>, who: SignedIn, Path(invitation): Path<String>) -> Response {
    let result = match InvitationId::parse(&invitation) {
        Ok(invitation_id) => web.app.resend_invitation(&who.caller, invitation_id).await,
        Err(_) => Err(Error::NotFound),
    };
    back(result, &who, Notice::Invited)
}

async fn revoke(State(web): State<Web>, who: SignedIn, Path(invitation): Path<String>) -> Response {
    let result = match InvitationId::parse(&invitation) {
        Ok(invitation_id) => web.app.revoke_invitation(&who.caller, invitation_id).await,
        Err(_) => Err(Error::NotFound),
    };
    back(result, &who, Notice::Saved)
}

async fn settings_page(web: &Web, who: &SignedIn, name: String, errors: FieldErrors) -> SettingsPage {
    let settings = web.app.settings();
    SettingsPage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Settings).await,
        name,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        public_url: settings.public_url.clone(),
        mail_from: web.app.mail_from(),
        limit: settings.max_upload_bytes,
        level: format!("PAdES {}", settings.promised_level.as_str()),
        errors,
    }
}

async fn settings(State(web): State<Web>, who: SignedIn) -> Response {
    if who.caller.member().role != Role::Administrator {
        return Problem::new(Error::Forbidden, &who.visitor).into_response();
    }
    match web.app.organization_name(&who.caller).await {
        Ok(name) => page(
            &settings_page(&web, &who, name, FieldErrors::default()).await,
            &who.visitor,
        ),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

#[derive(Deserialize)]
struct SettingsForm {
    name: String,
}

async fn save_settings(State(web): State<Web>, who: SignedIn, Form(form): Form<SettingsForm>) -> Response {
    let t = who.visitor.t;
    let message = match OrganizationName::parse(&form.name) {
        Ok(name) => match web.app.rename_organization(&who.caller, &name).await {
            Ok(()) => return told(Notice::Saved, "/settings"),
            Err(error) => match explain(t, &error, None) {
                Some(message) => message,
                None => return Problem::new(error, &who.visitor).into_response(),
            },
        },
        Err(_) => t.organization_wrong().to_owned(),
    };
    let context = settings_page(&web, &who, form.name, FieldErrors::one("name", message)).await;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor)
}

/// The roots of this installation, to be given to Adobe Reader or another judge. They are public.
async fn root(State(web): State<Web>, _who: SignedIn) -> Response {
    let headers = [
        (http::header::CONTENT_TYPE, "application/x-pem-file"),
        (
            http::header::CONTENT_DISPOSITION,
            "attachment; filename=\"akashi-root.pem\"",
        ),
    ];
    (headers, web.app.trust_anchors_pem()).into_response()
}
