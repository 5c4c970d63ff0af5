// Chromium, and an ear on everything that a page complains about.
import { chromium as engine } from "playwright-core";
import { chromium as path } from "./paths.mjs";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1440, height: 900 };

/** A browser with a profile folder of its own, which goes when it is closed. */
export function launch() {
  return engine.launch({
    executablePath: path,
    headless: true,
    args: [
      "--headless=new",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** One person's browser: own cookies, own language. Complaints gather in `complaints`. */
export async function person(browser, service, { phone = false, locale = "ja-JP", scale, reducedMotion = "reduce", javaScript = true } = {}) {
  const context = await browser.newContext({
    baseURL: service.base,
    locale,
    timezoneId: "Asia/Tokyo",
    viewport: phone ? PHONE : DESKTOP,
    isMobile: phone,
    hasTouch: phone,
    deviceScaleFactor: scale ?? (phone ? 3 : 1),
    reducedMotion,
    acceptDownloads: true,
    javaScriptEnabled: javaScript,
  });
  context.setDefaultTimeout(15_000);
  context.complaints = [];
  context.on("page", (page) => listen(page, context.complaints, service.base));
  return context;
}

/** Answers that a page asked for on purpose are no complaint (422 of a form, 410 of a dead link). */
const EXPECTED = /Failed to load resource: the server responded with a status of 4\d\d/;

function listen(page, complaints, base) {
  const at = () => new URL(page.url(), base).pathname;
  page.on("console", (message) => {
    if (message.type() !== "error" && message.type() !== "warning") return;
    if (EXPECTED.test(message.text())) return;
    complaints.push(`${at()}: ${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`${at()}: ${error.stack ?? error}`));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(base) && !/^(data|blob|about):/.test(url)) complaints.push(`${at()}: asks elsewhere: ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) complaints.push(`${at()}: ${response.status()} of ${response.url()}`);
  });
}
