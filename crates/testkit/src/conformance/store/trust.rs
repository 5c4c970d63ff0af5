//! What administrators have chosen.

use akashi_app::ports::{KeptSeal, RecordedOrganizationEvent, SealChoice, TrustedCertificate, WrappedKey};
use akashi_domain::{
    Digest32, EventId, OrganizationEvent, OrganizationEventKind, SealSource, TrustPurpose, UtcTime,
};

use super::world::{at, digest};
use super::{StorePorts, World};

fn event(world: &World, at: UtcTime, subject: &str) -> RecordedOrganizationEvent {
    let event = OrganizationEvent {
        event_id: EventId::from_parts(
            u64::try_from(at.as_millisecond()).expect("a time of today"),
            [7; 10],
        ),
        organization_id: world.tenant.organization_id(),
        at,
        by: world.member.member_id,
        what: OrganizationEventKind::TrustAdded {
            purpose: TrustPurpose::Root,
            sha256: digest(1),
            subject: subject.to_owned(),
        },
    };
    RecordedOrganizationEvent {
        canonical: event.canonical_bytes().expect("is canonical"),
        salt: [9; 32],
        event,
    }
}

fn certificate(
    world: &World,
    purpose: TrustPurpose,
    sha256: Digest32,
    added_at: UtcTime,
) -> TrustedCertificate {
    TrustedCertificate {
        purpose,
        sha256,
        der: vec![0x30, 0x03, 1, 2, 3],
        added_by: world.member.member_id,
        added_at,
        removed_at: None,
    }
}

/// Puts a row into every table of choices and of the keeping, for tests of the walls between tenants.
pub async fn fill(world: &World) {
    let trust = &world.ports.trust;
    let root = certificate(world, TrustPurpose::Root, digest(1), at(1));
    let told = event(world, at(1), "CN=Root");
    trust
        .put_trusted(&world.tenant, &root, told)
        .await
        .expect("is kept");
    let choice = SealChoice {
        source: SealSource::Configured,
        kept: None,
        certificate_der: vec![7],
        chosen_by: world.member.member_id,
        chosen_at: at(2),
    };
    let told = event(world, at(2), "CN=Seal");
    trust
        .choose_seal(&world.tenant, &choice, told)
        .await
        .expect("is kept");
    let keeping = &world.ports.preservation;
    let alarm = keeping.alarm(&world.tenant, None, Vec::new(), at(3)).await;
    assert!(alarm.expect("is noted"));
}

/// A certificate is one for each purpose; a removal is a date, and putting it back takes the date away.
pub async fn certificates_are_kept_replaced_and_removed(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let trust = &ports.trust;
    let put = async |certificate: &TrustedCertificate, now| {
        let event = event(&world, now, "CN=Root");
        trust
            .put_trusted(&world.tenant, certificate, event)
            .await
            .expect("is kept");
    };
    let root = certificate(&world, TrustPurpose::Root, digest(1), at(1));
    let stamps = certificate(&world, TrustPurpose::AccreditedTimeStamps, digest(1), at(2));
    put(&root, at(1)).await;
    put(&stamps, at(2)).await;
    let all = trust.trusted(&world.tenant).await.expect("answers");
    assert_eq!(all, [root.clone(), stamps.clone()]);
    let removed = TrustedCertificate {
        removed_at: Some(at(3)),
        ..root.clone()
    };
    put(&removed, at(3)).await;
    let all = trust.trusted(&world.tenant).await.expect("answers");
    assert_eq!(all, [removed, stamps.clone()]);
    put(&root, at(4)).await;
    let all = trust.trusted(&world.tenant).await.expect("answers");
    assert_eq!(all, [root, stamps]);
    assert_eq!(trust.trusted(&other.tenant).await.expect("answers"), []);
}

/// A seal that was stored is gone when another is chosen.
pub async fn a_choice_of_seal_replaces_the_former(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let trust = &ports.trust;
    assert_eq!(trust.seal_choice(&world.tenant).await.expect("answers"), None);
    let uploaded = SealChoice {
        source: SealSource::Uploaded,
        kept: Some(KeptSeal {
            key: WrappedKey {
                key_id: "kek_1".to_owned(),
                bytes: vec![1, 2],
            },
            sealed: vec![3, 4, 5],
        }),
        certificate_der: vec![6],
        chosen_by: world.member.member_id,
        chosen_at: at(1),
    };
    let reset = SealChoice {
        source: SealSource::Installation,
        kept: None,
        certificate_der: vec![7],
        chosen_at: at(2),
        ..uploaded.clone()
    };
    for choice in [&uploaded, &reset] {
        let event = event(&world, choice.chosen_at, "CN=Seal");
        trust
            .choose_seal(&world.tenant, choice, event)
            .await
            .expect("is kept");
        let found = trust.seal_choice(&world.tenant).await.expect("answers");
        assert_eq!(found.as_ref(), Some(choice));
    }
    assert_eq!(trust.seal_choice(&other.tenant).await.expect("answers"), None);
}

/// Entries come newest first, each with its bytes and salt, and belong to their tenant.
pub async fn events_are_told_newest_first(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    for second in [1, 3, 2] {
        let root = certificate(&world, TrustPurpose::Root, digest(1), at(second));
        let event = event(&world, at(second), "CN=みなと認証局");
        ports
            .trust
            .put_trusted(&world.tenant, &root, event)
            .await
            .expect("is kept");
    }
    let told = ports
        .trust
        .organization_events(&world.tenant, 2)
        .await
        .expect("tells");
    let expected = [
        event(&world, at(3), "CN=みなと認証局"),
        event(&world, at(2), "CN=みなと認証局"),
    ];
    assert_eq!(told, expected);
    assert_eq!(
        ports
            .trust
            .organization_events(&other.tenant, 9)
            .await
            .expect("tells"),
        []
    );
}
