//! The administrator's pages: doctor, jobs, mails, the local mailbox.

use akashi_app::doctor::{Check as Found, Diagnosis, Finding, Subject, Verdict};
use akashi_app::domain::{ContractId, JobId, MailId};
use akashi_app::ports::{DomainAuthentication, JobKind as StoredJob};
use akashi_app::{Error, MemberCaller};
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use http::{HeaderValue, header};
use serde::Deserialize;

use super::Web;
use super::contracts::delivery::{delivery_state, mail_kind};
use super::frame::app_frame;
use super::problem::{Problem, page};
use super::session::SignedIn;
use super::visitor::Visitor;
use crate::pages::system::doctor::{DoctorPage, TrialNote};
use crate::pages::system::jobs::{JobKind, JobLine, JobsPage};
use crate::pages::system::mail::{MailLogLine, MailLogPage, MailPage, MailboxLine, MailboxPage};
use crate::text::Text;
use crate::view::{Check, CheckState, DeliveryState, Pager, Section};

/// The routes of the machinery.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/welcome", get(welcome))
        .route("/system/doctor", get(doctor).post(run_doctor))
        .route("/system/jobs", get(jobs))
        .route("/system/jobs/{job}/retry", post(retry_job))
        .route("/system/mail", get(mail_log))
        .route("/mailbox", get(mailbox))
        .route("/mailbox/{mail}", get(mail))
        .route("/mailbox/{mail}/html", get(mail_html))
}

async fn welcome(State(web): State<Web>, who: SignedIn) -> Response {
    diagnosis_page(&web, &who, true).await
}

async fn doctor(State(web): State<Web>, who: SignedIn) -> Response {
    diagnosis_page(&web, &who, false).await
}

/// The tests run whenever the page is asked for; the button asks again.
async fn run_doctor() -> Redirect {
    Redirect::to("/system/doctor")
}

async fn diagnosis_page(web: &Web, who: &SignedIn, first_start: bool) -> Response {
    let diagnosis = match web.app.diagnose_as(&who.caller).await {
        Ok(diagnosis) => diagnosis,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let context = DoctorPage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Doctor).await,
        first_start,
        checks: diagnosis
            .checks
            .iter()
            .map(|found| check(who.visitor.t, found))
            .collect(),
        finished_at: Some(diagnosis.at),
        trial_notes: trial_notes(&diagnosis),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    };
    if who.visitor.is_htmx {
        return page(&context.as_checks(), &who.visitor);
    }
    page(&context, &who.visitor)
}

fn trial_notes(diagnosis: &Diagnosis) -> Vec<TrialNote> {
    let has = |finding: &Finding| diagnosis.checks.iter().any(|check| check.finding == *finding);
    let mut notes = Vec::new();
    if has(&Finding::OwnRoot) {
        notes.push(TrialNote::OwnRoot);
    }
    if has(&Finding::LocalTimeStamps) {
        notes.push(TrialNote::OwnTimeStamps);
    }
    notes.push(TrialNote::KeyInFile);
    if has(&Finding::TrialMailbox) {
        notes.push(TrialNote::LocalMail);
    }
    if has(&Finding::OwnClockOnly) {
        notes.push(TrialNote::OwnClock);
    }
    notes
}

fn check(t: &Text, found: &Found) -> Check {
    let title = match found.subject {
        Subject::Database => t.doctor_database(),
        Subject::Storage => t.doctor_storage(),
        Subject::Key => t.doctor_key(),
        Subject::Clock => t.doctor_clock(),
        Subject::TimeStampAuthority => t.doctor_tsa(),
        Subject::SigningAuthority => t.doctor_ca(),
        Subject::Mail => t.doctor_mail(),
        Subject::MailDomain => t.doctor_domain(),
        Subject::Sample => t.doctor_sample(),
        Subject::Jobs => t.doctor_jobs(),
    };
    Check {
        state: match found.verdict {
            Verdict::Good => CheckState::Good,
            Verdict::TrialOnly | Verdict::Attention => CheckState::Warning,
            Verdict::Failed => CheckState::Failed,
        },
        title: title.to_owned(),
        detail: finding(t, &found.finding),
        remedy: remedy(t, found).to_owned(),
    }
}

