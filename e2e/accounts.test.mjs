// People who work with the service: how they come in, what they may see, how they lose a way in and get it back.
import assert from "node:assert/strict";
import { after, before } from "node:test";
import { chapters } from "./lib/chapters.mjs";
import { launch, person } from "./lib/browser.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import { artifacts } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";
import { until } from "./lib/wait.mjs";

/** What `crates/app/src/account/attempts.rs` allows within a quarter of an hour. */
const ATTEMPTS = 10;

const SAEKI = { name: "佐伯 真由美", email: "saeki@minato.example", password: "霧雨の中の紙飛行機 81" };
const SECOND = "石段に座る三毛猫と月 12";
const THIRD = "冬の駅で待つ黄色い傘 47";
const ADMINISTRATION = ["/members", "/members/invite", "/settings", "/settings/trust", "/settings/seal", "/settings/preservation", "/system/doctor", "/system/mail", "/system/jobs"];

const folder = artifacts("accounts");
let service, browser, context, page, own, invitation;
const chapter = chapters(folder, () => browser?.contexts() ?? []);

before(async () => {
  service = await Service.start();
  browser = await launch();
  context = await person(browser, service);
  page = await context.newPage();
  await member.setUp(page, service);
});

after(async () => {
  await browser?.close();
  await service?.stop();
});

/** Presses a button of a form; gives the answer of the server, not of the page that it leads to. */
async function submit(view, selector) {
  const [answer] = await Promise.all([
    view.waitForResponse((response) => response.request().method() === "POST"),
    view.click(selector),
  ]);
  await view.waitForLoadState("load");
  return answer;
}

/** Tries to sign in with a browser of its own; gives the answer's status and the words of the page. */
async function trySignIn({ email, password }, options) {
  const other = await person(browser, service, options);
  const view = await other.newPage();
  await view.goto("/sign-in");
  await view.fill("#email", email);
  await view.fill("#password", password);
  const answer = await submit(view, 'form.stack button[type="submit"]');
  const words = (await view.locator(".field__error").allInnerTexts()).join("");
  const seen = { status: answer.status(), words, page: view, close: () => other.close() };
  assert.deepEqual(other.complaints, []);
  return seen;
}

async function signedIn(who) {
  const seen = await trySignIn(who);
  assert.equal(seen.status, 303, seen.words);
  assert.equal(new URL(seen.page.url()).pathname, "/");
  return seen;
}

/** What the page says about the act that led to it; it is said once. */
async function told(view, words) {
  assert.equal((await view.locator("main > .banner--ok").innerText()).trim(), words);
  await view.goto(view.url());
  assert.equal(await view.locator("main > .banner--ok").count(), 0, "a notice is said once");
}

/** The row of a member or an invitation. */
const row = (email) => page.locator("table.table--list tbody tr", { hasText: email });

/** Asks for a reset and waits for its mail. */
async function resetLink(email) {
  const before = service.mails.to(email).filter((mail) => /再設定/.test(mail.subject)).length;
  const guest = await person(browser, service);
  const view = await guest.newPage();
  await view.goto("/password/forgot");
  await view.fill("#email", email);
  await submit(view, 'form[action="/password/forgot"] button[type="submit"]');
  const words = await view.locator(".banner--ok").innerText();
  await guest.close();
  const mail = await service.mails.wait(email, /再設定/, before);
  return { words, mail, link: linkIn(mail, "/password/reset/") };
}

chapter("an invitation that the mail server refuses says so", async () => {
  const email = "refuse-550@minato.example";
  await page.goto("/members/invite");
  await page.fill('input[name="email"]', email);
  assert.equal((await submit(page, 'form[action="/members/invite"] button.btn--primary')).status(), 303);
  await until("the refusal shows", async () => {
    await page.goto("/members");
    return /招待が届いていません/.test(await row(email).innerText());
  });
  await submit(page, 'form[action$="/revoke"] button');
  assert.equal(await row(email).count(), 0);
});

