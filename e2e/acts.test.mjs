// Acts beside the straight road, and bad input: each gets a clear message, and nothing is lost.
import assert from "node:assert/strict";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { launch, person } from "./lib/browser.mjs";
import * as files from "./lib/documents.mjs";
import { assertConcluded, textOf } from "./lib/judges.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import * as party from "./lib/party.mjs";
import { artifacts } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { until } from "./lib/wait.mjs";

const folder = artifacts("acts");
let service, browser, context, page, sample;
let people = 0;

before(async () => {
  service = await Service.start();
  browser = await launch();
  context = await person(browser, service);
  page = await context.newPage();
  await member.setUp(page, service);
  sample = await files.printed(browser, folder, "覚書.pdf", { title: "覚書", pages: 1 });
});

after(async () => {
  await browser?.close();
  await service?.stop();
  assert.deepEqual(context?.complaints, []);
});

/** Somebody with an address that no other test uses. */
function someone(more = {}) {
  people += 1;
  return { name: `試験 ${"一二三四五六七八九十".at(people % 10)}郎`, organization: "青葉倉庫株式会社", email: `person-${people}@aoba.example`, stage: 1, ...more };
}

async function sent(title, parties, fields = member.seals) {
  const contract = await member.quickDraft(page, { title, files: [sample], parties, fields });
  await member.send(page, contract);
  return contract;
}

async function request(to) {
  return linkIn(await service.mails.wait(to.email, /署名依頼/), "/s/");
}

async function anotherPerson(options) {
  const other = await person(browser, service, options);
  return other.newPage();
}

test("a mail scanner's GET has no effect", async () => {
  const signer = someone();
  const contract = await sent("覚書 走査", [signer]);
  const link = await request(signer);
  for (let n = 0; n < 3; n += 1) {
    const answer = await fetch(link, { redirect: "manual" });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get("set-cookie"), null);
  }
  await page.goto(`/contracts/${contract}`);
  assert.equal(await page.locator(".timeline", { hasText: "書類を開きました" }).count(), 0, "not viewed by a GET");
  const view = await anotherPerson();
  await party.open(view, link);
  await party.toDocuments(view);
  await party.readAll(view);
  await page.reload();
  await page.locator(".timeline", { hasText: "書類を開きました" }).waitFor();
  await view.context().close();
});

test("the pages of a party are for that party alone", async () => {
  const [one, two] = [someone(), someone()];
  await sent("覚書 取り違え", [one, two]);
  const first = await anotherPerson();
  const own = new URL(await party.open(first, await request(one))).pathname;
  const second = await anotherPerson();
  const others = new URL(await party.open(second, await request(two))).pathname;
  assert.notEqual(own, others);
  for (const path of ["", "/read", "/confirm", "/decline", "/done"]) {
    const answer = await first.request.get(others + path, { maxRedirects: 0 });
    assert.ok(answer.status() >= 400, `${path} of another party: ${answer.status()}`);
  }
  const forged = await first.request.post(`${others}/confirm`, { form: { revision: "", statement: "", act: "" }, maxRedirects: 0 });
  assert.ok(forged.status() >= 400, String(forged.status()));
  await first.context().close();
  await second.context().close();
});

test("declining needs a reason, tells the sender and ends the contract", async () => {
  const [one, two] = [someone(), someone()];
  const contract = await sent("覚書 却下", [one, two]);
  const view = await anotherPerson();
  await party.open(view, await request(one));
  await view.click('nav.choices a[href$="/decline"]');
  await view.locator("#reason").evaluate((area) => area.removeAttribute("required"));
  const [answer] = await Promise.all([
    view.waitForResponse((response) => response.request().method() === "POST"),
    view.click("button.btn--danger"),
  ]);
  assert.equal(answer.status(), 422);
  await view.locator(".field__error").waitFor();
  await view.fill("#reason", "第5条の期間を3年にしてください。");
  await view.click("button.btn--danger");
  await view.getByText("この契約は却下されました").waitFor();
  await member.waitForState(page, contract, "declined");
  assert.match(await page.locator("main").innerText(), /第5条の期間を3年にしてください。/);
  await service.mails.wait(member.OWNER.email, /却下されました/);

  const late = await anotherPerson();
  await late.goto(await request(two));
  await late.click('form[method="post"] button.btn--primary');
  assert.match(await late.locator("main").innerText(), /却下|このリンクは使えません/);
  await view.context().close();
  await late.context().close();
});

