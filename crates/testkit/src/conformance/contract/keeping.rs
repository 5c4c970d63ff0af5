//! Concluded contracts reach the level that lasts, and keep it: raised, renewed in time, and never in silence.

use akashi_app::Error;
use akashi_app::ports::{Clock as _, ContractChange, PreservationFigures};
use akashi_app::verify::Outcome;
use akashi_domain::contract::{HoldReason, PromisedLevel, StateKind};
use akashi_domain::{Contract, Language, Role, TrustPurpose, UtcTime};
use jiff::SignedDuration;

use super::deal::{Deal, MAKOTO};
use crate::conformance::account::town::ADMINISTRATOR;
use crate::conformance::store::StorePorts;
use crate::fakes::{AlarmBell, TestAuthority};

const DAY: SignedDuration = SignedDuration::from_hours(24);

async fn concluded(ports: &StorePorts) -> Deal {
    let deal = Deal::half_signed(ports).await;
    deal.sign(MAKOTO).await;
    deal.work().await;
    deal.expect_concluded().await;
    deal
}

/// Puts the contract back to what an earlier release left: signatures with time-stamps, nothing more.
async fn as_of_an_earlier_release(deal: &Deal) {
    let view = deal.view().await;
    let mut contract = view.contract;
    for document in &mut contract.documents {
        document.segments.pop();
    }
    contract.promised_level = PromisedLevel::T;
    contract.preservation = None;
    let change = ContractChange {
        concluded_digests: contract
            .documents
            .iter()
            .filter_map(|d| d.newest_digest())
            .collect(),
        contract,
        expected_revision: Some(view.revision),
        events: Vec::new(),
        segments: Vec::new(),
        jobs: Vec::new(),
        mails: Vec::new(),
        links: Vec::new(),
        completes: None,
        now: deal.town.app.now(),
    };
    let committed = deal.town.store.contracts.commit(&deal.tenant(), change).await;
    committed.expect("is committed");
}

async fn keep(deal: &Deal) -> u32 {
    let queued = deal.town.app.keep().await.expect("keeps");
    deal.work().await;
    queued
}

/// What the verification of the first document says.
async fn expect_passed(deal: &Deal, contract: &Contract) {
    let bytes = deal.first_document().await;
    let found = deal
        .town
        .app
        .verify_file(Some(&deal.sender), bytes, Language::Ja)
        .await
        .expect("is judged");
    assert_eq!(
        found.concluded.expect("is one of ours").contract_id,
        deal.contract_id
    );
    let Outcome::Judged(judgement) = found.outcome else {
        panic!("{:?}", found.outcome)
    };
    assert_eq!(judgement.signers().count(), contract.parties.len());
    for signature in judgement.signers() {
        assert_eq!(signature.verdict.name(), "TOTAL-PASSED", "{signature:?}");
        assert_eq!(signature.level_proven.as_deref(), Some("B-LTA"), "{signature:?}");
    }
}

/// Documents and evidence sheet carry an archive time-stamp, and the contract says until when that holds.
pub async fn a_contract_is_concluded_at_the_level_that_lasts(ports: &StorePorts) {
    let deal = concluded(ports).await;
    let contract = deal.contract().await;
    let kept = contract.preservation.clone().expect("says how it is kept");
    assert_eq!(kept.level, PromisedLevel::Lta);
    assert_eq!(kept.signatures, 4, "three parties and the seal");
    assert!(kept.stamped_by.contains("TEST TSA"), "{}", kept.stamped_by);
    assert!(kept.archived_at < kept.renew_at && kept.renew_at < kept.valid_until);
    assert_eq!(deal.revisions().await, 6, "sent, three signatures, archive");
    expect_passed(&deal, &contract).await;
    assert_eq!(keep(&deal).await, 0, "nothing is due");
}

