//! Lists and figures.

#![expect(
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall fail loudly"
)]

use akashi_app::ports::{ContractFilter, ContractOrder, ContractPage, MailDelivery, MailKind, PageRequest};
use akashi_domain::{Contract, ContractId, ContractState, PartyId, Reason, Role, StateKind};

use super::world::at;
use super::{StorePorts, World};

const FIRST_PAGE: PageRequest = PageRequest { offset: 0, limit: 50 };

async fn list(world: &World, filter: &ContractFilter) -> ContractPage {
    world
        .ports
        .contracts
        .list(&world.tenant, filter, FIRST_PAGE)
        .await
        .expect("a list")
}

fn ids(page: &ContractPage) -> Vec<ContractId> {
    page.rows.iter().map(|row| row.contract.contract_id).collect()
}

/// Puts a contract into the store as if it had changed at a moment.
async fn insert_at(world: &World, contract: Contract, seconds: i64) -> ContractId {
    let contract_id = contract.contract_id;
    let mut change = world.change(contract, None);
    change.now = at(seconds);
    world.commit(change).await;
    contract_id
}

/// Lists begin with what changed last.
pub async fn the_newest_change_comes_first(ports: &StorePorts) {
    let world = World::new(ports).await;
    let middle = insert_at(&world, world.draft("二"), 20).await;
    let newest = insert_at(&world, world.draft("三"), 30).await;
    let oldest = insert_at(&world, world.draft("一"), 10).await;
    let page = list(&world, &ContractFilter::default()).await;
    assert_eq!(ids(&page), [newest, middle, oldest]);
    assert_eq!(page.rows.first().expect("a row").changed_at, at(30));
    let mut change = world.change(world.load(oldest).await.value, Some(1));
    change.now = at(40);
    world.commit(change).await;
    assert_eq!(
        ids(&list(&world, &ContractFilter::default()).await),
        [oldest, newest, middle]
    );
}

/// Pages cut the same list, without gap or repetition; the total is that of the whole list.
pub async fn pages_follow_each_other(ports: &StorePorts) {
    let world = World::new(ports).await;
    for _ in 0..7 {
        // All at the same moment: the order must be total all the same.
        insert_at(&world, world.draft("頁"), 10).await;
    }
    let all = ids(&list(&world, &ContractFilter::default()).await);
    assert_eq!(all.len(), 7);
    let mut joined = Vec::new();
    for offset in [0, 3, 6, 9] {
        let request = PageRequest { offset, limit: 3 };
        let page = ports
            .contracts
            .list(&world.tenant, &ContractFilter::default(), request)
            .await
            .expect("a page");
        assert_eq!(page.total, 7);
        joined.extend(ids(&page));
    }
    assert_eq!(joined, all);
    let none = PageRequest { offset: 0, limit: 0 };
    let page = ports
        .contracts
        .list(&world.tenant, &ContractFilter::default(), none)
        .await
        .expect("a page");
    assert_eq!((page.rows.len(), page.total), (0, 7));
}

/// Orders by date and amount; what has no amount stands last either way.
pub async fn orders_are_kept(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mut contracts = Vec::new();
    for (day, amount, seconds) in [
        (3, Some(500), 10),
        (1, None, 20),
        (2, Some(2_000), 30),
        (2, Some(1_000), 40),
    ] {
        let mut contract = world.draft("並び");
        contract.details.agreed_on = Some(jiff::civil::date(2026, 11, day));
        contract.details.amount_yen = amount;
        contracts.push(insert_at(&world, contract, seconds).await);
    }
    let [a, b, c, d] = contracts.try_into().expect("four");
    for (order, expected) in [
        (ContractOrder::NewestChange, [d, c, b, a]),
        (ContractOrder::SmallestAmount, [a, d, c, b]),
        (ContractOrder::LargestAmount, [c, d, a, b]),
    ] {
        let filter = ContractFilter {
            order,
            ..ContractFilter::default()
        };
        assert_eq!(ids(&list(&world, &filter).await), expected, "{order:?}");
    }
    for (order, first, last) in [
        (ContractOrder::EarliestDate, b, a),
        (ContractOrder::LatestDate, a, b),
    ] {
        let filter = ContractFilter {
            order,
            ..ContractFilter::default()
        };
        let found = ids(&list(&world, &filter).await);
        assert_eq!(
            (found.first(), found.last()),
            (Some(&first), Some(&last)),
            "{order:?}"
        );
    }
}

