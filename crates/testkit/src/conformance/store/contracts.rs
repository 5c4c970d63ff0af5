//! Contracts: compare-and-swap, history, tenants, deletion.

use akashi_app::ports::{CommitError, ContractFilter, NewLink, PageRequest, ShownPage, StoreError};
use akashi_domain::{ContractState, EventKind, FieldValue};

use super::world::{at, digest};
use super::{StorePorts, World};

const FIRST_PAGE: PageRequest = PageRequest { offset: 0, limit: 50 };

/// What was stored comes back equal, fractions and rare characters included.
pub async fn a_contract_comes_back_to_the_last_bit(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (contract, segments) = world.rich();
    let mut change = world.change(contract, None);
    change.segments = segments;
    world.add_event(&mut change, EventKind::Created);
    world.add_event(&mut change, EventKind::SendingCancelled);
    let (contract, events) = (change.contract.clone(), change.events.clone());
    assert_eq!(world.commit(change).await, 1, "revisions count from 1");
    let loaded = world.load(contract.contract_id).await;
    assert_eq!(loaded.value, contract);
    assert_eq!(loaded.revision, 1);
    let history = ports
        .contracts
        .events(&world.tenant, contract.contract_id)
        .await
        .expect("a history");
    assert_eq!(history, events, "canonical bytes and salts included");
    let revision = ports
        .contracts
        .revision(&world.tenant, contract.contract_id)
        .await
        .expect("an answer");
    assert_eq!(revision, Some(1));
}