/// A contract at B-T is raised by itself; both versions of the file are known, and the JSON evidence stays.
pub async fn a_contract_of_an_earlier_release_is_raised(ports: &StorePorts) {
    let deal = concluded(ports).await;
    as_of_an_earlier_release(&deal).await;
    let before = deal.contract().await;
    let old_digest = before.documents[0].newest_digest().expect("a revision");
    deal.town.wait(DAY);
    assert_eq!(keep(&deal).await, 1);
    let after = deal.contract().await;
    let kept = after.preservation.clone().expect("is raised");
    assert_eq!((kept.level, kept.renewals), (PromisedLevel::Lta, 0));
    assert_eq!(
        after.documents[0].segments.len(),
        before.documents[0].segments.len() + 1
    );
    let (old, new) = (
        before.evidence.expect("a sheet"),
        after.evidence.clone().expect("a sheet"),
    );
    assert_eq!(old.json, new.json);
    assert_ne!(old.pdf, new.pdf, "the sheet is kept too");
    for digest in [old_digest, old.pdf.revision_sha256, new.pdf.revision_sha256] {
        let found = ports
            .contracts
            .find_concluded_digest(digest)
            .await
            .expect("finds");
        assert!(found.is_some(), "every version that was given out is known");
    }
    expect_passed(&deal, &after).await;
    let names: Vec<&str> = deal
        .view()
        .await
        .events
        .iter()
        .map(|e| e.event.what.name())
        .collect();
    assert_eq!(names.iter().filter(|name| **name == "preserved").count(), 1);
    assert_eq!(keep(&deal).await, 0);
}

/// A file that does not pass is left as it is and listed; an administrator can try again.
pub async fn what_cannot_be_raised_is_listed_with_its_reason(ports: &StorePorts) {
    let deal = concluded(ports).await;
    as_of_an_earlier_release(&deal).await;
    deal.town.authority.distrust_root();
    let bell = AlarmBell::listening();
    assert_eq!(keep(&deal).await, 1);
    assert!(!bell.rung().is_empty());
    drop(bell);
    let app = &deal.town.app;
    let found = app.preservation_overview(&deal.sender).await.expect("is shown");
    assert_eq!(found.figures.stuck, 1);
    let [contract] = found.troubled.as_slice() else {
        panic!("{:?}", found.troubled)
    };
    let trouble = contract.preservation_trouble.clone().expect("says why");
    assert_eq!((trouble.reason, trouble.is_stuck), (HoldReason::Validation, true));
    assert!(!trouble.detail.is_empty());
    assert_eq!(contract.state.kind(), StateKind::Concluded, "it stays concluded");
    assert_eq!(deal.revisions().await, 5, "nothing was appended");
    assert_eq!(keep(&deal).await, 0, "it rests");

    deal.town.authority.trust_root();
    app.preserve_again(&deal.sender, deal.contract_id)
        .await
        .expect("is ordered");
    deal.work().await;
    let contract = deal.contract().await;
    assert_eq!(contract.preservation_trouble, None);
    assert_eq!(
        contract.preservation.expect("is raised").level,
        PromisedLevel::Lta
    );
    let told = app.organization_history(&deal.sender).await.expect("is told");
    assert_eq!(told[0].event.what.name(), "preservation_ordered");
}

/// Years later the authority has a new certificate: the renewal comes by itself, early enough, and everything is
/// valid after the first certificate has ended.
pub async fn a_renewal_comes_before_the_time_stamp_ends(ports: &StorePorts) {
    let deal = concluded(ports).await;
    let first = deal.contract().await.preservation.expect("is kept");
    let until = |moment: UtcTime| moment.duration_since(deal.town.clock.now());
    deal.town.wait(until(first.renew_at) - DAY);
    assert_eq!(keep(&deal).await, 0, "not a day too early");
    deal.town.wait(DAY * 2);
    let next = TestAuthority::new(deal.town.clock.now());
    let root = next.issuers().pop().expect("a root").to_pem();
    let trusted = deal
        .town
        .app
        .trust(&deal.sender, TrustPurpose::Root, root.as_bytes())
        .await;
    assert_eq!(trusted.expect("is trusted"), 1);
    deal.town.time_stamps.move_to(&next);
    assert_eq!(keep(&deal).await, 1);
    let contract = deal.contract().await;
    assert_eq!(contract.preservation_trouble, None);
    let second = contract.preservation.clone().expect("is kept");
    assert_eq!(second.renewals, 1);
    assert!(second.valid_until > first.valid_until);
    assert_eq!(deal.revisions().await, 7);
    deal.town.wait(until(first.valid_until) + DAY * 30);
    expect_passed(&deal, &contract).await;
    assert_eq!(keep(&deal).await, 0);
}

