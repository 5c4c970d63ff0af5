//! What is missing makes a contract wait, with the reason on the screen; it goes on by itself; and nothing less than
//! what was promised is ever given out.

use std::sync::Arc;

use akashi_app::Error;
use akashi_app::contract::DownloadKind;
use akashi_app::work::Step;
use akashi_domain::contract::{HoldReason, StateKind};
use akashi_domain::{EventKind, PartyState};
use jiff::SignedDuration;

use super::deal::{ANNA, Deal, MAKOTO, NAOKI};
use crate::conformance::store::StorePorts;
use crate::fakes::AlarmBell;

async fn holds_in_history(deal: &Deal) -> usize {
    let view = deal.view().await;
    view.events
        .iter()
        .filter(|recorded| matches!(recorded.event.what, EventKind::HeldBack { .. }))
        .count()
}

/// The authority stops between two signatures of one stage.
pub async fn without_the_time_stamp_authority_a_signature_waits(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    deal.sign(ANNA).await;
    deal.work().await;
    assert_eq!(deal.revisions().await, 3);

    deal.town.time_stamps.stop();
    deal.sign(NAOKI).await;
    deal.work().await;
    for _ in 0..12 {
        let view = deal.view().await;
        let hold = view.contract.hold.clone().expect("the page says why it waits");
        assert_eq!(hold.reason, HoldReason::TimeStampAuthority);
        assert!(hold.next_attempt_at > deal.town.app.now());
        assert_eq!(view.contract.state.kind(), StateKind::Open);
        assert_eq!(deal.revisions().await, 3, "nothing without a time-stamp is kept");
        assert!(matches!(
            deal.party(NAOKI).await.state,
            PartyState::Accepted { .. }
        ));
        assert_eq!(deal.party(MAKOTO).await.state, PartyState::Waiting);
        deal.expect_unreleased().await;
        deal.work_later().await;
    }
    assert_eq!(
        holds_in_history(&deal).await,
        1,
        "the history tells that it waits, not every attempt"
    );
    assert_eq!(deal.town.app.readiness().time_stamps_answer, Some(false));

    deal.town.time_stamps.start();
    deal.work_later().await;
    assert_eq!(deal.standing().await, (StateKind::Open, None));
    assert_eq!(deal.revisions().await, 4);
    deal.sign(MAKOTO).await;
    deal.work().await;
    deal.expect_concluded().await;
    assert_eq!(deal.town.app.readiness().time_stamps_answer, Some(true));
}

/// The authority stops after the last signature, before the seal of the evidence sheet; the sender presses
/// 「今すぐ試す」 when it is back.
pub async fn without_the_time_stamp_authority_a_conclusion_waits(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    let authority = Arc::clone(&deal.town.time_stamps);
    deal.town
        .steps
        .at(Step::SigningCommitted, move || authority.stop());
    deal.sign(MAKOTO).await;
    deal.work().await;
    let waiting = (StateKind::Concluding, Some(HoldReason::TimeStampAuthority));
    assert_eq!(deal.standing().await, waiting);
    deal.expect_unreleased().await;
    deal.work_later().await;
    assert_eq!(deal.standing().await, waiting);

    deal.town.time_stamps.start();
    deal.town
        .app
        .try_now(&deal.sender, deal.contract_id)
        .await
        .expect("is hastened");
    deal.work().await;
    deal.expect_concluded().await;
}

/// A token that does not hold counts as no token.
pub async fn an_answer_that_does_not_hold_is_none(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    deal.town.time_stamps.turn_untrustworthy();
    deal.sign(MAKOTO).await;
    deal.work().await;
    assert_eq!(
        deal.standing().await,
        (StateKind::Concluding, Some(HoldReason::TimeStampAuthority))
    );
    assert_eq!(deal.revisions().await, 4);
    deal.expect_unreleased().await;
    deal.town.time_stamps.start();
    deal.work_later().await;
    deal.expect_concluded().await;
}

/// A token whose time is out of bounds in either direction: one of the two clocks is wrong.
pub async fn a_token_of_another_time_is_not_taken(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    deal.sign(MAKOTO).await;
    for skew in [SignedDuration::from_secs(61), SignedDuration::from_secs(-61)] {
        deal.town.time_stamps.run_ahead_by(skew);
        deal.work_later().await;
        assert_eq!(
            deal.standing().await,
            (StateKind::Concluding, Some(HoldReason::Clock)),
            "{skew}"
        );
        assert_eq!(deal.revisions().await, 4);
        deal.expect_unreleased().await;
    }
    deal.town.time_stamps.run_ahead_by(SignedDuration::from_secs(59));
    deal.work_later().await;
    deal.expect_concluded().await;
}

