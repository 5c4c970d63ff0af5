//! What mail servers can do to a contract.

use std::sync::Arc;

use akashi_app::ports::{MailDelivery, MailKind};
use akashi_app::work::Step;
use akashi_domain::EventKind;
use akashi_domain::contract::StateKind;
use jiff::SignedDuration;

use super::deal::{ANNA, Deal, MAKOTO, NAOKI};
use crate::conformance::account::town::{ADMINISTRATOR, email};
use crate::conformance::store::StorePorts;

const REFUSAL: &str = "550 5.1.1 no such user";

async fn newest_delivery(deal: &Deal, address: &str) -> MailDelivery {
    let view = deal.view().await;
    let newest = view.mails.iter().rev().find(|mail| mail.to == email(address));
    newest.expect("a mail").delivery.clone()
}

/// The party cannot know, so the sender must: with the server's words, until the address is corrected. The others of
/// the stage go on meanwhile.
pub async fn a_refused_request_makes_its_party_wait_visibly(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    deal.town.mailer.refuse(&email(ANNA), REFUSAL);
    deal.send().await;
    let anna = deal.party(ANNA).await.party_id;
    let view = deal.view().await;
    assert_eq!(view.contract.state.kind(), StateKind::Open);
    assert_eq!(view.refused_mail(anna), Some(REFUSAL));
    let told: Vec<_> = view
        .events
        .iter()
        .filter(|recorded| matches!(&recorded.event.what, EventKind::MailRefused { party_id: Some(id), response, .. } if *id == anna && response == REFUSAL))
        .collect();
    assert_eq!(told.len(), 1, "the history says so once");

    deal.sign(NAOKI).await;
    deal.work().await;
    deal.work_later().await;
    assert_eq!(deal.view().await.refused_mail(anna), Some(REFUSAL));
    assert_eq!(deal.standing().await.0, StateKind::Open);

    let right = "anna.keller@keller.example";
    deal.town
        .app
        .correct_address(&deal.sender, deal.contract_id, anna, email(right))
        .await
        .expect("is corrected");
    deal.work().await;
    assert_eq!(deal.view().await.refused_mail(anna), None);
    deal.sign(right).await;
    deal.work().await;
    deal.sign(MAKOTO).await;
    deal.work().await;
    deal.expect_concluded().await;
}

/// "Sent" is said only when the server has taken it.
pub async fn a_request_is_sent_when_the_server_is_back(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    deal.town.mailer.stop();
    deal.send().await;
    for _ in 0..3 {
        let delivery = newest_delivery(&deal, ANNA).await;
        let MailDelivery::Delayed {
            response,
            next_attempt_at,
        } = delivery
        else {
            panic!("{delivery:?}")
        };
        assert_eq!(response, "connection refused");
        assert!(next_attempt_at > deal.town.app.now());
        deal.work_later().await;
    }
    assert!(deal.town.mailer.sent().is_empty());
    deal.town.mailer.start();
    deal.town.wait(SignedDuration::from_hours(1));
    deal.work().await;
    let delivery = newest_delivery(&deal, ANNA).await;
    assert!(
        matches!(&delivery, MailDelivery::Accepted { response, .. } if response.starts_with("250")),
        "{delivery:?}"
    );
    let accepted = deal.view().await.events;
    let accepted = accepted
        .iter()
        .filter(|recorded| matches!(recorded.event.what, EventKind::MailAccepted { .. }));
    assert_eq!(accepted.count(), 2);
}

/// After four days somebody must look.
pub async fn a_request_that_is_put_off_for_days_counts_as_refused(ports: &StorePorts) {
    let deal = Deal::drafted(ports).await;
    deal.town.mailer.stop();
    deal.send().await;
    for hour in 0..95 {
        deal.town.wait(SignedDuration::from_hours(1));
        deal.work().await;
        let delivery = newest_delivery(&deal, ANNA).await;
        assert!(
            matches!(delivery, MailDelivery::Delayed { .. }),
            "hour {hour}: {delivery:?}"
        );
    }
    deal.town.wait(SignedDuration::from_hours(2));
    deal.work().await;
    let anna = deal.party(ANNA).await.party_id;
    assert_eq!(deal.view().await.refused_mail(anna), Some("connection refused"));
}

/// One address is gone, and then the whole server: the contract is concluded all the same, and what did not arrive
/// is shown.
pub async fn completion_mails_never_block_a_conclusion(ports: &StorePorts) {
    let deal = Deal::half_signed(ports).await;
    deal.town.mailer.refuse(&email(ANNA), REFUSAL);
    let mailer = Arc::clone(&deal.town.mailer);
    deal.town.steps.at(Step::SigningCommitted, move || mailer.stop());
    deal.sign(MAKOTO).await;
    deal.work().await;
    assert_eq!(deal.standing().await, (StateKind::Concluded, None));
    for address in [ANNA, NAOKI, MAKOTO, ADMINISTRATOR] {
        let delivery = newest_delivery(&deal, address).await;
        assert!(
            matches!(delivery, MailDelivery::Delayed { .. }),
            "{address}: {delivery:?}"
        );
    }
    deal.town.mailer.start();
    deal.work_later().await;
    let anna = deal.party(ANNA).await.party_id;
    assert_eq!(deal.view().await.refused_mail(anna), Some(REFUSAL));
    for address in [NAOKI, MAKOTO, ADMINISTRATOR] {
        let mail = deal.town.mailer.last_to(address).expect("a mail");
        assert_eq!(mail.content.subject, "completion ja");
        let delivery = newest_delivery(&deal, address).await;
        assert!(
            matches!(delivery, MailDelivery::Accepted { .. }),
            "{address}: {delivery:?}"
        );
    }
    let view = deal.view().await;
    let completions = view.mails.iter().filter(|mail| {
        matches!(
            mail.kind,
            MailKind::CompletionToParty { .. } | MailKind::CompletionToSender
        )
    });
    assert_eq!(completions.count(), 4, "each is made once");
    deal.expect_concluded().await;
}