/// A contract of each state.
fn of_every_state(world: &World) -> Vec<Contract> {
    let reason = Reason::parse("条件が合わない").expect("a reason");
    let states = [
        ContractState::Draft,
        ContractState::Sending {
            requested_at: at(1),
            sent_by: world.member.member_id,
        },
        ContractState::Open {
            sent_at: at(1),
            stage: 2,
        },
        ContractState::Concluding {
            sent_at: at(1),
            since: at(2),
        },
        ContractState::Declined {
            by: world.party_id(),
            declined_at: at(3),
            reason: reason.clone(),
        },
        ContractState::Withdrawn {
            by: world.member.member_id,
            withdrawn_at: at(3),
            reason,
        },
        ContractState::Expired { expired_at: at(3) },
    ];
    let with_state = |state| Contract {
        state,
        ..world.draft("状態")
    };
    states.into_iter().map(with_state).collect()
}

/// States and creators narrow a list.
pub async fn states_and_creators_are_filtered(ports: &StorePorts) {
    let world = World::new(ports).await;
    let colleague = world.another_member(Role::Member);
    assert!(
        ports
            .organizations
            .add_member(&world.tenant, &colleague)
            .await
            .expect("an answer")
    );
    for contract in of_every_state(&world) {
        let (state, id) = (contract.state.kind(), contract.contract_id);
        insert_at(&world, contract, 10).await;
        let filter = ContractFilter {
            states: vec![state],
            ..ContractFilter::default()
        };
        assert_eq!(ids(&list(&world, &filter).await), [id], "{state:?}");
    }
    let theirs = insert_at(
        &world,
        Contract {
            created_by: colleague.member_id,
            ..world.draft("同僚")
        },
        20,
    )
    .await;
    let filter = ContractFilter {
        created_by: Some(colleague.member_id),
        ..ContractFilter::default()
    };
    assert_eq!(ids(&list(&world, &filter).await), [theirs]);
    let states = vec![StateKind::Draft, StateKind::Expired, StateKind::Concluded];
    let filter = ContractFilter {
        states,
        created_by: Some(world.member.member_id),
        ..ContractFilter::default()
    };
    assert_eq!(list(&world, &filter).await.total, 2);
    assert_eq!(list(&world, &ContractFilter::default()).await.total, 8);
}

/// Contracts whose deadline has come.
pub async fn deadlines_are_found(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mut found = Vec::new();
    for seconds in [100, 200, 300] {
        let mut contract = world.draft("期限");
        contract.details.deadline = Some(at(seconds));
        found.push(insert_at(&world, contract, seconds).await);
    }
    insert_at(&world, world.draft("期限なし"), 400).await;
    let filter = ContractFilter {
        deadline_until: Some(at(200)),
        ..ContractFilter::default()
    };
    let mut expected = found[..2].to_vec();
    expected.reverse();
    assert_eq!(ids(&list(&world, &filter).await), expected);
}

