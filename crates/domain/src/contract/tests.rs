//! The transition table as a snapshot, and what must hold for every sequence of commands.

use std::fmt::Write as _;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::{
    ActId, Digest32, EmailAddress, EventKind, FileName, Label, Language, MailId, PageGeometry, PersonName,
    Reason, Rect, SegmentId,
};

const START: i64 = 1_763_800_000;

fn at(seconds: i64) -> UtcTime {
    UtcTime::from_second(START + seconds).unwrap()
}

fn party_id(n: u8) -> PartyId {
    PartyId::from_parts(1, [n; 10])
}

fn document_id() -> DocumentId {
    DocumentId::from_parts(1, [1; 10])
}

fn member_id() -> MemberId {
    MemberId::from_parts(1, [1; 10])
}

fn segment(n: u8) -> SegmentRef {
    SegmentRef {
        segment_id: SegmentId::from_parts(1, [n; 10]),
        byte_length: 1000,
        revision_sha256: Digest32::new([n; 32]),
    }
}

fn document() -> Document {
    Document {
        document_id: document_id(),
        file_name: FileName::parse("契約書.pdf").unwrap(),
        pages: vec![PageGeometry {
            width: 595.0,
            height: 842.0,
        }],
        intake: IntakePolicy::Unsigned,
        active_content: Vec::new(),
        removed_active_content: Vec::new(),
        segments: vec![segment(0)],
    }
}

fn party(n: u8, stage: u16) -> PartyDraft {
    PartyDraft {
        party_id: party_id(n),
        stage,
        name: PersonName::parse("𠮷野 咲").unwrap(),
        organization: None,
        job_title: None,
        email: EmailAddress::parse("yoshino@minato.example").unwrap(),
        language: Language::Ja,
    }
}

fn field(n: u8, owner: u8) -> Field {
    Field {
        field_id: FieldId::from_parts(1, [n; 10]),
        document_id: document_id(),
        page: 0,
        rect: Rect {
            x: 100.0,
            y: 100.0,
            width: 64.0,
            height: 64.0,
        },
        party_id: party_id(owner),
        kind: FieldKind::Seal,
        label: Label::parse("乙の印影").unwrap(),
        required: true,
    }
}

fn act(contract: &Contract, owner: u8) -> SigningAct {
    SigningAct {
        act_id: ActId::from_parts(1, [owner; 10]),
        accepted_at: at(100),
        address: None,
        user_agent: String::new(),
        language: Language::Ja,
        consent: ConsentText::CURRENT,
        grade: EvidenceGrade::Mail,
        shown: contract
            .documents
            .iter()
            .map(|document| ShownRevision {
                document_id: document.document_id,
                segments: u32::try_from(document.segments.len()).unwrap(),
                sha256: document.newest_digest().unwrap(),
            })
            .collect(),
        values: contract
            .fields_of(party_id(owner))
            .into_iter()
            .map(|field| {
                let image = SealImage::Generated {
                    text: "吉野".into(),
                    shape: SealShape::Round,
                };
                (field.field_id, FieldValue::Mark { image })
            })
            .collect(),
    }
}

fn signatures(n: u8) -> Vec<SignatureRecord> {
    vec![SignatureRecord {
        document_id: document_id(),
        field_name: format!("sig{n}"),
        key: WitnessKey::OneTime,
        certificate_subject: "CN=𠮷野 咲".into(),
        certificate_sha256: Digest32::new([n; 32]),
        claimed_at: at(101),
        stamped_at: at(102),
        stamped_by: "CN=TSA".into(),
        based_on_sha256: Digest32::new([1; 32]),
        revision_sha256: Digest32::new([n; 32]),
    }]
}

fn step(contract: Contract, command: Command) -> Contract {
    contract.decide(command, at(100)).unwrap().contract
}

fn draft() -> Contract {
    let contract = Contract::draft(
        ContractId::from_parts(1, [1; 10]),
        OrganizationId::from_parts(1, [1; 10]),
        Title::parse("業務委託基本契約書").unwrap(),
        member_id(),
        PromisedLevel::T,
        at(0),
    );
    let contract = step(
        contract,
        Command::AddDocument {
            document: Box::new(document()),
        },
    );
    let contract = step(
        contract,
        Command::SetParties {
            parties: vec![party(1, 1), party(2, 1), party(3, 2)],
        },
    );
    let contract = step(
        contract,
        Command::PlaceFields {
            fields: vec![field(1, 1), field(2, 2), field(3, 3)],
        },
    );
    let mut details = contract.details.clone();
    details.deadline = Some(at(10_000));
    step(
        contract,
        Command::EditDetails {
            details: Box::new(details),
        },
    )
}

