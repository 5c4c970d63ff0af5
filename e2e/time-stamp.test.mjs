// An outside time-stamp authority that is there, is gone in the middle of a contract, and comes back.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chapters } from "./lib/chapters.mjs";
import { launch, person } from "./lib/browser.mjs";
import * as files from "./lib/documents.mjs";
import { assertConcluded, pyhanko, textOf } from "./lib/judges.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import * as party from "./lib/party.mjs";
import { artifacts } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { Tsa, settingsFor } from "./lib/tsa.mjs";
import { until } from "./lib/wait.mjs";

const TITLE = "共同輸送契約書";
const FIRST = { name: "髙橋 誠", organization: "青葉倉庫株式会社", email: "takahashi@aoba.example", stage: 1 };
const SECOND = { name: "森下 直樹", organization: "株式会社つばめ運輸", email: "morishita@tsubame.example", stage: 1 };

const folder = artifacts("time-stamp");
let tsa, service, browser, context, page, sample, contract, document;
const chapter = chapters(folder, () => browser?.contexts() ?? []);

before(async () => {
  tsa = await new Tsa(mkdtempSync(join(tmpdir(), "akashi-tsa-"))).start();
  service = await Service.start({ settings: settingsFor([tsa], [tsa.root]) });
  browser = await launch();
  context = await person(browser, service);
  page = await context.newPage();
  await member.setUp(page, service);
  sample = await files.printed(browser, folder, "共同輸送契約書.pdf", { title: TITLE, pages: 1 });
});

after(async () => {
  await browser?.close();
  await service?.stop();
  await tsa?.stop();
  if (tsa) rmSync(tsa.folder, { recursive: true, force: true });
});

async function sent(title, parties) {
  const id = await member.quickDraft(page, { title, files: [sample], parties, fields: member.seals });
  document = (await member.editor(page, id)).documents[0].id;
  await member.send(page, id);
  return id;
}

const request = async (to, title) => linkIn(await service.mails.wait(to.email, new RegExp(title)), "/s/");

/** Signs in a browser of its own, which stays open. */
async function signs(someone, title, text) {
  const own = await person(browser, service);
  const view = await own.newPage();
  await party.signWithSeal(view, await request(someone, title), text);
  return { view, close: async () => (assert.deepEqual(own.complaints, []), own.close()) };
}

/** What can be had of the document at the moment: nothing, or how many signatures it carries. */
async function signaturesOfDownload(id) {
  const answer = await context.request.get(`/contracts/${id}/documents/${document}/download`);
  if (answer.status() >= 400) return null;
  const path = join(service.folder, "seen.pdf");
  writeFileSync(path, await answer.body());
  return pyhanko(service, path, [join(service.data, "trust-anchors.pem"), tsa.root]).signatures.length;
}

const completions = () => service.mails.all().filter((mail) => /^電子署名完了のお知らせ/.test(mail.subject));
const banner = () => page.locator(".banner--warn", { hasText: "締結を仕上げています" });

chapter("the check-up asks the authority", async () => {
  const asked = tsa.requests;
  await page.goto("/system/doctor");
  await page.locator("#checks .checks li").first().waitFor();
  await until("the authority was asked", () => tsa.requests > asked);
  await until("no check is running", async () => (await page.locator("#checks .is-run").count()) === 0);
  const failed = await page.locator("#checks .checks li.is-err").allInnerTexts();
  assert.deepEqual(failed, []);
  assert.match(await page.locator("#checks").innerText(), new RegExp(tsa.url.replaceAll(/[/.]/g, "\\$&")));
});

chapter("the first party signs while it is there", async () => {
  contract = await sent(TITLE, [FIRST, SECOND]);
  const asked = tsa.requests;
  const { close } = await signs(FIRST, TITLE, "髙橋");
  await until("a time-stamp was asked for", () => tsa.requests > asked);
  await member.waitForPart(page, contract, '.timeline:has-text("髙橋 誠さんが署名しました")');
  await close();
});

