//! What hangs on a contract: segments, inputs, shown pages, links, the directory of what was concluded.

#![expect(
    clippy::indexing_slicing,
    reason = "a test that cannot go on shall fail loudly"
)]

use akashi_app::ports::{ConcludedEntry, LinkEntry, NewLink, ShownPage};
use akashi_domain::contract::SealImage;
use akashi_domain::{ContractState, FieldValue};

use super::world::{at, conclude, digest};
use super::{StorePorts, World};

/// Records of segments come back equal, with and without a hash state.
pub async fn segments_come_back(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (contract, mut segments) = world.rich();
    segments[1].hash_state = None;
    segments[1].byte_length = 0;
    let mut change = world.change(contract, None);
    change.segments = segments.clone();
    world.commit(change).await;
    for segment in segments {
        let found = ports
            .contracts
            .segment(&world.tenant, segment.segment_id)
            .await
            .expect("an answer");
        assert_eq!(found, Some(segment));
    }
}

/// The sweeper learns which objects no row names.
pub async fn unnamed_segments_are_told(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let (contract, segments) = world.rich();
    let mut change = world.change(contract, None);
    change.segments = segments.clone();
    world.commit(change).await;
    let named = segments[0].segment_id;
    let unnamed: Vec<_> = (0..1100).map(|_| world.segment_id()).collect();
    let mut candidates = unnamed.clone();
    candidates.insert(500, named);
    let contracts = &ports.contracts;
    assert_eq!(
        contracts
            .unnamed_segments(&world.tenant, &candidates)
            .await
            .expect("an answer"),
        unnamed
    );
    let theirs = contracts
        .unnamed_segments(&other.tenant, &[named])
        .await
        .expect("an answer");
    assert_eq!(theirs, [named], "another tenant's row names nothing here");
    assert!(
        contracts
            .unnamed_segments(&world.tenant, &[])
            .await
            .expect("an answer")
            .is_empty()
    );
}

/// A drawing is stored before it is confirmed; the commit that names it finds its record there.
pub async fn a_drawing_is_named_later(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("手書き")).await;
    let drawing = world.segment();
    let contract_id = stored.value.contract_id;
    let added = ports
        .contracts
        .add_segment(&world.tenant, contract_id, drawing.clone(), at(2))
        .await;
    added.expect("a record is stored");
    let found = ports
        .contracts
        .segment(&world.tenant, drawing.segment_id)
        .await
        .expect("an answer");
    assert_eq!(found.as_ref(), Some(&drawing));
    let mut change = world.change(stored.value, Some(stored.revision));
    change.segments = vec![drawing.clone(), world.segment()];
    world.commit(change).await;
    let found = ports
        .contracts
        .segment(&world.tenant, drawing.segment_id)
        .await
        .expect("an answer");
    assert_eq!(found, Some(drawing));
}

/// What a party fills in is kept field by field, replaced, emptied and forgotten.
pub async fn inputs_are_kept_until_they_are_forgotten(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("入力")).await;
    let (contract_id, party_id, other_party) = (stored.value.contract_id, world.party_id(), world.party_id());
    let (first, second) = (world.field_id(), world.field_id());
    let mark = FieldValue::Mark {
        image: SealImage::TypedName {
            text: "髙橋 誠".to_owned(),
        },
    };
    let text = FieldValue::Text {
        text: "東京都\n港区".to_owned(),
    };
    let date = FieldValue::Date {
        date: jiff::civil::date(2026, 11, 22),
    };
    let set = async |party, field, value: Option<&FieldValue>| {
        let done = ports
            .contracts
            .set_input(&world.tenant, contract_id, party, field, value, at(1))
            .await;
        done.expect("an input is kept");
    };
    let inputs = async |party| {
        let found = ports.contracts.inputs(&world.tenant, contract_id, party).await;
        let mut found = found.expect("an answer");
        found.sort_by_key(|(field_id, _)| *field_id);
        found
    };
    let sorted = |mut expected: Vec<_>| {
        expected.sort_by_key(|(field_id, _)| *field_id);
        expected
    };
    set(party_id, first, Some(&text)).await;
    set(party_id, second, Some(&mark)).await;
    set(other_party, first, Some(&date)).await;
    assert_eq!(
        inputs(party_id).await,
        sorted(vec![(first, text), (second, mark.clone())])
    );
    set(party_id, first, Some(&date)).await;
    assert_eq!(
        inputs(party_id).await,
        sorted(vec![(first, date.clone()), (second, mark)])
    );
    set(party_id, second, None).await;
    set(party_id, second, None).await;
    assert_eq!(inputs(party_id).await, [(first, date.clone())]);
    ports
        .contracts
        .forget_progress(&world.tenant, contract_id, party_id)
        .await
        .expect("forgotten");
    assert!(inputs(party_id).await.is_empty());
    assert_eq!(
        inputs(other_party).await,
        [(first, date)],
        "the other party's stay"
    );
}

