// Every screen in both languages, both themes, on a phone and on a desk; nothing on it stands in anybody's way.
import assert from "node:assert/strict";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, before } from "node:test";
import axe from "axe-core";
import { chapters } from "./lib/chapters.mjs";
import { DESKTOP, PHONE, launch, person } from "./lib/browser.mjs";
import * as files from "./lib/documents.mjs";
import { forge } from "./lib/judges.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import * as party from "./lib/party.mjs";
import { artifacts, screens } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";

const folder = artifacts("screens");
const SIZES = [PHONE, DESKTOP];
const THEMES = ["light", "dark"];
const LANGUAGES = ["ja", "en"];

/** What a screen may weigh on a phone when it is opened for the first time, first page image included. */
const SIGNING_BYTES = 200 * 1024;

let service, trial, browser, context, page;
/** Screens that say that there is nothing here, or nothing any more. */
const CLOSED = new Set(["setup-closed", "link-unknown", "reset-dead", "invitation-dead", "not-found"]);

const problems = [];
const links = new Set();
const states = {};
const chapter = chapters(folder, () => browser?.contexts() ?? []);

before(async () => {
  rmSync(screens, { recursive: true, force: true });
  mkdirSync(screens, { recursive: true });
  service = await Service.start();
  browser = await launch();
  context = await person(browser, service, { scale: 1 });
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await service?.stop();
  await trial?.stop();
});

/** Runs axe in the page; a policy that forbids inline scripts does not stop what the debugger evaluates. */
async function audit(view, name) {
  await view.evaluate(axe.source);
  const found = await view.evaluate(() =>
    globalThis.axe.run(document, { resultTypes: ["violations"], runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }),
  );
  for (const violation of found.violations) {
    if (violation.impact !== "serious" && violation.impact !== "critical") continue;
    const where = violation.nodes.slice(0, 3).map((node) => `${node.target.join(" ")}: ${node.any[0]?.message ?? node.failureSummary}`);
    problems.push(`${name}: ${violation.id} (${violation.impact}): ${where.join(" | ")}`);
  }
}

/** No screen scrolls sideways. */
async function fits(view, name) {
  const wide = await view.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  if (wide > 0) problems.push(`${name}: ${wide} px wider than the window`);
}

/** Remembers where a member's screen leads. */
async function collectLinks(view) {
  const found = await view.locator('a[href^="/"]:not([download])').evaluateAll((all) => all.map((link) => link.href.split("#")[0]));
  for (const link of found) links.add(link);
}

/** Opens a screen by `go` in both languages and takes it in every size and theme. */
async function shoot(name, go, { context: by = context, dialog = null } = {}) {
  const view = await by.newPage();
  for (const language of LANGUAGES) {
    await by.addCookies([{ name: "lang", value: language, url: service.base }]);
    await view.setViewportSize(DESKTOP);
    await view.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    const shown = await (typeof go === "string" ? view.goto(go) : go(view));
    if (shown && shown.status() >= 400 !== CLOSED.has(name)) problems.push(`${name}: status ${shown.status()}`);
    const lang = await view.locator("html").getAttribute("lang");
    if (lang !== language) problems.push(`${name}: is in ${lang}, not in ${language}`);
    if (dialog) await dialog(view);
    if (by === context) await collectLinks(view);
    for (const size of SIZES) {
      await view.setViewportSize(size);
      // A picture of the whole page shows what nobody has scrolled to yet.
      await view.evaluate(() =>
        Promise.all(
          [...document.images].map((image) => {
            image.loading = "eager";
            return image.decode().catch(() => null);
          }),
        ),
      );
      for (const theme of THEMES) {
        await view.emulateMedia({ colorScheme: theme, reducedMotion: "reduce" });
        const label = `${name}-${language}-${size.width}-${theme}`;
        await view.screenshot({ path: join(screens, `${label}.png`), fullPage: dialog === null, animations: "disabled" });
        // Layout differs by size, colours by theme: two of the four hold every difference.
        if (language === "ja" && (size === PHONE) === (theme === "light")) await audit(view, label);
      }
      await fits(view, `${name}-${language}-${size.width}`);
    }
  }
  await view.close();
}

