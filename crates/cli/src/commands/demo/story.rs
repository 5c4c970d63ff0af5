//! The story: five months of contracts, one in every state at the end.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use akashi_app::account::{FirstOrganization, Invitee, NewMember};
use akashi_app::domain::contract::StateKind;
use akashi_app::domain::{EmailAddress, OrganizationName, PersonName, Reason, Role, Title};
use akashi_app::{App, MemberCaller, Ports, Token};
use akashi_typeset::FontBook;
use akashi_typeset::demo::Kind;
use anyhow::Context as _;
use secrecy::SecretString;

use super::cast::{
    self, AOBA, Counterpart, HARBOUR, INVITED, KAEDE, MEMBERS, ORGANIZATION, SAKURAI, TSUBAME,
};
use super::faults::{Faults, UNKNOWN_USER};
use super::stage::{Plan, Stage};
use crate::play;
use crate::system::ShiftedClock;

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);

/// Plays the whole story and returns the password of all members.
pub(super) async fn play(
    app: &Arc<App>,
    ports: &Ports,
    clock: &ShiftedClock,
    faults: &Faults,
) -> anyhow::Result<String> {
    let password = password(ports);
    let stage = Stage {
        app,
        ports,
        clock,
        faults,
        fonts: FontBook::embedded(),
    };
    let administrator = set_up(&stage, &password).await?;
    let members = invite(&stage, &administrator, &password).await?;
    let [saeki, watanabe, carter] = members.as_slice() else {
        anyhow::bail!("three members were invited");
    };
    past(&stage, &administrator, saeki, watanabe, carter).await?;
    present(&stage, &administrator, saeki, watanabe, carter).await?;
    Ok(password)
}