test("withdrawing needs a reason; the parties are told and their links end", async () => {
  const signer = someone();
  const contract = await sent("覚書 取消", [signer]);
  const link = await request(signer);
  await page.goto(`/contracts/${contract}`);
  await page.locator(".pagehead details.pop").last().locator("summary").click();
  await page.click(`a[href="/contracts/${contract}/withdraw"]`);
  await page.locator("dialog[open] #reason").fill("条件が変わりました。");
  await page.click("dialog[open] button.btn--danger");
  await page.locator("main > .banner--ok", { hasText: "契約を取り消しました" }).waitFor();
  await member.waitForState(page, contract, "withdrawn");
  assert.equal(await page.locator("main > .banner--ok").count(), 0, "it is said once");
  await service.mails.wait(signer.email, /取り消しました/);
  const view = await anotherPerson();
  await view.goto(link);
  const button = view.locator('form[action^="/s/"] button.btn--primary');
  if (await button.count()) await button.click();
  assert.match(await view.locator("main").innerText(), /取り消され|このリンクは使えません/);
  await view.context().close();
});

test("a reminder comes with a link of its own, which replaces the one before", async () => {
  const signer = someone();
  const contract = await sent("覚書 催促", [signer]);
  const replaced = await request(signer);
  await page.goto(`/contracts/${contract}`);
  await page.click(`a[href="/contracts/${contract}/remind"]`);
  await page.locator('dialog[open] input[name="party"]').first().check();
  await page.click("dialog[open] button.btn--primary");
  await page.locator("main > .banner--ok", { hasText: "催促のメールを送りました" }).waitFor();
  const link = linkIn(await service.mails.wait(signer.email, /^【再送】/), "/s/");
  await page.goto(`/contracts/${contract}`);
  await page.locator(".timeline", { hasText: "催促しました" }).waitFor();
  const view = await anotherPerson();
  await view.goto(replaced);
  assert.match(await view.locator("main").innerText(), /新しいリンク/);
  await party.signWithSeal(view, link, "試験");
  await member.waitForState(page, contract, "concluded");
  await view.context().close();
});

test("a refused address is shown with the server's answer and can be corrected", async () => {
  const wrong = someone({ email: "refuse-550@aoba.example" });
  const right = "right@aoba.example";
  const contract = await sent("覚書 誤送", [wrong]);
  await member.waitForPart(page, contract, ".banner--err");
  const banner = page.locator(".banner--err", { hasText: "依頼のメールが届いていません" });
  assert.match(await banner.innerText(), /550.*refused by the test server/s);
  await banner.locator('a[href$="/address"]').click();
  await page.locator("dialog[open] #email").fill("not an address");
  await page.locator("dialog[open] form").evaluate((form) => (form.noValidate = true));
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.click("dialog[open] button.btn--primary"),
  ]);
  assert.equal(answer.status(), 422);
  await page.locator(".field__error").waitFor();
  await page.fill("#email", right);
  await page.click('form[action$="/address"] button.btn--primary');
  const link = linkIn(await service.mails.wait(right, /署名依頼/), "/s/");
  const view = await anotherPerson();
  await party.signWithSeal(view, link, "試験");
  await member.waitForState(page, contract, "concluded");
  await view.context().close();
});

test("a corrected address ends the old link", async () => {
  const signer = someone();
  const contract = await sent("覚書 訂正", [signer]);
  const old = await request(signer);
  await page.goto(`/contracts/${contract}`);
  await page.locator(".pagehead details.pop").last().locator("summary").click();
  await page.click('.pagehead a[href$="/address"]');
  await page.locator("dialog[open] #email").fill("corrected@aoba.example");
  await page.click("dialog[open] button.btn--primary");
  linkIn(await service.mails.wait("corrected@aoba.example", /署名依頼/), "/s/");
  const view = await anotherPerson();
  const answer = await view.goto(old);
  assert.ok([404, 410].includes(answer.status()), String(answer.status()));
  await view.locator("h1", { hasText: "このリンクは使えません" }).waitFor();
  await view.context().close();
});

