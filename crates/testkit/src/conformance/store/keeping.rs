//! Which concluded contracts are to be raised or renewed.

use akashi_app::ports::{JobKind, PreservationFigures, PreservationOrder};
use akashi_domain::contract::{HoldReason, Preservation, PreservationTrouble, PromisedLevel};
use akashi_domain::{Contract, ContractId, UtcTime};

use super::world::{at, conclude, token};
use super::{StorePorts, World};

fn kept(renew_at: UtcTime, valid_until: UtcTime) -> Preservation {
    Preservation {
        level: PromisedLevel::Lta,
        judged_at: at(50),
        signatures: 3,
        archived_at: at(49),
        stamped_by: "CN=TSA".to_owned(),
        is_accredited: false,
        valid_until,
        renew_at,
        renewals: 0,
    }
}

fn trouble(next_attempt_at: UtcTime, is_stuck: bool) -> PreservationTrouble {
    PreservationTrouble {
        reason: HoldReason::TimeStampAuthority,
        detail: "no answer".to_owned(),
        since: at(60),
        last_attempt_at: at(61),
        next_attempt_at,
        is_stuck,
    }
}

/// Puts a concluded contract into the store.
async fn concluded(world: &World, change_it: impl FnOnce(&mut Contract)) -> ContractId {
    let (mut contract, mut segments) = world.rich();
    let (pdf, json) = (world.segment(), world.segment());
    conclude(&mut contract, at(48), &pdf, &json);
    change_it(&mut contract);
    let contract_id = contract.contract_id;
    segments.extend([pdf, json]);
    let mut change = world.change(contract, None);
    change.segments = segments;
    world.commit(change).await;
    contract_id
}

fn order(world: &World, contract_id: ContractId) -> PreservationOrder {
    PreservationOrder {
        contract_id,
        job_id: world.job(JobKind::Preserve { contract_id }, at(0)).job_id,
    }
}

/// Contracts of an earlier release come first, then by date; what waits for its day, is no contract to be kept, or is
/// queued already is not found.
pub async fn what_is_due_is_found_once(ports: &StorePorts) {
    let world = World::new(ports).await;
    let keeping = &ports.preservation;
    world.insert(world.draft("下書き")).await;
    let later = concluded(&world, |c| c.preservation = Some(kept(at(300), at(900)))).await;
    let due = concluded(&world, |c| c.preservation = Some(kept(at(200), at(900)))).await;
    let again = concluded(&world, |c| {
        c.preservation = Some(kept(at(100), at(900)));
        c.preservation_trouble = Some(trouble(at(190), true));
    })
    .await;
    let earlier = concluded(&world, |_| {}).await;
    let found = |now, limit| keeping.due(&world.tenant, now, limit);
    assert_eq!(found(at(199), 10).await.expect("finds"), [earlier, again]);
    assert_eq!(found(at(200), 10).await.expect("finds"), [earlier, again, due]);
    assert_eq!(
        found(at(300), 10).await.expect("finds"),
        [earlier, again, due, later]
    );
    assert_eq!(found(at(300), 2).await.expect("finds"), [earlier, again]);

    let orders = [order(&world, earlier), order(&world, due)];
    let placed = keeping.order(&world.tenant, &orders, None, at(200)).await;
    assert_eq!(placed.expect("orders"), 2);
    assert_eq!(found(at(200), 10).await.expect("finds"), [again]);
    let leased = world.lease(at(200), token(1)).await;
    assert!(
        matches!(leased.job.kind, JobKind::Preserve { contract_id } if contract_id == earlier || contract_id == due)
    );
    assert_eq!(leased.job.organization_id, world.tenant.organization_id());
}

/// A second order makes no second job; what is being done now is left alone.
pub async fn an_order_hastens_the_job_that_waits(ports: &StorePorts) {
    let world = World::new(ports).await;
    let keeping = &ports.preservation;
    let contract_id = concluded(&world, |_| {}).await;
    let draft = world.insert(world.draft("下書き")).await.value.contract_id;
    let place = async |contract_id, now| {
        let orders = [order(&world, contract_id)];
        keeping
            .order(&world.tenant, &orders, None, now)
            .await
            .expect("orders")
    };
    assert_eq!(place(draft, at(100)).await, 0, "a draft is not kept");
    assert_eq!(place(contract_id, at(100)).await, 1);
    let leased = world.lease(at(100), token(1)).await;
    assert_eq!(place(contract_id, at(101)).await, 0, "it is being done");
    assert!(
        ports
            .jobs
            .retry(&leased, at(5000), "no answer")
            .await
            .expect("retries")
    );
    assert_eq!(world.try_lease(at(102), token(2)).await, None);
    assert_eq!(place(contract_id, at(103)).await, 1);
    let again = world.lease(at(103), token(3)).await;
    assert_eq!(again.job.job_id, leased.job.job_id);
    assert_eq!(again.job.attempts, 1, "attempts are counted anew");
    assert!(
        ports
            .jobs
            .bury(&again, "given up", at(104))
            .await
            .expect("buries")
    );
    assert_eq!(place(contract_id, at(105)).await, 1, "the dead rise");
    world.lease(at(105), token(4)).await;
}

