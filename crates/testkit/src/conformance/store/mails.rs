//! Mails.

#![expect(
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall fail loudly"
)]

use akashi_app::ports::{JobKind, MailDelivery, MailKind, MailRow, NewMail};
use akashi_domain::{Language, MailId};

use super::world::{at, email, token};
use super::{StorePorts, World};

fn invitation(world: &World) -> NewMail {
    NewMail {
        mail_id: world.mail_id(),
        contract_id: None,
        kind: MailKind::Invitation {
            invitation_id: world.invitation_id(),
        },
        to: email("sato@minato.example"),
        language: Language::Ja,
        job_id: world.job_id(),
    }
}

/// A mail that belongs to no contract is queued together with the job that delivers it.
pub async fn a_mail_is_queued_with_its_job(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mail = invitation(&world);
    ports
        .mails
        .queue(&world.tenant, vec![mail.clone()], at(10))
        .await
        .expect("queued");
    ports
        .mails
        .queue(&world.tenant, Vec::new(), at(10))
        .await
        .expect("nothing is fine");
    let expected = MailRow {
        mail_id: mail.mail_id,
        organization_id: world.organization.organization_id,
        contract_id: None,
        kind: mail.kind,
        to: mail.to,
        language: Language::Ja,
        queued_at: at(10),
        attempts: 0,
        delivery: MailDelivery::Queued,
    };
    assert_eq!(
        ports
            .mails
            .load(&world.tenant, mail.mail_id)
            .await
            .expect("an answer"),
        Some(expected)
    );
    let leased = world.lease(at(10), token(1)).await;
    assert_eq!(leased.job.job_id, mail.job_id);
    assert_eq!(
        leased.job.kind,
        JobKind::DeliverMail {
            mail_id: mail.mail_id
        }
    );
    assert_eq!(leased.job.organization_id, world.organization.organization_id);
}

/// Attempts are counted before they are made; each outcome replaces the one before.
pub async fn what_became_of_a_mail_is_recorded(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mail = invitation(&world);
    ports
        .mails
        .queue(&world.tenant, vec![mail.clone()], at(10))
        .await
        .expect("queued");
    let outcomes = [
        MailDelivery::Delayed {
            response: "450 greylisted".to_owned(),
            next_attempt_at: at(70),
        },
        MailDelivery::Refused {
            refused_at: at(71),
            response: "550 ユーザー不明".to_owned(),
        },
        MailDelivery::Accepted {
            accepted_at: at(80),
            response: "250 2.0.0 Ok".to_owned(),
        },
        MailDelivery::Dropped { dropped_at: at(90) },
    ];
    for (number, delivery) in (1..).zip(outcomes) {
        ports
            .mails
            .begin_attempt(&world.tenant, mail.mail_id)
            .await
            .expect("counted");
        ports
            .mails
            .record(&world.tenant, mail.mail_id, delivery.clone())
            .await
            .expect("recorded");
        let row = ports
            .mails
            .load(&world.tenant, mail.mail_id)
            .await
            .expect("an answer")
            .expect("a mail");
        assert_eq!((row.attempts, row.delivery), (number, delivery));
    }
    let missing = world.mail_id();
    assert!(ports.mails.begin_attempt(&world.tenant, missing).await.is_err());
    assert!(
        ports
            .mails
            .record(&world.tenant, missing, MailDelivery::Queued)
            .await
            .is_err()
    );
}

/// The newest mails of all contracts and of none, cut at the limit.
pub async fn the_newest_mails_come_first(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("通知")).await;
    let mut queued: Vec<MailId> = Vec::new();
    for seconds in 0..3 {
        let mail = invitation(&world);
        queued.push(mail.mail_id);
        ports
            .mails
            .queue(&world.tenant, vec![mail], at(seconds))
            .await
            .expect("queued");
    }
    let mut change = world.change(stored.value.clone(), Some(1));
    change.mails = vec![world.request_mail(stored.value.contract_id, world.party_id())];
    change.now = at(50);
    queued.push(change.mails.first().expect("a mail").mail_id);
    world.commit(change).await;
    queued.reverse();
    let newest = async |limit| {
        let rows = ports.mails.newest(&world.tenant, limit).await.expect("an answer");
        rows.iter().map(|row| row.mail_id).collect::<Vec<_>>()
    };
    assert_eq!(newest(100).await, queued);
    assert_eq!(newest(2).await, queued[..2]);
    assert!(newest(0).await.is_empty());
}

/// A contract's mails are listed as they were made.
pub async fn mails_of_a_contract_stay_in_order(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mut stored = world.insert(world.draft("通知")).await;
    let contract_id = stored.value.contract_id;
    let mut expected = Vec::new();
    for seconds in [20, 30, 40] {
        let mail = world.request_mail(contract_id, world.party_id());
        expected.push((mail.mail_id, mail.kind, at(seconds)));
        let mut change = world.change(stored.value.clone(), Some(stored.revision));
        change.mails = vec![mail];
        change.now = at(seconds);
        stored.revision = world.commit(change).await;
    }
    let mails = ports
        .contracts
        .mails(&world.tenant, contract_id)
        .await
        .expect("an answer");
    let found: Vec<_> = mails
        .iter()
        .map(|mail| (mail.mail_id, mail.kind, mail.queued_at))
        .collect();
    assert_eq!(found, expected);
    assert!(
        mails
            .iter()
            .all(|mail| mail.contract_id == Some(contract_id) && mail.language == Language::En)
    );
}
