//! A contract from the first file to the last signature, request by request as people's browsers make them.
//!
//! Every page that a person passes is loaded, and everything that its scripts send is sent. Pictures of pages,
//! styles, scripts and the stream of changes are left out.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::browser::{Answer, Browser};
use crate::mail;
use crate::smtp::{Inbox, MailServer};

/// Who makes the contracts.
pub(crate) const SENDER: &str = "tanaka@minato.example";
const ORGANIZATION: &str = "株式会社みなと製作所";
const SENDER_NAME: &str = "田中 直子";
const PASSWORD: &str = "鯖の味噌煮と青い鉛筆 7";
const FILE_NAME: &str = "contract.pdf";
/// The page that bears the seals, from 1.
const SEAL_PAGE: u32 = 3;

/// What all contracts have in common.
#[derive(Debug, Clone)]
pub(crate) struct World {
    /// Host and port of the service.
    pub(crate) authority: String,
    /// Where its mails arrive.
    pub(crate) mail_server: MailServer,
    /// The document.
    pub(crate) paper: Bytes,
}

/// One of the two who sign.
#[derive(Debug)]
struct Signer {
    organization: &'static str,
    name: &'static str,
    seal: &'static str,
    email: String,
}

/// A contract on its way, and the two mailboxes of those who sign.
#[derive(Debug)]
pub(crate) struct Errand {
    number: u32,
    signers: [Signer; 2],
    /// The mails to the first and the second.
    pub(crate) inboxes: [Inbox; 2],
}

/// A party at its pages.
#[derive(Debug)]
pub(crate) struct Part {
    browser: Browser,
    base: String,
    seal: &'static str,
    revision: String,
    document: String,
    field: String,
    pages: usize,
}

/// A contract that was concluded.
#[derive(Debug)]
pub(crate) struct Concluded {
    /// Its id.
    pub(crate) contract_id: String,
    /// When both parties had been told.
    pub(crate) at: Instant,
    /// From the last party's click to then.
    pub(crate) after_last_act: Duration,
    /// The last party at its pages.
    pub(crate) part: Part,
}

/// Makes the first organization through the one-time page, then signs in by password.
///
/// # Errors
/// A page says something else than expected.
pub(crate) async fn set_up(authority: &str, setup_path: &str) -> anyhow::Result<Browser> {
    let mut first = Browser::new(authority);
    first.page(setup_path).await?;
    let fields = [
        ("organization", ORGANIZATION),
        ("name", SENDER_NAME),
        ("email", SENDER),
        ("password", PASSWORD),
        ("lang", "ja"),
    ];
    first.submit(setup_path, &fields).await?;
    let mut browser = Browser::new(authority);
    browser.page("/sign-in").await?;
    let (to, _) = browser
        .submit("/sign-in", &[("email", SENDER), ("password", PASSWORD)])
        .await?;
    anyhow::ensure!(to == "/", "signing in leads to {to}");
    Ok(browser)
}

impl Errand {
    /// The contract with this number. Its parties' mails are gathered from now on.
    pub(crate) fn new(world: &World, number: u32) -> Self {
        let signers = [
            Signer {
                organization: "青葉倉庫株式会社",
                name: "髙橋 誠",
                seal: "髙橋",
                email: format!("takahashi-{number}@aoba.example"),
            },
            Signer {
                organization: "株式会社みどり運輸",
                name: "佐伯 美咲",
                seal: "佐伯",
                email: format!("saeki-{number}@midori.example"),
            },
        ];
        let inboxes = signers
            .each_ref()
            .map(|signer| world.mail_server.inbox(&signer.email));
        Self {
            number,
            signers,
            inboxes,
        }
    }

    fn title(&self) -> String {
        format!("物流業務委託契約書 第{}号", self.number)
    }

    /// Makes the draft and uploads the document. Returns the contract's id.
    pub(crate) async fn draft(&self, world: &World, sender: &mut Browser) -> anyhow::Result<String> {
        sender.page("/contracts/new").await?;
        let new = json!({ "title": self.title() });
        let made = sender
            .json(Method::POST, "/contracts", Some(&new), StatusCode::CREATED)
            .await?;
        let contract = text(&made, "/id")?;
        let documents = format!("/contracts/{contract}/documents");
        sender.upload(&documents, FILE_NAME, &world.paper).await?;
        sender.page(&documents).await?;
        Ok(contract)
    }

