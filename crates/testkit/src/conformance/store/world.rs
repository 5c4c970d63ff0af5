//! An organization with a member, and contracts to be put into a store.

use std::sync::Mutex;

use akashi_app::ports::{
    ContractChange, HashState, JobKind, LeasedJob, MailKind, NewJob, NewMail, RecordedEvent, SegmentRecord,
    Stored, Tenant, WrappedKey,
};
use akashi_domain::contract::{
    Details, EvidenceSegments, IntakePolicy, PartyDraft, PromisedLevel, Purpose, SegmentRef,
};
use akashi_domain::{
    AccountId, Actor, Contract, ContractId, ContractState, Digest32, Document, DocumentId, EmailAddress,
    Event, EventId, EventKind, Field, FieldId, FieldKind, FileName, JobId, Label, Language, MailId,
    ManagementNumber, Member, MemberId, MemberState, Organization, OrganizationId, OrganizationName,
    PageGeometry, Party, PartyId, PersonName, Rect, Role, SegmentId, Title, UtcTime,
};

use super::StorePorts;
use super::dice::Dice;

/// An organization with one administrator, and a source of ids.
pub struct World {
    /// The ports of the store.
    pub ports: StorePorts,
    /// The tenant.
    pub tenant: Tenant,
    /// The organization.
    pub organization: Organization,
    /// Its administrator.
    pub member: Member,
    dice: Mutex<Dice>,
}

/// A moment of the test: seconds after 10:00 on 22 November 2026 in Japan.
pub fn at(seconds: i64) -> UtcTime {
    let start: UtcTime = "2026-11-22T01:00:00Z".parse().expect("a time");
    start
        .checked_add(jiff::SignedDuration::from_secs(seconds))
        .expect("a time")
}

/// A digest of one byte repeated.
pub const fn digest(byte: u8) -> Digest32 {
    Digest32::new([byte; 32])
}

/// An address.
pub fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("an address")
}

/// A lease token of one byte repeated.
pub const fn token(byte: u8) -> [u8; 16] {
    [byte; 16]
}

