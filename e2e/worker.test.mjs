// The work apart from the pages: `akashi serve` without a worker, and `akashi worker` on the same data.
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
import * as party from "./lib/party.mjs";
import { artifacts } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { until } from "./lib/wait.mjs";

const TITLE = "保守業務委託契約書";
const SIGNER = { name: "小林 陽子", organization: "かえで精密工業株式会社", email: "kobayashi@kaede.example", stage: 1 };

const folder = artifacts("worker");
let service, browser, context, page, contract, document, worker, signer, view;
const chapter = chapters(folder, () => browser?.contexts() ?? []);

before(async () => {
  service = await Service.start({ settings: "[worker]\nparallel = 0\n" });
  browser = await launch();
  context = await person(browser, service);
  page = await context.newPage();
  await member.setUp(page, service);
});

after(async () => {
  await browser?.close();
  await worker?.stop();
  await service?.stop();
});

/** How many rounds of an idle worker (two seconds each) a job would have had. */
async function letRoundsPass() {
  const began = Date.now();
  await until("two rounds of a worker, had there been one", async () => {
    await page.reload();
    return Date.now() - began > 5_000;
  });
}

chapter("without a worker a contract that is sent stays where it is, and says so", async () => {
  const sample = await files.printed(browser, folder, "保守業務委託契約書.pdf", { title: TITLE, pages: 1 });
  contract = await member.quickDraft(page, { title: TITLE, files: [sample], parties: [SIGNER], fields: member.seals });
  document = (await member.editor(page, contract)).documents[0].id;
  await member.send(page, contract);
  await page.locator(".pagehead .badge--sending").waitFor();
  await letRoundsPass();
  assert.match(await page.locator("main").innerText(), /送信の準備をしています/);
  assert.equal(service.mails.all().length, 0, "no mail left");
});

chapter("a worker beside it does the work that waited", async () => {
  worker = service.worker();
  await member.waitForState(page, contract, "open");
  const mail = await service.mails.wait(SIGNER.email, /署名依頼/);
  await worker.stop();
  worker = null;
  signer = await person(browser, service);
  view = await signer.newPage();
  await party.signWithSeal(view, linkIn(mail, "/s/"), "小林");
});

chapter("a signature given while no worker runs is kept, and waits", async () => {
  await page.goto(`/contracts/${contract}`);
  await page.locator(".pagehead .badge--concluding").waitFor();
  await letRoundsPass();
  assert.equal(await page.locator(".pagehead .badge--concluded").count(), 0);
  assert.match(await page.locator(".timeline").innerText(), /小林 陽子さんが同意しました/);
  assert.doesNotMatch(await page.locator(".timeline").innerText(), /小林 陽子さんが署名しました/);
  // No reason is known: nothing has failed.
  assert.match(await page.locator(".banner--warn p:not(.banner__title)").first().innerText(), /^署名は保存されていて、失われることはありません/);
  assert.match(await view.locator("h1").innerText(), /署名を受け付けました/);
  assert.equal((await context.request.get(`/contracts/${contract}/evidence.pdf`)).status() >= 400, true);

  // A page that follows the contract would rightly complain about a server that dies.
  for (const one of [page, view]) await one.goto("about:blank");
  await service.kill();
  await service.run();
  await page.goto(`/contracts/${contract}`);
  await page.locator(".pagehead .badge--concluding").waitFor();
});

chapter("the worker concludes it while sender and party look on", async () => {
  await view.goBack();
  worker = service.worker();
  await page.locator(".pagehead .badge--concluded").waitFor({ timeout: 40_000 });
  await view.locator('a[href$="/evidence.pdf"]').waitFor({ timeout: 30_000 });
  await service.mails.wait(SIGNER.email, /^電子署名完了のお知らせ/);
  await service.mails.wait(member.OWNER.email, /^電子署名完了のお知らせ/);
  const answer = await context.request.get(`/contracts/${contract}/documents/${document}/download`);
  assert.equal(answer.status(), 200);
  const file = join(folder, "concluded.pdf");
  writeFileSync(file, await answer.body());
  assertConcluded(service, file, 1);
});

chapter("a worker that is asked to end does so", async () => {
  await worker.stop();
  worker = null;
});

chapter("nothing complained", () => {
  assert.deepEqual(context.complaints, []);
  assert.deepEqual(signer.complaints, []);
});
