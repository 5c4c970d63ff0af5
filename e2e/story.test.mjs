// One contract from an empty data folder to a PDF that outside programs call validly signed.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { chapters } from "./lib/chapters.mjs";
import { launch, person } from "./lib/browser.mjs";
import { printed } from "./lib/documents.mjs";
import { assertConcluded, forge, textOf } from "./lib/judges.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import * as party from "./lib/party.mjs";
import { artifacts } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { dropAndVerify } from "./lib/verify.mjs";
import { until } from "./lib/wait.mjs";

const TITLE = "物流業務委託基本契約書";
const MAKOTO = { organization: "青葉倉庫株式会社", title: "代表取締役", name: "髙橋 誠", email: "takahashi@aoba.example", lang: "ja", stage: 1 };
const ALICE = { organization: "Martin Logistics", title: "Director", name: "Alice Martin", email: "alice@martin.example", lang: "en", stage: 1 };
const NAOKO = { ...member.OWNER, title: "管理本部長", lang: "ja", stage: 2 };

const folder = artifacts("story");
let service, browser, sender, page, contract, documents;
const chapter = chapters(folder, () => browser?.contexts() ?? []);

before(async () => {
  service = await Service.start();
  browser = await launch();
  sender = await person(browser, service);
  page = await sender.newPage();
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

chapter("the set-up link makes the first administrator, and leads to the doctor", async () => {
  const link = await service.setupLink();
  await member.setUp(page, service);
  await page.locator("#checks .checks li").first().waitFor();
  const states = await page.locator("#checks .checks li").evaluateAll((rows) => rows.map((row) => [row.className, row.innerText]));
  assert.ok(states.length >= 6, JSON.stringify(states));
  assert.deepEqual(states.filter(([state]) => /is-err|failed/.test(state)), [], "nothing failed");

  const other = await (await person(browser, service)).newPage();
  const answer = await other.goto(link);
  assert.equal(answer.status(), 410, "the link works once");
  await other.context().close();
});

chapter("signing out and in", async () => {
  await page.goto("/");
  await page.click(".top__me summary");
  await Promise.all([page.waitForURL(/\/sign-in/), page.click('form[action="/sign-out"] button')]);
  await page.goto("/contracts");
  assert.match(page.url(), /\/sign-in\?next=/);
  await page.fill("#email", member.OWNER.email);
  await page.fill("#password", "wrong password");
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.click('form.stack button[type="submit"]'),
  ]);
  assert.equal(answer.status(), 401);
  await page.locator(".field__error").waitFor();
  await page.fill("#password", member.OWNER.password);
  await Promise.all([page.waitForURL("**/contracts"), page.click('form.stack button[type="submit"]')]);
});

chapter("a draft: two PDFs, details, three parties in two stages", async () => {
  const main = await printed(browser, folder, "契約書.pdf", { title: TITLE, pages: 3 });
  const annex = await printed(browser, folder, "別紙.pdf", { title: "別紙 料金表", pages: 2 });
  contract = await member.beginDraft(page, [main, annex]);
  await member.fillDetails(page, {
    title: TITLE,
    counterparty: MAKOTO.organization,
    reference: "KY-2026-0412",
    amount: "4,860,000",
    agreedOn: "2026-12-01",
  });
  await member.fillParties(page, [NAOKO, MAKOTO, ALICE]);
  await member.partiesDone(page);
});

chapter("fields of every kind, placed by mouse and keyboard", async () => {
  const loaded = await member.editor(page, contract);
  documents = loaded.documents;
  assert.deepEqual(documents.map((document) => document.pages.length), [3, 2]);
  const id = Object.fromEntries(loaded.parties.map((one) => [one.email ?? one.name, one.id]));
  const [main, annex] = documents.map((document) => document.id);

  await member.chooseParty(page, id[MAKOTO.name]);
  await member.dragField(page, "seal", { document: main, number: 3, x: 440, y: 300 });
  await member.dragField(page, "name", { document: main, number: 3, x: 300, y: 300 });
  await member.dragField(page, "check", { document: main, number: 2, x: 500, y: 120 });
  await member.dragField(page, "date", { document: annex, number: 2, x: 200, y: 500 });
  await member.keyField(page, "text", { document: annex, number: 1, nudges: ["ArrowDown", "Shift+ArrowRight"] });

  await member.chooseParty(page, id[ALICE.name]);
  await member.dragField(page, "handwriting", { document: main, number: 3, x: 440, y: 420 });
  await member.dragField(page, "date", { document: main, number: 3, x: 260, y: 420 });

  await member.chooseParty(page, id[NAOKO.name]);
  await member.dragField(page, "seal", { document: main, number: 3, x: 440, y: 540 });

  const saved = await member.savedFields(page, contract, 8);
  const kinds = saved.fields.map((field) => field.kind).sort();
  assert.deepEqual(kinds, ["check", "date", "date", "handwriting", "name", "seal", "seal", "text"]);
  const mark = saved.fields.find((field) => field.kind === "seal" && field.party === id[MAKOTO.name]);
  assert.ok(Math.abs(mark.x - (440 - 32)) <= 8 && Math.abs(mark.y - (300 - 32)) <= 8, JSON.stringify(mark));

  // Undo and redo leave the saved list as it was.
  await page.click('button[data-act="undo"]');
  await member.savedFields(page, contract, 7);
  await page.click('button[data-act="redo"]');
  await until("eight fields again", async () => (await member.editor(page, contract)).fields.length === 8);
});

