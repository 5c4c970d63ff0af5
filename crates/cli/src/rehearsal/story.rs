//! The story: an organization, a contract with two documents, three parties in two stages. Every part of it is
//! done only if a run before has not done it.

use std::sync::Arc;
use std::time::Duration;

use akashi_app::contract::PartyInput;
use akashi_app::domain::contract::StateKind;
use akashi_app::domain::{
    AccountId, Contract, EmailAddress, FileName, Language, Member, MemberId, MemberState, Organization,
    OrganizationId, OrganizationName, PersonName, Role, SessionId, Title,
};
use akashi_app::ports::{AccountRecord, ContractFilter, PageRequest, Stored, Tenant};
use akashi_app::{App, MemberCaller, Ports};
use akashi_typeset::FontBook;
use akashi_typeset::demo::{Deal, Kind, Representative, SamplePdf, Side, contract};
use anyhow::Context as _;
use bytes::Bytes;
use jiff::civil::date;

use crate::play;
use crate::system::ShiftedClock;

/// Rounds after which a contract that does not go on counts as stuck.
const ROUNDS: u32 = 120;
/// A little more than a lease: the jobs of a dead run become free.
const LEASE_OVER: Duration = Duration::from_secs(35);

pub(super) const DOCUMENTS: usize = 2;

struct Cast {
    stage: u16,
    name: &'static str,
    organization: &'static str,
    email: &'static str,
    letter: &'static str,
}

const PARTIES: [Cast; 3] = [
    Cast {
        stage: 1,
        name: "森下 直樹",
        organization: "株式会社つばめ運輸",
        email: "morishita@tsubame.example",
        letter: "乙",
    },
    Cast {
        stage: 1,
        name: "Anna Keller",
        organization: "Keller Logistics",
        email: "keller@keller.example",
        letter: "",
    },
    Cast {
        stage: 2,
        name: "髙橋 誠",
        organization: "株式会社みなと製作所",
        email: "takahashi@minato.example",
        letter: "甲",
    },
];

/// Plays until the contract is concluded and no work is left.
pub(super) async fn play(
    app: &Arc<App>,
    ports: &Ports,
    clock: &ShiftedClock,
    parallel: usize,
) -> anyhow::Result<()> {
    let member = member(ports).await?;
    let tenant = Tenant::dangerous_without_authentication(member.organization_id);
    let session_id = SessionId::from_parts(0, [0; 10]);
    let caller = MemberCaller::dangerous_without_authentication(member, session_id);
    let prepared = prepared(app, ports, &tenant, &caller).await?;
    let contract_id = prepared.value.contract_id;
    if prepared.value.state.kind() == StateKind::Draft {
        app.send_contract(&caller, contract_id).await?;
    }
    for _ in 0..ROUNDS {
        work(app, parallel).await?;
        let stored = ports.contracts.load(&tenant, contract_id).await?;
        let contract = stored.context("the contract is gone")?.value;
        let mut acted = false;
        match contract.state.kind() {
            StateKind::Open => {
                for party in contract.awaited() {
                    if let Some(caller) = play::enter(app, ports, &contract, party.party_id).await? {
                        play::sign(app, &caller).await?;
                        acted = true;
                    }
                }
            }
            StateKind::Concluded if ports.contracts.jobs(&tenant, contract_id).await?.is_empty() => {
                return Ok(());
            }
            StateKind::Sending | StateKind::Concluding | StateKind::Concluded => {}
            other => anyhow::bail!("the contract is {}", other.as_str()),
        }
        if !acted {
            clock.move_on(LEASE_OVER);
        }
    }
    anyhow::bail!("the contract does not go on")
}

async fn work(app: &Arc<App>, parallel: usize) -> anyhow::Result<()> {
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..parallel.max(1) {
        let app = Arc::clone(app);
        workers.spawn(async move { app.work_until_idle().await });
    }
    while let Some(done) = workers.join_next().await {
        done??;
    }
    Ok(())
}