chapter("an administrator invites by mail", async () => {
  await page.goto("/members");
  await page.click('a[href="/members/invite"]');
  const dialog = page.locator("dialog[open]");
  await dialog.locator("#email").fill("saeki@@minato");
  await dialog.locator("form").evaluate((form) => (form.noValidate = true));
  assert.equal((await submit(page, 'dialog[open] button.btn--primary')).status(), 422);
  assert.match(await page.locator(".field__error").innerText(), /メールアドレスの形ではありません/);
  assert.equal(await page.locator("#email").inputValue(), "saeki@@minato", "what was typed is kept");

  await page.fill("#email", SAEKI.email);
  await page.locator('input[name="role"][value="member"]').check();
  assert.equal((await submit(page, 'form[action="/members/invite"] button.btn--primary')).status(), 303);
  await told(page, "招待のメールを送りました。");
  assert.match(await row(SAEKI.email).innerText(), /招待中・.+まで/);
  const mail = await service.mails.wait(SAEKI.email, /招待/);
  assert.match(mail.text, new RegExp(member.OWNER.organization));
  invitation = linkIn(mail, "/invitations/");
});

chapter("an invitation that is sent again replaces the one before", async () => {
  const replaced = invitation;
  assert.equal((await submit(page, `form[action$="/resend"] button`)).status(), 303);
  invitation = linkIn(await service.mails.wait(SAEKI.email, /招待/, 1), "/invitations/");
  assert.notEqual(invitation, replaced);
  const guest = await (await person(browser, service)).newPage();
  assert.equal((await guest.goto(replaced)).status(), 410);
  assert.match(await guest.locator("main").innerText(), /招待した人に、送り直しを頼んでください/);
  await guest.context().close();
});

chapter("a weak password is refused in words; a good one makes a member, once", async () => {
  const colleague = await person(browser, service);
  own = await colleague.newPage();
  assert.equal((await own.goto(invitation)).status(), 200);
  assert.match(await own.locator("main").innerText(), /株式会社みなと製作所があなたを招待しています/);
  assert.equal(await own.locator("#email").inputValue(), SAEKI.email);
  for (const [weak, words] of [
    ["short", /文字/],
    ["password123", /よく使われているパスワードです/],
    ["saeki.minato", /お名前や会社名を含むパスワードは使えません/],
  ]) {
    await own.fill("#name", SAEKI.name);
    await own.fill("#password", weak);
    assert.equal((await submit(own, 'form.stack button[type="submit"]')).status(), 422, weak);
    assert.match(await own.locator("#password-e").innerText(), words);
    assert.equal(await own.locator("#name").inputValue(), SAEKI.name, "what was typed is kept");
  }
  await own.fill("#password", SAEKI.password);
  assert.equal((await submit(own, 'form.stack button[type="submit"]')).status(), 303);
  assert.equal(new URL(own.url()).pathname, "/");
  assert.match(await own.locator(".top__me summary").innerText(), new RegExp(SAEKI.name));

  const late = await (await person(browser, service)).newPage();
  assert.equal((await late.goto(invitation)).status(), 410, "the link works once");
  await late.context().close();
  await page.goto("/members");
  assert.match(await row(SAEKI.email).innerText(), /メンバー[\s\S]*使用中/);
});

async function administrationSeenBy(view) {
  await view.goto("/");
  const hrefs = await view.locator('a[href^="/"]').evaluateAll((all) => all.map((link) => link.getAttribute("href")));
  const linked = ADMINISTRATION.filter((path) => hrefs.includes(path));
  const open = [];
  for (const path of ADMINISTRATION) {
    const { status } = await view.request.get(path).then((answer) => ({ status: answer.status() }));
    if (status === 200) open.push(path);
    else assert.equal(status, 403, path);
  }
  return { linked, open };
}

chapter("a member signs in, and the administrator's pages are neither linked nor open", async () => {
  await own.locator(".top__me summary").click();
  await submit(own, 'form[action="/sign-out"] button');
  assert.match(await own.locator("main").innerText(), /ログアウトしました/);
  await own.fill("#email", SAEKI.email);
  await own.fill("#password", SAEKI.password);
  assert.equal((await submit(own, 'form.stack button[type="submit"]')).status(), 303);
  assert.deepEqual(await administrationSeenBy(own), { linked: [], open: [] });
  for (const [path, form] of [
    ["/members/invite", { email: "x@minato.example", role: "administrator", lang: "ja" }],
    ["/settings", { name: "別の会社" }],
  ]) {
    const answer = await own.request.post(path, { form, maxRedirects: 0 });
    assert.equal(answer.status(), 403, `${path}: ${answer.status()}`);
  }
  const page403 = await own.goto("/members");
  assert.equal(page403.status(), 403);
  assert.ok((await own.locator("main").innerText()).trim().length > 20, "the page says something");
  assert.equal(await own.locator('a[href="/"]').first().isVisible(), true, "and leads back");
});

