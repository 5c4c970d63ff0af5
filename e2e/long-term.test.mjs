// What lasts: the level of a concluded contract, whom an organization trusts, its fixed seal, and the whole report.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { chapters } from "./lib/chapters.mjs";
import { launch, person } from "./lib/browser.mjs";
import * as files from "./lib/documents.mjs";
import { assertConcluded } from "./lib/judges.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import * as party from "./lib/party.mjs";
import { artifacts } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { dropAndVerify } from "./lib/verify.mjs";

const TITLE = "機械保守契約書";
const SIGNER = { name: "髙橋 誠", organization: "青葉倉庫株式会社", email: "takahashi@aoba.example", stage: 1 };
const PASSWORD = "seal of minato 7";

const folder = artifacts("long-term");
let service, browser, context, page, sample, first, company;
const chapter = chapters(folder, () => browser?.contexts() ?? []);

/** A company's seal in a PKCS#12 file, below a root that nobody here knows yet: made by openssl. */
function makeCompany() {
  const place = join(folder, "company");
  mkdirSync(place, { recursive: true });
  const openssl = (...words) => execFileSync("openssl", words, { cwd: place, stdio: ["ignore", "pipe", "pipe"] });
  writeFileSync(
    join(place, "openssl.cnf"),
    "[req]\ndistinguished_name=name\nprompt=no\n[name]\n" +
      "[root]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n" +
      "[seal]\nbasicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature,nonRepudiation\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
  );
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "openssl.cnf"];
  openssl("req", "-x509", ...key, "-keyout", "root.key", "-out", "root.pem", "-days", "3650", "-extensions", "root", "-subj", "/C=JP/O=Mihon/CN=Mihon Root G1");
  openssl("req", ...key, "-keyout", "seal.key", "-out", "seal.csr", "-subj", "/C=JP/O=Minato/CN=Minato Seal");
  openssl("x509", "-req", "-in", "seal.csr", "-CA", "root.pem", "-CAkey", "root.key", "-set_serial", "7", "-days", "700", "-extfile", "openssl.cnf", "-extensions", "seal", "-out", "seal.pem");
  openssl("pkcs12", "-export", "-inkey", "seal.key", "-in", "seal.pem", "-certfile", "root.pem", "-out", "seal.p12", "-passout", `pass:${PASSWORD}`);
  return { root: join(place, "root.pem"), seal: join(place, "seal.p12") };
}