/// Each contract counts once; the most urgent troubles come first.
pub async fn figures_and_troubles_are_told(ports: &StorePorts) {
    let world = World::new(ports).await;
    let keeping = &ports.preservation;
    let figures = async |now| keeping.figures(&world.tenant, now).await.expect("figures");
    assert_eq!(figures(at(0)).await, PreservationFigures::default());
    concluded(&world, |c| c.preservation = Some(kept(at(300), at(900)))).await;
    concluded(&world, |c| c.preservation = Some(kept(at(250), at(900)))).await;
    concluded(&world, |_| {}).await;
    let waiting = concluded(&world, |c| {
        c.preservation = Some(kept(at(100), at(800)));
        c.preservation_trouble = Some(trouble(at(190), false));
    })
    .await;
    let never = concluded(&world, |c| c.preservation_trouble = Some(trouble(at(190), true))).await;
    let lost = concluded(&world, |c| c.preservation = Some(kept(at(90), at(150)))).await;
    let expected = PreservationFigures {
        kept: 2,
        to_raise: 1,
        troubled: 1,
        stuck: 1,
        missed: 1,
        next_renewal: Some(at(250)),
    };
    assert_eq!(figures(at(200)).await, expected);
    let troubled = async |now, limit| keeping.troubled(&world.tenant, now, limit).await.expect("tells");
    assert_eq!(troubled(at(200), 10).await, [lost, waiting, never]);
    assert_eq!(troubled(at(149), 10).await, [waiting, never]);
    assert_eq!(troubled(at(200), 1).await, [lost]);
}

/// Of several that want to tell the administrators one does, and only its mails are queued.
pub async fn an_alarm_is_given_once(ports: &StorePorts) {
    let world = World::new(ports).await;
    let keeping = &ports.preservation;
    let contract = world.insert(world.draft("下書き")).await.value;
    let mail = || {
        let mut mail = world.request_mail(contract.contract_id, world.party("佐伯", None).party_id);
        mail.contract_id = None;
        mail.kind = akashi_app::ports::MailKind::PreservationAlarm {
            member_id: world.member.member_id,
        };
        vec![mail]
    };
    let tell = async |previous, now| {
        let told = keeping.alarm(&world.tenant, previous, mail(), now).await;
        told.expect("answers")
    };
    assert_eq!(keeping.last_alarm(&world.tenant).await.expect("answers"), None);
    assert!(tell(None, at(10)).await);
    assert!(!tell(None, at(11)).await);
    assert_eq!(
        keeping.last_alarm(&world.tenant).await.expect("answers"),
        Some(at(10))
    );
    assert!(!tell(Some(at(9)), at(12)).await);
    assert!(tell(Some(at(10)), at(13)).await);
    let mails = ports.mails.newest(&world.tenant, 10).await.expect("mails");
    assert_eq!(mails.len(), 2);
    assert!(mails.iter().all(|mail| mail.kind.name() == "preservation_alarm"));
    let depth = ports.jobs.depth(at(20)).await.expect("a depth");
    assert_eq!(depth.due, 2, "each mail has its job");
}

/// Nothing of one tenant is found, counted or queued by another.
pub async fn tenants_keep_their_own(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let keeping = &ports.preservation;
    let contract_id = concluded(&world, |c| c.preservation_trouble = Some(trouble(at(1), true))).await;
    assert_eq!(keeping.due(&other.tenant, at(900), 10).await.expect("finds"), []);
    assert_eq!(
        keeping.troubled(&other.tenant, at(900), 10).await.expect("tells"),
        []
    );
    let figures = keeping.figures(&other.tenant, at(900)).await.expect("figures");
    assert_eq!(figures, PreservationFigures::default());
    let orders = [order(&other, contract_id)];
    let placed = keeping.order(&other.tenant, &orders, None, at(900)).await;
    assert_eq!(placed.expect("orders"), 0);
    assert!(
        keeping
            .alarm(&world.tenant, None, Vec::new(), at(5))
            .await
            .expect("tells")
    );
    assert_eq!(keeping.last_alarm(&other.tenant).await.expect("answers"), None);
}