/// Where time servers are configured, this machine's clock is compared with them before anything is signed.
pub async fn a_clock_that_network_time_contradicts_stops_signing(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    deal.sign(MAKOTO).await;
    for ahead_ms in [61_000, -61_000] {
        deal.town.network_time.ahead_by_ms(ahead_ms);
        deal.work_later().await;
        assert_eq!(
            deal.standing().await,
            (StateKind::Concluding, Some(HoldReason::Clock)),
            "{ahead_ms}"
        );
        assert_eq!(deal.revisions().await, 4);
        deal.expect_unreleased().await;
    }
    deal.town.network_time.ahead_by_ms(-59_000);
    deal.work_later().await;
    deal.expect_concluded().await;
}

/// The token's time is compared anyway.
pub async fn silent_time_servers_stop_nothing(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    deal.town.network_time.silent();
    deal.sign(MAKOTO).await;
    deal.work().await;
    deal.expect_concluded().await;
}

/// Neither reading nor writing is possible for a while.
pub async fn a_storage_that_is_gone_makes_the_contract_wait(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    deal.sign(MAKOTO).await;
    deal.town.segments.fail_puts(u32::MAX);
    deal.work().await;
    let waiting = (StateKind::Concluding, Some(HoldReason::Storage));
    assert_eq!(deal.standing().await, waiting);
    deal.town.segments.fail_puts(0);
    deal.town.segments.fail_reads(u32::MAX);
    deal.work_later().await;
    assert_eq!(deal.standing().await, waiting);
    deal.expect_unreleased().await;
    deal.town.segments.fail_reads(0);
    deal.work_later().await;
    deal.expect_concluded().await;
}

/// The storage fails while it is compared whether the second party of a stage signs what it was shown: that is no
/// forgery.
pub async fn a_storage_that_is_gone_rings_no_alarm(ports: &StorePorts) {
    let deal = Deal::sent(ports).await;
    let bell = AlarmBell::listening();
    deal.sign(ANNA).await;
    deal.sign(NAOKI).await;
    let segments = Arc::clone(&deal.town.segments);
    deal.town
        .steps
        .at(Step::SigningCommitted, move || segments.fail_reads(u32::MAX));
    deal.work().await;
    for _ in 0..12 {
        assert_eq!(
            deal.standing().await,
            (StateKind::Open, Some(HoldReason::Storage)),
            "it is tried for ever, and never given up"
        );
        deal.work_later().await;
    }
    assert_eq!(bell.rung(), Vec::<String>::new());
    deal.town.segments.fail_reads(0);
    deal.work_later().await;
    assert_eq!(deal.standing().await, (StateKind::Open, None));
    assert_eq!(deal.revisions().await, 4);
}

/// Our own judge does not accept the result: every revision stays, an alarm rings, and it is judged again and again.
pub async fn a_failed_validation_keeps_everything_and_raises_an_alarm(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    let bell = AlarmBell::listening();
    deal.town.authority.distrust_root();
    deal.sign(MAKOTO).await;
    deal.work().await;
    let kept = deal.contract().await.documents;
    for attempts in 1..12 {
        assert_eq!(
            deal.standing().await,
            (StateKind::Concluding, Some(HoldReason::Validation))
        );
        assert_eq!(bell.rung(), vec!["own validation failed"; attempts]);
        let contract = deal.contract().await;
        assert_eq!(
            contract.documents, kept,
            "every revision is kept, and none is added"
        );
        assert_eq!(deal.revisions().await, 5);
        for document in &contract.documents {
            let kind = DownloadKind::Document(document.document_id);
            let file = deal
                .town
                .app
                .download(&deal.sender, deal.contract_id, kind)
                .await
                .expect("is readable");
            assert!(file.file_name.contains("未締結"), "{}", file.file_name);
        }
        deal.expect_unreleased().await;
        deal.work_later().await;
    }
    deal.town.authority.trust_root();
    deal.work_later().await;
    deal.expect_concluded().await;
    let mut documents = deal.contract().await.documents;
    for document in &mut documents {
        document.segments.pop().expect("the archive time-stamp");
    }
    assert_eq!(documents, kept);
}