/// A time-stamp that ends no later than the present one would only make the file longer.
pub async fn a_renewal_that_gains_nothing_is_no_renewal(ports: &StorePorts) {
    let deal = concluded(ports).await;
    let first = deal.contract().await.preservation.expect("is kept");
    deal.town
        .wait(first.renew_at.duration_since(deal.town.clock.now()));
    assert_eq!(keep(&deal).await, 1);
    let contract = deal.contract().await;
    let trouble = contract.preservation_trouble.expect("says why");
    assert_eq!(trouble.reason, HoldReason::TimeStampAuthority);
    assert!(trouble.detail.contains("ends no later"), "{}", trouble.detail);
    assert_eq!(contract.preservation.expect("is kept").renewals, 0);
    assert_eq!(deal.revisions().await, 6);
}

/// The authority is silent until the time-stamp has ended: the attempts stop, the alarm rings, and the administrators
/// get one mail, not one for each attempt.
pub async fn a_missed_renewal_rings_the_alarm_and_writes_to_administrators(ports: &StorePorts) {
    let deal = concluded(ports).await;
    let first = deal.contract().await.preservation.expect("is kept");
    deal.town.time_stamps.stop();
    deal.town
        .wait(first.renew_at.duration_since(deal.town.clock.now()));
    assert_eq!(keep(&deal).await, 1);
    let trouble = deal.contract().await.preservation_trouble.expect("says why");
    assert_eq!(
        (trouble.reason, trouble.is_stuck),
        (HoldReason::TimeStampAuthority, false)
    );
    for _ in 0..8 {
        deal.work_later().await;
    }
    let trouble = deal.contract().await.preservation_trouble.expect("says why");
    assert!(trouble.is_stuck);
    assert!(deal.view().await.jobs.is_empty(), "nothing is left in the queue");
    let failures = deal.view().await.events;
    let failures = failures
        .iter()
        .filter(|e| e.event.what.name() == "preservation_failed");
    assert_eq!(failures.count(), 1, "the history tells it once");

    let alarms = || {
        let sent = deal.town.mailer.sent();
        let alarms = sent
            .iter()
            .filter(|mail| mail.content.subject.starts_with("keeping alarm"));
        alarms.map(|mail| mail.to.to_string()).collect::<Vec<_>>()
    };
    keep(&deal).await;
    assert_eq!(alarms(), [ADMINISTRATOR]);
    deal.town.wait(SignedDuration::from_hours(2));
    keep(&deal).await;
    assert_eq!(alarms().len(), 1, "not again within the week");

    deal.town
        .wait(first.valid_until.duration_since(deal.town.clock.now()) + DAY);
    let bell = AlarmBell::listening();
    keep(&deal).await;
    assert!(
        bell.rung()
            .iter()
            .any(|said| said.contains("ended without a renewal")),
        "{bell:?}"
    );
    assert_eq!(alarms().len(), 2);
    let found = deal
        .town
        .app
        .preservation_overview(&deal.sender)
        .await
        .expect("is shown");
    assert_eq!((found.figures.missed, found.figures.kept), (1, 0));
    assert_eq!(found.troubled.len(), 1);
}

/// The page and its acts are for administrators; other organizations see nothing.
pub async fn only_administrators_see_how_contracts_are_kept(ports: &StorePorts) {
    let deal = concluded(ports).await;
    let app = &deal.town.app;
    let member = deal
        .town
        .settle(&deal.sender, "nakamura@minato.example", Role::Member)
        .await
        .caller;
    let refused = app.preservation_overview(&member).await;
    assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    let refused = app.preserve_again(&member, deal.contract_id).await;
    assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    let refused = app.organization_history(&member).await;
    assert!(matches!(refused, Err(Error::Forbidden)), "{refused:?}");
    let found = app.preservation_overview(&deal.sender).await.expect("is shown");
    let expected = PreservationFigures {
        kept: 1,
        next_renewal: deal.contract().await.preservation.map(|kept| kept.renew_at),
        ..PreservationFigures::default()
    };
    assert_eq!(found.figures, expected);
}
