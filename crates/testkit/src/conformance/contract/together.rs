//! Two at the same moment: both are answered, one story results, and nothing is lost.

use akashi_app::Error;
use akashi_domain::contract::{Refusal, StateKind};
use akashi_domain::{EventKind, Reason};

use super::deal::{ANNA, Deal, MAKOTO, NAOKI, add, seal};
use super::paper;
use crate::conformance::store::StorePorts;

async fn acceptances(deal: &Deal) -> usize {
    let view = deal.view().await;
    view.events
        .iter()
        .filter(|recorded| matches!(recorded.event.what, EventKind::Accepted { .. }))
        .count()
}

/// Two files dropped at once, or from two windows.
pub async fn two_uploads_at_once_both_arrive(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let upload = |pages| add(&deal.town, &deal.sender, deal.contract_id, paper::pages(pages));
    let (one, other, third) = tokio::join!(upload(3), upload(4), upload(5));
    for added in [one, other, third] {
        added.expect("arrives");
    }
    let contract = deal.contract().await;
    let mut pages: Vec<usize> = contract
        .documents
        .iter()
        .map(|document| document.pages.len())
        .collect();
    pages.sort_unstable();
    assert_eq!(pages, [2, 3, 4, 5]);
}

/// The confirm page bears the act's id: the second click gets the same answer, another window is told.
pub async fn a_double_click_signs_once(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    let caller = deal.enter(MAKOTO).await;
    let token = deal.prepare(&caller).await;
    let act_id = deal.town.app.propose_act_id();
    let click = || deal.confirm(&caller, act_id, &token);
    let (first, second, third) = tokio::join!(click(), click(), click());
    for clicked in [first, second, third, click().await] {
        clicked.expect("is answered alike");
    }
    let other_window = deal
        .confirm(&caller, deal.town.app.propose_act_id(), &token)
        .await;
    assert!(
        matches!(other_window, Err(Error::Refused(Refusal::AlreadyActed))),
        "{other_window:?}"
    );
    deal.work().await;
    click().await.expect("is answered alike after the conclusion");
    assert_eq!(acceptances(&deal).await, 3);
    assert_eq!(deal.revisions().await, 6, "sent, three signatures, archive");
    deal.expect_concluded().await;
}

/// Both acts count, and each signature stands on what its party was shown.
pub async fn two_parties_of_a_stage_act_in_the_same_second(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let (anna, naoki) = (deal.enter(ANNA).await, deal.enter(NAOKI).await);
    let (hers, his) = (deal.prepare(&anna).await, deal.prepare(&naoki).await);
    assert_eq!(hers, his);
    let app = &deal.town.app;
    let (first, second) = tokio::join!(
        deal.confirm(&anna, app.propose_act_id(), &hers),
        deal.confirm(&naoki, app.propose_act_id(), &his),
    );
    first.expect("counts");
    second.expect("counts");
    deal.work().await;
    assert_eq!(deal.revisions().await, 4);
    deal.sign(MAKOTO).await;
    deal.work().await;
    deal.expect_concluded().await;
}

/// The last party signs while the sender takes the contract back: one of them wins, and the other is told.
pub async fn signing_and_withdrawing_in_the_same_second(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    let caller = deal.enter(MAKOTO).await;
    let token = deal.prepare(&caller).await;
    let app = &deal.town.app;
    let reason = Reason::parse("条件を見直すため").expect("a reason");
    let (signed, withdrawn) = tokio::join!(
        deal.confirm(&caller, app.propose_act_id(), &token),
        app.withdraw_contract(&deal.sender, deal.contract_id, reason),
    );
    deal.work().await;
    let state = deal.standing().await.0;
    match (signed, withdrawn) {
        (Ok(()), Err(Error::Refused(_))) => deal.expect_concluded().await,
        (Err(Error::Refused(_)), Ok(_)) => {
            assert_eq!(state, StateKind::Withdrawn);
            deal.expect_unreleased().await;
        }
        (signed, withdrawn) => panic!("{signed:?} {:?} {state:?}", withdrawn.err()),
    }
}

/// Two editors on the same draft: whoever saves second is told, and the first one's fields stay.
pub async fn two_editors_do_not_overwrite_each_other(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let app = &deal.town.app;
    let view = app
        .view_draft(&deal.sender, deal.contract_id)
        .await
        .expect("is there");
    let document = view.contract.documents.first().expect("a document").document_id;
    let anna = deal.party(ANNA).await;
    let save = |y| {
        let fields = vec![seal(&deal.town, document, &anna, y)];
        app.place_fields(&deal.sender, deal.contract_id, view.revision, fields)
    };
    let (one, other) = tokio::join!(save(50.0), save(400.0));
    let (kept, told) = match (one, other) {
        (Ok(kept), Err(told)) | (Err(told), Ok(kept)) => (kept, told),
        (one, other) => panic!("{:?} {:?}", one.err(), other.err()),
    };
    assert!(matches!(told, Error::Conflict), "{told:?}");
    assert_eq!(deal.contract().await.fields, kept.value.fields);
}