/// The one member of the one organization.
async fn member(ports: &Ports) -> anyhow::Result<Member> {
    if let Some(organization_id) = ports.organizations.all().await?.first() {
        let tenant = Tenant::dangerous_without_authentication(*organization_id);
        let members = ports.organizations.members(&tenant).await?;
        return members
            .into_iter()
            .next()
            .context("the organization has no member");
    }
    let now = ports.clock.now();
    let unix_ms = u64::try_from(now.as_millisecond()).unwrap_or_default();
    let parts = || {
        let mut random = [0_u8; 10];
        ports.entropy.fill(&mut random);
        (unix_ms, random)
    };
    let account_id = new_id(parts(), AccountId::from_parts);
    let account = AccountRecord {
        account_id,
        address_hash: akashi_app::domain::Digest32::new([0; 32]),
        sealed_address: Vec::new(),
        // No password has this hash: nobody signs in to a rehearsal.
        password_hash: "!".to_owned(),
        created_at: now,
        password_set_at: now,
    };
    let account_id = if ports.accounts.add(&account).await? {
        account_id
    } else {
        // Left by a run that was killed before it made the organization.
        let left = ports.accounts.find(account.address_hash).await?;
        left.context("the account is gone")?.account_id
    };
    let organization = Organization {
        organization_id: new_id(parts(), OrganizationId::from_parts),
        name: OrganizationName::parse("株式会社みなと製作所")?,
        created_at: now,
    };
    let member = Member {
        member_id: new_id(parts(), MemberId::from_parts),
        organization_id: organization.organization_id,
        account_id,
        name: PersonName::parse("髙橋 誠")?,
        email: EmailAddress::parse("takahashi@minato.example")?,
        language: Language::Ja,
        role: Role::Administrator,
        state: MemberState::Active,
        joined_at: now,
    };
    ports.organizations.add(&organization, &member).await?;
    Ok(member)
}

fn new_id<T>((unix_ms, random): (u64, [u8; 10]), make: impl Fn(u64, [u8; 10]) -> T) -> T {
    make(unix_ms, random)
}

/// The one contract of the organization; `None` before it was made.
pub(super) async fn the_contract(ports: &Ports, tenant: &Tenant) -> anyhow::Result<Option<Stored<Contract>>> {
    let page = PageRequest { offset: 0, limit: 2 };
    let found = ports
        .contracts
        .list(tenant, &ContractFilter::default(), page)
        .await?;
    anyhow::ensure!(found.rows.len() <= 1, "there are two contracts");
    match found.rows.first() {
        Some(row) => Ok(ports.contracts.load(tenant, row.contract.contract_id).await?),
        None => Ok(None),
    }
}

/// The contract, ready to be sent or sent already.
async fn prepared(
    app: &App,
    ports: &Ports,
    tenant: &Tenant,
    caller: &MemberCaller,
) -> anyhow::Result<Stored<Contract>> {
    let mut stored = match the_contract(ports, tenant).await? {
        Some(stored) => stored,
        None => {
            app.create_draft(caller, Title::parse("業務委託基本契約書")?)
                .await?
        }
    };
    if stored.value.state.kind() != StateKind::Draft {
        return Ok(stored);
    }
    let contract_id = stored.value.contract_id;
    let samples = samples()?;
    for (index, sample) in samples.iter().enumerate() {
        if stored.value.documents.len() <= index {
            let name = FileName::parse(&format!("{}.pdf", sample.title))?;
            let upload = Bytes::from(sample.pdf.clone());
            stored = app.add_document(caller, contract_id, name, upload).await?.0;
        }
    }
    if stored.value.parties.is_empty() {
        let parties: anyhow::Result<Vec<_>> = PARTIES.iter().map(party_input).collect();
        stored = app.set_parties(caller, contract_id, parties?).await?;
    }
    if stored.value.fields.is_empty() {
        let mut fields = Vec::new();
        for (document, sample) in stored.value.documents.iter().zip(&samples) {
            for (party, role) in stored.value.parties.iter().zip(&PARTIES) {
                fields.extend(play::fields(
                    app,
                    document.document_id,
                    &sample.anchors,
                    role.letter,
                    party.party_id,
                )?);
            }
        }
        stored = app
            .place_fields(caller, contract_id, stored.revision, fields)
            .await?;
    }
    Ok(stored)
}

fn party_input(role: &Cast) -> anyhow::Result<PartyInput> {
    Ok(PartyInput {
        party_id: None,
        stage: role.stage,
        name: PersonName::parse(role.name)?,
        organization: Some(OrganizationName::parse(role.organization)?),
        job_title: None,
        email: EmailAddress::parse(role.email)?,
        language: Language::Ja,
    })
}

fn samples() -> anyhow::Result<[SamplePdf; DOCUMENTS]> {
    let fonts = FontBook::embedded();
    let side = |name: &str, address: &str, representative: &str| Side {
        name: name.to_owned(),
        address: address.to_owned(),
        representative: Some(Representative {
            title: "代表取締役".to_owned(),
            name: representative.to_owned(),
        }),
    };
    let deal = Deal {
        first: side(
            "株式会社みなと製作所",
            "神奈川県横浜市中区海岸通一丁目1番",
            "髙橋 誠",
        ),
        second: side("株式会社つばめ運輸", "東京都江東区豊洲二丁目2番", "森下 直樹"),
        number: "MS-2026-001".to_owned(),
        date: date(2026, 11, 1),
        starts: date(2026, 12, 1),
        ends: date(2027, 11, 30),
        subject: "物流業務".to_owned(),
        net_yen: 1_200_000,
    };
    Ok([
        contract(&fonts, Kind::PurchaseOrder, &deal)?,
        contract(&fonts, Kind::OrderAcceptance, &deal)?,
    ])
}