chapter("it is gone when the second party signs: everybody is told the truth", async () => {
  await tsa.stop();
  const { view, close } = await signs(SECOND, TITLE, "森下");
  await view.locator("h1", { hasText: "署名の仕上げを待っています" }).waitFor();
  assert.match(await view.locator("main").innerText(), /あなたの同意は記録されていて、失われません/);
  await close();

  await member.waitForState(page, contract, "concluding");
  await member.waitForPart(page, contract, '.banner--warn:has-text("時刻認証局の応答待ち")');
  const words = await banner().innerText();
  assert.match(words, /全員の署名は終わりました/);
  assert.doesNotMatch(words, /\n。|。。/);
  assert.match(words, /約束した水準\(PAdES B-LTA\)に届くまで、締結済みにはしません/);
  assert.match(words, /次の再試行 \d/);
  await page.goto("/");
  assert.match(await page.locator("main").innerText(), /締結処理中: 時刻認証局の応答待ち/);
});

chapter("nothing is called concluded meanwhile", async () => {
  assert.equal((await signaturesOfDownload(contract)) ?? 1, 1, "the second signature was released without a time-stamp");
  for (const path of ["evidence.pdf", "evidence.json"]) {
    const answer = await context.request.get(`/contracts/${contract}/${path}`);
    assert.ok(answer.status() >= 400, `${path}: ${answer.status()}`);
  }
  assert.deepEqual(completions(), []);
});

chapter("a kill and a restart change nothing", async () => {
  await service.kill();
  await service.run();
  await page.goto(`/contracts/${contract}`);
  await page.locator(".pagehead .badge--concluding").waitFor();
  await member.waitForPart(page, contract, '.banner--warn:has-text("時刻認証局の応答待ち")');
  assert.deepEqual(completions(), []);
});

chapter("it is back: the contract goes on, and nobody does anything for it", async () => {
  await page.goto("about:blank");
  await tsa.start();
  const began = Date.now();
  await until("all three have been told", () => completions().length >= 3, { timeout: 90_000, explain: () => service.tail() });
  console.log(`went on by itself after ${Math.round((Date.now() - began) / 1000)} s`);
  assert.deepEqual(completions().flatMap((mail) => mail.recipients).sort(), [member.OWNER.email, FIRST.email, SECOND.email].sort());
  await member.waitForState(page, contract, "concluded");
  assert.equal(await page.locator(".timeline li", { hasText: "さんが署名しました" }).count(), 2);
  assert.match(await page.locator(".timeline").innerText(), /時刻認証局が応答しませんでした/, "the history tells of the waiting");
});

chapter("outside judges accept it, with the roots of both authorities and not with one", async () => {
  const answer = await context.request.get(`/contracts/${contract}/documents/${document}/download`);
  assert.equal(answer.status(), 200);
  const file = join(folder, "concluded.pdf");
  writeFileSync(file, await answer.body());
  const own = join(service.folder, "own-root.pem");
  writeFileSync(own, ownRoots());
  const signatures = assertConcluded(service, file, 2, { roots: [own, tsa.root] });
  assert.equal(signatures.length, 2);
  const without = pyhanko(service, file, [own]);
  for (const signature of without.signatures) assert.equal(signature.accepted, false, "its time-stamps are the outside authority's");

  const sheet = await context.request.get(`/contracts/${contract}/evidence.pdf`);
  const evidence = join(folder, "evidence.pdf");
  writeFileSync(evidence, await sheet.body());
  assertConcluded(service, evidence, 1, { roots: [own, tsa.root] });
  assert.match(textOf(evidence).replaceAll(/\s+/g, ""), /外部の時刻認証局\(CN=HarbourTime-StampingTSA1/, "it names the source of time");
});

/** The roots of the installation without the authority's: `trust-anchors.pem` holds what the operator believes too. */
function ownRoots() {
  const outside = readFileSync(tsa.root, "utf8").trim();
  const all = readFileSync(join(service.data, "trust-anchors.pem"), "utf8");
  const certificates = all.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g);
  const body = (pem) => pem.replaceAll(/-----[^-]+-----|\s/g, "");
  return certificates.filter((pem) => body(pem) !== body(outside)).join("\n");
}

