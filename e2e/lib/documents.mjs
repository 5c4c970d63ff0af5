// PDFs to upload: contracts printed by Chromium, and small files written by hand that are wrong in one way.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { writeFileSync } from "node:fs";

const ARTICLES = [
  ["目的", "甲は、乙に対し、甲の製品の保管、仕分け、配送その他これに付随する業務を委託し、乙はこれを受託する。"],
  ["契約期間", "本契約の期間は、2026年12月1日から2029年11月30日までの3年間とする。期間満了の3か月前までに申し出がないときは、同じ条件で1年間更新する。"],
  ["委託料", "甲は、乙に対し、委託料として月額金4,860,000円(消費税別)を、毎月末日締め翌月末日払いで、乙の指定する口座に振り込んで支払う。"],
  ["再委託", "乙は、甲の書面による承諾を得ないで、本業務の全部又は一部を第三者に再委託してはならない。"],
  ["秘密保持", "甲及び乙は、本契約に関して知り得た相手方の技術上又は営業上の秘密を、第三者に開示し、又は漏えいしてはならない。"],
  ["損害賠償", "乙は、故意又は過失により甲の製品を滅失又は毀損したときは、甲に生じた損害を賠償する。ただし、天災その他乙の責めに帰することができない事由によるときは、この限りでない。"],
  ["解除", "甲又は乙は、相手方が本契約に違反し、相当の期間を定めて催告してもなお是正されないときは、本契約を解除することができる。"],
  ["反社会的勢力の排除", "甲及び乙は、自らが暴力団、暴力団員その他の反社会的勢力に該当しないことを表明し、将来にわたっても該当しないことを確約する。"],
  ["合意管轄", "本契約に関する一切の紛争については、東京地方裁判所を第一審の専属的合意管轄裁判所とする。"],
];

function html(title, pages) {
  const sheets = Array.from({ length: pages }, (_, page) => {
    const articles = ARTICLES.map(
      ([name, text], index) => `<h2>第${page * ARTICLES.length + index + 1}条(${name})</h2><p>${text}</p>`,
    ).join("");
    const end =
      page === pages - 1
        ? `<table><tr><th>作業</th><th>単価</th></tr><tr><td>入庫</td><td>120円</td></tr><tr><td>出庫</td><td>180円</td></tr></table>
           <p class="sign">甲 株式会社みなと製作所</p><p class="sign">乙 青葉倉庫株式会社</p>`
        : "";
    return `<section><h1>${page === 0 ? title : ""}</h1>${articles}${end}</section>`;
  }).join("");
  return `<!doctype html><html lang="ja"><meta charset="utf-8"><title>${title}</title><style>
    @page { size: A4; margin: 22mm 20mm 24mm; }
    body { font: 10pt/1.7 "Noto Serif CJK JP", "Noto Sans CJK JP", serif; margin: 0; }
    section { break-after: page; } section:last-child { break-after: auto; }
    h1 { font-size: 16pt; text-align: center; } h2 { font-size: 10pt; margin: 0.6em 0 0; } p { margin: 0; }
    table { border-collapse: collapse; margin: 1em 0; } th, td { border: 0.5pt solid; padding: 2pt 12pt; }
    .sign { margin-top: 2em; }</style>${sheets}</html>`;
}

/** A contract as Chromium prints it. */
export async function printed(browser, folder, name, { title = "物流業務委託基本契約書", pages = 3 } = {}) {
  const page = await browser.newPage();
  await page.setContent(html(title, pages));
  const path = join(folder, name);
  await page.pdf({ path, preferCSSPageSize: true });
  await page.close();
  return path;
}

/** Writes numbered objects as a PDF with a classic cross-reference table; object 1 is the catalog. */
function pdf(objects) {
  let text = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n";
  const places = objects.map((object, index) => {
    const at = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  for (const at of places) text += `${String(at).padStart(10, "0")} 00000 n \n`;
  text += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, "latin1");
}

const CONTENT = "BT /F1 18 Tf 72 720 Td (Sample contract) Tj ET";
const PAGE_PARTS = [
  "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
  "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
  `<< /Length ${CONTENT.length} >>\nstream\n${CONTENT}\nendstream`,
  "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
];

/** One page, nothing wrong. */
export const plain = () => pdf(["<< /Type /Catalog /Pages 2 0 R >>", ...PAGE_PARTS]);

export const withoutPages = () =>
  pdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"]);

/** Runs a script when opened and carries a file. */
export const active = () =>
  pdf([
    "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.alert\\('x'\\)) >> " +
      "/Names << /EmbeddedFiles << /Names [(price.csv) 6 0 R] >> >> >>",
    ...PAGE_PARTS,
    "<< /Type /Filespec /F (price.csv) /EF << /F 7 0 R >> >>",
    "<< /Type /EmbeddedFile /Length 3 >>\nstream\n1,2\nendstream",
  ]);

/** Cut off in the middle of a stream, so that no page is left to save. */
export const truncated = () => plain().subarray(0, 70);

/** A copy that only a password opens. */
export function locked(from, to) {
  execFileSync("qpdf", ["--encrypt", "himitsu", "himitsu-owner", "256", "--", from, to]);
  return to;
}

export function write(folder, name, bytes) {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}