test("a double click and a replay sign once", async () => {
  const signer = someone();
  const contract = await sent("覚書 二度押し", [signer]);
  const view = await anotherPerson();
  const base = new URL(await party.open(view, await request(signer))).pathname;
  await party.toDocuments(view);
  await party.readAll(view);
  await party.seal(view, "試験");
  await party.askToSign(view);
  const form = await view.locator("dialog[open] form").evaluate((one) => Object.fromEntries(new FormData(one)));
  await Promise.all([view.waitForURL(/\/done$/), view.dblclick("dialog[open] button.btn--will")]);
  const again = await view.request.post(`${base}/confirm`, { form, maxRedirects: 0 });
  assert.equal(again.status(), 303, await again.text());
  assert.match(again.headers().location, /\/done$/);
  await member.waitForState(page, contract, "concluded");
  assert.equal(await page.locator(".timeline li", { hasText: "署名しました" }).count(), 1);
  await view.context().close();
});

test("two parties acting at the same second are both taken", async () => {
  const both = [someone(), someone(), someone()];
  const contract = await sent("覚書 同時", both);
  const views = [];
  for (const signer of both) {
    const view = await anotherPerson();
    await party.open(view, await request(signer));
    await party.toDocuments(view);
    await party.readAll(view);
    await party.seal(view, "試験");
    await party.askToSign(view);
    views.push(view);
  }
  await Promise.all(views.map((view) => Promise.all([view.waitForURL(/\/done$/), view.click("dialog[open] button.btn--will")])));
  await member.waitForState(page, contract, "concluded");
  for (const view of views) await view.context().close();
});

test("signing before everything was shown and filled is refused", async () => {
  const signer = someone();
  await sent("覚書 未読", [signer]);
  const view = await anotherPerson();
  const base = new URL(await party.open(view, await request(signer))).pathname;
  await view.goto(`${base}/confirm`);
  await view.locator(".banner--warn").waitFor();
  assert.equal(await view.locator("button.btn--will").count(), 0);
  const revision = await view.locator('input[name="revision"]').inputValue();
  const statement = await view.locator('input[name="statement"]').inputValue();
  const act = await view.locator('input[name="act"]').inputValue();
  const answer = await view.request.post(`${base}/confirm`, { form: { revision, statement, act }, maxRedirects: 0 });
  assert.equal(answer.status(), 422, await answer.text());
  await view.context().close();
});

/** The concluded PDF of a contract with one document. */
async function concludedFile(contract, name) {
  await member.waitForState(page, contract, "concluded");
  const href = await page.locator('.menu a[download][href*="/documents/"]').first().getAttribute("href");
  const answer = await context.request.get(href);
  assert.equal(answer.status(), 200);
  return files.write(folder, name, await answer.body());
}

test("a typed name stands on the page instead of a seal", async () => {
  const signer = someone({ name: "𠮷野 咲" });
  const contract = await sent("覚書 氏名", [signer]);
  const view = await anotherPerson();
  await party.open(view, await request(signer));
  await party.toDocuments(view);
  await party.readAll(view);
  await party.typedName(view, "𠮷野 咲(代)");
  await party.sign(view);
  const file = await concludedFile(contract, "typed.pdf");
  assertConcluded(service, file, 1);
  assert.match(textOf(file), /𠮷野 咲\(代\)/);
  await view.context().close();
});

