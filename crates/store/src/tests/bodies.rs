//! Bodies of contracts as they are written. What has once been released must be readable for ever, so a sample of
//! each version is kept; when the newest one changes after a release, that is a new version.

use akashi_domain::contract::{
    ConsentText, EvidenceGrade, EvidenceSegments, Hold, HoldReason, Preservation, PreservationTrouble,
    PromisedLevel, SealImage, SealShape, ShownRevision, SignatureRecord, SigningAct, WitnessKey,
};
use akashi_domain::{
    ActId, Contract, ContractState, DocumentId, FieldId, FieldKind, FieldValue, Language, PartyState, Reason,
};
use akashi_testkit::conformance::store::World;
use akashi_testkit::conformance::store::world::{at, digest, segment_ref};

use crate::contracts::row;

fn act(document_id: DocumentId, field_id: FieldId, value: FieldValue) -> SigningAct {
    SigningAct {
        act_id: ActId::from_parts(1_763_800_000_000, [1; 10]),
        accepted_at: at(60),
        address: Some("2001:db8::7".parse().unwrap()),
        user_agent: "Mozilla/5.0".to_owned(),
        language: Language::Ja,
        consent: ConsentText::V2026_11,
        grade: EvidenceGrade::Mail,
        shown: vec![ShownRevision {
            document_id,
            segments: 2,
            sha256: digest(1),
        }],
        values: vec![(field_id, value)],
    }
}

fn signature(document_id: DocumentId) -> SignatureRecord {
    SignatureRecord {
        document_id,
        field_name: "Akashi.1".to_owned(),
        key: WitnessKey::FixedSeal,
        certificate_subject: "CN=𠮷野 咲".to_owned(),
        certificate_sha256: digest(2),
        claimed_at: at(61),
        stamped_at: at(62),
        stamped_by: "CN=TSA".to_owned(),
        based_on_sha256: digest(3),
        revision_sha256: digest(4),
    }
}

/// A contract in which every kind of party state and value occurs.
fn sample(world: &World) -> Contract {
    let (mut contract, segments) = world.rich();
    let document_id = contract.documents[0].document_id;
    let field_id = contract.fields[0].field_id;
    let mark = |image| FieldValue::Mark { image };
    let seal = mark(SealImage::Generated {
        text: "𠮷野".to_owned(),
        shape: SealShape::Round,
    });
    let drawn = mark(SealImage::Handwriting {
        segment_id: segments[0].segment_id,
    });
    let states = [
        PartyState::Waiting,
        PartyState::Requested {
            requested_at: at(1),
            viewed_at: None,
        },
        PartyState::Accepted {
            viewed_at: Some(at(2)),
            act: Box::new(act(document_id, field_id, seal)),
        },
        PartyState::Signed {
            viewed_at: Some(at(2)),
            act: Box::new(act(document_id, field_id, drawn)),
            signatures: vec![signature(document_id)],
        },
        PartyState::Declined {
            declined_at: at(3),
            reason: Reason::parse("条件が\n合わない").unwrap(),
        },
    ];
    let party = contract.parties[0].clone();
    contract.parties = states
        .into_iter()
        .map(|state| akashi_domain::Party {
            state,
            ..party.clone()
        })
        .collect();
    for kind in [
        FieldKind::Seal,
        FieldKind::Handwriting,
        FieldKind::CheckBox,
        FieldKind::Date,
    ] {
        let field = akashi_domain::Field {
            kind,
            ..contract.fields[0].clone()
        };
        contract.fields.push(field);
    }
    contract.state = ContractState::Concluded {
        sent_at: at(1),
        concluded_at: at(70),
    };
    contract.hold = Some(Hold {
        reason: HoldReason::TimeStampAuthority,
        since: at(63),
        next_attempt_at: at(66),
    });
    contract.evidence = Some(EvidenceSegments {
        pdf: segment_ref(&segments[0]),
        json: segment_ref(&segments[1]),
    });
    contract.preservation = Some(Preservation {
        level: PromisedLevel::Lta,
        judged_at: at(71),
        signatures: 2,
        archived_at: at(69),
        stamped_by: "CN=TSA".to_owned(),
        is_accredited: true,
        valid_until: at(900),
        renew_at: at(800),
        renewals: 3,
    });
    contract.preservation_trouble = Some(PreservationTrouble {
        reason: HoldReason::RevocationData,
        detail: "no answer".to_owned(),
        since: at(801),
        last_attempt_at: at(802),
        next_attempt_at: at(803),
        is_stuck: true,
    });
    contract
}

/// What a body of an earlier version can say of the sample.
fn as_of(version: i32, mut contract: Contract) -> Contract {
    if version == 1 {
        contract.preservation = None;
        contract.preservation_trouble = None;
        for party in &mut contract.parties {
            if let PartyState::Signed { signatures, .. } = &mut party.state {
                signatures
                    .iter_mut()
                    .for_each(|signature| signature.key = WitnessKey::OneTime);
            }
        }
    }
    contract
}

/// The text behind the head of a snapshot.
fn kept(snapshot: &str) -> &str {
    snapshot.splitn(3, "---\n").nth(2).unwrap()
}

#[tokio::test]
async fn the_newest_body_is_written_as_kept() {
    super::harness::with_sqlite(async |ports| {
        let contract = sample(&World::unborn(ports, 1));
        let written = row::of(&contract, 1, 0).unwrap();
        assert_eq!(written.body_version, 2);
        let body: serde_json::Value = serde_json::from_str(&written.body).unwrap();
        insta::assert_json_snapshot!("contract_body_2", body);
        assert_eq!(row::parse(&written).unwrap().value, contract);
    })
    .await;
}

#[tokio::test]
async fn kept_bodies_are_read() {
    super::harness::with_sqlite(async |ports| {
        let contract = sample(&World::unborn(ports, 1));
        let mut model = row::of(&contract, 1, 0).unwrap();
        for version in 1..=row::BODY_VERSION {
            let file = format!("akashi_store__tests__bodies__contract_body_{version}.snap");
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/tests/snapshots");
            let snapshot = std::fs::read_to_string(std::path::Path::new(folder).join(file)).unwrap();
            model.body_version = version;
            kept(&snapshot).clone_into(&mut model.body);
            let read = row::parse(&model).unwrap().value;
            assert_eq!(read, as_of(version, contract.clone()), "version {version}");
        }
        model.body_version = row::BODY_VERSION + 1;
        let refused = row::parse(&model).unwrap_err().to_string();
        assert!(refused.contains("contract.body_version"), "{refused}");
    })
    .await;
}