chapter("another's contract is not there for a member", async () => {
  await page.goto("/contracts/new");
  await page.fill("#details #title", "役員報酬の覚書");
  await Promise.all([page.waitForURL(/\/contracts\/ctr_[^/]+\/documents$/), page.click('#details button[value="save"]')]);
  const path = new URL(page.url()).pathname;
  const seen = await own.request.get(path);
  assert.ok([403, 404].includes(seen.status()), `${path}: ${seen.status()}`);
  await own.goto("/contracts");
  assert.doesNotMatch(await own.locator("main").innerText(), /役員報酬/);
});

chapter("a changed role holds at the next request", async () => {
  await page.goto("/members");
  assert.equal((await submit(page, `tr:has-text("${SAEKI.email}") form[action$="/role"] button`)).status(), 303);
  assert.match(await row(SAEKI.email).innerText(), /管理者/);
  const now = await administrationSeenBy(own);
  assert.deepEqual(now.open, ADMINISTRATION);
  await page.goto("/members");
  assert.equal((await submit(page, `tr:has-text("${SAEKI.email}") form[action$="/role"] button`)).status(), 303);
  assert.deepEqual(await administrationSeenBy(own), { linked: [], open: [] });
});

chapter("the last administrator cannot go", async () => {
  await page.goto("/members");
  const last = row(member.OWNER.email);
  assert.equal(await last.locator("form, a.btn--danger").count(), 0);
  assert.match(await last.innerText(), /管理者が1人もいなくなるので、変えられません/);
});

chapter("the password is changed in the account, and only with the present one", async () => {
  const elsewhere = await signedIn(SAEKI);
  await own.goto("/account/password");
  await own.fill("#current_password", "これは違うパスワードです");
  await own.fill("#new_password", SECOND);
  assert.equal((await submit(own, 'form[action="/account/password"] button[type="submit"]')).status(), 422);
  assert.match(await own.locator("#current_password-e").innerText(), /いまのパスワードが違います/);
  await own.fill("#current_password", SAEKI.password);
  await own.fill("#new_password", "qwertyuiop[]");
  assert.equal((await submit(own, 'form[action="/account/password"] button[type="submit"]')).status(), 422);
  assert.ok((await own.locator("#new_password-e").innerText()).length > 5);
  await own.fill("#current_password", SAEKI.password);
  await own.fill("#new_password", SECOND);
  assert.equal((await submit(own, 'form[action="/account/password"] button[type="submit"]')).status(), 303);
  await told(own, "パスワードを変えました。ほかの端末はログアウトしました。");
  assert.equal((await own.goto("/contracts")).status(), 200, "this session goes on");
  await elsewhere.page.goto("/contracts");
  assert.match(elsewhere.page.url(), /\/sign-in/, "other sessions have ended");
  await elsewhere.close();
  const old = await trySignIn(SAEKI);
  assert.equal(old.status, 401);
  await old.close();
  SAEKI.password = SECOND;
  await (await signedIn(SAEKI)).close();
});

chapter("sessions are listed, and one that is revoked has ended", async () => {
  const phone = await trySignIn(SAEKI, { phone: true });
  assert.equal(phone.status, 303);
  await own.goto("/account/sessions");
  const rows = own.locator("table.table--list tbody tr");
  const many = await rows.count();
  assert.ok(many >= 2, `${many} sessions`);
  assert.equal(await own.locator("tr .badge", { hasText: "この端末" }).count(), 1);
  for (const text of await rows.allInnerTexts()) assert.match(text, /127\.0\.0\.1/);
  // The newest of the others is the phone's: everything before it has been left signed in by the chapter before.
  const others = own.locator('form[action*="/account/sessions/ses_"]');
  for (let left = await others.count(); left > 0; left -= 1) {
    assert.equal((await phone.page.request.get("/account", { maxRedirects: 0 })).status() === 200, true, `alive with ${left} left`);
    assert.equal((await submit(own, 'form[action*="/account/sessions/ses_"] button >> nth=-1')).status(), 303);
    assert.equal(await others.count(), left - 1);
  }
  await phone.page.goto("/contracts");
  assert.match(phone.page.url(), /\/sign-in/);
  await phone.close();
  assert.equal((await own.goto("/account/sessions")).status(), 200, "the own session goes on");

  const [one, two] = [await signedIn(SAEKI), await signedIn(SAEKI)];
  await own.goto("/account/sessions");
  assert.equal((await submit(own, 'form[action="/account/sessions/revoke-others"] button')).status(), 303);
  await told(own, "ログアウトさせました。");
  for (const seen of [one, two]) {
    await seen.page.goto("/contracts");
    assert.match(seen.page.url(), /\/sign-in/);
    await seen.close();
  }
});