/// Somebody who has the keys changed a stored byte after the last signature.
pub async fn a_document_that_was_exchanged_is_not_concluded(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    let bell = AlarmBell::listening();
    let contract = deal.contract().await;
    let document = contract.documents.first().expect("a document");
    let first = document.segments.first().expect("a segment").segment_id;
    let segments = Arc::clone(&deal.town.segments);
    deal.town
        .steps
        .at(Step::SigningCommitted, move || segments.forge(first));
    deal.sign(MAKOTO).await;
    deal.work().await;
    assert_eq!(
        deal.standing().await,
        (StateKind::Concluding, Some(HoldReason::Validation))
    );
    assert_eq!(bell.rung(), ["own validation failed"]);
    deal.expect_unreleased().await;
    deal.town.segments.forge(first);
    deal.work_later().await;
    deal.expect_concluded().await;
}

async fn give_an_hour(deal: &Deal) {
    let contract = deal.contract().await;
    let mut details = contract.details;
    let deadline = deal.town.app.now().checked_add(SignedDuration::from_hours(1));
    details.deadline = Some(deadline.expect("within the calendar"));
    deal.town
        .app
        .edit_details(&deal.sender, deal.contract_id, details)
        .await
        .expect("is set");
}

/// All have accepted in time; that the time-stamp comes a day late changes nothing.
pub async fn a_deadline_does_not_end_what_all_have_accepted(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    give_an_hour(&deal).await;
    deal.send().await;
    for address in [ANNA, NAOKI] {
        deal.sign(address).await;
    }
    deal.work().await;
    deal.town.time_stamps.stop();
    deal.sign(MAKOTO).await;
    deal.work().await;
    deal.town.wait(SignedDuration::from_hours(24));
    deal.work().await;
    assert_eq!(
        deal.standing().await,
        (StateKind::Concluding, Some(HoldReason::TimeStampAuthority))
    );
    deal.town.time_stamps.start();
    deal.work_later().await;
    deal.expect_concluded().await;
}

/// One has not.
pub async fn a_deadline_ends_what_somebody_has_not_accepted(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    give_an_hour(&deal).await;
    deal.send().await;
    for address in [ANNA, NAOKI] {
        deal.sign(address).await;
    }
    deal.work().await;
    let makoto = deal.enter(MAKOTO).await;
    let token = deal.prepare(&makoto).await;
    deal.town.wait(SignedDuration::from_mins(61));
    let late = deal
        .confirm(&makoto, deal.town.app.propose_act_id(), &token)
        .await;
    assert!(matches!(late, Err(Error::Refused(_))), "{late:?}");
    deal.work().await;
    assert_eq!(deal.standing().await, (StateKind::Expired, None));
    for address in [ANNA, NAOKI, MAKOTO] {
        let mail = deal.town.mailer.last_to(address).expect("a mail");
        assert_eq!(mail.content.subject, "expired ja");
    }
    deal.expect_unreleased().await;
}

/// An object that does not authenticate: tried some times, then given up, shown to the administrator, and done when
/// a person says so.
pub async fn a_job_without_hope_waits_for_a_person(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    let bell = AlarmBell::listening();
    let contract = deal.contract().await;
    let document = contract.documents.first().expect("a document");
    let first = document.segments.first().expect("a segment").segment_id;
    deal.town.segments.tamper(first);
    deal.sign(MAKOTO).await;
    for _ in 0..10 {
        deal.work_later().await;
        assert_eq!(
            deal.standing().await,
            (StateKind::Concluding, Some(HoldReason::Internal))
        );
    }
    assert_eq!(bell.rung(), ["job is given up"]);
    let app = &deal.town.app;
    let dead = app.dead_jobs(&deal.sender).await.expect("lists");
    let [dead] = dead.as_slice() else {
        panic!("{dead:?}")
    };
    assert_eq!(dead.job.kind.name(), "sign");
    deal.expect_unreleased().await;

    deal.town.segments.mend(first);
    deal.work_later().await;
    assert_eq!(
        deal.standing().await.0,
        StateKind::Concluding,
        "a dead letter is not touched"
    );
    app.revive_job(&deal.sender, dead.job.job_id)
        .await
        .expect("is revived");
    deal.work().await;
    deal.expect_concluded().await;
}