chapter("the check page sends", async () => {
  await page.goto(`/contracts/${contract}/check`);
  await page.fill("#message", "ご確認のうえ、ご署名をお願いいたします。");
  await page.fill("#deadline", new Date(Date.now() + 14 * 86_400_000).toISOString().slice(0, 10));
  await member.send(page, contract);
  await member.waitForState(page, contract, "open");
});

chapter("both parties of the first stage get mail, and nobody else", async () => {
  const japanese = await service.mails.wait(MAKOTO.email, /./);
  assert.equal(japanese.subject, `${member.OWNER.organization}様より『${TITLE}』への署名依頼が届いています`);
  assert.match(linkIn(japanese, "/s/"), /\/s\/[\w-]{20,}$/);
  assert.match(japanese.text, /髙橋 誠 様/);
  assert.match(japanese.html, /lang="ja"/);
  const english = await service.mails.wait(ALICE.email, /./);
  assert.equal(english.subject, `${member.OWNER.organization} asks you to sign “${TITLE}”`);
  linkIn(english, "/s/");
  assert.match(english.html, /lang="en"/);
  assert.notEqual(linkIn(japanese, "/s/"), linkIn(english, "/s/"));
  assert.equal(service.mails.to(NAOKO.email).length, 0);
});

chapter("the first party reads, fills and signs on a phone", async () => {
  const phone = await person(browser, service, { phone: true });
  const view = await phone.newPage();
  await party.open(view, linkIn(service.mails.to(MAKOTO.email)[0], "/s/"));
  await party.toDocuments(view);
  assert.equal(await party.readAll(view), 5);
  await party.seal(view, "髙橋");
  await party.fillText(view, "name", "髙橋 誠");
  await party.tick(view);
  await party.fillText(view, "date", "2026-12-01");
  await party.fillText(view, "text", "第1倉庫 𠮷野");
  await view.screenshot({ path: join(folder, "phone-filled.png") });
  await party.sign(view);
  const copy = await phone.request.get(await view.locator('a[download][href*="/documents/"]').first().getAttribute("href"));
  assert.equal(copy.status(), 200);
  assert.equal((await copy.body()).subarray(0, 5).toString(), "%PDF-");
  assert.deepEqual(phone.complaints, []);
  await phone.close();
});

chapter("the sender sees it; a restart loses nothing", async () => {
  await page.goto(`/contracts/${contract}`);
  await page.locator(".timeline", { hasText: "髙橋 誠さんが署名しました" }).waitFor();
  await service.halt();
  await service.run();
  await page.reload();
  await page.locator(".timeline", { hasText: "髙橋 誠さんが署名しました" }).waitFor();
  assert.equal(service.mails.to(NAOKO.email).length, 0, "the second stage waits for all of the first");
});

chapter("the second party signs in English with handwriting", async () => {
  const desk = await person(browser, service, { locale: "en-GB" });
  const view = await desk.newPage();
  await party.open(view, linkIn(service.mails.to(ALICE.email)[0], "/s/"));
  assert.equal(await view.locator("html").getAttribute("lang"), "en");
  await party.toDocuments(view);
  await party.readAll(view);
  await party.handwrite(view);
  await party.fillText(view, "date", "2026-12-01");
  await party.sign(view);
  assert.deepEqual(desk.complaints, []);
  await desk.close();
});

