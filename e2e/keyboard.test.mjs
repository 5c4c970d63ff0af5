// A counterpart with a keyboard and nothing else, from the link in the mail to the signed copy.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chapters } from "./lib/chapters.mjs";
import { launch, person } from "./lib/browser.mjs";
import * as files from "./lib/documents.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import { artifacts } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { until } from "./lib/wait.mjs";

const SIGNER = { name: "小林 陽子", organization: "かえで精密工業株式会社", email: "kobayashi@kaede.example", stage: 1 };

const folder = artifacts("keyboard");
let service, browser, context, page, contract, signer, view;
const chapter = chapters(folder, () => browser?.contexts() ?? []);

before(async () => {
  service = await Service.start();
  browser = await launch();
  context = await person(browser, service);
  page = await context.newPage();
  await member.setUp(page, service);
  const sample = await files.printed(browser, folder, "覚書.pdf", { title: "覚書", pages: 2 });
  const fields = (loaded) => [
    ...member.seals(loaded),
    { ...member.seals(loaded)[0], id: "new-9", kind: "check", label: "確認欄", x: 300, width: 18, height: 18 },
    { ...member.seals(loaded)[0], id: "new-10", kind: "date", label: "署名日", x: 360, width: 100, height: 20 },
  ];
  contract = await member.quickDraft(page, { title: "覚書 鍵盤", files: [sample], parties: [SIGNER], fields });
  await member.send(page, contract);
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

const focused = () => view.evaluate(() => document.activeElement?.outerHTML.slice(0, 160) ?? "");

/** Goes on with Tab until the focus is on what matches; whoever sees must see where it is. */
async function tabTo(selector, { most = 40, key = "Tab" } = {}) {
  const way = [];
  for (let n = 0; n < most; n += 1) {
    await view.keyboard.press(key);
    if (await view.evaluate((wanted) => document.activeElement?.matches(wanted) ?? false, selector)) {
      const drawn = await view.evaluate(() => {
        const element = document.activeElement;
        const styles = [element, element.nextElementSibling, element.parentElement].filter(Boolean).map((one) => getComputedStyle(one));
        return styles.some(({ outlineStyle, outlineWidth, boxShadow }) => (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none");
      });
      assert.ok(drawn, `the focus on ${selector} can be seen`);
      return;
    }
    way.push(await focused());
  }
  throw new Error(`${selector} is not reached in ${most} steps:\n${way.join("\n")}`);
}

async function press(selector, key = "Enter", options) {
  await tabTo(selector, options);
  await view.keyboard.press(key);
}

chapter("the link and the request", async () => {
  signer = await person(browser, service);
  view = await signer.newPage();
  await view.goto(linkIn(await service.mails.wait(SIGNER.email, /署名依頼/), "/s/"));
  await press('form[action^="/s/"] button.btn--primary');
  await view.waitForURL(/\/sign\/pty_[^/]+$/);
  // The first step of every page leads past its head.
  await view.keyboard.press("Tab");
  assert.equal(await view.evaluate(() => document.activeElement.className), "skip");
  await press(".sign__bar a.btn--primary");
  await view.waitForURL(/\/read$/);
  await view.locator("signing-page.is-live").waitFor();
});

chapter("every page is shown by keys that scroll", async () => {
  await view.locator(".sheetpage img").first().evaluate((image) => image.decode());
  await view.keyboard.press("Tab");
  const shown = () => view.locator(".sheetpage[data-shown]").count();
  const pages = await view.locator(".sheetpage").count();
  // A page counts when all of it has stood in the window for half a second.
  let looked = false;
  const look = async () => {
    if ((await shown()) === pages) return true;
    if (looked) await view.keyboard.press("PageDown");
    looked = true;
    return false;
  };
  await until("both pages noted as shown", look, { every: 1_000, explain: () => "PageDown does not scroll the documents" });
});

chapter("the fields are filled", async () => {
  await press('li[data-kind="seal"] summary', "Enter", { most: 60 });
  await tabTo('li[data-kind="seal"] input[type="radio"]');
  await view.keyboard.press("ArrowRight");
  assert.equal(await view.evaluate(() => document.activeElement.value), "drawn", "arrows walk through the marks");
  await view.keyboard.press("ArrowLeft");
  assert.equal(await view.evaluate(() => document.activeElement.value), "seal");
  await tabTo('li[data-kind="seal"] [data-for="seal"] input');
  await view.keyboard.press("ControlOrMeta+a");
  await view.keyboard.type("小林");
  await press('li[data-kind="seal"] [data-apply]');
  await until("the seal is saved", async () => (await view.locator('li[data-kind="seal"][data-filled]').count()) === 1);

  // After a field is filled the next one may have been opened already.
  const open = async (kind) => {
    if (await view.locator(`li[data-kind="${kind}"] details`).evaluate((details) => details.open)) return;
    await press(`li[data-kind="${kind}"] summary`, "Enter", { most: 60 });
  };
  await open("check");
  await press('li[data-kind="check"] input[type="checkbox"]', "Space", { most: 60 });
  await until("the box is saved", async () => (await view.locator('li[data-kind="check"][data-filled]').count()) === 1);
  await open("date");
  await tabTo('li[data-kind="date"] input[type="date"]', { most: 60 });
  // Arrow up puts a first value into each part, whatever the order of year, month and day in this browser.
  for (const key of ["ArrowUp", "ArrowRight", "ArrowUp", "ArrowRight", "ArrowUp"]) await view.keyboard.press(key);
  await view.keyboard.press("Tab");
  await until("the date is saved", async () => (await view.locator('li[data-kind="date"][data-filled]').count()) === 1);
});

chapter("the confirmation keeps the focus, Escape leaves it, and the act is given", async () => {
  await press("[data-proceed]", "Enter", { most: 60 });
  await view.locator("dialog[open] button.btn--will").waitFor();
  assert.ok(await view.evaluate(() => document.activeElement.closest("dialog[open]") !== null), "the focus is in the dialog");
  for (let n = 0; n < 8; n += 1) {
    await view.keyboard.press("Tab");
    const where = await view.evaluate(() => document.activeElement === document.body || document.activeElement.closest("dialog[open]") !== null);
    assert.ok(where, `the focus left the dialog: ${await focused()}`);
  }
  await view.keyboard.press("Escape");
  await until("the dialog is closed", async () => (await view.locator("dialog[open]").count()) === 0);
  assert.ok(await view.evaluate(() => document.activeElement.matches("[data-proceed]")), `the focus is back: ${await focused()}`);
  await view.keyboard.press("Enter");
  await view.locator("dialog[open] button.btn--will").waitFor();
  await press("dialog[open] button.btn--will", "Enter", { most: 10 });
  await view.waitForURL(/\/done$/);
});

chapter("the copy can be taken, and the contract is concluded", async () => {
  await view.locator("h1", { hasText: "契約が締結されました" }).waitFor({ timeout: 40_000 });
  await tabTo("a[download]");
  const download = view.waitForEvent("download");
  await view.keyboard.press("Enter");
  assert.match((await download).suggestedFilename(), /\.pdf$/);
  await member.waitForState(page, contract, "concluded");
});

chapter("nothing complained", () => {
  assert.deepEqual(signer.complaints, []);
});