/// Sixteen letters and digits that are not mistaken for each other.
fn password(ports: &Ports) -> String {
    const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
    let mut random = [0_u8; 16];
    ports.entropy.fill(&mut random);
    let letter = |byte: u8| {
        LETTERS
            .get(usize::from(byte % 32))
            .copied()
            .map_or('a', char::from)
    };
    let letters: Vec<char> = random.into_iter().map(letter).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

async fn set_up(stage: &Stage<'_>, password: &str) -> anyhow::Result<MemberCaller> {
    let link = stage.app.open_setup().await?.context("set-up is closed")?;
    let token = link
        .rsplit('/')
        .next()
        .and_then(Token::parse)
        .context("the set-up link has no token")?;
    let [first, ..] = &MEMBERS;
    let organization = FirstOrganization {
        organization: OrganizationName::parse(ORGANIZATION)?,
        name: PersonName::parse(first.name)?,
        email: EmailAddress::parse(first.email)?,
        password: SecretString::from(password.to_owned()),
        language: first.language,
    };
    Ok(stage
        .app
        .set_up(&token, organization, &play::origin())
        .await?
        .caller)
}

/// The other members come by their invitations; one has not come yet.
async fn invite(
    stage: &Stage<'_>,
    administrator: &MemberCaller,
    password: &str,
) -> anyhow::Result<Vec<MemberCaller>> {
    let mailbox = stage
        .ports
        .trial_mailbox
        .as_ref()
        .context("mail does not stay on this machine")?;
    let [_, others @ ..] = &MEMBERS;
    let mut callers = Vec::new();
    for colleague in others {
        let email = EmailAddress::parse(colleague.email)?;
        let invitee = Invitee {
            email: email.clone(),
            role: colleague.role,
            language: colleague.language,
        };
        stage.app.invite_member(administrator, invitee).await?;
        stage.wait(HOUR).await?;
        let mails = mailbox.newest(10).await?;
        let mail = mails
            .iter()
            .find(|mail| mail.to == email)
            .context("the invitation has not arrived")?;
        let token =
            token_behind(&mail.content.text, "/invitations/").context("the invitation has no link")?;
        let new = NewMember {
            name: PersonName::parse(colleague.name)?,
            password: SecretString::from(password.to_owned()),
            language: colleague.language,
        };
        let signed_in = stage.app.accept_invitation(&token, new, &play::origin()).await?;
        callers.push(signed_in.caller);
    }
    Ok(callers)
}

fn token_behind(text: &str, path: &str) -> Option<Token> {
    let (_, rest) = text.split_once(path)?;
    Token::parse(&play::leading_token(rest))
}

const fn plan(kind: Kind, with: Counterpart, number: &'static str) -> Plan {
    Plan {
        kind,
        with,
        number,
        subject: "物流業務",
        net_yen: 0,
        message: "",
        deadline_days: None,
        we_sign: true,
    }
}

/// What has ended: concluded, declined, expired, withdrawn.
async fn past(
    stage: &Stage<'_>,
    administrator: &MemberCaller,
    saeki: &MemberCaller,
    watanabe: &MemberCaller,
    carter: &MemberCaller,
) -> anyhow::Result<()> {
    stage.wait(2 * DAY).await?;
    let nda = plan(Kind::Nda, TSUBAME, "NDA-001");
    stage.conclude(saeki, &nda).await?;
    stage.wait(20 * DAY).await?;
    let service = Plan {
        net_yen: 3_600_000,
        message: "先日ご相談した内容で作成しました。ご確認をお願いいたします。",
        deadline_days: Some(14),
        ..plan(Kind::ServiceAgreement, TSUBAME, "GYO-001")
    };
    stage.conclude(saeki, &service).await?;
    stage.wait(24 * DAY).await?;
    let working = Plan {
        subject: "機械設計",
        net_yen: 4_800_000,
        ..plan(Kind::WorkingConditions, SAKURAI, "JIN-012")
    };
    stage.conclude(administrator, &working).await?;
    stage.wait(18 * DAY).await?;
    let english = plan(Kind::Nda, HARBOUR, "NDA-002");
    stage.conclude(carter, &english).await?;
    stage.wait(10 * DAY).await?;
    declined(stage, watanabe).await?;
    stage.wait(10 * DAY).await?;
    expired(stage, saeki).await?;
    stage.wait(3 * DAY).await?;
    withdrawn(stage, watanabe).await?;
    until(stage, 20 * DAY).await?;
    let order = Plan {
        subject: "搬送装置の製作",
        net_yen: 12_800_000,
        we_sign: false,
        ..plan(Kind::OrderAcceptance, KAEDE, "CHU-031")
    };
    stage.conclude(watanabe, &order).await?;
    Ok(())
}

async fn declined(stage: &Stage<'_>, caller: &MemberCaller) -> anyhow::Result<()> {
    let plan = Plan {
        subject: "第二工場の屋根改修工事",
        net_yen: 28_000_000,
        ..plan(Kind::Construction, AOBA, "KOJ-004")
    };
    let id = stage.send(caller, &plan).await?;
    stage.wait(26 * HOUR).await?;
    let contract = stage.load(caller, id).await?;
    let first = contract.parties.first().context("the contract has no party")?;
    let party = play::enter(stage.app, stage.ports, &contract, first.party_id).await?;
    let party = party.context("the request has not arrived")?;
    play::read(stage.app, &party).await?;
    let reason = "工期の記載が打合せと異なります。第5条をご確認のうえ、改めてお送りください。";
    stage.app.decline_part(&party, Reason::parse(reason)?).await?;
    stage.work().await
}

async fn expired(stage: &Stage<'_>, caller: &MemberCaller) -> anyhow::Result<()> {
    let plan = Plan {
        deadline_days: Some(7),
        ..plan(Kind::Nda, KAEDE, "NDA-003")
    };
    let id = stage.send(caller, &plan).await?;
    stage.wait(8 * DAY).await?;
    let state = stage.load(caller, id).await?.state.kind();
    anyhow::ensure!(
        state == StateKind::Expired,
        "the deadline passed, but the contract is {}",
        state.as_str()
    );
    Ok(())
}

async fn withdrawn(stage: &Stage<'_>, caller: &MemberCaller) -> anyhow::Result<()> {
    let plan = Plan {
        net_yen: 900_000,
        ..plan(Kind::ServiceAgreement, KAEDE, "GYO-002")
    };
    let id = stage.send(caller, &plan).await?;
    stage.wait(30 * HOUR).await?;
    let reason = "金額に誤りがあったため取り下げます。訂正した契約書を改めてお送りします。";
    stage
        .app
        .withdraw_contract(caller, id, Reason::parse(reason)?)
        .await?;
    stage.work().await
}

/// What goes on: waiting, bounced, reminded, drafts, held.
async fn present(
    stage: &Stage<'_>,
    administrator: &MemberCaller,
    saeki: &MemberCaller,
    watanabe: &MemberCaller,
    carter: &MemberCaller,
) -> anyhow::Result<()> {
    until(stage, 9 * DAY).await?;
    let order = Plan {
        subject: "検査治具の製作",
        net_yen: 2_450_000,
        message: "注文請書をお送りいたします。",
        ..plan(Kind::OrderAcceptance, KAEDE, "CHU-032")
    };
    let id = stage.send(watanabe, &order).await?;
    stage.wait(20 * HOUR).await?;
    stage.awaited_sign(watanabe, id).await?;

    until(stage, 6 * DAY).await?;
    let mut wrong = TSUBAME;
    wrong.name = "大野 由紀";
    wrong.email = "unknown.ohno@tsubame.example";
    anyhow::ensure!(
        wrong.email.starts_with(UNKNOWN_USER),
        "this address should bounce"
    );
    let bounced = Plan {
        net_yen: 540_000,
        ..plan(Kind::ServiceAgreement, wrong, "GYO-003")
    };
    stage.send(saeki, &bounced).await?;

    until(stage, 4 * DAY).await?;
    let construction = Plan {
        subject: "第二工場の屋根改修工事",
        net_yen: 28_000_000,
        message: "工期を訂正しました。ご確認をお願いいたします。",
        deadline_days: Some(6),
        ..plan(Kind::Construction, AOBA, "KOJ-005")
    };
    let id = stage.send(administrator, &construction).await?;
    stage.wait(50 * HOUR).await?;
    let contract = stage.load(administrator, id).await?;
    for party in contract.awaited() {
        let entered = play::enter(stage.app, stage.ports, &contract, party.party_id).await?;
        play::read(stage.app, &entered.context("the request has not arrived")?).await?;
        stage.wait(6 * HOUR).await?;
        stage.app.remind_party(administrator, id, party.party_id).await?;
    }
    stage.work().await?;
    drafts(stage, administrator, saeki, carter).await?;
    held(stage, administrator, saeki).await?;
    let invitee = Invitee {
        email: EmailAddress::parse(INVITED)?,
        role: Role::Member,
        language: cast::OURSELVES.language,
    };
    stage.app.invite_member(administrator, invitee).await?;
    stage.work().await
}

/// Drafts at each step: only a title, with its PDF, with its parties, ready to be sent.
async fn drafts(
    stage: &Stage<'_>,
    administrator: &MemberCaller,
    saeki: &MemberCaller,
    carter: &MemberCaller,
) -> anyhow::Result<()> {
    until(stage, 26 * HOUR).await?;
    stage
        .app
        .create_draft(administrator, Title::parse("取引基本契約書（案）")?)
        .await?;
    stage.draft(saeki, &plan(Kind::Nda, AOBA, "NDA-004")).await?;
    let purchase = Plan {
        subject: "アルミ部材",
        net_yen: 1_180_000,
        ..plan(Kind::PurchaseOrder, KAEDE, "CHU-033")
    };
    stage.draft_with_parties(administrator, &purchase).await?;
    stage.ready(carter, &plan(Kind::Nda, HARBOUR, "NDA-005")).await?;
    Ok(())
}

/// One contract that waits for the time-stamp authority, and one for the storage. Both go on by themselves once
/// the installation is served, where nothing is down.
async fn held(stage: &Stage<'_>, administrator: &MemberCaller, saeki: &MemberCaller) -> anyhow::Result<()> {
    until(stage, 6 * HOUR).await?;
    let concluding = Plan {
        subject: "部品の共同輸送",
        net_yen: 1_500_000,
        ..plan(Kind::ServiceAgreement, TSUBAME, "GYO-004")
    };
    let id = stage.send(administrator, &concluding).await?;
    stage.wait(HOUR).await?;
    stage.awaited_sign(administrator, id).await?;
    let sending = stage.ready(saeki, &plan(Kind::Nda, KAEDE, "NDA-006")).await?;
    until(stage, Duration::from_mins(40)).await?;
    stage.faults.time_stamps.store(true, Ordering::Relaxed);
    stage.awaited_sign(administrator, id).await?;
    stage.faults.storage.store(true, Ordering::Relaxed);
    stage.app.send_contract(saeki, sending).await?;
    // Attempts become rarer; after these the next comes in five minutes.
    for _ in 0..7 {
        stage.wait(Duration::from_mins(5)).await?;
    }
    until(stage, Duration::ZERO).await?;
    for (caller, id, wanted) in [
        (administrator, id, StateKind::Concluding),
        (saeki, sending, StateKind::Sending),
    ] {
        let contract = stage.load(caller, id).await?;
        let (state, is_held) = (contract.state.kind(), contract.hold.is_some());
        anyhow::ensure!(
            state == wanted && is_held,
            "a contract should be held, but is {}",
            state.as_str()
        );
    }
    Ok(())
}

/// Lets time pass until this long before the present.
async fn until(stage: &Stage<'_>, before_now: Duration) -> anyhow::Result<()> {
    let behind = stage.clock.behind();
    let by = behind
        .checked_sub(before_now)
        .context("the story is longer than the time it has")?;
    stage.wait(by).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_behind_their_path() {
        let token = "A".repeat(43);
        let text = format!("http://a/invitations/{token}\n");
        assert!(token_behind(&text, "/invitations/").is_some());
        assert!(token_behind(&text, "/s/").is_none());
    }
}