    /// Details, parties and fields, up to the last look before sending.
    pub(crate) async fn furnish(&self, sender: &mut Browser, contract: &str) -> anyhow::Result<()> {
        let base = format!("/contracts/{contract}");
        let title = self.title();
        let details = [
            ("title", title.as_str()),
            ("counterparty", "青葉倉庫株式会社"),
            ("reference", ""),
            ("amount", "4,860,000"),
            ("agreed_on", ""),
            ("op", "next"),
        ];
        sender.submit(&format!("{base}/details"), &details).await?;
        let mut rows: Vec<(String, &str)> = Vec::new();
        for (index, signer) in self.signers.iter().enumerate() {
            let mut put = |field: &str, value| rows.push((format!("p{index}_{field}"), value));
            put("id", "");
            put("organization", signer.organization);
            put("title", "");
            put("name", signer.name);
            put("email", signer.email.as_str());
            put("lang", "ja");
            put("stage", "1");
        }
        let mut form: Vec<(&str, &str)> = rows.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        form.push(("op", "next"));
        let (to, _) = sender.submit(&format!("{base}/parties"), &form).await?;
        anyhow::ensure!(to == format!("{base}/fields"), "the parties lead to {to}");
        let editor = format!("{base}/editor");
        let loaded = sender.json(Method::GET, &editor, None, StatusCode::OK).await?;
        sender
            .json(Method::PUT, &editor, Some(&seals(&loaded)?), StatusCode::OK)
            .await?;
        sender.page(&format!("{base}/check")).await?;
        Ok(())
    }

    /// Sends it. The requests to sign follow by mail.
    pub(crate) async fn send(&self, sender: &mut Browser, contract: &str) -> anyhow::Result<()> {
        let base = format!("/contracts/{contract}");
        let form = [
            ("message", "ご確認のうえ、ご署名をお願いいたします。"),
            ("deadline", ""),
        ];
        let (to, _) = sender.submit(&format!("{base}/send"), &form).await?;
        anyhow::ensure!(to == base, "sending leads to {to}");
        Ok(())
    }

    /// Waits for the request to one of the two and comes through its link, up to the pages to read.
    pub(crate) async fn open(&mut self, world: &World, index: usize) -> anyhow::Result<Part> {
        let inbox = self.inboxes.get_mut(index).context("there are two parties")?;
        let link = mail::link(&inbox.next().await?.bytes)?;
        let origin = format!("http://{}", world.authority);
        let path = link.strip_prefix(&origin).context("the link leads elsewhere")?;
        let mut browser = Browser::new(&world.authority);
        browser.page(path).await?;
        let (base, _) = browser.submit(path, &[]).await?;
        let page = browser.page(&format!("{base}/read")).await?;
        let seal = self.signers.get(index).map_or("", |signer| signer.seal);
        Part::at(&page, browser, base, seal)
    }
}

/// One seal for each party on the last page, as the editor saves them.
fn seals(loaded: &Value) -> anyhow::Result<Value> {
    let document = text(loaded, "/documents/0/id")?;
    let mut fields = Vec::new();
    for (index, x) in [(0, 90), (1, 300)] {
        fields.push(json!({
            "id": format!("new-{index}"),
            "document": document,
            "page": SEAL_PAGE,
            "party": text(loaded, &format!("/parties/{index}/id"))?,
            "kind": "seal",
            "label": "印影",
            "required": true,
            "x": x,
            "y": 690,
            "width": 64,
            "height": 64,
        }));
    }
    let revision = loaded.get("revision").context("the editor has no revision")?;
    Ok(json!({ "revision": revision, "fields": fields }))
}

fn text(value: &Value, pointer: &str) -> anyhow::Result<String> {
    let found = value.pointer(pointer).and_then(Value::as_str);
    Ok(found
        .with_context(|| format!("no {pointer} in the answer"))?
        .to_owned())
}