chapter("the first of two signs while it is ill: the page of an open contract says so too", async () => {
  const title = "覚書 先に署名";
  tsa.ill = true;
  const id = await sent(title, [FIRST, SECOND]);
  const first = await signs(FIRST, title, "髙橋");
  await member.waitForPart(page, id, '.banner--warn:has-text("時刻認証局の応答待ち")');
  await page.locator(".pagehead .badge--open").waitFor();
  assert.match(await page.locator(".banner--warn").innerText(), /受け付けた署名は保存されていて、失われることはありません/);
  const second = await signs(SECOND, title, "森下");
  tsa.ill = false;
  await page.goto(`/contracts/${id}`);
  await page.click(`form[action="/contracts/${id}/retry"] button`);
  await page.locator(".pagehead .badge--concluded").waitFor({ timeout: 15_000 });
  await first.close();
  await second.close();
});

chapter("who does not want to wait can try now", async () => {
  const title = "覚書 今すぐ";
  tsa.ill = true;
  const id = await sent(title, [SECOND]);
  const asked = tsa.requests;
  const { close } = await signs(SECOND, title, "森下");
  // After the third attempt the next one is 20 seconds away.
  await until("three attempts", () => tsa.requests >= asked + 3, { timeout: 40_000 });
  await member.waitForPart(page, id, '.banner--warn:has-text("3回目")');
  tsa.ill = false;
  const began = Date.now();
  await page.click(`form[action="/contracts/${id}/retry"] button`);
  await page.locator(".pagehead .badge--concluded").waitFor({ timeout: 15_000 });
  assert.ok(Date.now() - began < 15_000);
  await close();
});

chapter("a token whose time is out of bounds is not taken", async () => {
  const title = "覚書 時計";
  tsa.fast = 600;
  const id = await sent(title, [SECOND]);
  const { close } = await signs(SECOND, title, "森下");
  await member.waitForPart(page, id, '.banner--warn:has-text("時計")');
  assert.equal((await signaturesOfDownload(id)) ?? 0, 0);
  tsa.fast = 0;
  await page.click(`form[action="/contracts/${id}/retry"] button`);
  await page.locator(".pagehead .badge--concluded").waitFor({ timeout: 15_000 });
  await close();
});

chapter("nothing complained", () => {
  assert.deepEqual(context.complaints, []);
});

test("tokens of an authority that leads to no trusted root do not count; once its root is named the contract goes on", async () => {
  const other = await new Tsa(mkdtempSync(join(tmpdir(), "akashi-tsa-")), "Unheard-of Time").start();
  const own = await Service.start({ settings: settingsFor([other], []) });
  const sender = await person(browser, own);
  const signer = await person(browser, own);
  try {
    const desk = await sender.newPage();
    await member.setUp(desk, own);
    await until("the check-up is over", async () => /に終わりました/.test(await desk.locator("main").innerText()));
    const failed = desk.locator("#checks .checks li", { hasText: "見本の契約に署名する" });
    assert.match(await failed.innerText(), /だめです[\s\S]*ルート証明書を akashi.toml の \[authority\] の trusted_roots に加えてください/);

    const id = await member.quickDraft(desk, { title: "覚書 検証", files: [sample], parties: [FIRST], fields: member.seals });
    await member.send(desk, id);
    const view = await signer.newPage();
    await party.signWithSeal(view, linkIn(await own.mails.wait(FIRST.email, /署名依頼/), "/s/"), "髙橋");
    await member.waitForPart(desk, id, '.banner--warn:has-text("時刻認証局の応答待ち")');
    await desk.locator(".pagehead .badge--concluding").waitFor();
    assert.match(await desk.locator(".timeline").innerText(), /髙橋 誠さんが同意しました/, "what was agreed to is kept");
    assert.ok(own.log.some((line) => /leads to no trusted root/.test(line)), "the log names the cause");
    assert.equal((await sender.request.get(`/contracts/${id}/evidence.pdf`)).status() >= 400, true);
    assert.ok(!own.mails.all().some((mail) => /^電子署名完了/.test(mail.subject)));

    for (const one of [desk, view]) await one.goto("about:blank");
    await own.halt();
    writeFileSync(join(own.folder, "akashi.toml"), settingsFor([other], [other.root]));
    own.log.length = 0;
    await own.run();
    await own.mails.wait(FIRST.email, /^電子署名完了のお知らせ/);
    await member.waitForState(desk, id, "concluded");
    assert.deepEqual(sender.complaints, []);
  } finally {
    await sender.close();
    await signer.close();
    await own.stop();
    await other.stop();
    rmSync(other.folder, { recursive: true, force: true });
  }
});
