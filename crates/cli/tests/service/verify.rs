//! `/verify` in the real program: files are judged in a process of their own, and a hostile one harms nobody.

use std::time::Instant;

use crate::browser::{MULTIPART, form_with};
use crate::installation::Installation;
use crate::story::{ANNA, NAOKI, concluded, enter, pdf, send};

fn judged(browser: &mut crate::browser::Browser, file: &[u8]) -> String {
    let headers = [("content-type", MULTIPART), ("accept-language", "ja")];
    let answer = browser.send("POST", "/verify", &headers, &form_with("file", file));
    answer.expect(200).text()
}

/// What stands in a link that carries its file.
fn carried(page: &str, kind: &str) -> String {
    let marker = format!("href=\"data:{kind};base64,");
    let rest = page
        .split_once(&marker)
        .unwrap_or_else(|| panic!("no {kind}: {page}"))
        .1;
    let encoded = rest.split('"').next().unwrap();
    let decoded = std::process::Command::new("base64")
        .arg("-d")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .spawn()
        .and_then(|mut child| {
            use std::io::Write as _;
            let mut input = child.stdin.take().unwrap();
            let encoded = encoded.to_owned();
            let giver = std::thread::spawn(move || input.write_all(encoded.as_bytes()));
            let output = child.wait_with_output()?;
            giver.join().unwrap()?;
            Ok(output.stdout)
        });
    String::from_utf8(decoded.unwrap()).unwrap()
}

#[test]
fn a_concluded_contract_is_judged_whole_with_its_reports() {
    let installation = Installation::new("", "");
    let mut sender = installation.administrator();
    let contract = send(&mut sender);
    for address in [ANNA, NAOKI] {
        enter(&installation, address).sign();
    }
    let evidence = concluded(&mut sender, &contract);
    assert_eq!(evidence["level"], "PAdES-B-LTA");
    assert_eq!(evidence["validation"]["signatures"], 2);
    let page = sender.get(&contract).expect(200).text();
    assert!(
        page.contains("PAdES B-LTA") && page.contains("次の更新"),
        "{page}"
    );
    let download = page
        .split('"')
        .find(|part| part.contains("/documents/") && part.ends_with("/download"))
        .unwrap()
        .to_owned();
    let file = sender.get(&download).expect(200).body;

    let mut stranger = installation.browser();
    let page = judged(&mut stranger, &file);
    assert!(
        page.contains("この契約書は、締結のあと変更されていません"),
        "{page}"
    );
    assert!(
        page.contains("PAdES B-LTA") && page.contains("TOTAL-PASSED"),
        "{page}"
    );
    let json: serde_json::Value = serde_json::from_str(&carried(&page, "application/json")).unwrap();
    assert_eq!(
        json["signatures"].as_array().unwrap().len(),
        3,
        "two parties and the archive"
    );
    let xml = carried(&page, "application/xml");
    assert!(xml.contains("ValidationReport") && xml.contains("19102"), "{xml}");

    let mut forged = file.clone();
    let place = forged.len() / 3;
    forged[place] ^= 1;
    let page = judged(&mut stranger, &forged);
    assert!(!page.contains("締結のあと変更されていません"), "{page}");
}

/// More than one file may have: the process ends, the page says so, and the next file is judged as ever.
#[test]
fn a_file_that_needs_too_much_harms_nobody() {
    let installation = Installation::new("", "[limits]\nupload_mb = 400\n[verify]\nmemory_mb = 256");
    let mut browser = installation.browser();
    let mut heavy = pdf(1);
    heavy.splice(9..9, std::iter::repeat_n(b'%', 240 << 20));
    let began = Instant::now();
    let page = judged(&mut browser, &heavy);
    assert!(page.contains("このPDFは判定できませんでした"), "{page}");
    assert!(page.contains("メモリーを超えた"), "{page}");
    let took = began.elapsed();
    let page = judged(&mut browser, &pdf(1));
    assert!(page.contains("このPDFには電子署名がありません"), "{page}");
    let page = judged(&mut browser, b"hello");
    assert!(page.contains("このPDFを読めませんでした"), "{page}");
    assert!(
        !installation.program.log().contains("panicked"),
        "{}",
        installation.program.log()
    );
    println!("the heavy file was sent away after {took:?}");
}

/// The set-up of the page works without script: a form, a button, an answer.
#[test]
fn an_administrator_keeps_roots_and_sees_how_contracts_are_kept() {
    let installation = Installation::new("", "");
    let mut sender = installation.administrator();
    let page = sender.get("/settings/trust").expect(200).text();
    assert!(
        page.contains("サーバーの設定"),
        "the installation's own root is listed: {page}"
    );
    let refused = sender
        .upload("/settings/trust", "certificate", b"hello")
        .expect(422)
        .text();
    assert!(refused.contains("証明書を読めませんでした"), "{refused}");
    let root = std::fs::read(installation.folder.path().join("data/trust-anchors.pem")).unwrap();
    sender.upload("/settings/trust", "certificate", &root).expect(303);
    let page = sender.get("/settings/trust").expect(200).text();
    let remove = page
        .split('"')
        .find(|part| part.starts_with("/settings/trust/root/") && part.ends_with("/remove"))
        .unwrap()
        .to_owned();
    assert!(
        sender
            .get(&remove)
            .expect(200)
            .text()
            .contains("信頼から外しますか")
    );
    sender.post(&remove, &[]).expect(303);
    let page = sender.get("/settings/trust").expect(200).text();
    assert!(
        page.contains("外した証明書") && page.contains("信頼から削除"),
        "{page}"
    );
    sender
        .post(&remove.replace("/remove", "/restore"), &[])
        .expect(303);
    let page = sender.get("/settings/seal").expect(200).text();
    assert!(page.contains("署名ごとの鍵"), "{page}");
    let page = sender.get("/settings/preservation").expect(200).text();
    assert!(page.contains("すべて保存できています"), "{page}");
}