/// What to do about something that does not work.
const fn remedy(t: &Text, found: &Found) -> &'static str {
    match (found.subject, &found.finding) {
        (
            Subject::Clock | Subject::TimeStampAuthority,
            Finding::ClockOffset { .. } | Finding::RemoteTimeStamps { .. },
        ) if matches!(found.verdict, Verdict::Failed) => t.doctor_mend_own_clock(),
        (Subject::Database, Finding::Broken { .. }) => t.doctor_mend_database(),
        (Subject::Storage, Finding::Broken { .. }) => t.doctor_mend_storage(),
        (Subject::Key | Subject::SigningAuthority, Finding::Broken { .. }) => t.doctor_mend_key(),
        (Subject::Clock, Finding::Broken { .. }) => t.doctor_mend_clock(),
        (Subject::TimeStampAuthority, Finding::Broken { .. }) => t.doctor_mend_tsa(),
        (Subject::Mail, Finding::Broken { .. }) => t.doctor_mend_mail(),
        (Subject::Sample, Finding::Broken { .. }) => t.doctor_mend_sample(),
        _ => "",
    }
}

fn finding(t: &Text, finding: &Finding) -> String {
    match finding {
        Finding::Broken { cause } => cause.clone(),
        Finding::OwnClockOnly => t.doctor_own_clock().to_owned(),
        Finding::ClockOffset { offset_ms } => t.doctor_offset(offset_ms),
        Finding::LocalTimeStamps => t.doctor_own_tsa().to_owned(),
        Finding::RemoteTimeStamps { url, offset_ms } => format!("{url} {}", t.doctor_offset(offset_ms)),
        Finding::OwnRoot => t.doctor_own_root().to_owned(),
        Finding::TrialMailbox => t.doctor_local_mail().to_owned(),
        Finding::MailServer { greeting } => greeting.clone(),
        Finding::MailDomain(DomainAuthentication::NotApplicable) => t.doctor_no_domain().to_owned(),
        Finding::MailDomain(DomainAuthentication::NoAnswer { reason }) => t.doctor_dns_silent(reason),
        Finding::MailDomain(DomainAuthentication::Records { spf, dkim, dmarc }) => {
            let word = |present: bool| {
                if present {
                    t.doctor_present()
                } else {
                    t.doctor_missing()
                }
            };
            let dkim = dkim.map_or(t.none(), word);
            format!(
                "SPF {}{c}DKIM {dkim}{c}DMARC {}",
                word(spf.is_some()),
                word(dmarc.is_some()),
                c = t.list_comma()
            )
        }
        Finding::SampleSigned => t.doctor_sample_signed().to_owned(),
        Finding::DeadJobs { count } => t.doctor_dead_jobs(count),
        _ => String::new(),
    }
}

