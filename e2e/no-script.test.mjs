// The whole way without JavaScript: every step is a page and a form, and nothing that was typed is lost.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import { chapters } from "./lib/chapters.mjs";
import { launch, person } from "./lib/browser.mjs";
import * as files from "./lib/documents.mjs";
import { assertConcluded } from "./lib/judges.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import { artifacts } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { until } from "./lib/wait.mjs";

const DETAILS = {
  title: "清掃業務委託契約書",
  counterparty: "青葉倉庫株式会社",
  reference: "SEI-2026-07",
  amount: "1,230,000",
  agreed_on: "2026-12-01",
};
const SIGNER = { name: "髙橋 誠", organization: "青葉倉庫株式会社", title: "代表取締役", email: "takahashi@aoba.example" };

const folder = artifacts("no-script");
let service, browser, context, page, signer, view, sample, contract, document;
const chapter = chapters(folder, () => browser?.contexts() ?? []);

before(async () => {
  service = await Service.start();
  browser = await launch();
  sample = await files.printed(browser, folder, "清掃業務委託契約書.pdf", { title: DETAILS.title, pages: 2 });
  context = await person(browser, service, { javaScript: false });
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

const details = async () => {
  const seen = {};
  for (const key of Object.keys(DETAILS)) seen[key] = await page.locator(`#details #${key}`).inputValue();
  return seen;
};

chapter("set up, sign out, sign in", async () => {
  await member.setUp(page, service);
  await page.goto("/");
  await page.click(".top__me summary");
  await Promise.all([page.waitForURL(/\/sign-in/), page.click('form[action="/sign-out"] button')]);
  await member.signIn(page);
  await page.locator(".top__me").waitFor();
});

chapter("a refused file leaves what was typed beside it", async () => {
  const text = files.write(folder, "text.pdf", Buffer.from("これはPDFではありません"));
  await page.goto("/contracts/new");
  await page.setInputFiles('file-drop input[type="file"]', text);
  for (const [key, value] of Object.entries(DETAILS)) await page.fill(`#details #${key}`, value);
  await page.click('button[form="details"][value="next"]');
  await page.locator(".banner--err", { hasText: "PDFではありません" }).waitFor();
  const seen = await details();
  assert.deepEqual({ ...seen, amount: seen.amount.replaceAll(/\D/g, "") }, { ...DETAILS, amount: "1230000" });
});

chapter("file and details go in one submission", async () => {
  await page.goto("/contracts/new");
  await page.setInputFiles('file-drop input[type="file"]', sample);
  for (const [key, value] of Object.entries(DETAILS)) await page.fill(`#details #${key}`, value);
  await Promise.all([page.waitForURL(/\/parties$/), page.click('button[form="details"][value="next"]')]);
  contract = /(ctr_[^/]+)/.exec(page.url())[1];
  await page.goto(`/contracts/${contract}/documents`);
  await page.locator("#files li b", { hasText: "清掃業務委託契約書.pdf" }).waitFor();
  const seen = await details();
  assert.deepEqual({ ...seen, amount: seen.amount.replaceAll(/\D/g, "") }, { ...DETAILS, amount: "1230000" });
});

chapter("details are kept when a further file is added, and when one is wrong", async () => {
  const annex = files.write(folder, "別紙.pdf", files.plain());
  await page.setInputFiles('file-drop input[type="file"]', annex);
  await page.click('file-drop noscript button, file-drop button[type="submit"]');
  await page.locator("#files li b", { hasText: "別紙.pdf" }).waitFor();
  assert.equal(await page.locator("#files > ol > li").count(), 2);
  await page.locator("#files li", { hasText: "別紙.pdf" }).locator('form[action$="/delete"] button').click();
  await until("one document", async () => (await page.locator("#files > ol > li").count()) === 1);

  await page.fill("#details #amount", "たくさん");
  await page.click('button[form="details"][value="next"]');
  await page.locator("#amount-e").waitFor();
  assert.equal(await page.locator("#details #amount").inputValue(), "たくさん");
  assert.equal(await page.locator("#details #reference").inputValue(), DETAILS.reference);
  await page.fill("#details #amount", DETAILS.amount);
  await Promise.all([page.waitForURL(/\/parties$/), page.click('button[form="details"][value="next"]')]);
});

chapter("parties: rows come and go, and the rest stays typed", async () => {
  const cards = page.locator("[data-party]");
  const first = await cards.count();
  assert.equal(first, 2, "the sender and a counterpart are suggested");
  await page.fill("#p1_name", SIGNER.name);
  await page.click('form#parties button[value="add"]');
  assert.equal(await cards.count(), 3);
  const values = await Promise.all([0, 1, 2].map((n) => page.locator(`#p${n}_name`).inputValue()));
  assert.ok(values.includes(SIGNER.name), `half typed names stay: ${values}`);
  while ((await cards.count()) > 1) await page.click(`button[value="remove-${(await cards.count()) - 1}"]`);
  await page.fill("#p0_organization", SIGNER.organization);
  await page.fill("#p0_title", SIGNER.title);
  await page.fill("#p0_name", SIGNER.name);
  await page.fill("#p0_email", SIGNER.email);
  await Promise.all([page.waitForURL(/\/fields$/), page.click('button[form="parties"][value="next"]')]);
});

chapter("the fields' page says that placing needs JavaScript, and the way goes on", async () => {
  assert.match(await page.locator("body").innerText(), /項目を置くには、JavaScriptが要ります。項目なしでも送れます/);
  const loaded = await member.editor(page, contract);
  document = loaded.documents[0].id;
  const answer = await member.putFields(page, contract, loaded.revision, member.seals(loaded));
  assert.equal(answer.status(), 200, await answer.text());
  await page.goto(`/contracts/${contract}/check`);
  await member.send(page, contract, { message: "ご署名をお願いいたします。" });
  await until("the contract is open", async () => {
    await page.reload();
    return (await page.locator(".pagehead .badge--open").count()) > 0;
  });
});

chapter("the party reads, chooses a generated seal and signs", async () => {
  signer = await person(browser, service, { javaScript: false, phone: true });
  view = await signer.newPage();
  await view.goto(linkIn(await service.mails.wait(SIGNER.email, /署名依頼/), "/s/"));
  await Promise.all([view.waitForURL(/\/sign\/pty_[^/]+$/), view.click('form[method="post"] button.btn--primary')]);
  await Promise.all([view.waitForURL(/\/read$/), view.click(".sign__bar a.btn--primary")]);
  assert.equal(await view.locator(".sheetpage img").count(), 2);
  const [width] = [await view.locator(".sheetpage img").first().getAttribute("width")];
  assert.ok(Number(width) > 100);
  const item = view.locator('li[data-item][data-kind="seal"]');
  await item.locator("summary").click();
  await item.locator('input[value="seal"]').check();
  await item.locator('[data-for="seal"] input').fill("髙橋");
  const save = view.locator('form[data-fields] button[type="submit"]', { hasText: "入力を保存して進む" });
  await save.click();
  assert.match(view.url(), /\/read$/, "not without saying that every page was read");
  await view.locator('input[name="declared"]').check();
  await Promise.all([view.waitForURL(/\/confirm$/), save.click()]);
  assert.match(await view.locator("main").innerText(), /髙橋 誠\(青葉倉庫株式会社 代表取締役\)として、「清掃業務委託契約書」に署名します/);
  assert.equal(await view.locator(".mark-row img").count(), 1);
  await Promise.all([view.waitForURL(/\/done$/), view.click("button.btn--will")]);
});

chapter("a refresh shows both that it is concluded", async () => {
  await until("the party's page", async () => {
    await view.reload();
    return (await view.locator("h1", { hasText: "契約が締結されました" }).count()) > 0;
  });
  assert.equal(await view.locator('a[download][href*="/documents/"]').count(), 1);
  await page.reload();
  await page.locator(".pagehead .badge--concluded").waitFor();
  const file = join(folder, "concluded.pdf");
  const answer = await context.request.get(`/contracts/${contract}/documents/${document}/download`);
  writeFileSync(file, await answer.body());
  assertConcluded(service, file, 1);
});

chapter("acts that open as dialogs elsewhere are pages here", async () => {
  const parties = [{ ...SIGNER, email: "second@aoba.example" }];
  await page.goto("/contracts/new");
  await page.setInputFiles('file-drop input[type="file"]', sample);
  await page.fill("#details #title", "取り消す契約書");
  await Promise.all([page.waitForURL(/\/parties$/), page.click('button[form="details"][value="next"]')]);
  const other = /(ctr_[^/]+)/.exec(page.url())[1];
  await page.click('button[value="remove-1"]');
  for (const key of ["name", "email"]) await page.fill(`#p0_${key}`, parties[0][key]);
  await Promise.all([page.waitForURL(/\/fields$/), page.click('button[form="parties"][value="next"]')]);
  await page.goto(`/contracts/${other}/check`);
  await member.send(page, other);
  await service.mails.wait(parties[0].email, /署名依頼/);
  await page.goto(`/contracts/${other}`);
  await page.locator(".pagehead details.pop").last().locator("summary").click();
  await Promise.all([page.waitForURL(/\/withdraw$/), page.click(`a[href="/contracts/${other}/withdraw"]`)]);
  await page.fill("#reason", "条件が変わりました。");
  await Promise.all([page.waitForURL(new RegExp(`/contracts/${other}$`)), page.click('form[action$="/withdraw"] button.btn--danger')]);
  await page.locator(".pagehead .badge--withdrawn").waitFor();
});

chapter("nothing complained", () => {
  assert.deepEqual(context.complaints, []);
  assert.deepEqual(signer.complaints, []);
});
