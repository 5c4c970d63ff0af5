//! A contract on its way, over a store under test, everything else of memory.

use akashi_app::contract::{ContractView, DownloadKind, PartyInput};
use akashi_app::party::{FieldInput, RevisionToken};
use akashi_app::ports::Tenant;
use akashi_app::{Error, MemberCaller, PartyCaller, Token};
use akashi_domain::contract::{HoldReason, StateKind};
use akashi_domain::{
    ActId, Contract, ContractId, Field, FieldKind, FileName, Label, Language, Party, PartyState, PersonName,
    Rect, Title,
};
use bytes::Bytes;
use jiff::SignedDuration;

use super::paper;
use crate::conformance::account::town::{Town, email, origin, token_in};
use crate::conformance::store::StorePorts;

/// A party of the first stage.
pub const ANNA: &str = "anna@keller.example";

/// Another party of the first stage.
pub const NAOKI: &str = "morishita@tsubame.example";

/// The party of the second stage.
pub const MAKOTO: &str = "makoto@minato.example";

/// Longer than any pause between two attempts of a job.
pub const A_WHILE: SignedDuration = SignedDuration::from_mins(6);

/// A contract of two pages between Anna and Naoki in the first stage and Makoto in the second, each with a seal.
pub struct Deal {
    /// The use cases, and the fakes that a test turns.
    pub town: Town,
    /// Who made it.
    pub sender: MemberCaller,
    /// The contract.
    pub contract_id: ContractId,
}

impl Deal {
    /// Still a draft, ready to be sent.
    pub async fn drafted(ports: &StorePorts) -> Self {
        let (town, founder) = Town::founded(ports).await;
        let sender = founder.caller;
        let contract_id = draft(&town, &sender).await;
        Self {
            town,
            sender,
            contract_id,
        }
    }

    /// Sent, and the first stage asked.
    pub async fn sent(ports: &StorePorts) -> Self {
        let deal = Self::drafted(ports).await;
        deal.send().await;
        deal
    }

    /// Sent, and signed by Anna and Naoki: Makoto alone is asked.
    pub async fn half_signed(ports: &StorePorts) -> Self {
        let deal = Self::sent(ports).await;
        deal.sign(ANNA).await;
        deal.sign(NAOKI).await;
        deal.work().await;
        deal
    }

    /// Sends it, and lets the worker ask the first stage.
    pub async fn send(&self) {
        self.town
            .app
            .send_contract(&self.sender, self.contract_id)
            .await
            .expect("is sent");
        self.work().await;
    }

    /// Does all work that is due.
    pub async fn work(&self) {
        self.town.app.work_until_idle().await.expect("works");
    }

    /// Waits longer than any pause between two attempts, and does all work that is due.
    pub async fn work_later(&self) {
        self.town.wait(A_WHILE);
        self.work().await;
    }

    /// The tenant.
    pub fn tenant(&self) -> Tenant {
        Tenant::dangerous_without_authentication(self.sender.member().organization_id)
    }

    /// What the contract's page shows.
    pub async fn view(&self) -> ContractView {
        self.town
            .app
            .view_contract(&self.sender, self.contract_id)
            .await
            .expect("is there")
    }

    /// The contract.
    pub async fn contract(&self) -> Contract {
        self.view().await.contract
    }

    /// Where it stands, and why it waits.
    pub async fn standing(&self) -> (StateKind, Option<HoldReason>) {
        let contract = self.contract().await;
        (contract.state.kind(), contract.hold.map(|hold| hold.reason))
    }

    /// A party.
    pub async fn party(&self, address: &str) -> Party {
        party(&self.contract().await, address)
    }

    /// The token of the newest link that went to an address.
    pub fn link(&self, address: &str) -> Token {
        let mail = self.town.mailer.last_to(address).expect("a mail");
        token_in(&mail.content.text, "/s/")
    }

    /// Comes through the newest link.
    pub async fn enter(&self, address: &str) -> PartyCaller {
        self.try_enter(&self.link(address)).await.expect("enters")
    }

