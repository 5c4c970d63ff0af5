// Looks at every sample page: pictures, and everything that a machine can find wrong with them.
//
//   cargo run -p akashi-web --example dump_pages -- target/pages
//   node look.mjs ../target/pages [--out DIR] [--only REGEX] [--widths 390,1440] [--themes light,dark] [--langs ja,en]
//
// It serves the pages under the Content-Security-Policy of the service and reports: axe-core findings, console errors
// and policy violations, content wider than the window, text below 14 px, and touch targets below 44 px on a phone.
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chromium } from "playwright-core";

const CSP =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; " +
  "img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; " +
  "frame-ancestors 'none'";
const TYPES = {
  ".css": "text/css",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string" },
    only: { type: "string", default: "." },
    widths: { type: "string", default: "390,1440" },
    themes: { type: "string", default: "light,dark" },
    langs: { type: "string", default: "ja,en" },
    chromium: { type: "string", default: process.env.CHROMIUM ?? "/usr/bin/chromium" },
  },
});
const pages = positionals[0];
if (!pages) throw new Error("usage: node look.mjs <folder of sample pages>");
const root = path.dirname(fileURLToPath(import.meta.url));

/** A sheet of grey lines in place of a page that only the service could draw. */
function paper() {
  const lines = Array.from({ length: 30 }, (_, i) => {
    const width = 380 + ((i * 53) % 71);
    return `<rect x="72" y="${96 + i * 22}" width="${width}" height="5" fill="#d8d8d4"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="595" height="842" viewBox="0 0 595 842"><rect width="595" height="842" fill="#fff"/>${lines.join("")}</svg>`;
}

const seal =
  '<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100" viewBox="0 0 100 100"><circle cx="50" cy="50" r="45" fill="none" stroke="#c8341a" stroke-width="4.5"/></svg>';

/** What the field editor asks for; the parties are those of the sample page. */
const editor = JSON.stringify({
  revision: 1,
  documents: [{ id: "doc_01K9H3", existing: [] }],
  parties: ["甲", "乙", "丙"].map((letter, index) => ({ id: `pty_${index}`, index, letter, name: letter })),
  fields: [
    { id: "fld_1", page: 1, party: "pty_0", kind: "seal", label: "甲の印影", required: true, x: 440, y: 186, width: 64, height: 64 },
    { id: "fld_2", page: 1, party: "pty_1", kind: "text", label: "送付先", required: false, x: 104, y: 300, width: 200, height: 20 },
    { id: "fld_3", page: 1, party: "pty_2", kind: "check", label: "確認", required: true, x: 104, y: 360, width: 16, height: 16 },
  ].map((field) => ({ ...field, document: "doc_01K9H3", font_size: 10.5 })),
});

function answer(address) {
  const asset = /^\/assets\/[^/]+\/(.+)$/.exec(address);
  if (asset) {
    const file = path.join(root, "dist", asset[1]);
    if (existsSync(file)) return [readFileSync(file), TYPES[path.extname(file)] ?? "application/octet-stream"];
  }
  const sample = /^\/sample\/([\w-]+\/[\w-]+)$/.exec(address);
  if (sample) return [readFileSync(path.join(pages, `${sample[1]}.html`)), "text/html; charset=utf-8"];
  if (/\/pages\/\d+\.webp$/.test(address)) return [paper(), "image/svg+xml"];
  if (/\.png$/.test(address)) return [seal, "image/svg+xml"];
  if (/\/editor$/.test(address)) return [editor, "application/json"];
  if (/\/(viewed|fields)/.test(address)) return ["{}", "application/json"];
  return null;
}

const server = http.createServer((request, response) => {
  const found = answer(decodeURIComponent(new URL(request.url, "http://local").pathname));
  if (request.url.endsWith("/events")) {
    response.writeHead(200, { "content-type": "text/event-stream" }).write(": open\n\n");
  } else if (found) {
    response.writeHead(200, { "content-type": found[1], "content-security-policy": CSP }).end(found[0]);
  } else {
    response.writeHead(404).end();
  }
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const base = `http://127.0.0.1:${server.address().port}`;

/** Runs inside the page. */
function measure(phone) {
  const found = [];
  const over = document.documentElement.scrollWidth - innerWidth;
  if (over > 0) found.push(`content is ${over} px wider than the window`);
  const name = (element) => `${element.tagName.toLowerCase()}.${[...element.classList].join(".")}`;
  for (const element of document.querySelectorAll("body *")) {
    const writes = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== "");
    if (!writes || element.closest("svg, .page")) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < 14) found.push(`text of ${size} px: ${name(element)}`);
  }
  if (!phone) return found;
  for (const element of document.querySelectorAll("a, button, input:not([type=hidden]), select, summary, textarea")) {
    const style = getComputedStyle(element);
    const box = (element.closest("label") ?? element).getBoundingClientRect();
    const unseen = box.width === 0 || box.height === 0 || style.opacity === "0" || element.matches(".vh, .skip");
    // Links inside a sentence are exempt (WCAG 2.2, 2.5.8); so are titles, whose whole row can be touched.
    const inText = element.matches("a") && element.closest("p, dd, pre, td, th");
    if (unseen || inText || element.closest("svg, .kit")) continue;
    if (Math.max(box.height, element.getBoundingClientRect().height) < 43.5) {
      found.push(`touch target of ${Math.round(box.height)} px: ${name(element)} ${element.textContent.trim().slice(0, 20)}`);
    }
  }
  return found;
}

const wanted = JSON.parse(readFileSync(path.join(pages, "pages.json"), "utf8")).filter((name) => {
  const [lang, page] = name.split("/");
  return options.langs.split(",").includes(lang) && new RegExp(options.only).test(page);
});
const axe = readFileSync(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8");
const browser = await chromium.launch({ executablePath: options.chromium, args: ["--no-sandbox"] });
let findings = 0;
const report = (where, words) => {
  findings += 1;
  console.log(`${where}: ${words}`);
};
if (options.out) mkdirSync(options.out, { recursive: true });

for (const width of options.widths.split(",").map(Number)) {
  for (const theme of options.themes.split(",")) {
    const phone = width < 800;
    const context = await browser.newContext({
      viewport: { width, height: phone ? 844 : 900 },
      colorScheme: theme,
      reducedMotion: "reduce",
      hasTouch: phone,
    });
    for (const name of wanted) {
      const where = `${name} ${width} ${theme}`;
      const page = await context.newPage();
      page.on("pageerror", (error) => report(where, String(error)));
      page.on("console", (message) => {
        if (message.type() === "error" && !/404/.test(message.text())) report(where, message.text());
      });
      await page.goto(`${base}/sample/${name}`);
      await page.waitForTimeout(250);
      for (const words of new Set(await page.evaluate(measure, phone))) report(where, words);
      // The policy forbids strange scripts; axe comes in through the debugger instead.
      await page.evaluate(axe);
      // A fragment is not a document; what stands in it is checked on the pages that take it in.
      if (await page.evaluate(() => document.title === "")) {
        await page.close();
        continue;
      }
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
      for (const { id, help, nodes } of violations) {
        report(where, `axe ${id}: ${help}: ${nodes.map((node) => node.target.join(" ")).slice(0, 3).join(" | ")}`);
      }
      if (options.out) {
        const file = `${name.replace("/", "-")}-${width}-${theme}.png`;
        await page.screenshot({ path: path.join(options.out, file), fullPage: true });
      }
      await page.close();
    }
    await context.close();
  }
}
await browser.close();
server.close();
server.closeAllConnections();
console.log(findings === 0 ? `${wanted.length} pages, nothing found` : `${findings} findings on ${wanted.length} pages`);
process.exitCode = findings === 0 ? 0 : 1;
