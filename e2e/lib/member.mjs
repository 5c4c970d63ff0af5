// What a member of the organization does, in the browser.
import assert from "node:assert/strict";
import { basename } from "node:path";
import { until } from "./wait.mjs";

export const OWNER = {
  organization: "株式会社みなと製作所",
  name: "田中 直子",
  email: "tanaka@minato.example",
  password: "鯖の味噌煮と青い鉛筆 7",
};

/** The set-up page behind the one-time link, up to the doctor page. */
export async function setUp(page, service, owner = OWNER) {
  await page.goto(await service.setupLink());
  await page.fill("#organization", owner.organization);
  await page.fill("#name", owner.name);
  await page.fill("#email", owner.email);
  await page.fill("#password", owner.password);
  await Promise.all([page.waitForURL("**/welcome"), page.click('form.panel button[type="submit"]')]);
}

export async function signIn(page, { email, password } = OWNER) {
  await page.goto("/sign-in");
  await page.fill("#email", email);
  await page.fill("#password", password);
  await page.click('form.stack button[type="submit"]');
}

/** Begins a draft by choosing files; waits for the page of the new draft with all of them. */
export async function beginDraft(page, files) {
  await page.goto("/contracts/new");
  await page.setInputFiles('file-drop input[type="file"]', files);
  await page.waitForURL(/\/contracts\/ctr_[^/]+\/documents$/);
  for (const file of files) await page.locator("#files li b", { hasText: basename(file) }).waitFor();
  return /\/contracts\/(ctr_[^/]+)\//.exec(page.url())[1];
}

export async function fillDetails(page, { title, counterparty = "", reference = "", amount = "", agreedOn = "" }) {
  await page.fill("#details #title", title);
  await page.fill("#counterparty", counterparty);
  await page.fill("#reference", reference);
  await page.fill("#amount", amount);
  await page.fill("#agreed_on", agreedOn);
  await Promise.all([page.waitForURL("**/parties"), page.click('button[form="details"][value="next"]')]);
}

/** Fills the cards of the parties: first who, then when, for a changed stage saves the form. */
export async function fillParties(page, parties) {
  const cards = page.locator("[data-party]");
  while ((await cards.count()) < parties.length) {
    const before = await cards.count();
    await page.click('form#parties button[value="add"]');
    await until("a further card", async () => (await cards.count()) > before);
  }
  while ((await cards.count()) > parties.length) {
    const before = await cards.count();
    await page.click(`button[value="remove-${before - 1}"]`);
    await until("a card less", async () => (await cards.count()) < before);
  }
  for (const [n, party] of parties.entries()) {
    await page.fill(`#p${n}_organization`, party.organization ?? "");
    await page.fill(`#p${n}_title`, party.title ?? "");
    await page.fill(`#p${n}_name`, party.name);
    await page.fill(`#p${n}_email`, party.email);
    await page.selectOption(`#p${n}_lang`, party.lang ?? "ja");
  }
  for (const party of parties) {
    const select = await stageOf(page, party);
    if ((await select.inputValue()) === String(party.stage)) continue;
    await Promise.all([page.waitForEvent("load"), select.selectOption(String(party.stage))]);
    // The cards stand in the order of the stages: after saving, this one may be another row.
    assert.equal(await (await stageOf(page, party)).inputValue(), String(party.stage));
  }
}

/** The choice of the stage on the card of the party with that address. */
async function stageOf(page, { email }) {
  const addresses = await page.locator("[data-party] input[type=email]").evaluateAll((all) => all.map((one) => one.value));
  return page.locator("[data-stage-select]").nth(addresses.indexOf(email));
}

export async function partiesDone(page) {
  await Promise.all([page.waitForURL("**/fields"), page.click('button[form="parties"][value="next"]')]);
  await page.locator("field-editor[data-ready]").waitFor();
}

async function bringIntoView(page, sheet) {
  await sheet.evaluate((element) => element.scrollIntoView({ block: "center" }));
  const box = await sheet.locator("svg").boundingBox();
  assert.ok(box, "the page stands on the screen");
  return box;
}

/** Chooses whose field the next one is. */
export async function chooseParty(page, party) {
  await page.locator(`input[name="who"][value="${party}"]`).check();
}

