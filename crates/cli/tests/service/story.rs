//! A contract with two parties, as their browsers make it.

use std::fmt::Write as _;

use serde_json::json;

use crate::browser::Browser;
use crate::installation::{Installation, until};

pub(crate) const ANNA: &str = "anna@keller.example";
pub(crate) const NAOKI: &str = "morishita@tsubame.example";
pub(crate) const TITLE: &str = "業務委託基本契約書";

/// A PDF of so many empty pages of A4.
pub(crate) fn pdf(pages: usize) -> Vec<u8> {
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", page + 3)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!(
            "<</Type/Pages/Kids[{}]/Count {pages}/MediaBox[0 0 595 842]>>",
            kids.join(" ")
        ),
    ];
    objects.extend(std::iter::repeat_n(
        "<</Type/Page/Parent 2 0 R>>".to_owned(),
        pages,
    ));
    let mut file = "%PDF-1.7\n".to_owned();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        writeln!(file, "{} 0 obj\n{object}\nendobj", index + 1).unwrap();
    }
    let start = file.len();
    let size = objects.len() + 1;
    write!(
        file,
        "{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n"
    )
    .unwrap();
    file.into_bytes()
}

/// Makes a draft and returns its path.
pub(crate) fn new_draft(sender: &mut Browser) -> String {
    let made = sender
        .post_json("/contracts", &json!({ "title": TITLE }))
        .expect(201);
    format!("/contracts/{}", made.json()["id"].as_str().unwrap())
}

/// Makes and sends a contract of two pages to two parties of one stage, and returns its path.
pub(crate) fn send(sender: &mut Browser) -> String {
    let contract = new_draft(sender);
    sender
        .upload(&format!("{contract}/documents"), "files", &pdf(2))
        .expect(201);
    let parties = [
        ("p0_id", ""),
        ("p0_name", "Anna Keller"),
        ("p0_email", ANNA),
        ("p0_lang", "en"),
        ("p0_stage", "1"),
        ("p1_id", ""),
        ("p1_name", "森下 直樹"),
        ("p1_email", NAOKI),
        ("p1_lang", "ja"),
        ("p1_stage", "1"),
        ("op", "next"),
    ];
    sender.post(&format!("{contract}/parties"), &parties).expect(303);
    sender
        .post(&format!("{contract}/send"), &[("message", ""), ("deadline", "")])
        .expect(303);
    contract
}

/// A party in its own browser.
pub(crate) struct Party {
    pub(crate) browser: Browser,
    /// `/sign/pty_…`
    pub(crate) path: String,
}

/// Waits for the request and comes through its link.
pub(crate) fn enter(installation: &Installation, address: &str) -> Party {
    let token = installation.token(address, "/s/");
    let mut browser = installation.browser();
    let entered = browser.post(&format!("/s/{token}"), &[]).expect(303);
    let path = entered.header("location").to_owned();
    assert!(path.starts_with("/sign/pty_"), "{path}");
    Party { browser, path }
}

impl Party {
    /// Declares to have read every page, and returns the fields of the confirm page.
    pub(crate) fn read(&mut self) -> Vec<(String, String)> {
        let page = self
            .browser
            .get(&format!("{}/confirm", self.path))
            .expect(200)
            .text();
        let revision = value(&page, "revision");
        let viewed = [("revision", revision.as_str())];
        self.browser
            .post(&format!("{}/viewed", self.path), &viewed)
            .expect(303);
        let page = self
            .browser
            .get(&format!("{}/confirm", self.path))
            .expect(200)
            .text();
        ["revision", "statement", "act"]
            .map(|name| (name.to_owned(), value(&page, name)))
            .into()
    }

    /// Presses the button of the confirm page.
    pub(crate) fn confirm(&mut self, fields: &[(String, String)]) -> crate::browser::Answer {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        self.browser.post(&format!("{}/confirm", self.path), &fields)
    }

    /// Reads and signs.
    pub(crate) fn sign(&mut self) {
        let fields = self.read();
        let signed = self.confirm(&fields).expect(303);
        assert_eq!(signed.header("location"), format!("{}/done", self.path));
    }
}

/// The value of a hidden field.
pub(crate) fn value(page: &str, name: &str) -> String {
    let marker = format!("name=\"{name}\" value=\"");
    let rest = page
        .split_once(&marker)
        .unwrap_or_else(|| panic!("no field {name}: {page}"))
        .1;
    rest.split('"').next().unwrap().to_owned()
}

/// Waits for the evidence sheet, which is there when the contract is concluded and not before.
pub(crate) fn concluded(sender: &mut Browser, contract: &str) -> serde_json::Value {
    until("the contract is concluded", || {
        let answer = sender.get(&format!("{contract}/evidence.json"));
        (answer.status == 200).then(|| answer.json())
    })
}