async fn jobs(State(web): State<Web>, who: SignedIn) -> Response {
    let dead = match web.app.dead_jobs(&who.caller).await {
        Ok(dead) => dead,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let context = JobsPage {
        t: who.visitor.t,
        frame: app_frame(&web, &who, Section::Jobs).await,
        now: web.app.now(),
        jobs: dead
            .into_iter()
            .map(|dead| {
                let (kind, about, href) = job_matter(&dead.job.kind);
                JobLine {
                    id: dead.job.job_id.to_string(),
                    kind,
                    about,
                    href,
                    attempts: dead.job.attempts,
                    reason: dead.job.last_error.unwrap_or_default(),
                    stopped_at: dead.died_at,
                }
            })
            .collect(),
    };
    page(&context, &who.visitor)
}

fn job_matter(kind: &StoredJob) -> (JobKind, String, Option<String>) {
    let contract = |id: &akashi_app::domain::ContractId| (id.to_string(), Some(format!("/contracts/{id}")));
    let (kind, (about, href)) = match kind {
        StoredJob::PrepareSending { contract_id } => (JobKind::Send, contract(contract_id)),
        StoredJob::Sign { contract_id, .. } => (JobKind::Sign, contract(contract_id)),
        StoredJob::Conclude { contract_id } => (JobKind::Conclude, contract(contract_id)),
        StoredJob::Preserve { contract_id } => (JobKind::Preserve, contract(contract_id)),
        StoredJob::Expire { contract_id } => (JobKind::Expire, contract(contract_id)),
        StoredJob::DeliverMail { mail_id } => (JobKind::Mail, (mail_id.to_string(), None)),
        _ => (JobKind::Mail, (String::new(), None)),
    };
    (kind, about, href)
}

async fn retry_job(State(web): State<Web>, who: SignedIn, Path(job): Path<String>) -> Response {
    let revived = match JobId::parse(&job) {
        Ok(job_id) => web.app.revive_job(&who.caller, job_id).await,
        Err(_) => Err(Error::NotFound),
    };
    match revived {
        Ok(()) => Redirect::to("/system/jobs").into_response(),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct MailQuery {
    state: String,
}

async fn mail_log(State(web): State<Web>, who: SignedIn, Query(query): Query<MailQuery>) -> Response {
    let log = match web.app.mail_log(&who.caller).await {
        Ok(log) => log,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let trouble = query.state == "trouble";
    let title = |id: ContractId| {
        log.titles
            .get(&id)
            .map_or_else(|| id.printed(), ToString::to_string)
    };
    let lines = log
        .mails
        .iter()
        .filter_map(|mail| {
            let (state, at) = delivery_state(mail)?;
            let in_trouble = matches!(
                state,
                DeliveryState::Refused { .. } | DeliveryState::Retrying { .. }
            );
            (in_trouble || !trouble).then(|| MailLogLine {
                email: mail.to.to_string(),
                kind: mail_kind(&mail.kind),
                contract: mail.contract_id.map(|id| (title(id), format!("/contracts/{id}"))),
                state,
                attempts: mail.attempts,
                at,
            })
        })
        .collect();
    let context = MailLogPage {
        t: who.visitor.t,
        frame: app_frame(&web, &who, Section::Mail).await,
        now: web.app.now(),
        trouble,
        lines,
        pager: Pager {
            base: "/system/mail?".to_owned(),
            page: 1,
            pages: 1,
        },
    };
    page(&context, &who.visitor)
}

/// The local mailbox holds the parties' links: it is for the person at this machine only.
fn at_this_machine(visitor: &Visitor) -> Result<(), Error> {
    if visitor.is_local {
        Ok(())
    } else {
        Err(Error::NotFound)
    }
}

async fn mailbox(State(web): State<Web>, who: SignedIn) -> Response {
    let found = match at_this_machine(&who.visitor) {
        Ok(()) => web.app.trial_mails(&who.caller).await,
        Err(error) => Err(error),
    };
    match found {
        Ok(mails) => {
            let context = MailboxPage {
                t: who.visitor.t,
                frame: app_frame(&web, &who, Section::Mailbox).await,
                now: web.app.now(),
                mails: mails
                    .into_iter()
                    .map(|mail| MailboxLine {
                        href: format!("/mailbox/{}", mail.mail_id),
                        subject: mail.content.subject,
                        to: mail.to.to_string(),
                        at: mail.received_at,
                    })
                    .collect(),
            };
            page(&context, &who.visitor)
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

async fn find(
    web: &Web,
    visitor: &Visitor,
    caller: &MemberCaller,
    mail: &str,
) -> Result<akashi_app::ports::StoredMail, Error> {
    at_this_machine(visitor)?;
    let mail_id = MailId::parse(mail).map_err(|_| Error::NotFound)?;
    web.app.trial_mail(caller, mail_id).await
}

async fn mail(State(web): State<Web>, who: SignedIn, Path(mail): Path<String>) -> Response {
    match find(&web, &who.visitor, &who.caller, &mail).await {
        Ok(found) => {
            let context = MailPage {
                t: who.visitor.t,
                frame: app_frame(&web, &who, Section::Mailbox).await,
                subject: found.content.subject,
                from: "Akashi".to_owned(),
                reply_to: String::new(),
                to: found.to.to_string(),
                at: found.received_at,
                text: found.content.text,
                html_href: format!("/mailbox/{}/html", found.mail_id),
            };
            page(&context, &who.visitor)
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

/// The HTML of a mail under a policy of its own: mail needs a style block, and nothing else of it may run.
async fn mail_html(State(web): State<Web>, who: SignedIn, Path(mail): Path<String>) -> Response {
    match find(&web, &who.visitor, &who.caller, &mail).await {
        Ok(found) => {
            let mut response = Html(found.content.html).into_response();
            let policy = HeaderValue::from_static(
                "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; \
                 frame-ancestors 'self'; base-uri 'none'; form-action 'none'",
            );
            response
                .headers_mut()
                .insert(header::CONTENT_SECURITY_POLICY, policy);
            response
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}