/** Drags a field from the palette to a place (points from the top left) on a page. */
export async function dragField(page, kind, { document, number, x, y }) {
  const sheet = page.locator(`.sheetpage[data-document="${document}"][data-page="${number}"]`);
  const [width, height] = await sheet.evaluate((e) => [Number(e.dataset.width), Number(e.dataset.height)]);
  await sheet.evaluate(
    (element, share) => {
      const scroller = element.closest("[data-scroller]");
      const box = element.querySelector("svg").getBoundingClientRect();
      const view = scroller.getBoundingClientRect();
      scroller.scrollTop += box.top + box.height * share - (view.top + view.height / 2);
    },
    y / height,
  );
  const box = await sheet.locator("svg").boundingBox();
  const button = await page.locator(`.palette button[data-kind="${kind}"]`).boundingBox();
  const to = { x: box.x + (x / width) * box.width, y: box.y + (y / height) * box.height };
  const before = await page.locator("g[data-field]").count();
  await page.mouse.move(button.x + button.width / 2, button.y + button.height / 2);
  await page.mouse.down();
  await page.mouse.move(to.x - 40, to.y - 40, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
  await until(`a further field (${kind})`, async () => (await page.locator("g[data-field]").count()) > before);
}

/** Places a field by keyboard: the button, then arrow keys on the new field. */
export async function keyField(page, kind, { document, number, nudges = [] }) {
  const sheet = page.locator(`.sheetpage[data-document="${document}"][data-page="${number}"]`);
  await bringIntoView(page, sheet);
  const before = await page.locator("g[data-field]").count();
  await page.locator(`.palette button[data-kind="${kind}"]`).focus();
  await page.keyboard.press("Enter");
  await until(`a further field (${kind})`, async () => (await page.locator("g[data-field]").count()) > before);
  for (const key of nudges) await page.keyboard.press(key);
}

/** Waits until the editor's list on the server has `count` fields and returns it. */
export async function savedFields(page, contract, count) {
  let loaded;
  await until(`${count} fields saved`, async () => {
    loaded = await editor(page, contract);
    return loaded.fields.length === count && loaded.fields.every((field) => field.id.startsWith("fld_"));
  });
  return loaded;
}

/** The editor's JSON, as the signed-in member gets it. */
export async function editor(page, contract) {
  const answer = await page.request.get(`/contracts/${contract}/editor`, { headers: { accept: "application/json" } });
  assert.equal(answer.status(), 200, await answer.text());
  return answer.json();
}

/** Saves a whole list of fields; returns the answer whatever it is. */
export function putFields(page, contract, revision, fields) {
  return page.request.put(`/contracts/${contract}/editor`, {
    headers: { accept: "application/json" },
    data: { revision, fields },
  });
}

/** A draft up to the check page, the pages in between answered by plain forms: for tests of what comes after. */
export async function quickDraft(page, { title, files, parties, fields }) {
  const contract = await beginDraft(page, files);
  await fillDetails(page, { title });
  await fillParties(page, parties);
  await partiesDone(page);
  const loaded = await editor(page, contract);
  const wanted = fields(loaded);
  if (wanted.length > 0) {
    const answer = await putFields(page, contract, loaded.revision, wanted);
    assert.equal(answer.status(), 200, await answer.text());
  }
  await page.goto(`/contracts/${contract}/check`);
  return contract;
}

export async function send(page, contract, { message = "" } = {}) {
  if (message) await page.fill("#message", message);
  await Promise.all([page.waitForURL(`**/contracts/${contract}`), page.click(".sendbox button.btn--will")]);
}

/** Loads the contract's page again and again until a part of it is there. */
export async function waitForPart(page, contract, selector, timeout = 40_000) {
  await until(
    `${selector} on the page of ${contract}`,
    async () => {
      await page.goto(`/contracts/${contract}`);
      return page.locator(selector).first().isVisible();
    },
    { timeout, every: 700, explain: () => page.url() },
  );
}

/** Waits until the contract's page shows a state (`open`, `concluded`, …). */
export function waitForState(page, contract, state) {
  return waitForPart(page, contract, `.pagehead .badge--${state}`);
}

/** One seal for each party on the last page of the first document. */
export function seals(loaded) {
  const document = loaded.documents[0];
  const last = document.pages.at(-1);
  return loaded.parties.map((party, index) => ({
    id: `new-${index + 1}`,
    document: document.id,
    page: last.number,
    party: party.id,
    kind: "seal",
    label: `${party.letter}の印影`,
    required: true,
    x: Math.min(80 + 90 * index, last.width - 70),
    y: Math.max(last.height - 160, 10),
    width: 64,
    height: 64,
    font_size: 10.5,
  }));
}