chapter("the second stage opens; the last act concludes the contract while the sender looks on", async () => {
  const mail = await service.mails.wait(NAOKO.email, /署名依頼/);
  await page.goto(`/contracts/${contract}`);
  const desk = await person(browser, service);
  const view = await desk.newPage();
  await party.signWithSeal(view, linkIn(mail, "/s/"), "田中");
  await page.locator(".pagehead .badge--concluded").waitFor({ timeout: 40_000 });
  await view.locator('a[href$="/evidence.pdf"]').waitFor({ timeout: 30_000 });
  assert.deepEqual(desk.complaints, []);
  await desk.close();
});

chapter("everybody is told", async () => {
  await service.mails.wait(MAKOTO.email, /^電子署名完了のお知らせ/);
  await service.mails.wait(NAOKO.email, /^電子署名完了のお知らせ/);
  const english = await service.mails.wait(ALICE.email, /^Concluded:/);
  const view = await (await person(browser, service, { locale: "en-GB" })).newPage();
  assert.match(await party.open(view, linkIn(english, "/s/")), /\/done$/);
  const href = await view.locator('a[download][href*="/documents/"]').first().getAttribute("href");
  assert.equal((await view.request.get(href)).status(), 200);
  await view.context().close();
});

async function download(path, name) {
  const answer = await sender.request.get(path);
  assert.equal(answer.status(), 200, `${path}: ${answer.status()}`);
  assert.match(answer.headers()["content-disposition"] ?? "", /attachment/);
  const file = join(folder, name);
  writeFileSync(file, await answer.body());
  return file;
}

const concluded = [];

chapter("outside judges accept every signature of both documents", async () => {
  await page.goto(`/contracts/${contract}`);
  const printedId = (await page.locator("copy-button").getAttribute("data-copy")) ?? "";
  for (const [index, document] of documents.entries()) {
    const file = await download(`/contracts/${contract}/documents/${document.id}/download`, `concluded-${index + 1}.pdf`);
    concluded.push(file);
    const signatures = assertConcluded(service, file, 3);
    const names = signatures.map((signature) => signature.signer);
    for (const name of [MAKOTO.name, ALICE.name, NAOKO.name]) {
      assert.ok(names.some((signer) => signer.includes(name)), `${name} in ${names.join(" | ")}`);
    }
    const digest = createHash("sha256").update(readFileSync(file)).digest("hex");
    assert.ok((await page.locator(".contract__facts").innerText()).includes(digest), "the page shows the file's SHA-256");
    const stamps = textOf(file).split(printedId).length - 1;
    assert.ok(stamps >= document.pages.length, `the ID ${printedId} stands on every page (${stamps})`);
  }
  assert.match(textOf(concluded[0]), /髙橋 誠/);
  assert.match(textOf(concluded[1]), /第1倉庫 𠮷野/);
});

chapter("the evidence sheet is signed, and its JSON says the same", async () => {
  const file = await download(`/contracts/${contract}/evidence.pdf`, "evidence.pdf");
  assertConcluded(service, file, 1);
  const text = textOf(file);
  const json = await (await sender.request.get(`/contracts/${contract}/evidence.json`)).json();
  const whole = JSON.stringify(json);
  for (const words of [TITLE, "KY-2026-0412", MAKOTO.name, ALICE.email, NAOKO.name]) {
    assert.ok(text.replaceAll(/\s+/g, "").includes(words.replaceAll(/\s+/g, "")), `the sheet says ${words}`);
    assert.ok(whole.includes(words), `the JSON says ${words}`);
  }
  for (const document of concluded) {
    const digest = createHash("sha256").update(readFileSync(document)).digest("hex");
    assert.ok(whole.includes(digest), "the JSON names the file by its SHA-256");
    assert.ok(text.replaceAll(/\s+/g, "").includes(digest), "so does the sheet");
  }
});

chapter("anyone can verify it, and no forged copy passes", async () => {
  const visitor = await person(browser, service);
  const view = await visitor.newPage();
  const genuine = await dropAndVerify(view, concluded[0]);
  assert.equal(genuine.heading, "この契約書は、締結のあと変更されていません");
  assert.ok(genuine.signatures >= 3);
  for (const way of ["byte", "page", "value"]) {
    const forged = forge(way, concluded[way === "value" ? 1 : 0], join(folder, `forged-${way}.pdf`));
    const verdict = await dropAndVerify(view, forged);
    assert.equal(verdict.heading, "この書類は、署名のあとに書き換えられています", `forged by ${way}`);
  }
  assert.deepEqual(visitor.complaints, []);
  await visitor.close();
});

chapter("nothing complained on the sender's pages", () => {
  assert.deepEqual(sender.complaints, []);
});