/// A page is noted with the revision in which it was first shown.
pub async fn a_page_counts_as_first_shown(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("閲覧")).await;
    let (contract_id, party_id) = (stored.value.contract_id, world.party_id());
    let document_id = world.document_id();
    let page = |page, byte| ShownPage {
        document_id,
        page,
        revision_sha256: digest(byte),
    };
    let note = async |pages: &[ShownPage]| {
        let noted = ports
            .contracts
            .note_shown(&world.tenant, contract_id, party_id, pages, at(1))
            .await;
        noted.expect("pages are noted");
    };
    note(&[]).await;
    note(&[page(0, 1), page(2, 1)]).await;
    note(&[page(2, 2), page(1, 2)]).await;
    let shown = async || {
        let shown = ports
            .contracts
            .shown_pages(&world.tenant, contract_id, party_id)
            .await;
        let mut shown = shown.expect("an answer");
        shown.sort_unstable();
        shown
    };
    assert_eq!(shown().await, [page(0, 1), page(1, 2), page(2, 1)]);
    ports
        .contracts
        .forget_progress(&world.tenant, contract_id, party_id)
        .await
        .expect("forgotten");
    assert!(shown().await.is_empty());
}

/// A link is found by the hash of its token; the same token again prolongs it.
pub async fn links_are_found_and_prolonged(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("リンク")).await;
    let party_id = world.party_id();
    let link = |expires_at| NewLink {
        token_sha256: digest(7),
        party_id,
        generation: 3,
        expires_at,
    };
    for (revision, expires_at) in [(1, at(100)), (2, at(50)), (3, at(200))] {
        let mut change = world.change(stored.value.clone(), Some(revision));
        change.links = vec![link(expires_at)];
        world.commit(change).await;
        let expected = LinkEntry {
            organization_id: world.organization.organization_id,
            contract_id: stored.value.contract_id,
            party_id,
            generation: 3,
            expires_at,
        };
        let found = ports.contracts.find_link(digest(7)).await.expect("an answer");
        assert_eq!(found, Some(expected));
    }
    assert!(
        ports
            .contracts
            .find_link(digest(8))
            .await
            .expect("an answer")
            .is_none()
    );
}

/// An earlier generation can still be found, so that its page can say that it was replaced.
pub async fn a_replaced_link_stays_findable(ports: &StorePorts) {
    let world = World::new(ports).await;
    let stored = world.insert(world.draft("リンク")).await;
    let party_id = world.party_id();
    for (revision, generation) in [(1, 1), (2, 2)] {
        let mut change = world.change(stored.value.clone(), Some(revision));
        let token_sha256 = digest(u8::try_from(generation).expect("small"));
        change.links = vec![NewLink {
            token_sha256,
            party_id,
            generation,
            expires_at: at(100),
        }];
        world.commit(change).await;
    }
    for generation in [1, 2] {
        let token_sha256 = digest(u8::try_from(generation).expect("small"));
        let found = ports
            .contracts
            .find_link(token_sha256)
            .await
            .expect("an answer")
            .expect("a link");
        assert_eq!((found.party_id, found.generation), (party_id, generation));
    }
}

/// The directory knows a contract once it is concluded, by its id and by the digests of its files.
pub async fn only_concluded_contracts_are_in_the_directory(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (contract, segments) = world.rich();
    let mut change = world.change(contract, None);
    change.segments = segments;
    // Digests of a contract that is not concluded are none of the directory's business.
    change.concluded_digests = vec![digest(200)];
    let mut contract = change.contract.clone();
    contract.state = ContractState::Draft;
    world.commit(change).await;
    let contract_id = contract.contract_id;
    assert!(
        ports
            .contracts
            .find_concluded(contract_id)
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(
        ports
            .contracts
            .find_concluded_digest(digest(200))
            .await
            .expect("an answer")
            .is_none()
    );

    let (pdf, json) = (world.segment(), world.segment());
    conclude(&mut contract, at(77), &pdf, &json);
    let mut change = world.change(contract, Some(1));
    change.segments = vec![pdf, json];
    change.concluded_digests = vec![digest(201), digest(202), digest(201)];
    world.commit(change).await;
    let expected = Some(ConcludedEntry {
        contract_id,
        concluded_at: at(77),
    });
    assert_eq!(
        ports
            .contracts
            .find_concluded(contract_id)
            .await
            .expect("an answer"),
        expected
    );
    for byte in [201, 202] {
        assert_eq!(
            ports
                .contracts
                .find_concluded_digest(digest(byte))
                .await
                .expect("an answer"),
            expected
        );
    }
    assert!(
        ports
            .contracts
            .find_concluded_digest(digest(203))
            .await
            .expect("an answer")
            .is_none()
    );
}