fn sending() -> Contract {
    step(
        draft(),
        Command::Send {
            by: member_id(),
            purpose: Purpose::Production,
        },
    )
}

fn open() -> Contract {
    step(
        sending(),
        Command::SentRevisionReady {
            segments: vec![(document_id(), segment(1))],
        },
    )
}

fn accept(contract: Contract, n: u8) -> Contract {
    let contract = step(
        contract,
        Command::View {
            party_id: party_id(n),
        },
    );
    let act = act(&contract, n);
    step(
        contract,
        Command::Accept {
            party_id: party_id(n),
            act: Box::new(act),
        },
    )
}

fn stand(n: u8) -> Command {
    Command::SignaturesStand {
        party_id: party_id(n),
        signatures: signatures(n),
        segments: vec![(document_id(), segment(10 + n))],
    }
}

fn concluding() -> Contract {
    let contract = accept(accept(open(), 1), 2);
    let contract = step(step(contract, stand(1)), stand(2));
    accept(contract, 3)
}

fn evidence() -> EvidenceSegments {
    EvidenceSegments {
        pdf: segment(90),
        json: segment(91),
    }
}

fn preserved(level: PromisedLevel) -> Box<Preserved> {
    let preservation = Preservation {
        level,
        judged_at: at(103),
        signatures: 4,
        archived_at: at(102),
        stamped_by: "CN=TSA".into(),
        is_accredited: false,
        valid_until: at(900),
        renew_at: at(800),
        renewals: 0,
    };
    Box::new(Preserved {
        preservation,
        evidence: evidence(),
    })
}

fn conclude() -> Command {
    Command::Conclude {
        concluded_at: at(102),
        segments: vec![(document_id(), segment(80))],
        preserved: preserved(PromisedLevel::Lta),
    }
}

fn preserve() -> Command {
    Command::Preserve {
        segments: vec![(document_id(), segment(81))],
        preserved: preserved(PromisedLevel::Lta),
    }
}

fn trouble(reason: HoldReason, seconds: i64) -> Command {
    Command::ReportPreservationTrouble {
        trouble: Box::new(PreservationTrouble {
            reason,
            detail: "x".repeat(5000),
            since: at(seconds),
            last_attempt_at: at(seconds),
            next_attempt_at: at(seconds + 60),
            is_stuck: false,
        }),
    }
}

fn concluded() -> Contract {
    step(step(concluding(), stand(3)), conclude())
}

fn reason() -> Reason {
    Reason::parse("条件が変わったため").unwrap()
}

fn commands(contract: &Contract) -> Vec<(&'static str, Command)> {
    let party = contract
        .awaited()
        .first()
        .map_or(party_id(3), |party| party.party_id);
    let n = (1..=3).find(|n| party_id(*n) == party).unwrap_or(3);
    vec![
        (
            "edit details",
            Command::EditDetails {
                details: Box::new(contract.details.clone()),
            },
        ),
        (
            "add document",
            Command::AddDocument {
                document: Box::new(document()),
            },
        ),
        (
            "remove document",
            Command::RemoveDocument {
                document_id: document_id(),
            },
        ),
        ("set parties", Command::SetParties { parties: vec![] }),
        ("place fields", Command::PlaceFields { fields: vec![] }),
        (
            "send",
            Command::Send {
                by: member_id(),
                purpose: Purpose::Production,
            },
        ),
        ("cancel sending", Command::CancelSending),
        (
            "sent revision ready",
            Command::SentRevisionReady {
                segments: vec![(document_id(), segment(1))],
            },
        ),
        ("view", Command::View { party_id: party }),
        (
            "accept",
            Command::Accept {
                party_id: party,
                act: Box::new(act(contract, n)),
            },
        ),
        (
            "decline",
            Command::Decline {
                party_id: party,
                reason: reason(),
            },
        ),
        ("signatures stand", stand(n)),
        ("remind", Command::Remind { party_id: party }),
        (
            "correct address",
            Command::CorrectAddress {
                party_id: party,
                email: EmailAddress::parse("b@minato.example").unwrap(),
            },
        ),
        (
            "withdraw",
            Command::Withdraw {
                by: member_id(),
                reason: reason(),
            },
        ),
        ("expire", Command::Expire),
        (
            "hold back",
            Command::HoldBack {
                hold: Hold {
                    reason: HoldReason::TimeStampAuthority,
                    since: at(100),
                    next_attempt_at: at(105),
                },
            },
        ),
        (
            "record mail",
            Command::RecordMail {
                event: EventKind::MailAccepted {
                    mail_id: MailId::from_parts(1, [1; 10]),
                    party_id: None,
                },
            },
        ),
        ("conclude", conclude()),
        ("preserve", preserve()),
        ("report trouble", trouble(HoldReason::RevocationData, 150)),
    ]
}