chapter("a forgotten password is replaced by mail; the old one and the link then are dead", async () => {
  const { link: replaced } = await resetLink(SAEKI.email);
  const { link, mail, words } = await resetLink(SAEKI.email);
  const [, hours, minutes] = /(?:(\d+)時間|(\d+)分)のうちに/.exec(words) ?? [];
  const [, day, time] = /リンクは (\d+年\d+月\d+日) ([\d:]+) まで/.exec(mail.text) ?? [];
  const endsAt = Date.parse(`${day.replaceAll(/[年月]/g, "-").replace("日", "")}T${time}+09:00`);
  const promised = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  const real = (endsAt - Date.now()) / 60_000;
  assert.ok(Math.abs(real - promised) < 2, `the page promises ${promised} minutes, the mail ${real}`);

  const guest = await person(browser, service);
  const view = await guest.newPage();
  assert.equal((await view.goto(replaced)).status(), 410, "only the newest link works");
  assert.equal((await view.goto(link)).status(), 200);
  await view.fill("#password", "password123");
  assert.equal((await submit(view, 'form.stack button[type="submit"]')).status(), 422);
  assert.match(await view.locator("#password-e").innerText(), /よく使われている/);
  await view.fill("#password", THIRD);
  assert.equal((await submit(view, 'form.stack button[type="submit"]')).status(), 303);
  assert.match(await view.locator("main").innerText(), /新しいパスワードでログインしてください/);

  const again = await view.goto(link);
  assert.equal(again.status(), 410, "the link is used up");
  assert.match(await view.locator("main").innerText(), /このリンクは使えません/);
  await view.locator('a[href="/password/forgot"]').first().waitFor();
  assert.deepEqual(guest.complaints, []);
  await guest.close();

  await own.goto("/contracts");
  assert.match(own.url(), /\/sign-in/, "every session has ended");
  const old = await trySignIn(SAEKI);
  assert.equal(old.status, 401);
  await old.close();
  SAEKI.password = THIRD;
  const seen = await signedIn(SAEKI);
  await own.context().close();
  own = seen.page;
});

chapter("nothing tells whether an address is known", async () => {
  const known = { email: member.OWNER.email, password: "違うパスワードを入れます" };
  const unknown = { email: "nobody@minato.example", password: known.password };
  const [one, two] = [await trySignIn(known), await trySignIn(unknown)];
  assert.equal(one.status, two.status);
  assert.equal(one.words, two.words);
  assert.match(one.words, /メールアドレスかパスワードが違います。あと\d回/);
  await one.close();
  await two.close();
  // A success takes the count of the account back, so that the next chapters begin at none.
  await (await signedIn(member.OWNER)).close();

  const { words } = await resetLink(SAEKI.email);
  const guest = await person(browser, service);
  const view = await guest.newPage();
  await view.goto("/password/forgot");
  await view.fill("#email", "nobody@minato.example");
  const answer = await submit(view, 'form[action="/password/forgot"] button[type="submit"]');
  assert.equal(answer.status(), 200);
  assert.equal(await view.locator(".banner--ok").innerText(), words);
  assert.equal(service.mails.to("nobody@minato.example").length, 0);
  await guest.close();
});

