//! Objects and rows: whatever breaks between putting an object and naming it, nothing is lost and nothing is left
//! for ever.

use std::collections::BTreeSet;

use akashi_app::Error;
use akashi_app::contract::DownloadKind;
use akashi_domain::contract::{HoldReason, PromisedLevel};
use jiff::SignedDuration;

use super::deal::{ANNA, Deal, MAKOTO, NAOKI, add};
use super::paper;
use crate::conformance::store::StorePorts;

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn expect_readable(deal: &Deal) {
    let contract = deal.contract().await;
    let documents = contract.documents.iter().map(|document| document.document_id);
    for kind in documents.map(DownloadKind::Document) {
        deal.town
            .app
            .download(&deal.sender, deal.contract_id, kind)
            .await
            .expect("is readable");
    }
}

/// The object was stored and the answer lost: the upload is refused, and after seven days the object goes.
pub async fn a_lost_answer_leaves_an_object_for_the_sweeper_alone(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let app = &deal.town.app;
    let before: BTreeSet<_> = deal.town.segments.segment_ids().into_iter().collect();
    deal.town.segments.lose_answers_of_puts(1);
    let lost = add(&deal.town, &deal.sender, deal.contract_id, paper::pages(3)).await;
    assert!(matches!(lost, Err(Error::Unavailable { .. })), "{:?}", lost.err());
    let orphans: Vec<_> = deal
        .town
        .segments
        .segment_ids()
        .into_iter()
        .filter(|id| !before.contains(id))
        .collect();
    let [orphan] = orphans.as_slice() else {
        panic!("{orphans:?}")
    };
    assert_eq!(deal.contract().await.documents.len(), 1);
    add(&deal.town, &deal.sender, deal.contract_id, paper::pages(3))
        .await
        .expect("is taken");

    deal.town.wait(DAY * 6);
    assert_eq!(
        app.tidy().await.expect("tidies"),
        0,
        "an attempt may still be going on"
    );
    deal.town.wait(DAY * 2);
    assert_eq!(app.tidy().await.expect("tidies"), 1);
    assert!(!deal.town.segments.segment_ids().contains(orphan));
    assert_eq!(app.tidy().await.expect("tidies"), 0);
    expect_readable(&deal).await;
}

/// Every write of a contract's life loses its first answer.
pub async fn a_contract_goes_on_after_lost_answers(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    let mut lost = 0;
    let lose = || deal.town.segments.lose_answers_of_puts(1);
    lose();
    deal.send().await;
    assert_eq!(deal.standing().await.1, Some(HoldReason::Storage));
    lost += 1;
    deal.work_later().await;
    for address in [ANNA, NAOKI, MAKOTO] {
        lose();
        deal.sign(address).await;
        deal.work().await;
        assert_eq!(deal.standing().await.1, Some(HoldReason::Storage), "{address}");
        lost += 1;
        deal.work_later().await;
    }
    deal.expect_concluded().await;
    deal.town.wait(DAY * 8);
    assert_eq!(deal.town.app.tidy().await.expect("tidies"), lost);
    expect_readable(&deal).await;
    for kind in [DownloadKind::EvidenceSheet, DownloadKind::EvidenceJson] {
        deal.town
            .app
            .download(&deal.sender, deal.contract_id, kind)
            .await
            .expect("is readable");
    }
}

/// The level is promised when the contract is made; every event is kept with its canonical bytes and a salt of its
/// own.
pub async fn the_promise_stands_with_the_contract(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    let view = deal.view().await;
    assert_eq!(view.contract.promised_level, PromisedLevel::Lta);
    let mut salts = BTreeSet::new();
    for recorded in &view.events {
        let canonical = recorded.event.canonical_bytes().expect("is canonical");
        assert_eq!(recorded.canonical, canonical);
        assert!(salts.insert(recorded.salt), "no two events share a salt");
    }
    assert!(salts.len() > 8);
}