fn states() -> Vec<Contract> {
    let viewed = step(
        open(),
        Command::View {
            party_id: party_id(1),
        },
    );
    vec![
        draft(),
        sending(),
        viewed,
        concluding(),
        concluded(),
        step(
            open(),
            Command::Decline {
                party_id: party_id(1),
                reason: reason(),
            },
        ),
        step(
            open(),
            Command::Withdraw {
                by: member_id(),
                reason: reason(),
            },
        ),
        open().decide(Command::Expire, at(10_001)).unwrap().contract,
    ]
}

#[test]
fn transition_table() {
    let mut table = String::new();
    for contract in states() {
        let from = contract.state.kind();
        for (name, command) in commands(&contract) {
            let line = match contract.clone().decide(command, at(200)) {
                Ok(decision) => format!(
                    "{} | {} | {:?}",
                    decision.contract.state.kind().as_str(),
                    decision
                        .events
                        .iter()
                        .map(EventKind::name)
                        .collect::<Vec<_>>()
                        .join(", "),
                    decision
                        .effects
                        .iter()
                        .map(|e| format!("{e:?}").split('(').next().unwrap_or("").to_owned())
                        .collect::<Vec<_>>()
                ),
                Err(Refusal::WrongState { .. }) => continue,
                Err(refusal) => format!("refused: {refusal}"),
            };
            let _ = writeln!(table, "{:<10} {name:<20} -> {line}", from.as_str());
        }
    }
    insta::assert_snapshot!(table);
}

#[test]
fn the_next_stage_opens_when_the_signature_stands_not_when_the_click_came() {
    let contract = accept(accept(open(), 1), 2);
    assert!(matches!(contract.state, ContractState::Open { stage: 1, .. }));
    let contract = step(contract, stand(1));
    assert!(matches!(contract.state, ContractState::Open { stage: 1, .. }));
    let decision = contract.decide(stand(2), at(100)).unwrap();
    assert!(matches!(
        decision.contract.state,
        ContractState::Open { stage: 2, .. }
    ));
    assert_eq!(decision.effects, vec![Effect::RequestMail(party_id(3))]);
}

#[test]
fn a_deadline_does_not_expire_a_contract_whose_acts_are_all_accepted() {
    let refusal = concluding().decide(Command::Expire, at(20_000)).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::WrongState {
            state: StateKind::Concluding
        }
    );
}

#[test]
fn signing_needs_the_pages_shown_every_required_field_and_the_right_party() {
    let refusal = |contract: Contract, command| contract.decide(command, at(100)).unwrap_err();
    let unseen = open();
    let unseen_act = act(&unseen, 1);
    assert_eq!(
        refusal(
            unseen,
            Command::Accept {
                party_id: party_id(1),
                act: Box::new(unseen_act)
            }
        ),
        Refusal::NotViewed
    );

    let seen = step(
        open(),
        Command::View {
            party_id: party_id(1),
        },
    );
    let mut empty = act(&seen, 1);
    empty.values.clear();
    assert!(matches!(
        refusal(
            seen.clone(),
            Command::Accept {
                party_id: party_id(1),
                act: Box::new(empty)
            }
        ),
        Refusal::Value {
            problem: ValueProblem::Missing,
            ..
        }
    ));
    let mut foreign = act(&seen, 1);
    foreign.values = act(&seen, 2).values;
    assert!(matches!(
        refusal(
            seen.clone(),
            Command::Accept {
                party_id: party_id(1),
                act: Box::new(foreign)
            }
        ),
        Refusal::Value {
            problem: ValueProblem::NotYours,
            ..
        }
    ));
    let mut other_file = act(&seen, 1);
    other_file.shown[0].sha256 = Digest32::new([99; 32]);
    assert_eq!(
        refusal(
            seen.clone(),
            Command::Accept {
                party_id: party_id(1),
                act: Box::new(other_file)
            }
        ),
        Refusal::ShownMismatch
    );
    let early = act(&seen, 3);
    assert_eq!(
        refusal(
            seen,
            Command::Accept {
                party_id: party_id(3),
                act: Box::new(early)
            }
        ),
        Refusal::NotAwaited
    );
}