chapter("too many wrong tries pause one account, in plain words, known or not", async () => {
  const tries = async (email) => {
    const guest = await person(browser, service);
    const view = await guest.newPage();
    await view.goto("/sign-in");
    const seen = [];
    for (let n = 0; n <= ATTEMPTS; n += 1) {
      await view.fill("#email", email);
      await view.fill("#password", `wrong ${n}`);
      const answer = await submit(view, 'form.stack button[type="submit"]');
      seen.push([answer.status(), (await view.locator(".field__error").innerText()).trim()]);
    }
    assert.deepEqual(guest.complaints, []);
    return { seen, view };
  };
  const known = await tries(SAEKI.email);
  for (const [n, [status, words]] of known.seen.slice(0, ATTEMPTS).entries()) {
    assert.equal(status, 401);
    assert.ok(words.includes(`あと${ATTEMPTS - 1 - n}回`), `after ${n + 1} tries: ${words}`);
  }
  const [status, words] = known.seen.at(-1);
  assert.equal(status, 429);
  assert.match(words, /まちがいが続いたので、あと\d+分ログインできません。パスワードは変わっていません。/);

  const right = await trySignIn(SAEKI);
  assert.equal(right.status, 429, "not even with the right password");
  await right.close();
  assert.equal((await own.goto("/contracts")).status(), 200, "who is signed in works on");
  await (await signedIn(member.OWNER)).close();

  const unknown = await tries("nobody-else@minato.example");
  assert.deepEqual(unknown.seen, known.seen, "an unknown address is answered alike");
  await known.view.context().close();
  await unknown.view.context().close();
});

chapter("the language is switched in the menu, and in the account for everywhere", async () => {
  await own.goto("/contracts");
  assert.equal(await own.locator("html").getAttribute("lang"), "ja");
  await own.locator(".top__me summary").click();
  await submit(own, '.top__me form[action="/language"] button');
  assert.equal(new URL(own.url()).pathname, "/contracts", "it leads back");
  assert.equal(await own.locator("html").getAttribute("lang"), "en");
  assert.match(await own.locator("h1").innerText(), /Contracts/);
  await own.goto("/account");
  assert.equal(await own.locator("html").getAttribute("lang"), "en", "it stays");

  await own.selectOption("#lang", "ja");
  assert.equal((await submit(own, 'form[action="/account"] button[type="submit"]')).status(), 303);
  assert.equal(await own.locator("html").getAttribute("lang"), "ja", "what was saved last is what is shown");
  await told(own, "保存しました。");
});

chapter("a member who is removed is out at once", async () => {
  await page.goto("/members");
  await row(SAEKI.email).locator('a[href$="/remove"]').click();
  const dialog = page.locator("dialog[open]");
  assert.match(await dialog.innerText(), /佐伯 真由美さんを外しますか[\s\S]*記録は残り/);
  await dialog.locator("a[data-close]").click();
  await dialog.waitFor({ state: "hidden" });
  assert.equal((await own.goto("/contracts")).status(), 200, "nothing happened yet");

  const path = await row(SAEKI.email).locator('a[href$="/remove"]').getAttribute("href");
  assert.equal((await page.goto(path)).status(), 200, "the question is a page of its own too");
  assert.match(await page.locator("main").innerText(), /佐伯 真由美さんを外しますか/);
  await page.goto("/members");
  await row(SAEKI.email).locator('a[href$="/remove"]').click();
  assert.equal((await submit(page, "dialog[open] button.btn--danger")).status(), 303);
  await page.goto("/members");
  assert.equal(await row(SAEKI.email).count(), 0);
  await own.goto("/contracts");
  assert.match(own.url(), /\/sign-in/);
  assert.equal((await own.request.get("/account", { maxRedirects: 0 })).status(), 303);
});

chapter("an invitation that is taken back is dead", async () => {
  const known = service.mails.to(SAEKI.email).filter((mail) => /招待/.test(mail.subject)).length;
  await page.goto("/members/invite");
  await page.fill("#email", SAEKI.email);
  await submit(page, 'form[action="/members/invite"] button.btn--primary');
  const link = linkIn(await service.mails.wait(SAEKI.email, /招待/, known), "/invitations/");
  await page.goto("/members");
  await submit(page, 'form[action$="/revoke"] button');
  const guest = await (await person(browser, service)).newPage();
  assert.equal((await guest.goto(link)).status(), 410);
  await guest.context().close();
});

chapter("the settings: the organization's name, and a root certificate that can be saved", async () => {
  await page.goto("/settings");
  const href = await page.locator("a[download]").getAttribute("href");
  const answer = await context.request.get(href);
  assert.equal(answer.status(), 200, href);
  assert.match(await answer.text(), /-----BEGIN CERTIFICATE-----/);
  await page.fill("#name", "株式会社みなと製作所ホールディングス");
  assert.equal((await submit(page, 'form[action="/settings"] button')).status(), 303);
  assert.match(await page.locator(".top__org").innerText(), /ホールディングス/);
});

chapter("nothing complained", () => {
  assert.deepEqual(context.complaints, []);
  assert.deepEqual(own.context().complaints, []);
});
