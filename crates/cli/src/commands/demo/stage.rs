//! The stage on which the story is played: one contract at a time, through the use cases.

use std::sync::Arc;
use std::time::Duration;

use akashi_app::contract::PartyInput;
use akashi_app::domain::contract::{Contract, Details};
use akashi_app::domain::{
    ContractId, EmailAddress, Field, FileName, Label, ManagementNumber, Message, OrganizationName,
    PersonName, Title,
};
use akashi_app::ports::{Stored, Tenant};
use akashi_app::{App, MemberCaller, Ports};
use akashi_typeset::FontBook;
use akashi_typeset::demo::{Deal, Kind, SamplePdf, contract};
use anyhow::Context as _;
use bytes::Bytes;
use jiff::ToSpan as _;
use jiff::civil::Date;

use super::cast::{Counterpart, OURSELVES};
use super::faults::Faults;
use crate::play;
use crate::system::ShiftedClock;

/// A contract as the story tells it.
pub(super) struct Plan {
    pub(super) kind: Kind,
    pub(super) with: Counterpart,
    /// 管理番号
    pub(super) number: &'static str,
    pub(super) subject: &'static str,
    pub(super) net_yen: u64,
    pub(super) message: &'static str,
    pub(super) deadline_days: Option<i64>,
    /// Whether our own representative signs, too, after the counterpart.
    pub(super) we_sign: bool,
}

/// The stage.
pub(super) struct Stage<'a> {
    pub(super) app: &'a Arc<App>,
    pub(super) ports: &'a Ports,
    pub(super) clock: &'a ShiftedClock,
    pub(super) faults: &'a Faults,
    pub(super) fonts: FontBook,
}

impl Stage<'_> {
    /// Lets time pass; whatever falls due meanwhile is done.
    pub(super) async fn wait(&self, by: Duration) -> anyhow::Result<()> {
        self.clock.move_on(by);
        self.work().await
    }

    /// Does what is due.
    pub(super) async fn work(&self) -> anyhow::Result<()> {
        self.app.work_until_idle().await?;
        Ok(())
    }

    /// The contract as it is now.
    pub(super) async fn load(&self, caller: &MemberCaller, id: ContractId) -> anyhow::Result<Contract> {
        let tenant = Tenant::dangerous_without_authentication(caller.member().organization_id);
        let stored = self.ports.contracts.load(&tenant, id).await?;
        Ok(stored.context("the contract is gone")?.value)
    }

    /// A draft with its PDF and what the sender says about it.
    pub(super) async fn draft(
        &self,
        caller: &MemberCaller,
        plan: &Plan,
    ) -> anyhow::Result<(Stored<Contract>, SamplePdf)> {
        let now = self.ports.clock.now();
        let today = play::today(self.app);
        let sample = contract(&self.fonts, plan.kind, &deal(plan, today)?)?;
        let stored = self
            .app
            .create_draft(caller, Title::parse(&sample.title)?)
            .await?;
        let id = stored.value.contract_id;
        let name = FileName::parse(&format!("{}_{}.pdf", plan.number, sample.title))?;
        self.app
            .add_document(caller, id, name, Bytes::from(sample.pdf.clone()))
            .await?;
        let deadline = plan.deadline_days.map(|days| now + (days * 24).hours());
        let details = Details {
            title: Title::parse(&sample.title)?,
            message: (!plan.message.is_empty())
                .then(|| Message::parse(plan.message))
                .transpose()?,
            counterparty: plan.with.company.map(OrganizationName::parse).transpose()?,
            management_number: Some(ManagementNumber::parse(plan.number)?),
            agreed_on: Some(today),
            amount_yen: (plan.net_yen > 0).then_some(plan.net_yen),
            deadline,
        };
        let stored = self.app.edit_details(caller, id, details).await?;
        Ok((stored, sample))
    }

    /// A draft whose parties are named.
    pub(super) async fn draft_with_parties(
        &self,
        caller: &MemberCaller,
        plan: &Plan,
    ) -> anyhow::Result<(Stored<Contract>, SamplePdf)> {
        let (stored, sample) = self.draft(caller, plan).await?;
        let mut parties = vec![party(&plan.with, 1)?];
        if plan.we_sign {
            parties.push(party(&OURSELVES, 2)?);
        }
        let stored = self
            .app
            .set_parties(caller, stored.value.contract_id, parties)
            .await?;
        Ok((stored, sample))
    }

    /// A draft that can be sent.
    pub(super) async fn ready(&self, caller: &MemberCaller, plan: &Plan) -> anyhow::Result<ContractId> {
        let (stored, sample) = self.draft_with_parties(caller, plan).await?;
        let contract = &stored.value;
        let document = contract.documents.first().context("the draft has no document")?;
        let mut fields: Vec<Field> = Vec::new();
        for (party, letter) in contract.parties.iter().zip(["乙", "甲"]) {
            fields.extend(play::fields(
                self.app,
                document.document_id,
                &sample.anchors,
                letter,
                party.party_id,
            )?);
        }
        let stored = self
            .app
            .place_fields(caller, contract.contract_id, stored.revision, fields)
            .await?;
        Ok(stored.value.contract_id)
    }

    /// Sends it and lets the requests go out.
    pub(super) async fn send(&self, caller: &MemberCaller, plan: &Plan) -> anyhow::Result<ContractId> {
        let id = self.ready(caller, plan).await?;
        self.app.send_contract(caller, id).await?;
        self.work().await?;
        Ok(id)
    }

    /// Lets everyone whose turn it is sign.
    pub(super) async fn awaited_sign(&self, caller: &MemberCaller, id: ContractId) -> anyhow::Result<()> {
        let contract = self.load(caller, id).await?;
        for party in contract.awaited() {
            let party = play::enter(self.app, self.ports, &contract, party.party_id).await?;
            play::sign(self.app, &party.context("the request has not arrived")?).await?;
        }
        self.work().await
    }

    /// From nothing to the conclusion, with some hours between the acts.
    pub(super) async fn conclude(&self, caller: &MemberCaller, plan: &Plan) -> anyhow::Result<ContractId> {
        let id = self.send(caller, plan).await?;
        for hours in [5, 21] {
            self.wait(Duration::from_hours(hours)).await?;
            self.awaited_sign(caller, id).await?;
        }
        let contract = self.load(caller, id).await?;
        anyhow::ensure!(
            contract.evidence.is_some(),
            "{} was not concluded: {:?}",
            plan.number,
            contract.hold
        );
        Ok(id)
    }
}

fn deal(plan: &Plan, today: Date) -> anyhow::Result<Deal> {
    Ok(Deal {
        first: OURSELVES.side(),
        second: plan.with.side(),
        number: plan.number.to_owned(),
        date: today,
        starts: today.checked_add(14.days())?,
        ends: today.checked_add(14.days())?.checked_add(1.year())?.yesterday()?,
        subject: plan.subject.to_owned(),
        net_yen: plan.net_yen,
    })
}

fn party(who: &Counterpart, stage: u16) -> anyhow::Result<PartyInput> {
    Ok(PartyInput {
        party_id: None,
        stage,
        name: PersonName::parse(who.name)?,
        organization: who.company.map(OrganizationName::parse).transpose()?,
        job_title: (!who.title.is_empty())
            .then(|| Label::parse(who.title))
            .transpose()?,
        email: EmailAddress::parse(who.email)?,
        language: who.language,
    })
}