/// What is not there is `None` or empty, not an error.
pub async fn nothing_is_found_where_nothing_is(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (contracts, tenant, id) = (&ports.contracts, &world.tenant, world.contract_id());
    assert!(contracts.load(tenant, id).await.expect("an answer").is_none());
    assert_eq!(contracts.revision(tenant, id).await.expect("an answer"), None);
    assert!(contracts.events(tenant, id).await.expect("an answer").is_empty());
    assert!(contracts.mails(tenant, id).await.expect("an answer").is_empty());
    assert!(contracts.jobs(tenant, id).await.expect("an answer").is_empty());
    assert!(
        contracts
            .segment(tenant, world.segment_id())
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(contracts.find_link(digest(1)).await.expect("an answer").is_none());
    assert!(contracts.find_concluded(id).await.expect("an answer").is_none());
    assert!(
        contracts
            .find_concluded_digest(digest(1))
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(!contracts.delete_draft(tenant, id, 1).await.expect("an answer"));
    let page = contracts
        .list(tenant, &ContractFilter::default(), FIRST_PAGE)
        .await
        .expect("an answer");
    assert_eq!((page.rows.len(), page.total), (0, 0));
}

/// A change on an old revision is refused and leaves no trace.
pub async fn a_change_needs_the_newest_revision(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("秘密保持契約書")).await;
    let second = world.replace(stored.clone()).await;
    assert_eq!(second.revision, 2);
    let contract_id = stored.value.contract_id;
    for outdated in [0, 1, 3, u64::MAX] {
        let mut change = world.change(stored.value.clone(), Some(outdated));
        world.add_event(&mut change, EventKind::Expired);
        change.jobs = vec![world.sign_job(contract_id)];
        change.mails = vec![world.request_mail(contract_id, world.party_id())];
        let segment = world.segment();
        change.segments = vec![segment.clone()];
        let refused = ports.contracts.commit(&world.tenant, change).await;
        assert!(
            matches!(refused, Err(CommitError::Conflict)),
            "revision {outdated}: {refused:?}"
        );
        assert!(
            ports
                .contracts
                .segment(&world.tenant, segment.segment_id)
                .await
                .expect("an answer")
                .is_none()
        );
    }
    assert_eq!(world.load(contract_id).await, second);
    assert_eq!(
        ports
            .contracts
            .events(&world.tenant, contract_id)
            .await
            .expect("a history")
            .len(),
        1
    );
    assert!(
        ports
            .contracts
            .jobs(&world.tenant, contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        ports
            .contracts
            .mails(&world.tenant, contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
}

/// Inserting what is there is a conflict.
pub async fn a_contract_is_inserted_once(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("注文書")).await;
    let again = world.change(world.draft("注文書"), None);
    let mut again = again;
    again.contract.contract_id = stored.value.contract_id;
    let refused = ports.contracts.commit(&world.tenant, again).await;
    assert!(matches!(refused, Err(CommitError::Conflict)), "{refused:?}");
    assert_eq!(world.load(stored.value.contract_id).await, stored);
}

/// Of changes that come at the same moment exactly one is stored, round after round.
pub async fn of_many_changes_at_once_one_wins(ports: &StorePorts) {
    const RIVALS: usize = 6;
    let world = World::new(ports).await;
    let mut stored = world.insert(world.draft("同時")).await;
    for _ in 0..5 {
        let rivals: Vec<_> = (0..RIVALS)
            .map(|_| {
                let mut change = world.change(stored.value.clone(), Some(stored.revision));
                world.add_event(&mut change, EventKind::SendingCancelled);
                let (contracts, tenant) = (ports.contracts.clone(), world.tenant);
                tokio::spawn(async move { contracts.commit(&tenant, change).await })
            })
            .collect();
        let mut won = 0;
        for rival in rivals {
            match rival.await.expect("a rival ends") {
                Ok(revision) => {
                    assert_eq!(revision, stored.revision + 1);
                    won += 1;
                }
                Err(CommitError::Conflict) => {}
                Err(other) => panic!("{other:?}"),
            }
        }
        assert_eq!(won, 1);
        stored = world.load(stored.value.contract_id).await;
    }
    assert_eq!(stored.revision, 6);
    let history = ports
        .contracts
        .events(&world.tenant, stored.value.contract_id)
        .await
        .expect("a history");
    assert_eq!(history.len(), 6);
}

/// Events are numbered from 1 without gaps, up to the contract's own count.
pub async fn a_history_has_no_gaps(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("履歴")).await;
    let contract_id = stored.value.contract_id;
    let commit = async |sequences: &[u64], last_event: u64| {
        let mut contract = stored.value.clone();
        contract.last_event = last_event;
        let mut change = world.change(contract, Some(stored.revision));
        for sequence in sequences {
            change
                .events
                .push(world.event(&change.contract, *sequence, EventKind::Expired));
        }
        ports.contracts.commit(&world.tenant, change).await
    };
    for (sequences, last_event) in [
        (vec![3], 3),
        (vec![1], 1),
        (vec![2, 4], 4),
        (vec![3, 2], 3),
        (vec![2], 3),
        (vec![], 2),
        (vec![2], 1),
    ] {
        let refused = commit(&sequences, last_event).await;
        assert!(
            matches!(refused, Err(CommitError::Store(StoreError::Inconsistent { .. }))),
            "{sequences:?} up to {last_event}: {refused:?}"
        );
    }
    assert_eq!(world.load(contract_id).await, stored, "nothing was stored");
    assert_eq!(commit(&[2, 3], 3).await.expect("it continues"), 2);
    let history = ports
        .contracts
        .events(&world.tenant, contract_id)
        .await
        .expect("a history");
    assert_eq!(
        history
            .iter()
            .map(|recorded| recorded.event.sequence)
            .collect::<Vec<_>>(),
        [1, 2, 3]
    );
}

/// An event of another contract, or bytes that are not the event's, are refused.
pub async fn events_belong_to_their_contract(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("一")).await;
    let other = world.insert(world.draft("二")).await;
    let mut foreign = world.change(stored.value.clone(), Some(1));
    foreign.contract.last_event = 2;
    foreign.events = vec![world.event(&other.value, 2, EventKind::Expired)];
    let mut forged = world.change(stored.value.clone(), Some(1));
    world.add_event(&mut forged, EventKind::Expired);
    if let Some(event) = forged.events.first_mut() {
        event.canonical.push(b' ');
    }
    for change in [foreign, forged] {
        let refused = ports.contracts.commit(&world.tenant, change).await;
        assert!(
            matches!(refused, Err(CommitError::Store(StoreError::Inconsistent { .. }))),
            "{refused:?}"
        );
    }
    assert_eq!(world.load(stored.value.contract_id).await, stored);
}

/// With the ids of one tenant in hand another tenant still finds nothing.
#[expect(
    clippy::too_many_lines,
    reason = "one scene: every question that the port answers is asked once"
)]
pub async fn one_tenant_never_sees_another(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let (contract, segments) = world.rich();
    let contract_id = contract.contract_id;
    let party = contract.parties.first().expect("a party").clone();
    let mut change = world.change(contract, None);
    change.segments = segments.clone();
    change.mails = vec![world.request_mail(contract_id, party.party_id)];
    world.add_event(&mut change, EventKind::Created);
    let mail_id = change.mails.first().expect("a mail").mail_id;
    world.commit(change).await;
    let field_id = world.field_id();
    let value = FieldValue::Checked { checked: true };
    let contracts = &ports.contracts;
    let set = contracts
        .set_input(
            &world.tenant,
            contract_id,
            party.party_id,
            field_id,
            Some(&value),
            at(1),
        )
        .await;
    set.expect("an input is kept");
    let page = ShownPage {
        document_id: world.document_id(),
        page: 0,
        revision_sha256: digest(1),
    };
    let noted = contracts
        .note_shown(&world.tenant, contract_id, party.party_id, &[page], at(1))
        .await;
    noted.expect("a page is noted");

    let theirs = &other.tenant;
    assert!(
        contracts
            .load(theirs, contract_id)
            .await
            .expect("an answer")
            .is_none()
    );
    assert_eq!(
        contracts.revision(theirs, contract_id).await.expect("an answer"),
        None
    );
    assert!(
        contracts
            .events(theirs, contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        contracts
            .mails(theirs, contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        contracts
            .jobs(theirs, contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    let segment_id = segments.first().expect("a segment").segment_id;
    assert!(
        contracts
            .segment(theirs, segment_id)
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(
        contracts
            .inputs(theirs, contract_id, party.party_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        contracts
            .shown_pages(theirs, contract_id, party.party_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        ports
            .mails
            .load(theirs, mail_id)
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(
        ports
            .mails
            .newest(theirs, 10)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        !contracts
            .delete_draft(theirs, contract_id, 1)
            .await
            .expect("an answer")
    );
    assert!(
        ports
            .organizations
            .member(theirs, world.member.member_id)
            .await
            .expect("an answer")
            .is_none()
    );
    let words = ContractFilter {
        words: "業務委託".to_owned(),
        ..ContractFilter::default()
    };
    for filter in [ContractFilter::default(), words] {
        let page = contracts
            .list(theirs, &filter, FIRST_PAGE)
            .await
            .expect("an answer");
        assert_eq!((page.rows.len(), page.total), (0, 0));
    }
    let counts = contracts.counts(theirs, None, at(-1)).await.expect("an answer");
    assert!(counts.by_state.is_empty());
    assert!(
        world.load(contract_id).await.value.contract_id == contract_id,
        "and it is still there"
    );
}

/// A tenant value of one organization does not write into another.
pub async fn a_tenant_cannot_write_for_another(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let stored = world.insert(world.draft("我が社の契約")).await;
    let change = world.change(stored.value.clone(), Some(1));
    assert!(ports.contracts.commit(&other.tenant, change).await.is_err());
    let mut stolen = stored.value.clone();
    stolen.organization_id = other.organization.organization_id;
    let refused = ports
        .contracts
        .commit(&other.tenant, world.change(stolen, Some(1)))
        .await;
    assert!(matches!(refused, Err(CommitError::Conflict)), "{refused:?}");
    let member = world.another_member(akashi_domain::Role::Administrator);
    assert!(
        ports
            .organizations
            .add_member(&other.tenant, &member)
            .await
            .is_err()
    );
    assert_eq!(world.load(stored.value.contract_id).await, stored);
}

/// A draft goes with everything that belongs to it, and only at the revision that the caller saw.
#[expect(
    clippy::too_many_lines,
    reason = "one scene: every question that the port answers is asked once"
)]
pub async fn a_draft_is_deleted_with_all_that_is_its(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contracts = &ports.contracts;
    let (contract, segments) = world.rich();
    let (contract_id, party_id) = (
        contract.contract_id,
        contract.parties.first().expect("a party").party_id,
    );
    let mut change = world.change(contract, None);
    change.segments = segments.clone();
    change.jobs = vec![world.sign_job(contract_id)];
    change.mails = vec![world.request_mail(contract_id, party_id)];
    let link = NewLink {
        token_sha256: digest(9),
        party_id,
        generation: 1,
        expires_at: at(99),
    };
    change.links = vec![link];
    world.add_event(&mut change, EventKind::Created);
    world.commit(change).await;
    let value = FieldValue::Text {
        text: "乙".to_owned(),
    };
    let set = contracts
        .set_input(
            &world.tenant,
            contract_id,
            party_id,
            world.field_id(),
            Some(&value),
            at(1),
        )
        .await;
    set.expect("an input is kept");
    let kept = world.insert(world.draft("業務委託のもう一つ")).await;

    assert!(
        !contracts
            .delete_draft(&world.tenant, contract_id, 2)
            .await
            .expect("an answer")
    );
    assert!(
        contracts
            .delete_draft(&world.tenant, contract_id, 1)
            .await
            .expect("an answer")
    );
    assert!(
        !contracts
            .delete_draft(&world.tenant, contract_id, 1)
            .await
            .expect("an answer")
    );
    assert!(
        contracts
            .load(&world.tenant, contract_id)
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(
        contracts
            .events(&world.tenant, contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        contracts
            .jobs(&world.tenant, contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        contracts
            .mails(&world.tenant, contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        contracts
            .inputs(&world.tenant, contract_id, party_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(contracts.find_link(digest(9)).await.expect("an answer").is_none());
    let ids: Vec<_> = segments.iter().map(|segment| segment.segment_id).collect();
    assert_eq!(
        contracts
            .unnamed_segments(&world.tenant, &ids)
            .await
            .expect("an answer"),
        ids
    );
    let filter = ContractFilter {
        words: "業務委託".to_owned(),
        ..ContractFilter::default()
    };
    let found = contracts
        .list(&world.tenant, &filter, FIRST_PAGE)
        .await
        .expect("an answer");
    let found: Vec<_> = found.rows.iter().map(|row| row.contract.contract_id).collect();
    assert_eq!(found, [kept.value.contract_id]);
}

/// Only drafts are deleted.
pub async fn what_was_sent_is_not_deleted(ports: &StorePorts) {
    let world = World::new(ports).await;
    let mut contract = world.draft("送付済み");
    contract.state = ContractState::Open {
        sent_at: at(1),
        stage: 1,
    };
    let stored = world.insert(contract).await;
    let id = stored.value.contract_id;
    assert!(
        !ports
            .contracts
            .delete_draft(&world.tenant, id, 1)
            .await
            .expect("an answer")
    );
    assert_eq!(world.load(id).await, stored);
}
