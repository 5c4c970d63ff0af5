// What a counterpart does, from the link in the mail to the signed copy.
import assert from "node:assert/strict";
import { until } from "./wait.mjs";

/** Opens the link, presses the button that really opens; comes to the request, or to what became of it. */
export async function open(page, link) {
  await page.goto(link);
  await Promise.all([page.waitForURL(/\/sign\/pty_[^/]+(\/done)?$/), page.click('form[method="post"] button.btn--primary')]);
  return page.url();
}

export async function toDocuments(page) {
  await Promise.all([page.waitForURL(/\/read$/), page.click(".sign__bar a.btn--primary")]);
  await page.locator("signing-page.is-live").waitFor();
}

/** Scrolls through every page, as fast as a reader could, until the server has noted all of them. */
export async function readAll(page) {
  const sheets = page.locator(".sheetpage");
  const count = await sheets.count();
  for (let index = 0; index < count; index += 1) {
    const sheet = sheets.nth(index);
    // A reader waits for the picture; a program without optimization takes its time to draw it.
    await sheet.locator(".page").evaluate((element) => element.scrollIntoView({ block: "start" }));
    await sheet.locator(".page img").evaluate((image) => image.decode());
    for (const block of ["start", "center", "end"]) {
      if ((await sheet.getAttribute("data-shown")) !== null) break;
      await sheet.locator(".page").evaluate((element, where) => element.scrollIntoView({ block: where }), block);
      await page.waitForTimeout(800);
    }
    await until(`page ${index + 1} of ${count} noted as shown`, async () => (await sheet.getAttribute("data-shown")) !== null, {
      timeout: 8_000,
    });
  }
  return count;
}

async function item(page, kind, label) {
  const all = page.locator(`li[data-item][data-kind="${kind}"]`);
  const found = label ? all.filter({ hasText: label }) : all;
  const details = found.first().locator("details");
  if (await page.locator("[data-open-list]").isVisible()) {
    if (!(await page.locator("#todo").evaluate((side) => side.classList.contains("is-open")))) {
      await page.click("[data-open-list]");
    }
  }
  if (!(await details.evaluate((element) => element.open))) await details.locator("summary").click();
  return found.first();
}

async function filled(row, what) {
  await until(`${what} saved`, async () => (await row.getAttribute("data-filled")) !== null, {
    timeout: 8_000,
    explain: () => "the row did not become filled",
  });
}

export async function fillText(page, kind, value, label) {
  const row = await item(page, kind, label);
  await row.locator('input[id^="c-"]').fill(value);
  await row.locator('input[id^="c-"]').blur();
  await filled(row, kind);
}

export async function tick(page, label) {
  const row = await item(page, "check", label);
  await row.locator('input[type="checkbox"]').check();
  await filled(row, "check box");
}

/** The seal that the service makes from a name. */
export async function seal(page, text, label) {
  const row = await item(page, "seal", label);
  await row.locator('input[value="seal"]').check();
  if (text) await row.locator('[data-for="seal"] input').fill(text);
  await row.locator("[data-apply]").click();
  await filled(row, "seal");
}

export async function typedName(page, text, label) {
  const row = await item(page, "seal", label);
  await row.locator('input[value="typed"]').check();
  if (text) await row.locator('[data-for="typed"] input').fill(text);
  await row.locator("[data-apply]").click();
  await filled(row, "typed name");
}

/** Writes with the mouse. */
export async function handwrite(page, label) {
  const row = await item(page, "handwriting", label);
  const canvas = row.locator("canvas");
  await canvas.scrollIntoViewIfNeeded();
  await until("the pad is ready", () => canvas.evaluate((element) => element.width > 300));
  const box = await canvas.boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  for (const stroke of [[[0.1, 0.3], [0.3, 0.7], [0.4, 0.3]], [[0.5, 0.2], [0.6, 0.8], [0.85, 0.4]]]) {
    await page.mouse.move(...at(...stroke[0]));
    await page.mouse.down();
    for (const point of stroke.slice(1)) await page.mouse.move(...at(...point), { steps: 6 });
    await page.mouse.up();
  }
  await row.locator('[data-pad="use"]').click();
  await filled(row, "handwriting");
}

/** The confirmation over the documents. */
export async function askToSign(page) {
  const phone = await page.locator("[data-step]").isVisible();
  if (phone && (await page.locator("#todo").evaluate((side) => side.classList.contains("is-open")))) {
    await page.click("[data-close-list]");
  }
  await page.click(phone ? "[data-step]" : "[data-proceed]");
  await page.locator("dialog[open] button.btn--will").waitFor();
}

export async function sign(page) {
  await askToSign(page);
  await Promise.all([page.waitForURL(/\/done$/), page.click("dialog[open] button.btn--will")]);
}

/** Everything that a party with one seal does. */
export async function signWithSeal(page, link, text) {
  await open(page, link);
  await toDocuments(page);
  await readAll(page);
  await seal(page, text);
  await sign(page);
  assert.match(page.url(), /\/done$/);
}