test("a party without any field signs invisibly; the sender is told before", async () => {
  const [seen, unseen] = [someone(), someone({ name: "見えない 花子" })];
  const fields = (loaded) => member.seals(loaded).slice(0, 1);
  const contract = await member.quickDraft(page, { title: "覚書 不可視", files: [sample], parties: [seen, unseen], fields });
  const note = page.locator(".sendbox .checks li", { hasText: "紙面に出ない署名があります" });
  assert.match(await note.innerText(), /見えない 花子の項目がありません。署名は有効ですが、紙面には何も出ません/);
  await member.send(page, contract);
  const first = await anotherPerson();
  await party.signWithSeal(first, await request(seen), "試験");
  const second = await anotherPerson();
  await party.open(second, await request(unseen));
  await party.toDocuments(second);
  assert.match(await second.locator("#todo").innerText(), /あなたが入力する項目はありません/);
  await party.readAll(second);
  await party.sign(second);
  const file = await concludedFile(contract, "invisible.pdf");
  const signatures = assertConcluded(service, file, 2);
  assert.ok(signatures.some(({ signer }) => signer.includes("見えない 花子")));
  assert.doesNotMatch(textOf(file), /見えない/, "nothing of it stands on the page");
  await first.context().close();
  await second.context().close();
});

test("a sending that cannot go on says why, is tried again by itself, and can be taken back", async () => {
  const signer = someone();
  const contract = await member.quickDraft(page, { title: "覚書 保管庫", files: [sample], parties: [signer], fields: member.seals });
  // Where objects are kept, nothing can be written any more.
  const objects = join(service.data, "objects");
  renameSync(objects, `${objects}.away`);
  writeFileSync(objects, "");
  const words = async () => (await context.request.get(`/contracts/${contract}`)).text();
  const sendIt = () => context.request.post(`/contracts/${contract}/send`, { form: { message: "", deadline: "" }, maxRedirects: 0 });
  try {
    assert.equal((await sendIt()).status(), 303);
    let html = "";
    await until("the page says what it waits for", async () => /処理が待っています: /.test((html = await words())), { explain: () => html });
    assert.match(html, /badge--sending/);
    assert.match(html, /まだ誰にもメールを送っていません/);
    assert.match(html, new RegExp(`action="/contracts/${contract}/retry"`));
    assert.doesNotMatch(html, /すぐにメールを送ります/);
    const back = await context.request.post(`/contracts/${contract}/cancel-sending`, { maxRedirects: 0 });
    assert.equal(back.status(), 303);
    assert.match((await context.request.get(`/contracts/${contract}`)).url(), /\/documents$/, "it is a draft again");
    assert.equal((await sendIt()).status(), 303);
    await until("it waits again", async () => /処理が待っています: /.test(await words()));
    assert.equal(service.mails.to(signer.email).length, 0);
  } finally {
    rmSync(objects);
    renameSync(`${objects}.away`, objects);
  }
  await member.waitForState(page, contract, "open");
  await service.mails.wait(signer.email, /署名依頼/);
});

test("a date that is none is refused in words", async () => {
  const signer = someone();
  const fields = (loaded) => [{ ...member.seals(loaded)[0], kind: "date", label: "署名日", width: 100, height: 20 }];
  await sent("覚書 日付", [signer], fields);
  const view = await anotherPerson();
  const base = new URL(await party.open(view, await request(signer))).pathname;
  await party.toDocuments(view);
  const field = await view.locator("li[data-item]").getAttribute("data-item");
  const put = (value) => view.request.put(`${base}/fields/${field}`, { headers: { accept: "application/json" }, data: { value } });
  for (const date of ["61201-02-02", "2026-02-30", "あした"]) {
    const answer = await put({ date });
    assert.equal(answer.status(), 422, date);
    assert.match(answer.headers()["content-type"], /application\/problem\+json/, `${date}: ${await answer.text()}`);
    assert.match((await answer.json()).detail, /日付を選んでください/);
  }
  const good = await put({ date: "2026-12-01" });
  assert.equal(good.status(), 200, await good.text());
  await view.context().close();
});

