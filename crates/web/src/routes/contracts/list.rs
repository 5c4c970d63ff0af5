//! `GET /contracts`

use akashi_app::domain::{ContractState, StateKind};
use akashi_app::ports::{ContractFilter as StoreFilter, ContractOrder, ContractSummary, PageRequest};
use axum::extract::{Query, State};
use axum::response::{IntoResponse as _, Response};
use serde::Deserialize;

use super::parts::{badge, counterparties, slots, state_kind};
use crate::pages::contracts::{
    ContractFilter, ContractRow, ContractSort, ContractsPage, RowLast, StateFilter,
};
use crate::routes::Web;
use crate::routes::frame::app_frame;
use crate::routes::problem::{Problem, page};
use crate::routes::session::SignedIn;
use crate::routes::time::jst_day;
use crate::view::{ContractBadge, Due, Pager, Section};

const PER_PAGE: u32 = 20;

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ListQuery {
    q: String,
    from: String,
    to: String,
    min: String,
    max: String,
    party: String,
    state: String,
    sort: String,
    page: String,
}

impl ListQuery {
    /// The conditions as typed; what cannot be read is no condition.
    fn filter(&self) -> ContractFilter {
        let yen = |text: &str| text.replace([',', '，'], "").trim().parse().ok();
        ContractFilter {
            word: self.q.trim().to_owned(),
            from: self.from.parse().ok(),
            to: self.to.parse().ok(),
            min: yen(&self.min),
            max: yen(&self.max),
            party: self.party.trim().to_owned(),
            state: match self.state.as_str() {
                "" => StateFilter::All,
                "running" => StateFilter::Running,
                key => ContractBadge::ALL
                    .into_iter()
                    .find(|badge| badge.key() == key)
                    .map_or(StateFilter::All, StateFilter::One),
            },
        }
    }

    fn sort(&self) -> ContractSort {
        match self.sort.as_str() {
            "date" => ContractSort::Oldest,
            "-amount" => ContractSort::Highest,
            "amount" => ContractSort::Lowest,
            _ => ContractSort::Newest,
        }
    }
}

pub(super) async fn list(State(web): State<Web>, who: SignedIn, Query(query): Query<ListQuery>) -> Response {
    let filter = query.filter();
    let sort = query.sort();
    let number = query.page.parse::<u32>().unwrap_or(1).clamp(1, 10_000);
    let wanted = StoreFilter {
        words: filter.word.clone(),
        counterparty: filter.party.clone(),
        from: filter.from,
        until: filter.to,
        min_yen: filter.min,
        max_yen: filter.max,
        states: match filter.state {
            StateFilter::All => Vec::new(),
            StateFilter::Running => vec![StateKind::Sending, StateKind::Open, StateKind::Concluding],
            StateFilter::One(badge) => vec![state_kind(badge)],
        },
        order: match sort {
            ContractSort::Newest => ContractOrder::LatestDate,
            ContractSort::Oldest => ContractOrder::EarliestDate,
            ContractSort::Highest => ContractOrder::LargestAmount,
            ContractSort::Lowest => ContractOrder::SmallestAmount,
        },
        ..StoreFilter::default()
    };
    let offset = number.saturating_sub(1).saturating_mul(PER_PAGE);
    let found = web
        .app
        .list_contracts(
            &who.caller,
            wanted,
            PageRequest {
                offset,
                limit: PER_PAGE,
            },
        )
        .await;
    let found = match found {
        Ok(found) => found.page,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let own = web.app.organization_name(&who.caller).await.unwrap_or_default();
    let today = jst_day(web.app.now());
    let mut frame = app_frame(&web, &who, Section::Contracts).await;
    frame.search.clone_from(&filter.word);
    let context = ContractsPage {
        t: who.visitor.t,
        frame,
        pager: Pager {
            base: filter.address(&[], sort),
            page: usize::try_from(number).unwrap_or(1),
            pages: usize::try_from(found.total.div_ceil(PER_PAGE)).unwrap_or_default(),
        },
        filter,
        sort,
        rows: found
            .rows
            .iter()
            .map(|summary| row(summary, &who, &own, today))
            .collect(),
        found: u64::from(found.total),
        from: u64::from(offset).saturating_add(1),
        per_page: u64::from(PER_PAGE),
    };
    if who.visitor.is_htmx {
        return page(&context.as_results(), &who.visitor);
    }
    page(&context, &who.visitor)
}

fn row(summary: &ContractSummary, who: &SignedIn, own: &str, today: jiff::civil::Date) -> ContractRow {
    let contract = &summary.contract;
    let id = contract.contract_id;
    let href = match contract.state {
        // Only who began a draft works on it.
        ContractState::Draft if contract.created_by != who.caller.member().member_id => String::new(),
        ContractState::Draft => format!("/contracts/{id}/documents"),
        _ => format!("/contracts/{id}"),
    };
    let last = match (&contract.state, contract.details.deadline) {
        (ContractState::Concluded { concluded_at, .. }, _) => RowLast::Concluded(*concluded_at),
        (ContractState::Open { .. }, Some(at)) => RowLast::Due(Due {
            day: jst_day(at),
            today,
        }),
        _ => RowLast::None,
    };
    ContractRow {
        href,
        badge: badge(contract.state.kind()),
        title: crate::routes::maker::shown_title(contract),
        reference: contract.details.management_number_text().to_owned(),
        counterparties: counterparties(contract, own),
        date: contract.details.agreed_on,
        amount: contract.details.amount_yen,
        slots: slots(contract),
        last,
        trial: contract.purpose == akashi_app::domain::contract::Purpose::Trial,
    }
}