#[test]
fn a_corrected_address_gets_a_new_link_and_starts_afresh() {
    let contract = step(
        open(),
        Command::View {
            party_id: party_id(1),
        },
    );
    let email = EmailAddress::parse("right@minato.example").unwrap();
    let decision = contract
        .decide(
            Command::CorrectAddress {
                party_id: party_id(1),
                email,
            },
            at(100),
        )
        .unwrap();
    let party = decision.contract.party(party_id(1)).unwrap();
    assert_eq!(party.link_generation, 2);
    assert!(!party.admits(1) && party.admits(2) && !party.admits(3));
    assert_eq!(party.state.viewed_at(), None);
    assert_eq!(decision.effects, vec![Effect::RequestMail(party_id(1))]);
}

#[test]
fn a_reminder_replaces_the_link_and_lets_who_is_reading_finish() {
    let command = Command::Remind {
        party_id: party_id(1),
    };
    let decision = open().decide(command, at(100)).unwrap();
    let party = decision.contract.party(party_id(1)).unwrap();
    assert_eq!(party.link_generation, 2);
    assert!(party.admits(1) && party.admits(2));
    let others = decision
        .contract
        .parties
        .iter()
        .filter(|party| party.party_id != party_id(1));
    assert!(
        others
            .map(|party| party.link_generation)
            .all(|generation| generation < 2)
    );
    assert_eq!(decision.effects, vec![Effect::ReminderMail(party_id(1))]);
}

#[test]
fn active_content_stops_sending() {
    let mut contract = draft();
    contract.documents[0].active_content = vec!["JavaScript".into()];
    let document_id = document_id();
    assert_eq!(
        contract.check_ready_to_send(at(100)),
        Err(Refusal::ActiveContent { document_id })
    );
    let contract = step(
        contract,
        Command::ReplaceCleaned {
            document_id,
            segment: segment(5),
        },
    );
    assert_eq!(contract.check_ready_to_send(at(100)), Ok(()));
    assert_eq!(
        contract.documents[0].removed_active_content,
        vec!["JavaScript".to_owned()]
    );
}

#[test]
fn signed_documents_take_only_what_their_signatures_allow() {
    let mut contract = draft();
    contract.documents[0].intake = IntakePolicy::SignatureFieldsOnly;
    assert_eq!(contract.check_ready_to_send(at(100)), Ok(()));
    let mut second_seal = field(9, 1);
    second_seal.rect.x = 300.0;
    contract.fields.push(second_seal);
    assert!(matches!(
        contract.check_ready_to_send(at(100)),
        Err(Refusal::Field {
            problem: FieldProblem::NotAllowedBySignatures,
            ..
        })
    ));
    contract.fields.clear();
    contract.documents[0].intake = IntakePolicy::ExistingFieldsOnly {
        names: vec!["Sig1".into()],
    };
    assert!(matches!(
        contract.check_ready_to_send(at(100)),
        Err(Refusal::TooFewSignatureFields {
            needed: 3,
            available: 1,
            ..
        })
    ));
}

