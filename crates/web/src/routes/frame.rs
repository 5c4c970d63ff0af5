//! The frame around a member's page, from what the installation knows now.

use akashi_app::domain::Role;
use akashi_app::domain::contract::Purpose;
use akashi_app::ports::TimeStampSource;

use super::Web;
use super::session::SignedIn;
use crate::view::{AppFrame, Readiness, ReadinessOf, ReadinessState, Section};

/// The frame of a page in `section`.
pub(super) async fn app_frame(web: &Web, who: &SignedIn, section: Section) -> AppFrame {
    let member = who.caller.member();
    AppFrame {
        organization: web.app.organization_name(&who.caller).await.unwrap_or_default(),
        person_name: member.name.to_string(),
        person_email: member.email.to_string(),
        administrator: member.role == Role::Administrator,
        section,
        path: who.visitor.path.clone(),
        trial: web.app.purpose() == Purpose::Trial,
        readiness: readiness(web, who),
        notice: who.notice,
        search: String::new(),
    }
}

/// What the worker last learned about the time-stamp authority, the clock and mail.
fn readiness(web: &Web, who: &SignedIn) -> Vec<Readiness> {
    let t = who.visitor.t;
    let known = web.app.readiness();
    let line = |what, state, detail: &str| Readiness {
        what,
        state,
        detail: detail.to_owned(),
    };
    let stamps = match (known.time_stamps_answer, &known.time_stamp_source) {
        (Some(false), _) => line(
            ReadinessOf::TimeStampAuthority,
            ReadinessState::Warning,
            t.readiness_silent(),
        ),
        (_, TimeStampSource::Local) => line(
            ReadinessOf::TimeStampAuthority,
            ReadinessState::Warning,
            t.readiness_own(),
        ),
        _ => line(
            ReadinessOf::TimeStampAuthority,
            ReadinessState::Good,
            t.readiness_good(),
        ),
    };
    let clock = match known.clock_ahead_ms {
        Some(ms) => {
            let tolerated = i64::try_from(web.app.settings().clock_tolerance.as_millis()).unwrap_or(i64::MAX);
            let state = if ms.abs() > tolerated {
                ReadinessState::Failed
            } else {
                ReadinessState::Good
            };
            let seconds = format!("{}.{:03}", ms.abs() / 1000, ms.abs() % 1000);
            Readiness {
                what: ReadinessOf::Clock,
                state,
                detail: t.seconds(seconds),
            }
        }
        None => line(
            ReadinessOf::Clock,
            ReadinessState::Warning,
            t.readiness_own_clock(),
        ),
    };
    let mail = match (web.app.purpose(), known.mail_answers) {
        (Purpose::Trial, _) => line(ReadinessOf::Mail, ReadinessState::Warning, t.readiness_trial()),
        (_, Some(false)) => line(ReadinessOf::Mail, ReadinessState::Warning, t.readiness_silent()),
        _ => line(ReadinessOf::Mail, ReadinessState::Good, t.readiness_good()),
    };
    vec![stamps, clock, mail]
}
