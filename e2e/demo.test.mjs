// `akashi demo`: a data folder that looks lived in, and what becomes of one that was left half made.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chapters } from "./lib/chapters.mjs";
import { launch, person } from "./lib/browser.mjs";
import { assertConcluded, textOf } from "./lib/judges.mjs";
import * as member from "./lib/member.mjs";
import { artifacts, binary } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { until } from "./lib/wait.mjs";

const STATES = ["draft", "open", "concluded", "declined", "withdrawn", "expired"];

const folder = artifacts("demo");
let service, browser, context, page, printed, administrator;
const contracts = new Map();
const chapter = chapters(folder, () => browser?.contexts() ?? []);

before(async () => {
  const prepare = (made) => {
    printed = made.command("demo");
  };
  service = await Service.start({ trial: true, prepare });
  browser = await launch();
  context = await person(browser, service);
  page = await context.newPage();
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

const inLanguage = (lang) => context.addCookies([{ name: "lang", value: lang, url: service.base }]);

/** A page's main part as text, from its HTML alone. */
async function read(path) {
  const answer = await context.request.get(path);
  assert.equal(answer.status(), 200, `${path}: ${answer.status()}`);
  const html = await answer.text();
  const text = /<main[\s\S]*<\/main>/.exec(html)[0].replaceAll(/<(script|style|svg)[\s\S]*?<\/\1>/g, "").replaceAll(/<[^>]+>/g, " ");
  return { url: answer.url(), html, text };
}

chapter("what was printed lets the administrator in", async () => {
  const password = /password\s+(\S+)/.exec(printed)[1];
  const members = [...printed.matchAll(/^\s+(\S+@\S+)\s+(.+)$/gm)].map(([, email, name]) => ({ email, name }));
  assert.ok(members.length >= 3, printed);
  assert.ok(printed.includes(service.data), "and says where it is");
  administrator = { ...members[0], password };
  await member.signIn(page, administrator);
  await page.locator(".top__me summary", { hasText: administrator.name }).waitFor();
  for (const { email } of members.slice(1)) {
    const other = await (await person(browser, service)).newPage();
    await member.signIn(other, { email, password });
    await other.locator(".top__me").waitFor();
    await other.context().close();
  }
});

chapter("there is a contract in every state", async () => {
  for (let n = 1, more = true; more; n += 1) {
    const { html } = await read(`/contracts?page=${n}`);
    const found = [...html.matchAll(/href="(\/contracts\/ctr_[0-9a-f]+)/g)].map(([, path]) => path);
    more = found.some((path) => !contracts.has(path)) && /rel="next"/.test(html);
    for (const path of found) contracts.set(path, null);
  }
  assert.ok(contracts.size >= 12, `${contracts.size} contracts`);
  for (const path of contracts.keys()) {
    const { html } = await read(path);
    contracts.set(path, /badge badge--([a-z]+)/.exec(html)[1]);
  }
  const states = new Set(contracts.values());
  for (const state of STATES) assert.ok(states.has(state), `${state} in ${[...states]}`);
});

chapter("no screen is empty, in either language", async () => {
  const system = ["/", "/contracts", "/members", "/mailbox", "/system/mail", "/system/doctor", "/settings", "/account/sessions"];
  for (const lang of ["ja", "en"]) {
    await inLanguage(lang);
    for (const path of [...system, ...contracts.keys()]) {
      const { html, text } = await read(path);
      assert.match(html, new RegExp(`<html lang="${lang}"`), path);
      assert.ok(text.replaceAll(/\s+/g, "").length > 120, `${path} in ${lang} says: ${text}`);
      assert.doesNotMatch(html, /class="empty"/, `${path} in ${lang} says that there is nothing`);
      // Words of the other language would be a message without translation; names and titles may be Japanese.
      if (lang === "ja") assert.doesNotMatch(text, /Awaiting the signature|Next attempt|No contract is in progress/, path);
      else assert.doesNotMatch(text, /署名を待っています|もう一度試します|今月の締結/, path);
    }
  }
  await inLanguage("ja");
  const home = (await read("/")).text;
  assert.doesNotMatch(home, /いま対応するものはありません|進行中の契約はありません|まだ契約がありません/);
});

chapter("the pictures of a contract's pages are drawn", async () => {
  const [path] = [...contracts].find(([, state]) => state === "concluded");
  await page.goto(path);
  const picture = page.locator(".viewer img").first();
  await picture.evaluate((image) => image.decode());
  assert.ok((await picture.evaluate((image) => image.naturalWidth)) > 300);
});

chapter("what waited goes on once the installation is served", async () => {
  const waiting = [...contracts].filter(([, state]) => state === "concluding" || state === "sending").map(([path]) => path);
  for (const path of waiting) {
    await page.goto(path);
    const now = page.locator('form[action$="/retry"] button');
    if (await now.count()) await now.click();
    await until(`${path} goes on`, async () => {
      const { html } = await read(path);
      return ["open", "concluded"].includes(/badge badge--([a-z]+)/.exec(html)[1]);
    });
  }
});

chapter("the concluded contracts pass the outside judges, and everything is named DEMO", async () => {
  const root = execFileSync("openssl", ["x509", "-in", join(service.data, "trust-anchors.pem"), "-noout", "-subject"], { encoding: "utf8" });
  assert.match(root, /CN = Akashi DEMO/);
  const concluded = [...contracts].filter(([, state]) => state === "concluded").map(([path]) => path);
  assert.ok(concluded.length >= 4);
  // The oldest and the newest; those between were made in the same way.
  for (const path of [concluded[0], concluded.at(-1)]) {
    const { html } = await read(path);
    const href = new RegExp(`${path}/documents/[^"]+/download`).exec(html)[0];
    const file = join(folder, "concluded.pdf");
    writeFileSync(file, await (await context.request.get(href)).body());
    const evidence = await (await context.request.get(`${path}/evidence.json`)).json();
    const signers = JSON.stringify(evidence).match(/"certificate_subject"/g)?.length ?? 0;
    const signatures = assertConcluded(service, file, signers);
    assert.ok(signers > 0 && signatures.length === signers);
    for (const { signer, timestamp } of signatures) {
      assert.match(signer, /試用/, `the certificate says that it is a trial: ${signer}`);
      assert.equal(timestamp.trusted, true);
    }
    assert.match(textOf(file), /試用/, "so does the page");
    const sheet = join(folder, "evidence.pdf");
    writeFileSync(sheet, await (await context.request.get(`${path}/evidence.pdf`)).body());
    assertConcluded(service, sheet, 1);
    assert.match(textOf(sheet).replaceAll(/\s+/g, ""), /DEMO[^。]*TSA|TSA[^。]*DEMO/, "the time-stamps are named DEMO");
  }
});

chapter("an old link of the demonstration says that it has expired", async () => {
  const names = readdirSync(join(service.data, "mailbox")).filter((name) => name.endsWith(".json")).sort();
  const mails = names.map((name) => JSON.parse(execFileSync("cat", [join(service.data, "mailbox", name)], { encoding: "utf8" })));
  const link = mails.map(({ text }) => /http\S+\/s\/[\w-]+/.exec(text)?.[0]).find(Boolean);
  const guest = await person(browser, service);
  const view = await guest.newPage();
  const answer = await view.goto(link);
  assert.equal(answer.status(), 410);
  assert.match(await view.locator("main").innerText(), /リンクの期限が過ぎています。差出人に、送り直しを頼んでください/);
  await guest.close();
});

chapter("a demonstration is made once", () => {
  assert.throws(() => service.command("demo"), (error) => {
    assert.notEqual(error.status, 0);
    assert.match(error.stderr, /already holds an organization; name a fresh folder/);
    return true;
  });
});

chapter("nothing complained", () => {
  assert.deepEqual(context.complaints, []);
});

test("one that was broken off half-way refuses in words, or is made anew", async () => {
  const data = mkdtempSync(join(tmpdir(), "akashi-demo-"));
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("AKASHI_")));
  const demo = () => spawn(binary(), ["demo", "--data", data], { cwd: data, env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const ended = (child) => {
    let words = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (words += text));
    return new Promise((done) => child.once("close", (code) => done({ code, words })));
  };
  try {
    const first = demo();
    const end = ended(first);
    const mails = () => (existsSync(join(data, "mailbox")) ? readdirSync(join(data, "mailbox")).length : 0);
    await until("some of it is made", () => mails() >= 6, { every: 5 });
    first.kill("SIGKILL");
    await end;
    const { code, words } = await ended(demo());
    if (code === 0) assert.match(words, /password\s+\S+/);
    else assert.match(words, /name a fresh folder with --data/);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});