const PEOPLE = {
  makoto: { name: "髙橋 誠", organization: "青葉倉庫株式会社", title: "代表取締役", email: "takahashi@aoba.example", stage: 1 },
  hanako: { name: "佐藤 花子", organization: "北浜商事株式会社", email: "sato@kitahama.example", stage: 1 },
  late: { name: "山﨑 翔", organization: "葛󠄀城物産", email: "yamazaki@katsuragi.example", stage: 2 },
};

chapter("before anybody is there", async () => {
  const link = await service.setupLink();
  await shoot("setup", link);
  await shoot("setup-closed", "/setup/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  await member.setUp(page, service);
  await shoot("home-empty", "/");
  await shoot("contracts-empty", "/contracts");
});

chapter("contracts in every state", async () => {
  const sample = await files.printed(browser, folder, "契約書.pdf", { pages: 3 });
  const active = files.write(folder, "見積.pdf", files.active());
  states.draft = await member.quickDraft(page, { title: "秘密保持契約書", files: [sample, active], parties: [PEOPLE.makoto, PEOPLE.late], fields: member.seals });

  const send = async (title, parties) => {
    const contract = await member.quickDraft(page, { title, files: [sample], parties, fields: member.seals });
    await member.send(page, contract, { message: "ご確認のうえ、ご署名をお願いいたします。" });
    return contract;
  };
  const link = async (someone, title) => linkIn(await service.mails.wait(someone.email, new RegExp(title)), "/s/");

  states.open = await send("物流業務委託基本契約書", [PEOPLE.makoto, PEOPLE.hanako, PEOPLE.late]);
  states.link = await link(PEOPLE.makoto, "物流業務");
  states.openLink = await link(PEOPLE.hanako, "物流業務");

  states.concluded = await send("倉庫賃貸借契約書", [PEOPLE.makoto]);
  const signer = await person(browser, service, { scale: 1 });
  const view = await signer.newPage();
  await party.signWithSeal(view, await link(PEOPLE.makoto, "倉庫賃貸借"), "髙橋");
  states.donePath = new URL(view.url()).pathname;
  states.doneContext = signer;
  await view.close();
  await member.waitForState(page, states.concluded, "concluded");

  states.declined = await send("売買基本契約書", [PEOPLE.hanako]);
  const refuser = await person(browser, service, { scale: 1 });
  const other = await refuser.newPage();
  await party.open(other, await link(PEOPLE.hanako, "売買基本"));
  states.declinedPath = new URL(other.url()).pathname;
  states.declinedContext = refuser;
  await other.click('nav.choices a[href$="/decline"]');
  await other.fill("#reason", "第5条の期間を3年にしてください。");
  await other.click("button.btn--danger");
  await other.getByText("却下されました").first().waitFor();
  await other.close();

  states.withdrawn = await send("保守契約書", [PEOPLE.makoto]);
  states.withdrawnLink = await link(PEOPLE.makoto, "保守契約");
  await page.goto(`/contracts/${states.withdrawn}/withdraw`);
  await page.fill("#reason", "条件が変わりました。");
  await page.click('form[action$="/withdraw"] button.btn--danger');
  await member.waitForState(page, states.withdrawn, "withdrawn");

  states.bounced = await send("業務提携契約書", [{ ...PEOPLE.late, stage: 1, email: "refuse-550@katsuragi.example" }]);
  await member.waitForPart(page, states.bounced, ".banner--err");
});

chapter("the pages of making a contract", async () => {
  const ready = (view) => view.locator("field-editor[data-ready]").waitFor();
  await shoot("new", "/contracts/new");
  await shoot("documents", `/contracts/${states.draft}/documents`);
  await shoot("parties", `/contracts/${states.draft}/parties`);
  await shoot("fields", async (view) => {
    const answer = await view.goto(`/contracts/${states.draft}/fields`);
    await ready(view);
    return answer;
  });
  await shoot("check", `/contracts/${states.draft}/check`);
  await shoot("delete-draft", `/contracts/${states.draft}/delete`);
});

chapter("the pages of contracts", async () => {
  await shoot("home", "/");
  await shoot("contracts", "/contracts");
  await shoot("contracts-filtered", "/contracts?q=%E5%80%89%E5%BA%AB&state=concluded");
  await shoot("contracts-nothing", "/contracts?q=zzzzzz");
  for (const state of ["open", "concluded", "declined", "withdrawn", "bounced"]) {
    await shoot(`contract-${state}`, `/contracts/${states[state]}`);
  }
  for (const act of ["withdraw", "remind"]) await shoot(act, `/contracts/${states.open}/${act}`);
  const open = (view) => view.goto(`/contracts/${states.open}`);
  await shoot("remind-dialog", open, {
    dialog: async (view) => {
      await view.click(`a[href="/contracts/${states.open}/remind"]`);
      await view.locator("dialog[open]").waitFor();
    },
  });
  await page.goto(`/contracts/${states.bounced}`);
  const address = await page.locator('.banner a[href$="/address"]').getAttribute("href");
  await shoot("address", address);
});

chapter("the pages of a counterpart", async () => {
  const guest = await person(browser, service, { scale: 1 });
  await shoot("link", states.link, { context: guest });
  await shoot("link-unknown", "/s/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", { context: guest });
  await shoot("link-withdrawn", states.withdrawnLink, { context: guest });
  const view = await guest.newPage();
  await party.open(view, states.openLink);
  const base = new URL(view.url()).pathname;
  await shoot("request", base, { context: guest });
  await shoot("signing", `${base}/read`, { context: guest });
  await shoot("confirm-missing", `${base}/confirm`, { context: guest });
  await shoot("decline", `${base}/decline`, { context: guest });
  await view.goto(`${base}/read`);
  await view.locator("signing-page.is-live").waitFor();
  await party.readAll(view);
  await party.seal(view, "佐藤");
  await shoot("signing-filled", `${base}/read`, { context: guest });
  await shoot("confirm", `${base}/confirm`, { context: guest });
  await view.goto(`${base}/read`);
  await view.locator("signing-page.is-live").waitFor();
  await party.sign(view);
  await shoot("done-waiting", `${base}/done`, { context: guest });
  await shoot("done", states.donePath, { context: states.doneContext });
  await shoot("closed-declined", states.declinedPath, { context: states.declinedContext });
  assert.deepEqual(guest.complaints, []);
});

chapter("the public pages", async () => {
  const guest = await person(browser, service, { scale: 1 });
  await page.goto(`/contracts/${states.concluded}`);
  const id = await page.locator("copy-button").getAttribute("data-copy");
  const href = await page.locator('.menu a[download][href*="/documents/"]').first().getAttribute("href");
  const answer = await context.request.get(href);
  const genuine = files.write(folder, "concluded.pdf", await answer.body());
  const forged = forge("page", genuine, join(folder, "forged.pdf"));
  const plain = files.write(folder, "plain.pdf", files.plain());
  const result = (file) => async (view) => {
    await view.goto("/verify");
    await view.setInputFiles('pdf-drop input[type="file"]', file);
    await view.click('pdf-drop button[type="submit"]');
    await view.locator("section.verdict").waitFor();
  };
  await shoot("verify", "/verify", { context: guest });
  await shoot("verify-id", `/verify/${id}`, { context: guest });
  await shoot("verify-id-unknown", "/verify/aaaaaaaaaaaaaaaa", { context: guest });
  await shoot("verify-genuine", result(genuine), { context: guest });
  await shoot("verify-forged", result(forged), { context: guest });
  await shoot("verify-unsigned", result(plain), { context: guest });
  await shoot("sign-in", "/sign-in", { context: guest });
  await shoot("forgot", "/password/forgot", { context: guest });
  await shoot("reset-dead", "/password/reset/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", { context: guest });
  await shoot("invitation-dead", "/invitations/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", { context: guest });
  await shoot("not-found", "/nowhere", { context: guest });
  assert.deepEqual(guest.complaints, []);
});

chapter("links of accounts: invitation and reset", async () => {
  await page.goto("/members/invite");
  await page.fill("#email", "nakamura@minato.example");
  await page.locator('input[name="role"]').first().check();
  await page.click('form[action="/members/invite"] button.btn--primary');
  const invitation = linkIn(await service.mails.wait("nakamura@minato.example", /招待|Invitation/), "/invitations/");
  const guest = await person(browser, service, { scale: 1 });
  await shoot("invitation", invitation, { context: guest });
  const view = await guest.newPage();
  await view.goto("/password/forgot");
  await view.fill("#email", member.OWNER.email);
  await view.click('form[action="/password/forgot"] button[type="submit"]');
  const reset = linkIn(await service.mails.wait(member.OWNER.email, /再設定|Reset/), "/password/reset/");
  await shoot("reset", reset, { context: guest });
  assert.deepEqual(guest.complaints, []);
});

chapter("the pages of members and the system", async () => {
  const list = { members: "/members", invite: "/members/invite", settings: "/settings", trust: "/settings/trust", seal: "/settings/seal", "seal-reset": "/settings/seal/reset", preservation: "/settings/preservation", account: "/account", password: "/account/password", sessions: "/account/sessions", doctor: "/system/doctor", welcome: "/welcome", mails: "/system/mail", jobs: "/system/jobs" };
  for (const [name, path] of Object.entries(list)) await shoot(name, path);
});

chapter("the local mailbox of trial mode", async () => {
  trial = await Service.start({ trial: true });
  const own = await person(browser, trial, { scale: 1 });
  const view = await own.newPage();
  await member.setUp(view, trial);
  await view.goto("/members/invite");
  await view.fill("#email", "nakamura@minato.example");
  await view.locator('input[name="role"]').first().check();
  await view.click('form[action="/members/invite"] button.btn--primary');
  await view.goto("/mailbox");
  const first = view.locator('.minis a[href^="/mailbox/"]').first();
  for (let tries = 0; tries < 40 && (await first.count()) === 0; tries += 1) {
    await view.waitForTimeout(250);
    await view.reload();
  }
  const mail = await first.getAttribute("href");
  const at = (path) => new URL(path, trial.base).href;
  const main = service;
  service = trial;
  try {
    await shoot("trial-home", at("/"), { context: own });
    await shoot("mailbox", at("/mailbox"), { context: own });
    await shoot("mailbox-mail", at(mail), { context: own });
    await shoot("trial-sign-in", at("/sign-in"), { context: own });
  } finally {
    service = main;
  }
  assert.deepEqual(own.complaints, []);
});

chapter("the signing page is light on a phone", async () => {
  const link = linkIn(await service.mails.wait(PEOPLE.makoto.email, /物流業務/), "/s/");
  const phone = await person(browser, service, { phone: true });
  const view = await phone.newPage();
  await party.open(view, link);
  const read = `${new URL(view.url()).pathname}/read`;
  const cold = await person(browser, service, { phone: true });
  await cold.addCookies(await phone.cookies());
  const fresh = await cold.newPage();
  const debug = await cold.newCDPSession(fresh);
  await debug.send("Network.enable");
  await debug.send("Network.setCacheDisabled", { cacheDisabled: true });
  const urls = new Map();
  const bytes = new Map();
  debug.on("Network.responseReceived", ({ requestId, response }) => urls.set(requestId, response.url));
  debug.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength));
  await fresh.goto(read, { waitUntil: "load" });
  await fresh.locator(".sheetpage img").first().evaluate((image) => image.decode());
  await fresh.waitForTimeout(500);
  const loaded = [...bytes].map(([id, size]) => [new URL(urls.get(id) ?? "about:blank").pathname, size]);
  // Pages further down load when they come near; the first screen needs the first picture only.
  const further = /\/pages\/(?!1\.webp)\d+\.webp$/;
  const first = loaded.filter(([path]) => !further.test(path));
  const sum = first.reduce((total, [, size]) => total + size, 0);
  const table = loaded.sort((a, b) => b[1] - a[1]).map(([path, size]) => `${String(size).padStart(8)} ${path}`).join("\n");
  console.log(`signing page at 390 px: ${sum} bytes\n${table}`);
  assert.ok(first.some(([path]) => /\/pages\/1\.webp$/.test(path)), table);
  assert.ok(sum <= SIGNING_BYTES, `${sum} bytes:\n${table}`);
  await cold.close();
  await phone.close();
});

chapter("every screen was taken in every way, and nothing serious was found", () => {
  const taken = readdirSync(screens).filter((name) => name.endsWith(".png"));
  assert.ok(taken.length >= 8 * 50, `${taken.length} pictures`);
  assert.deepEqual(problems, []);
  assert.deepEqual(context.complaints, []);
});

chapter("no link of a member's screen leads nowhere", async () => {
  assert.ok(links.size > 40, `${links.size} links`);
  const dead = [];
  for (const link of links) {
    const answer = await context.request.get(link);
    if (answer.status() >= 400) dead.push(`${answer.status()} ${link}`);
  }
  assert.deepEqual(dead, []);
});