before(async () => {
  company = makeCompany();
  service = await Service.start();
  browser = await launch();
  context = await person(browser, service);
  page = await context.newPage();
  await member.setUp(page, service);
  sample = await files.printed(browser, folder, "機械保守契約書.pdf", { title: TITLE, pages: 1 });
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

/** Sends a contract, has it signed, waits for the conclusion, and saves its document. */
async function conclude(title, name) {
  const id = await member.quickDraft(page, { title, files: [sample], parties: [SIGNER], fields: member.seals });
  const document = (await member.editor(page, id)).documents[0].id;
  await member.send(page, id);
  const own = await person(browser, service);
  const view = await own.newPage();
  await party.signWithSeal(view, linkIn(await service.mails.wait(SIGNER.email, new RegExp(title)), "/s/"), "髙橋");
  await member.waitForState(page, id, "concluded");
  assert.deepEqual(own.complaints, []);
  await own.close();
  const answer = await context.request.get(`/contracts/${id}/documents/${document}/download`);
  const file = join(folder, name);
  writeFileSync(file, await answer.body());
  return { id, file };
}

/** The words of the page. */
const main = () => page.locator("main").innerText();

/** Presses a button that leads to another page. */
async function press(selector) {
  await Promise.all([page.waitForEvent("load"), page.click(selector)]);
}

/** Follows a link to a dialog, and confirms. */
async function confirm(link) {
  await page.click(link);
  const button = page.locator("dialog[open] button.btn--danger");
  await button.waitFor();
  await Promise.all([page.waitForEvent("load"), button.click()]);
}

chapter("a contract is concluded at B-LTA, and says until when", async () => {
  first = await conclude(TITLE, "first.pdf");
  const facts = await page.locator(".contract__facts").innerText();
  assert.match(facts, /PAdES B-LTA/);
  assert.match(facts, /電子署名2件をすべて有効と判定/);
  assert.match(facts, /次の更新: \d{4}/);
  assertConcluded(service, first.file, 1);
  const evidence = await (await context.request.get(`/contracts/${first.id}/evidence.json`)).json();
  assert.equal(evidence.level, "PAdES-B-LTA");
  assert.equal(evidence.validation.signatures, 1);
});

chapter("anyone gets the whole report, to read and to take away", async () => {
  const visitor = await person(browser, service);
  const view = await visitor.newPage();
  const found = await dropAndVerify(view, first.file);
  assert.equal(found.heading, "この契約書は、締結のあと変更されていません");
  assert.match(found.text, /PAdES B-LTA。\d{4}-\d\d-\d\dまで、このままで検証できます/);
  await view.click("details.panel summary");
  const details = await view.locator("details.panel").innerText();
  for (const words of ["TOTAL-PASSED", "この時刻より前に署名されている", "長期保存の時刻印", "ルート(信頼の基準)", "失効情報を出さない種類の証明書"]) {
    assert.ok(details.includes(words), `${words} in ${details}`);
  }
  const saved = {};
  for (const ending of ["json", "xml"]) {
    const [download] = await Promise.all([view.waitForEvent("download"), view.click(`a[download$=".${ending}"]`)]);
    assert.equal(download.suggestedFilename(), `first-report.${ending}`);
    const path = join(folder, `report.${ending}`);
    await download.saveAs(path);
    saved[ending] = readFileSync(path, "utf8");
  }
  assert.equal(JSON.parse(saved.json).signatures.length, 2);
  assert.match(saved.xml, /<[a-z]*:?ValidationReport[^>]*19102/);
  assert.deepEqual(visitor.complaints, []);
  await visitor.close();
});

chapter("a root is trusted, removed and put back", async () => {
  await page.goto("/settings");
  await press('.tabs a[href="/settings/trust"]');
  assert.match(await main(), /サーバーの設定/);
  await page.setInputFiles("#certificate", files.write(folder, "no-root.pem", Buffer.from("これは証明書ではありません")));
  await press('form[action="/settings/trust"] button');
  assert.match(await page.locator(".field__error").innerText(), /証明書を読めませんでした/);
  await page.setInputFiles("#certificate", company.root);
  await press('form[action="/settings/trust"] button');
  const row = page.locator("tr", { hasText: "Mihon Root G1" });
  assert.equal(await row.count(), 1);
  await confirm('a[href^="/settings/trust/root/"][href$="/remove"]');
  assert.match(await page.locator("section", { hasText: "外した証明書" }).last().innerText(), /Mihon Root G1/);
  await press('form[action$="/restore"] button');
  assert.equal(await page.locator("section", { hasText: "外した証明書" }).count(), 0);
  assert.match(await page.locator(".timeline").innerText(), /信頼に追加: .*Mihon Root G1/);
});

chapter("a fixed seal is tried before it is used", async () => {
  await page.goto("/settings/seal");
  assert.match(await main(), /署名ごとの鍵/);
  const offer = async (password) => {
    await page.setInputFiles("#pkcs12", company.seal);
    await page.fill("#password", password);
    await press('form[action="/settings/seal/upload"] button[type="submit"]');
  };
  await offer("wrong");
  assert.equal((await page.locator("#password-e").innerText()).trim(), "パスワードが違います。");
  await offer(PASSWORD);
  assert.match(await main(), /預けた固定の鍵/);
  assert.match(await main(), /Minato Seal/);
});

chapter("contracts are signed with it; strangers cannot place it, members can", async () => {
  const sealed = await conclude("運送基本契約書", "sealed.pdf");
  const own = join(service.folder, "roots-own.pem");
  writeFileSync(own, readFileSync(join(service.data, "trust-anchors.pem")));
  assertConcluded(service, sealed.file, 1, { roots: [own, company.root] });
  const visitor = await person(browser, service);
  const view = await visitor.newPage();
  const stranger = await dropAndVerify(view, sealed.file);
  assert.match(stranger.text, /発行者は未確認/);
  await visitor.close();
  const known = await dropAndVerify(page, sealed.file);
  assert.equal(known.heading, "この契約書は、締結のあと変更されていません");
  assert.doesNotMatch(known.text, /発行者は未確認/);
  assert.match(known.text, /あなたの組織が登録した発行者/);
});

chapter("and goes back to one key for each signature", async () => {
  await page.goto("/settings/seal");
  await confirm('a[href="/settings/seal/reset"]');
  assert.match(await main(), /署名ごとの鍵\(封印はこのサーバーの鍵\)/);
});

chapter("administrators see how contracts are kept", async () => {
  await page.goto("/settings/preservation");
  const words = await main();
  assert.match(words, /保存できている契約\s*2件/);
  assert.match(words, /すべて保存できています/);
  assert.match(words, /次の更新\s*\d{4}-/);
});

chapter("nothing complained on the administrator's pages", () => {
  assert.deepEqual(context.complaints, []);
});