test("an unknown link says what to do", async () => {
  const view = await anotherPerson();
  const answer = await view.goto("/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  assert.equal(answer.status(), 404);
  assert.match(await view.locator("main").innerText(), /このリンクは使えません/);
  await view.context().close();
});

async function refusedUpload(name, path) {
  await page.goto("/contracts/new");
  await page.setInputFiles('file-drop input[type="file"]', path);
  const row = page.locator("[data-uploads] li", { hasText: name });
  await row.locator(".field__error").waitFor();
  return row.locator(".field__error").innerText();
}

test("files that cannot be taken are refused by name and reason", async () => {
  const write = (name, bytes) => files.write(folder, name, bytes);
  const text = write("text.pdf", Buffer.from("これはPDFではありません"));
  assert.match(await refusedUpload("text.pdf", text), /PDFではありません/);
  const cut = write("cut.pdf", files.truncated());
  assert.match(await refusedUpload("cut.pdf", cut), /壊れているか、途中で切れています|ページがありません/);
  const none = write("none.pdf", files.withoutPages());
  assert.match(await refusedUpload("none.pdf", none), /ページがありません/);
  const locked = files.locked(sample, join(folder, "locked.pdf"));
  assert.match(await refusedUpload("locked.pdf", locked), /パスワード/);
});

test("a refused file does not take the others with it", async () => {
  const bad = files.write(folder, "bad.pdf", Buffer.from("no"));
  await page.goto("/contracts/new");
  await page.setInputFiles('file-drop input[type="file"]', [sample, bad]);
  await page.locator("[data-uploads] li .field__error").waitFor();
  await page.goto("/contracts?state=draft");
  const draft = await page.locator('table a.title[href*="/contracts/ctr_"]').first().getAttribute("href");
  await page.goto(`${draft.replace(/\/documents$/, "")}/documents`);
  await page.locator("#files li b", { hasText: "覚書.pdf" }).waitFor();
});

test("two uploads at once both arrive", async () => {
  const contract = await member.beginDraft(page, [sample]);
  const upload = (name) =>
    context.request.post(`/contracts/${contract}/documents`, {
      headers: { accept: "application/json" },
      multipart: { files: { name, mimeType: "application/pdf", buffer: readFileSync(sample) } },
    });
  const answers = await Promise.all([upload("一.pdf"), upload("二.pdf"), upload("三.pdf")]);
  assert.deepEqual(answers.map((answer) => answer.status()), [201, 201, 201], await answers[1].text());
  const { documents } = await member.editor(page, contract);
  assert.deepEqual(documents.map((document) => document.name).sort(), ["一.pdf", "三.pdf", "二.pdf", "覚書.pdf"].sort());
});

test("active content is named, stops the sending, and can be removed", async () => {
  const file = files.write(folder, "active.pdf", files.active());
  const contract = await member.beginDraft(page, [file]);
  const banner = page.locator("#files .banner--warn");
  assert.match(await banner.innerText(), /JavaScript/);
  assert.match(await banner.innerText(), /price\.csv/);
  await member.fillDetails(page, { title: "動く中身" });
  await member.fillParties(page, [someone()]);
  await member.partiesDone(page);
  await page.goto(`/contracts/${contract}/check`);
  assert.equal(await page.locator(".sendbox button.btn--will").count(), 0);
  assert.match(await page.locator(".sendbox").innerText(), /動く中身/);
  await page.goto(`/contracts/${contract}/documents`);
  await page.click('form[action$="/clean"] button');
  await until("the banner is gone", async () => (await page.locator("#files .banner--warn").count()) === 0);
  await page.goto(`/contracts/${contract}/check`);
  await page.locator(".sendbox button.btn--will").waitFor();
});

test("a character without a glyph is refused before sending, with the character", async () => {
  const contract = await member.beginDraft(page, [sample]);
  await member.fillDetails(page, { title: "字形" });
  await member.fillParties(page, [someone({ name: "\u{31350} 太郎" })]);
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.click('button[form="parties"][value="next"]'),
  ]);
  assert.equal(answer.status(), 422);
  assert.match(await page.locator("main").innerText(), /\u{31350}/u);
  await page.locator("#p0_name").fill("試験 太郎");
  await member.partiesDone(page);
  assert.equal((await member.editor(page, contract)).parties[0].name, "試験 太郎");
});