    /// Comes through a link.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn try_enter(&self, link: &Token) -> Result<PartyCaller, Error> {
        let entered = self.town.app.enter_part(link.expose(), &origin(7)).await?;
        self.town
            .app
            .authenticate_party(&entered.session_token, entered.party_id)
            .await
    }

    /// Looks at every page and sets the seal: everything but confirming. Returns what was shown.
    pub async fn prepare(&self, caller: &PartyCaller) -> RevisionToken {
        let app = &self.town.app;
        let view = app.view_part(caller).await.expect("is shown");
        let mut pages = Vec::new();
        for document in &view.contract.documents {
            let count = u32::try_from(document.pages.len()).expect("some pages");
            pages.extend((0..count).map(|page| (document.document_id, page)));
        }
        app.record_shown(caller, &view.token, &pages)
            .await
            .expect("is recorded");
        for field in view.contract.fields_of(caller.party_id()) {
            app.fill_field(
                caller,
                field.field_id,
                Some(FieldInput::GeneratedSeal("森下".to_owned())),
            )
            .await
            .expect("is filled");
        }
        view.token
    }

    /// Confirms.
    ///
    /// # Errors
    /// What the use case answers.
    pub async fn confirm(
        &self,
        caller: &PartyCaller,
        act_id: ActId,
        token: &RevisionToken,
    ) -> Result<(), Error> {
        self.town.app.sign_part(caller, act_id, token, &origin(7)).await
    }

    /// Takes a minute to read, fill and confirm; the worker has not been at it yet.
    pub async fn sign(&self, address: &str) {
        self.town.wait(SignedDuration::from_mins(1));
        let caller = self.enter(address).await;
        let token = self.prepare(&caller).await;
        let act_id = self.town.app.propose_act_id();
        self.confirm(&caller, act_id, &token).await.expect("signs");
    }

    /// How many revisions the first document has.
    pub async fn revisions(&self) -> usize {
        let contract = self.contract().await;
        contract
            .documents
            .first()
            .map_or(0, |document| document.segments.len())
    }

    /// The bytes of the first document as it stands.
    pub async fn first_document(&self) -> Bytes {
        let contract = self.contract().await;
        let document = contract.documents.first().expect("a document");
        let kind = DownloadKind::Document(document.document_id);
        let file = self.town.app.download(&self.sender, self.contract_id, kind).await;
        file.expect("is readable").bytes
    }

    /// Concluded once: one event, an evidence sheet, a time-stamp in every signature, nothing left to do.
    pub async fn expect_concluded(&self) {
        let view = self.view().await;
        let contract = &view.contract;
        assert_eq!(contract.state.kind(), StateKind::Concluded, "{:?}", contract.hold);
        assert_eq!(contract.hold, None);
        let concluded = view
            .events
            .iter()
            .filter(|recorded| recorded.event.what.name() == "concluded")
            .count();
        assert_eq!(concluded, 1);
        assert!(contract.evidence.is_some());
        for party in &contract.parties {
            let PartyState::Signed { signatures, .. } = &party.state else {
                panic!("{:?}", party.state)
            };
            assert_eq!(signatures.len(), contract.documents.len());
            assert!(
                signatures
                    .iter()
                    .all(|signature| !signature.stamped_by.is_empty())
            );
        }
        assert!(view.jobs.is_empty(), "{:?}", view.jobs);
        for document in &contract.documents {
            let digest = document.newest_digest().expect("a revision");
            let found = self.town.store.contracts.find_concluded_digest(digest).await;
            assert!(found.expect("finds").is_some(), "anyone may ask for it");
        }
    }

    /// Not concluded, and nothing says that it were: no evidence sheet, no digest, no mail.
    pub async fn expect_unreleased(&self) {
        let view = self.view().await;
        assert_ne!(view.contract.state.kind(), StateKind::Concluded);
        assert!(view.contract.evidence.is_none());
        for document in &view.contract.documents {
            let digest = document.newest_digest().expect("a revision");
            let found = self.town.store.contracts.find_concluded_digest(digest).await;
            assert!(found.expect("finds").is_none(), "nobody takes it for concluded");
        }
        let said = self.town.mailer.sent();
        assert!(
            said.iter()
                .all(|mail| !mail.content.subject.starts_with("completion")),
            "nobody was told"
        );
    }
}

/// A draft that is ready to be sent.
pub async fn draft(town: &Town, sender: &MemberCaller) -> ContractId {
    let app = &town.app;
    let title = Title::parse("業務委託基本契約書").expect("a title");
    let stored = app.create_draft(sender, title).await.expect("a draft");
    let contract_id = stored.value.contract_id;
    add(town, sender, contract_id, paper::pages(2))
        .await
        .expect("is taken");
    let parties = [(1, ANNA), (1, NAOKI), (2, MAKOTO)];
    let parties = parties.map(|(stage, address)| input(stage, "森下 直樹", address));
    let stored = app
        .set_parties(sender, contract_id, parties.to_vec())
        .await
        .expect("are set");
    let contract = &stored.value;
    let fields = (0_u8..).zip(&contract.parties).map(|(row, party)| {
        let document = contract.documents.first().expect("a document");
        seal(town, document.document_id, party, f64::from(row) * 100.0)
    });
    let fields = fields.collect();
    app.place_fields(sender, contract_id, stored.revision, fields)
        .await
        .expect("are placed");
    contract_id
}

/// A seal on the first page, so far from its top.
pub fn seal(town: &Town, document_id: akashi_domain::DocumentId, party: &Party, y: f64) -> Field {
    Field {
        field_id: town.app.propose_field_id(),
        document_id,
        page: 0,
        rect: Rect {
            x: 100.0,
            y,
            width: 60.0,
            height: 60.0,
        },
        party_id: party.party_id,
        kind: FieldKind::Seal,
        label: Label::parse("印").expect("a label"),
        required: true,
    }
}

/// What the sender types about a party.
pub fn input(stage: u16, name: &str, address: &str) -> PartyInput {
    PartyInput {
        party_id: None,
        stage,
        name: PersonName::parse(name).expect("a name"),
        organization: None,
        job_title: None,
        email: email(address),
        language: Language::Ja,
    }
}

/// Adds a PDF to a draft.
///
/// # Errors
/// What the use case answers.
pub async fn add(
    town: &Town,
    sender: &MemberCaller,
    contract_id: ContractId,
    pdf: Bytes,
) -> Result<Contract, Error> {
    let name = FileName::parse("契約書.pdf").expect("a name");
    let added = town.app.add_document(sender, contract_id, name, pdf).await;
    added.map(|(stored, _)| stored.value)
}

/// The party with this address.
pub fn party(contract: &Contract, address: &str) -> Party {
    let found = contract
        .parties
        .iter()
        .find(|party| party.email.as_str() == address);
    found.expect("a party").clone()
}
