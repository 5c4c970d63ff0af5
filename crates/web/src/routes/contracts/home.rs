//! `GET /`

use akashi_app::domain::{ContractState, StateKind};
use akashi_app::hold_reason;
use akashi_app::ports::ContractSummary;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};

use super::parts::{badge, slots};
use crate::pages::home::{Ask, Figures, HomePage, Running, Task, Waits};
use crate::pages::maker::Step;
use crate::routes::Web;
use crate::routes::frame::app_frame;
use crate::routes::problem::{Problem, page};
use crate::routes::session::SignedIn;
use crate::routes::time::jst_day;
use crate::text::Text;
use crate::view::{Due, Section};

pub(super) async fn home(State(web): State<Web>, who: SignedIn) -> Response {
    let home = match web.app.home(&who.caller).await {
        Ok(home) => home,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let t = who.visitor.t;
    let now = web.app.now();
    let today = jst_day(now);
    let due = |summary: &ContractSummary| {
        summary.contract.details.deadline.map(|at| Due {
            day: jst_day(at),
            today,
        })
    };
    let own = web.app.organization_name(&who.caller).await.unwrap_or_default();
    let count = |kind| {
        home.counts
            .by_state
            .iter()
            .find(|(k, _)| *k == kind)
            .map_or(0, |(_, n)| u64::from(*n))
    };
    let open = count(StateKind::Open);
    let concluding = count(StateKind::Concluding).saturating_add(count(StateKind::Sending));
    let soon = |summary: &&ContractSummary| {
        let left = summary
            .contract
            .details
            .deadline
            .map(|at| jst_day(at).since(today));
        left.is_some_and(|left| left.is_ok_and(|span| span.get_days() <= 2))
    };
    let context = HomePage {
        t,
        frame: app_frame(&web, &who, Section::Home).await,
        today,
        now,
        waiting: home
            .waiting
            .iter()
            .map(|summary| Task {
                ask: ask(summary, &who, &own, t),
                title: shown_title(summary, t),
                href: href(summary),
                due: due(summary),
                since: Some(summary.changed_at),
                amount: summary.contract.details.amount_yen,
            })
            .collect(),
        figures: Figures {
            running: open.saturating_add(concluding),
            concluding,
            concluded_this_month: u64::from(home.counts.concluded_since),
            concluded_last_month: u64::from(home.concluded_month_before),
            awaiting_others: open,
            due_soon: u64::try_from(home.in_progress.iter().filter(soon).count()).unwrap_or_default(),
            concluded: count(StateKind::Concluded),
        },
        running: home
            .in_progress
            .iter()
            .map(|summary| Running {
                title: shown_title(summary, t),
                href: href(summary),
                slots: slots(&summary.contract),
                badge: badge(summary.contract.state.kind()),
                waits: match (&summary.contract.hold, &summary.contract.state) {
                    (Some(hold), _) => Waits::ForLevel {
                        reason: hold_reason(hold.reason, t.lang).to_owned(),
                    },
                    (None, ContractState::Open { .. }) => Waits::For {
                        names: summary
                            .contract
                            .awaited()
                            .iter()
                            .map(|party| party.name.to_string())
                            .collect(),
                        due: due(summary),
                    },
                    _ => Waits::ForLevel {
                        reason: t.contract_sending_title().to_owned(),
                    },
                },
            })
            .collect(),
    };
    page(&context, &who.visitor)
}

fn shown_title(summary: &ContractSummary, t: &Text) -> String {
    let title = crate::routes::maker::shown_title(&summary.contract);
    if title.is_empty() {
        t.list_untitled().to_owned()
    } else {
        title
    }
}

fn href(summary: &ContractSummary) -> String {
    let id = summary.contract.contract_id;
    match summary.contract.state {
        ContractState::Draft => format!("/contracts/{id}/{}", left_at(summary).path()),
        _ => format!("/contracts/{id}"),
    }
}

/// The step at which a draft was left.
fn left_at(summary: &ContractSummary) -> Step {
    let contract = &summary.contract;
    if contract.documents.is_empty() {
        Step::Documents
    } else if contract.parties.is_empty() {
        Step::Parties
    } else if contract.fields.is_empty() {
        Step::Fields
    } else {
        Step::Check
    }
}

fn ask(summary: &ContractSummary, who: &SignedIn, own: &str, t: &Text) -> Ask {
    let contract = &summary.contract;
    if matches!(contract.state, ContractState::Draft) {
        return Ask::Draft {
            step: left_at(summary).label(t).to_owned(),
        };
    }
    let key = who.caller.member().email.account_key();
    if contract
        .awaited()
        .iter()
        .any(|party| party.email.account_key() == key)
    {
        return Ask::Sign {
            organization: own.to_owned(),
        };
    }
    let name = contract
        .awaited()
        .first()
        .map(|party| party.name.to_string())
        .unwrap_or_default();
    Ask::Undelivered { name }
}