#[test]
fn nothing_of_a_lower_level_than_promised_is_concluded_and_no_renewal_lowers_it() {
    let mut contract = step(concluding(), stand(3));
    contract.promised_level = PromisedLevel::Lta;
    let lower = |command: Command| match command {
        Command::Conclude {
            concluded_at,
            segments,
            ..
        } => Command::Conclude {
            concluded_at,
            segments,
            preserved: preserved(PromisedLevel::T),
        },
        Command::Preserve { segments, .. } => Command::Preserve {
            segments,
            preserved: preserved(PromisedLevel::Lt),
        },
        other => other,
    };
    let needed = PromisedLevel::Lta;
    let refused = contract.clone().decide(lower(conclude()), at(200));
    assert_eq!(refused, Err(Refusal::LevelNotReached { needed }));
    let mut earlier = step(contract, conclude());
    earlier.promised_level = PromisedLevel::T;
    let refused = earlier.decide(lower(preserve()), at(200));
    assert_eq!(refused, Err(Refusal::LevelNotReached { needed }));
}

#[test]
fn a_renewal_appends_to_every_document_and_ends_the_trouble() {
    let contract = step(concluded(), trouble(HoldReason::TimeStampAuthority, 110));
    let again = contract
        .clone()
        .decide(trouble(HoldReason::TimeStampAuthority, 120), at(120))
        .unwrap();
    assert_eq!(again.events, vec![], "one event per reason, not per attempt");
    let kept = again.contract.preservation_trouble.unwrap();
    assert_eq!((kept.since, kept.last_attempt_at), (at(110), at(120)));
    assert_eq!(kept.detail.len(), PreservationTrouble::MAX_DETAIL);
    let nothing = Command::Preserve {
        segments: vec![],
        preserved: preserved(PromisedLevel::Lta),
    };
    assert_eq!(
        contract.clone().decide(nothing, at(200)),
        Err(Refusal::ResultMismatch)
    );
    let segments = contract.documents[0].segments.len();
    let renewed = step(step(contract, preserve()), preserve());
    assert_eq!(renewed.documents[0].segments.len(), segments + 2);
    assert_eq!(renewed.preservation_trouble, None);
    assert_eq!(renewed.preservation.unwrap().renewals, 2);
}

#[test]
fn a_contract_of_an_earlier_release_is_read_and_can_be_raised() {
    let mut contract = concluded();
    let mut stored = serde_json::to_value(&contract).unwrap();
    let body = stored.as_object_mut().unwrap();
    body.remove("preservation");
    body.remove("preservation_trouble");
    contract.preservation = None;
    let read: Contract = serde_json::from_value(stored).unwrap();
    assert_eq!(read, contract);
    assert_eq!(step(read, preserve()).preservation.unwrap().renewals, 0);
}

#[test]
fn a_contract_survives_its_stored_form() {
    for contract in states() {
        let text = serde_json::to_string(&contract).unwrap();
        assert_eq!(serde_json::from_str::<Contract>(&text).unwrap(), contract);
    }
}

proptest! {
    #[test]
    fn no_sequence_of_commands_leaves_the_table(choices in prop::collection::vec((0_usize..21, 0_i64..300), 0..60)) {
        let mut contract = draft();
        let mut signed = 0;
        let mut clock = 200;
        for (choice, pass) in choices {
            clock += pass;
            let before = contract.state.kind();
            let now = at(0).saturating_add(Duration::from_secs(u64::try_from(clock).unwrap())).unwrap();
            let (_, command) = commands(&contract).swap_remove(choice);
            if let Ok(decision) = contract.clone().decide(command, now) {
                contract = decision.contract;
            }
            let after = contract.state.kind();
            // What has ended stays ended.
            let ended = [StateKind::Concluded, StateKind::Declined, StateKind::Withdrawn, StateKind::Expired];
            prop_assert!(!ended.contains(&before) || before == after);
            // A signature once made is never lost.
            let now_signed = contract.parties.iter().filter(|p| matches!(p.state, PartyState::Signed { .. })).count();
            prop_assert!(now_signed >= signed);
            signed = now_signed;
            // Nobody of a later stage has acted while an earlier one is unfinished.
            for party in contract.parties.iter().filter(|party| party.state.act().is_some()) {
                let earlier_done = contract.parties.iter().filter(|other| other.stage < party.stage)
                    .all(|other| matches!(other.state, PartyState::Signed { .. }));
                prop_assert!(earlier_done);
            }
            if after == StateKind::Concluded {
                prop_assert!(contract.all_signed() && contract.evidence.is_some());
                let level = contract.preservation.as_ref().map(|kept| kept.level);
                prop_assert!(level >= Some(contract.promised_level));
            }
        }
    }
}