test("a mail address with bad syntax is refused and nothing typed is lost", async () => {
  await member.beginDraft(page, [sample]);
  await member.fillDetails(page, { title: "宛先" });
  await member.fillParties(page, [someone({ email: "saeki@@aoba" })]);
  await page.locator("form#parties").evaluate((form) => (form.noValidate = true));
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.click('button[form="parties"][value="next"]'),
  ]);
  assert.equal(answer.status(), 422);
  assert.match(await page.locator(".field__error").first().innerText(), /メールアドレスの形ではありません/);
  assert.equal(await page.locator("#p0_email").inputValue(), "saeki@@aoba");
});

test("fields outside the page and stale lists are refused; the list stays as it was", async () => {
  const contract = await member.quickDraft(page, { title: "項目", files: [sample], parties: [someone()], fields: member.seals });
  const loaded = await member.editor(page, contract);
  const far = { ...loaded.fields[0], x: 5000 };
  const outside = await member.putFields(page, contract, loaded.revision, [far]);
  assert.equal(outside.status(), 422, await outside.text());
  assert.match(outside.headers()["content-type"], /application\/problem\+json/);
  const problem = await outside.json();
  assert.equal(problem.errors[0].field, far.id);
  assert.match(problem.errors[0].message, /ページからはみ出しています/);
  const stale = await member.putFields(page, contract, loaded.revision - 1, loaded.fields);
  assert.equal(stale.status(), 409, await stale.text());
  const wild = await member.putFields(page, contract, loaded.revision, [{ ...loaded.fields[0], page: 99 }]);
  assert.equal(wild.status(), 422, await wild.text());
  assert.deepEqual((await member.editor(page, contract)).fields, loaded.fields);
});

test("requests that no page of ours makes are refused in words, too", async () => {
  const contract = await member.quickDraft(page, { title: "言葉", files: [sample], parties: [someone()], fields: member.seals });
  const json = { accept: "application/json", "content-type": "application/json" };
  for (const [what, method, path, options, status] of [
    ["broken JSON", "put", `/contracts/${contract}/editor`, { headers: json, data: Buffer.from("{") }, 400],
    ["JSON of another shape", "put", `/contracts/${contract}/editor`, { headers: json, data: { revision: "x" } }, 422],
    ["a method that is not there", "put", "/contracts", { headers: { accept: "application/json" } }, 405],
  ]) {
    const answer = await context.request[method](path, options);
    assert.equal(answer.status(), status, what);
    assert.match(answer.headers()["content-type"] ?? "", /application\/problem\+json/, what);
    const problem = await answer.json();
    assert.ok(problem.title && problem.detail && problem.instance, `${what}: ${JSON.stringify(problem)}`);
  }
  const form = await context.request.post("/sign-in", { form: { email: "x@example.jp" }, headers: { accept: "text/html" } });
  assert.equal(form.status(), 422);
  assert.match(form.headers()["content-type"], /text\/html/);
  assert.match(await form.text(), /<h1[\s\S]*<\/h1>/);
});

test("the answer to a post can be read in the other language", async () => {
  const contract = await member.quickDraft(page, { title: "言葉", files: [sample], parties: [someone()], fields: member.seals });
  const other = await context.newPage();
  await page.fill("#deadline", "2020-01-01");
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === "POST"),
    page.click(".sendbox button.btn--will"),
  ]);
  assert.equal(answer.status(), 422);
  await page.locator("#deadline-e").waitFor();
  // Its address takes posts only; reading it anew leads to the draft.
  const anew = await other.goto(answer.url());
  assert.equal(anew.status(), 200);
  assert.match(other.url(), new RegExp(`/contracts/${contract}/documents$`));
  assert.equal((await other.goto("/sign-out")).status(), 200);
  await other.close();
});

test("a post from another site is refused", async () => {
  const answer = await context.request.post("/sign-out", {
    headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site", accept: "text/html" },
    maxRedirects: 0,
  });
  assert.equal(answer.status(), 403);
  assert.match(await answer.text(), /href="\/"[\s\S]*<h1[^>]*>この操作は許されていません/, "a page that says so, and leads back");
  assert.equal((await page.goto("/contracts")).status(), 200, "still signed in");
});