/// A refused request or completion mail marks its contract until a newer one replaces it.
pub async fn a_refused_mail_shows_until_it_is_replaced(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (party_id, other_party) = (world.party_id(), world.party_id());
    let contract = world.draft("拒否");
    let contract_id = contract.contract_id;
    insert_at(&world, world.draft("無関係"), 5).await;
    let mut revision = insert_and_mail(&world, contract, party_id).await;
    let marked = async || {
        let page = list(&world, &ContractFilter::default()).await;
        let marked: Vec<_> = page.rows.iter().filter(|row| row.has_refused_mail).collect();
        assert!(marked.iter().all(|row| row.contract.contract_id == contract_id));
        !marked.is_empty()
    };
    assert!(!marked().await, "queued is not refused");
    let request = last_mail(&world, contract_id).await;
    let refused = MailDelivery::Refused {
        refused_at: at(30),
        response: "550 no such user".to_owned(),
    };
    ports
        .mails
        .record(&world.tenant, request, refused.clone())
        .await
        .expect("recorded");
    assert!(marked().await);
    // To another party, or of another kind: the refused one still stands.
    for (kind, replaces) in [
        (
            MailKind::Request {
                party_id: other_party,
                generation: 1,
            },
            false,
        ),
        (MailKind::DeclinedToParty { party_id }, false),
        (
            MailKind::Request {
                party_id,
                generation: 2,
            },
            true,
        ),
    ] {
        let mut mail = world.request_mail(contract_id, party_id);
        mail.kind = kind;
        let mut change = world.change(world.load(contract_id).await.value, Some(revision));
        change.now = at(40 + i64::try_from(revision).expect("small"));
        change.mails = vec![mail];
        revision = world.commit(change).await;
        assert_eq!(marked().await, !replaces, "{kind:?}");
    }
    let replacement = last_mail(&world, contract_id).await;
    ports
        .mails
        .record(&world.tenant, replacement, refused)
        .await
        .expect("recorded");
    assert!(marked().await, "the new one was refused too");
}

async fn insert_and_mail(world: &World, contract: Contract, party_id: PartyId) -> u64 {
    let mail = world.request_mail(contract.contract_id, party_id);
    let mut change = world.change(contract, None);
    change.mails = vec![mail];
    world.commit(change).await
}

async fn last_mail(world: &World, contract_id: ContractId) -> akashi_domain::MailId {
    let mails = world
        .ports
        .contracts
        .mails(&world.tenant, contract_id)
        .await
        .expect("mails");
    mails.last().expect("a mail").mail_id
}

/// Contracts by state, of all or of one member, and how many were concluded lately.
pub async fn figures_are_counted(ports: &StorePorts) {
    let world = World::new(ports).await;
    for contract in of_every_state(&world) {
        insert_at(&world, contract, 10).await;
    }
    let colleague = world.another_member(Role::Member);
    for (number, concluded_at) in [(1_u8, at(1000)), (2, at(2000))] {
        let mut contract = world.draft("締結");
        contract.created_by = if number == 1 {
            world.member.member_id
        } else {
            colleague.member_id
        };
        let (pdf, json) = (world.segment(), world.segment());
        super::world::conclude(&mut contract, concluded_at, &pdf, &json);
        let mut change = world.change(contract, None);
        change.segments = vec![pdf, json];
        world.commit(change).await;
    }
    let counts = async |member, since| {
        let counts = ports
            .contracts
            .counts(&world.tenant, member, since)
            .await
            .expect("figures");
        let of = |state| {
            counts
                .by_state
                .iter()
                .find(|(kind, _)| *kind == state)
                .map_or(0, |(_, count)| *count)
        };
        let total: u32 = counts.by_state.iter().map(|(_, count)| count).sum();
        (
            total,
            of(StateKind::Concluded),
            of(StateKind::Draft),
            counts.concluded_since,
        )
    };
    assert_eq!(counts(None, at(1000)).await, (9, 2, 1, 2));
    assert_eq!(counts(None, at(1001)).await, (9, 2, 1, 1));
    assert_eq!(counts(Some(colleague.member_id), at(0)).await, (1, 1, 0, 1));
    assert_eq!(counts(Some(world.member.member_id), at(2000)).await, (8, 1, 1, 0));
}
