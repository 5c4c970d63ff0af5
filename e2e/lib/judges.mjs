// Outside programs say what a signed PDF is worth.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { python, root } from "./paths.mjs";

function ask(program, parameters) {
  const out = execFileSync(python(), [join(root, "judges", program), ...parameters], {
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return JSON.parse(out.trim().split("\n").at(-1));
}

/** A fresh folder with the roots to be trusted: this installation's own, or those that are named. */
function rootsFolder(service, roots) {
  const folder = mkdtempSync(join(service.folder, "roots-"));
  const named = roots ?? [join(service.data, "trust-anchors.pem")];
  for (const [index, root] of named.entries()) copyFileSync(root, join(folder, `root-${index}.pem`));
  return folder;
}

/** pyHanko's verdict on a file. */
export function pyhanko(service, file, roots = null) {
  return ask("judge.py", ["--roots", rootsFolder(service, roots), "--policy", "lenient", file]);
}

/**
 * Every signature that Akashi made is accepted by pyHanko and poppler, the archive time-stamp behind them covers the
 * whole file, qpdf finds the file sound. `earlier` = signatures that the PDF arrived with: they stay intact, but their
 * issuers are unknown. `roots` = files with the roots to trust, where they are not those of this installation only.
 * Returns the signatures, the archive time-stamp left out.
 */
export function assertConcluded(service, file, signatures, { earlier = 0, roots = null } = {}) {
  const verdict = pyhanko(service, file, roots);
  const words = JSON.stringify(verdict, null, 1);
  assert.equal(verdict.error, null, words);
  assert.equal(verdict.signatures.length, earlier + signatures + 1, words);
  const archive = verdict.signatures.at(-1);
  assert.equal(archive.kind, "document_timestamp", words);
  assert.equal(archive.timestamp_ok, true, words);
  const signers = verdict.signatures.slice(0, -1);
  signers.forEach((signature, index) => {
    assert.equal(signature.kind, "signature", words);
    assert.equal(signature.error, null, words);
    assert.equal(signature.intact, true, words);
    assert.equal(signature.valid, true, words);
    if (index < earlier) return;
    assert.equal(signature.trusted, true, words);
    assert.equal(signature.timestamp_ok, true, words);
    assert.equal(signature.accepted, true, words);
    assert.equal(signature.docmdp_ok, true, words);
  });
  assert.equal(verdict.signatures.at(-1).coverage, "ENTIRE_FILE", words);

  const poppler = ask("pdfsig.py", [file]);
  assert.equal(poppler.error, null);
  assert.equal(poppler.empty_fields, 0, JSON.stringify(poppler));
  assert.equal(poppler.signatures.length, earlier + signatures + 1, JSON.stringify(poppler));
  // poppler does not know document time-stamps and says so; pyHanko has judged that one.
  const known = poppler.signatures.filter((signature) => signature.type !== "unknown");
  assert.equal(known.length, earlier + signatures, JSON.stringify(poppler));
  for (const signature of known) assert.equal(signature.valid, true, JSON.stringify(poppler));
  // poppler lists them in the order of the fields, not of the revisions.
  const whole = poppler.signatures.filter((signature) => signature.whole_file);
  assert.equal(whole.length, 1, JSON.stringify(poppler));

  const qpdf = ask("qpdf.py", [file]);
  assert.equal(qpdf.clean, true, qpdf.messages.join("\n"));
  return signers;
}

/** Makes a forged copy; see `forge.py` for the ways. */
export function forge(way, from, to) {
  const script = join(dirname(fileURLToPath(import.meta.url)), "forge.py");
  execFileSync(python(), [script, way, from, to], { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  return to;
}

/** The text of a PDF, as poppler reads it. */
export function textOf(file) {
  return execFileSync("pdftotext", ["-layout", file, "-"], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}