impl Part {
    fn at(page: &Answer, browser: Browser, base: String, seal: &'static str) -> anyhow::Result<Self> {
        Ok(Self {
            revision: page.between("data-revision=\"", "\"")?,
            document: page.between("data-document=\"", "\"")?,
            field: page.between("data-item=\"", "\"")?,
            pages: page.text()?.matches("class=\"sheetpage\"").count(),
            browser,
            base,
            seal,
        })
    }

    /// Scrolls through every page, and puts the seal into its field.
    pub(crate) async fn read_and_fill(&mut self) -> anyhow::Result<()> {
        let viewed = format!("{}/viewed", self.base);
        for page in 1..=self.pages {
            let shown = json!({
                "revision": self.revision,
                "pages": [{ "document": self.document, "page": page }],
            });
            self.browser
                .json(Method::POST, &viewed, Some(&shown), StatusCode::OK)
                .await?;
        }
        let filled = json!({ "value": { "mark": "seal", "text": self.seal } });
        let field = format!("{}/fields/{}", self.base, self.field);
        self.browser
            .json(Method::PUT, &field, Some(&filled), StatusCode::OK)
            .await?;
        Ok(())
    }

    /// The pictures of all pages, which a browser loads while the party reads.
    pub(crate) async fn pictures(&mut self) -> anyhow::Result<()> {
        for page in 1..=self.pages {
            let path = format!(
                "{}/documents/{}/pages/{page}.webp?w=780",
                self.base, self.document
            );
            self.browser.get(&path).await?.expect(StatusCode::OK)?;
        }
        Ok(())
    }

    /// The confirmation, and the click that signs.
    pub(crate) async fn sign(&mut self) -> anyhow::Result<()> {
        let confirm = format!("{}/confirm", self.base);
        let dialog = self.browser.fragment(&confirm).await?;
        let hidden = |name: &str| dialog.between(&format!("name=\"{name}\" value=\""), "\"");
        let (revision, statement, act) = (hidden("revision")?, hidden("statement")?, hidden("act")?);
        let form = [
            ("revision", revision.as_str()),
            ("statement", statement.as_str()),
            ("act", act.as_str()),
        ];
        let (to, _) = self.browser.submit(&confirm, &form).await?;
        anyhow::ensure!(to == format!("{}/done", self.base), "signing leads to {to}");
        Ok(())
    }

    /// Whether the party's page offers the evidence sheet: then the contract is concluded.
    pub(crate) async fn is_concluded(&mut self) -> anyhow::Result<bool> {
        let page = self.browser.page(&format!("{}/done", self.base)).await?;
        Ok(page.text()?.contains("/evidence.pdf\""))
    }

    /// The signed document and the evidence sheet.
    pub(crate) async fn download(&mut self) -> anyhow::Result<[Bytes; 2]> {
        let document = format!("{}/documents/{}/download", self.base, self.document);
        let document = self.browser.get(&document).await?.expect(StatusCode::OK)?;
        let evidence = format!("{}/evidence.pdf", self.base);
        let evidence = self.browser.get(&evidence).await?.expect(StatusCode::OK)?;
        Ok([document.content()?, evidence.content()?])
    }
}

/// One contract from the first page to the mails that tell both parties that it is concluded.
///
/// # Errors
/// Anything went another way than it should.
pub(crate) async fn conclude(world: &World, sender: &mut Browser, number: u32) -> anyhow::Result<Concluded> {
    let mut errand = Errand::new(world, number);
    let contract_id = errand.draft(world, sender).await?;
    errand.furnish(sender, &contract_id).await?;
    errand.send(sender, &contract_id).await?;
    let mut first = errand.open(world, 0).await?;
    first.read_and_fill().await?;
    first.sign().await?;
    let mut second = errand.open(world, 1).await?;
    second.read_and_fill().await?;
    second.sign().await?;
    let clicked = Instant::now();
    let mut at = clicked;
    for inbox in &mut errand.inboxes {
        at = at.max(inbox.next().await?.at);
    }
    anyhow::ensure!(
        second.is_concluded().await?,
        "{contract_id}: told as concluded, but the page says otherwise"
    );
    Ok(Concluded {
        contract_id,
        at,
        after_last_act: at.duration_since(clicked),
        part: second,
    })
}