macro_rules! new_ids {
    ($($(#[$doc:meta])* $name:ident -> $kind:ty;)*) => {$(
        $(#[$doc])*
        pub fn $name(&self) -> $kind {
            <$kind>::from_parts(1_763_800_000_000, self.ten_bytes())
        }
    )*};
}

impl World {
    /// Puts an organization into the store.
    pub async fn new(ports: &StorePorts) -> Self {
        Self::numbered(ports, 1).await
    }

    /// Puts another organization into the store, so that there are several.
    pub async fn numbered(ports: &StorePorts, number: u64) -> Self {
        let world = Self::unborn(ports, number);
        let added = ports.organizations.add(&world.organization, &world.member).await;
        added.expect("an organization is added");
        world
    }

    /// An organization that is not in the store.
    pub fn unborn(ports: &StorePorts, number: u64) -> Self {
        let mut dice = Dice::seeded(number);
        let mut random = || dice.ten_bytes();
        let organization_id = OrganizationId::from_parts(1_763_800_000_000, random());
        let organization = Organization {
            organization_id,
            name: OrganizationName::parse(&format!("株式会社みなと製作所 {number}")).expect("a name"),
            created_at: at(-1000),
        };
        let member = Member {
            member_id: MemberId::from_parts(1_763_800_000_000, random()),
            organization_id,
            account_id: AccountId::from_parts(1_763_800_000_000, random()),
            name: PersonName::parse("髙橋 誠").expect("a name"),
            email: email("takahashi@minato.example"),
            language: Language::Ja,
            role: Role::Administrator,
            state: MemberState::Active,
            joined_at: at(-1000),
        };
        let tenant = Tenant::dangerous_without_authentication(organization_id);
        Self {
            ports: ports.clone(),
            tenant,
            organization,
            member,
            dice: Mutex::new(dice),
        }
    }

    fn ten_bytes(&self) -> [u8; 10] {
        self.dice
            .lock()
            .expect("no test panicked while it held the dice")
            .ten_bytes()
    }

    new_ids! {
        /// A new id.
        account_id -> AccountId;
        /// A new id.
        member_id -> MemberId;
        /// A new id.
        contract_id -> ContractId;
        /// A new id.
        document_id -> DocumentId;
        /// A new id.
        party_id -> PartyId;
        /// A new id.
        field_id -> FieldId;
        /// A new id.
        segment_id -> SegmentId;
        /// A new id.
        event_id -> EventId;
        /// A new id.
        job_id -> JobId;
        /// A new id.
        mail_id -> MailId;
        /// A new id.
        session_id -> akashi_domain::SessionId;
        /// A new id.
        invitation_id -> akashi_domain::InvitationId;
    }

    /// Another member, not in the store.
    pub fn another_member(&self, role: Role) -> Member {
        let member_id = self.member_id();
        Member {
            member_id,
            account_id: self.account_id(),
            email: email(&format!("m{}@minato.example", member_id.as_uuid().simple())),
            role,
            joined_at: at(-500),
            ..self.member.clone()
        }
    }

    /// A draft with nothing but a title.
    pub fn draft(&self, title: &str) -> Contract {
        let title = Title::parse(title).expect("a title");
        let level = PromisedLevel::T;
        let organization_id = self.organization.organization_id;
        Contract::draft(
            self.contract_id(),
            organization_id,
            title,
            self.member.member_id,
            level,
            at(0),
        )
    }

    /// Someone who takes part.
    pub fn party(&self, name: &str, organization: Option<&str>) -> Party {
        let draft = PartyDraft {
            party_id: self.party_id(),
            stage: 1,
            name: PersonName::parse(name).expect("a name"),
            organization: organization.map(|name| OrganizationName::parse(name).expect("a name")),
            job_title: Some(Label::parse("代表取締役").expect("a label")),
            email: email("morishita@tsubame.example"),
            language: Language::Ja,
        };
        Party::from(draft)
    }

    /// A contract in which everything that can be filled is filled, with the records of its segments.
    pub fn rich(&self) -> (Contract, Vec<SegmentRecord>) {
        let mut contract = self.draft("業務委託契約書(2026年度)");
        contract.details = Details {
            counterparty: Some(OrganizationName::parse("つばめ商事株式会社").expect("a name")),
            management_number: Some(ManagementNumber::parse("MN-2026/0042").expect("a number")),
            agreed_on: Some(jiff::civil::date(2026, 12, 1)),
            amount_yen: Some(1_234_567),
            deadline: Some(at(1_000_000)),
            message: Some(akashi_domain::Message::parse("よろしく\nお願いします").expect("a message")),
            ..contract.details
        };
        contract.promised_level = PromisedLevel::Lta;
        contract.purpose = Purpose::Trial;
        contract.parties = vec![
            self.party("𠮷野 咲", Some("つばめ商事株式会社")),
            self.party("葛󠄀城 理恵", None),
        ];
        let records = vec![self.segment(), self.segment()];
        let segments = records.iter().map(segment_ref).collect();
        let document = Document {
            document_id: self.document_id(),
            file_name: FileName::parse("契約書.pdf").expect("a name"),
            pages: vec![PageGeometry {
                width: 595.275_590_551_181_1,
                height: 841.889_763_779_527_6,
            }],
            intake: IntakePolicy::ExistingFieldsOnly {
                names: vec!["Sig1".to_owned()],
            },
            active_content: Vec::new(),
            removed_active_content: vec!["JavaScript".to_owned()],
            segments,
        };
        contract.fields = vec![Field {
            field_id: self.field_id(),
            document_id: document.document_id,
            page: 0,
            // Fractions that a careless reader of JSON gives back one bit off.
            rect: Rect {
                x: 0.1 + 0.2,
                y: 1.0 / 3.0,
                width: 64.000_000_000_000_01,
                height: 6.02e1 / 7.0,
            },
            party_id: contract.parties.first().expect("a party").party_id,
            kind: FieldKind::Text {
                format: akashi_domain::contract::TextFormat::Name,
                font_size: Some(10.1),
            },
            label: Label::parse("乙の氏名").expect("a label"),
            required: true,
        }];
        contract.documents = vec![document];
        (contract, records)
    }

    /// The record of a stored object.
    pub fn segment(&self) -> SegmentRecord {
        let bytes = self.ten_bytes();
        SegmentRecord {
            segment_id: self.segment_id(),
            wrapped_key: WrappedKey {
                key_id: "kek-1".to_owned(),
                bytes: bytes.to_vec(),
            },
            byte_length: 123_456,
            plain_sha256: digest(bytes[0]),
            cipher_sha256: digest(bytes[1]),
            hash_state: Some(HashState {
                words: [u32::MAX, 1, 2, 3, 4, 5, 6, 7],
                hashed_bytes: 123_456 / 64 * 64,
            }),
        }
    }

    /// An event of a contract.
    pub fn event(&self, contract: &Contract, sequence: u64, what: EventKind) -> RecordedEvent {
        let event = Event {
            event_id: self.event_id(),
            organization_id: contract.organization_id,
            contract_id: contract.contract_id,
            sequence,
            at: at(1)
                .checked_add(jiff::SignedDuration::from_nanos(123_456_789))
                .expect("a time"),
            actor: Actor::Member(contract.created_by),
            what,
        };
        let canonical = event.canonical_bytes().expect("an event has a canonical form");
        let mut salt = [0; 32];
        salt[..10].copy_from_slice(&self.ten_bytes());
        RecordedEvent {
            event,
            canonical,
            salt,
        }
    }

    /// A change that does nothing but store the contract.
    pub fn change(&self, contract: Contract, expected_revision: Option<u64>) -> ContractChange {
        ContractChange {
            contract,
            expected_revision,
            events: Vec::new(),
            segments: Vec::new(),
            jobs: Vec::new(),
            mails: Vec::new(),
            links: Vec::new(),
            completes: None,
            concluded_digests: Vec::new(),
            now: at(10),
        }
    }

    /// The contract's next event, counted in it, as part of a change.
    pub fn add_event(&self, change: &mut ContractChange, what: EventKind) {
        change.contract.last_event += 1;
        let event = self.event(&change.contract, change.contract.last_event, what);
        change.events.push(event);
    }

    /// Commits a change that must succeed.
    pub async fn commit(&self, change: ContractChange) -> u64 {
        self.ports
            .contracts
            .commit(&self.tenant, change)
            .await
            .expect("the change is committed")
    }

    /// Puts a new contract into the store, with the event of its making.
    pub async fn insert(&self, contract: Contract) -> Stored<Contract> {
        let mut change = self.change(contract, None);
        self.add_event(&mut change, EventKind::Created);
        let value = change.contract.clone();
        let revision = self.commit(change).await;
        Stored { value, revision }
    }

    /// Puts a contract into the store and queues jobs with it.
    pub async fn insert_with_jobs(&self, contract: Contract, jobs: Vec<NewJob>) -> Stored<Contract> {
        let mut change = self.change(contract, None);
        change.jobs = jobs;
        let value = change.contract.clone();
        let revision = self.commit(change).await;
        Stored { value, revision }
    }

    /// Commits a change of a stored contract.
    pub async fn replace(&self, stored: Stored<Contract>) -> Stored<Contract> {
        let change = self.change(stored.value.clone(), Some(stored.revision));
        let revision = self.commit(change).await;
        Stored {
            value: stored.value,
            revision,
        }
    }

    /// Loads a contract that must be there.
    pub async fn load(&self, contract_id: ContractId) -> Stored<Contract> {
        let found = self
            .ports
            .contracts
            .load(&self.tenant, contract_id)
            .await
            .expect("the store answers");
        found.expect("the contract is there")
    }

    /// A job.
    pub fn job(&self, kind: JobKind, run_at: UtcTime) -> NewJob {
        NewJob {
            job_id: self.job_id(),
            kind,
            run_at,
        }
    }

    /// A signing job of some party of a contract, due at once.
    pub fn sign_job(&self, contract_id: ContractId) -> NewJob {
        self.job(
            JobKind::Sign {
                contract_id,
                party_id: self.party_id(),
            },
            at(0),
        )
    }

    /// A request mail to a party.
    pub fn request_mail(&self, contract_id: ContractId, party_id: PartyId) -> NewMail {
        NewMail {
            mail_id: self.mail_id(),
            contract_id: Some(contract_id),
            kind: MailKind::Request {
                party_id,
                generation: 1,
            },
            to: email("morishita@tsubame.example"),
            language: Language::En,
            job_id: self.job_id(),
        }
    }

    /// Leases the next due job, if there is one.
    pub async fn try_lease(&self, now: UtcTime, lease_token: [u8; 16]) -> Option<LeasedJob> {
        let minute = std::time::Duration::from_mins(1);
        self.ports
            .jobs
            .lease(now, minute, lease_token)
            .await
            .expect("the store answers")
    }

    /// Leases the next due job, which must be there.
    pub async fn lease(&self, now: UtcTime, lease_token: [u8; 16]) -> LeasedJob {
        self.try_lease(now, lease_token).await.expect("a job is due")
    }
}

/// How a contract names a segment.
pub fn segment_ref(record: &SegmentRecord) -> SegmentRef {
    SegmentRef {
        segment_id: record.segment_id,
        byte_length: record.byte_length,
        revision_sha256: record.plain_sha256,
    }
}

/// Turns a contract into a concluded one.
pub fn conclude(contract: &mut Contract, concluded_at: UtcTime, pdf: &SegmentRecord, json: &SegmentRecord) {
    contract.state = ContractState::Concluded {
        sent_at: at(5),
        concluded_at,
    };
    contract.evidence = Some(EvidenceSegments {
        pdf: segment_ref(pdf),
        json: segment_ref(json),
    });
}
