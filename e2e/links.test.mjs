// What time does: links that expire, deadlines that pass. The clock of the program is moved on between two starts.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chapters } from "./lib/chapters.mjs";
import { launch, person } from "./lib/browser.mjs";
import * as files from "./lib/documents.mjs";
import { later } from "./lib/later.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import * as party from "./lib/party.mjs";
import { artifacts } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { until } from "./lib/wait.mjs";

/** The day in Japan, so many days from now. */
const day = (ahead) => new Date(Date.now() + 9 * 3_600_000 + ahead * 86_400_000).toISOString().slice(0, 10);

const PATIENT = { name: "小林 陽子", organization: "かえで精密工業株式会社", email: "kobayashi@kaede.example", stage: 1 };
const QUICK = { name: "森下 直樹", organization: "株式会社つばめ運輸", email: "morishita@tsubame.example", stage: 1 };
const SLOW = { name: "髙橋 誠", organization: "青葉倉庫株式会社", email: "takahashi@aoba.example", stage: 1 };
const INVITED = "nishimura@minato.example";

const folder = artifacts("links");
let service, browser, context, page, sample, open, due, slow, invitation, reset, link;
const chapter = chapters(folder, () => browser?.contexts() ?? []);

before(async () => {
  service = await Service.start({ settings: "[limits]\nlink_days = 30\n" });
  browser = await launch();
  context = await person(browser, service);
  page = await context.newPage();
  await member.setUp(page, service);
  sample = await files.printed(browser, folder, "覚書.pdf", { title: "覚書", pages: 1 });
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

/** Ends the service and starts it again on a later day. */
async function onDay(offset) {
  for (const one of browser.contexts().flatMap((other) => other.pages())) await one.goto("about:blank");
  await service.halt();
  Object.assign(service.environment, later(`+${offset}d`));
  await service.run();
  await member.signIn(page);
  await page.locator(".top__me").waitFor();
}

async function visitor() {
  return (await person(browser, service)).newPage();
}

chapter("today: two contracts, one with a deadline, and links for accounts", async () => {
  const parties = [PATIENT];
  open = await member.quickDraft(page, { title: "覚書 期限なし", files: [sample], parties, fields: member.seals });
  await member.send(page, open);
  link = linkIn(await service.mails.wait(PATIENT.email, /署名依頼/), "/s/");

  due = await member.quickDraft(page, { title: "覚書 期限あり", files: [sample], parties: [QUICK, SLOW], fields: member.seals });
  const field = page.locator("#deadline");
  // Today is too near.
  await field.fill(day(0));
  await page.click('main form button[type="submit"]:not([formaction])');
  await page.locator("#deadline-e", { hasText: "明日からあとの日" }).waitFor();
  await field.fill(day(3));
  await member.send(page, due);
  const quick = await visitor();
  await party.signWithSeal(quick, linkIn(await service.mails.wait(QUICK.email, /署名依頼/), "/s/"), "森下");
  await member.waitForPart(page, due, '.timeline:has-text("森下 直樹さんが署名しました")');
  await quick.context().close();
  slow = await visitor();
  await party.open(slow, linkIn(await service.mails.wait(SLOW.email, /署名依頼/), "/s/"));
  assert.match(await slow.locator("main").innerText(), /期限[\s\S]*あと3日/);

  await page.goto("/members/invite");
  await page.fill("#email", INVITED);
  await page.click('form[action="/members/invite"] button.btn--primary');
  invitation = linkIn(await service.mails.wait(INVITED, /招待/), "/invitations/");
  const guest = await visitor();
  await guest.goto("/password/forgot");
  await guest.fill("#email", member.OWNER.email);
  await guest.click('form[action="/password/forgot"] button[type="submit"]');
  reset = linkIn(await service.mails.wait(member.OWNER.email, /再設定/), "/password/reset/");
  await guest.context().close();
});

chapter("five days later the deadline has passed: the contract has ended, and everybody is told", async () => {
  await onDay(5);
  await until("the deadline is noticed", async () => {
    const words = await (await context.request.get(`/contracts/${due}`)).text();
    return /badge--expired/.test(words);
  });
  await page.goto(`/contracts/${due}`);
  const words = await page.locator("main").innerText();
  assert.match(words, /署名の期限が過ぎました/);
  assert.match(words, /それまでに付いた署名は記録に残っています/);
  for (const { email } of [member.OWNER, QUICK, SLOW]) {
    const mail = await service.mails.wait(email, /期限/);
    assert.match(mail.text, /覚書 期限あり/);
  }
  assert.equal(service.mails.to(PATIENT.email).length, 1, "the other contract goes on");
  await page.goto("/contracts?state=expired");
  await page.locator("table a.title", { hasText: "覚書 期限あり" }).waitFor();
});

chapter("who comes too late reads why, and cannot sign any more", async () => {
  await slow.goto(linkIn(service.mails.to(SLOW.email)[0], "/s/"));
  const button = slow.locator('form[action^="/s/"] button.btn--primary');
  if (await button.count()) await button.click();
  await slow.locator("h1", { hasText: "署名の期限が過ぎました" }).waitFor();
  assert.match(await slow.locator("main").innerText(), /株式会社みなと製作所に期限を延ばすよう頼んでください/);
  const own = new URL(slow.url()).pathname.replace(/\/done$/, "");
  const answer = await slow.request.post(`${own}/confirm`, { form: { revision: "", statement: "", act: "" }, maxRedirects: 0 });
  assert.ok(answer.status() >= 400, String(answer.status()));
  await slow.context().close();
});

chapter("a link of an invitation still works then; one for a new password does not", async () => {
  const guest = await visitor();
  assert.equal((await guest.goto(invitation)).status(), 200);
  assert.equal((await guest.goto(reset)).status(), 410);
  assert.match(await guest.locator("main").innerText(), /このリンクは使えません。期限が過ぎたか/);
  await guest.context().close();
});

chapter("forty days later a party's link has expired: it says so, and what to do", async () => {
  await onDay(40);
  const guest = await visitor();
  const answer = await guest.goto(link);
  assert.equal(answer.status(), 410);
  await guest.locator("h1", { hasText: "このリンクは使えません" }).waitFor();
  const words = await guest.locator("main").innerText();
  assert.match(words, /リンクの期限が過ぎています。差出人に、送り直しを頼んでください/);
  assert.equal(await guest.locator('form[action^="/s/"]').count(), 0);
  const posted = await guest.request.post(link, { maxRedirects: 0 });
  assert.equal(posted.status(), 410, "the form behind it is closed too");
  assert.equal(posted.headers()["set-cookie"] ?? "", "");
  await guest.goto(invitation);
  assert.match(await guest.locator("main").innerText(), /この招待は使えません/);
  await guest.context().close();
  await page.goto("/members");
  assert.match(await page.locator("tr", { hasText: INVITED }).innerText(), /招待の期限切れ/);
});

chapter("the sender sends it again, and it is signed", async () => {
  await page.goto(`/contracts/${open}`);
  await page.locator(".pagehead .badge--open").waitFor();
  await page.click(`a[href="/contracts/${open}/remind"]`);
  await page.locator('dialog[open] input[name="party"]').first().check();
  await page.click("dialog[open] button.btn--primary");
  const fresh = linkIn(await service.mails.wait(PATIENT.email, /^【再送】/), "/s/");
  const view = await visitor();
  await party.signWithSeal(view, fresh, "小林");
  await member.waitForState(page, open, "concluded");
  await view.context().close();
});

chapter("nothing complained", () => {
  assert.deepEqual(context.complaints, []);
});
