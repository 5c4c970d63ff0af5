// @libpdf/core as a rival: signs one file over and over, as often as it is told.
//
//     node libpdf.mjs FOLDER
//
// FOLDER has paper.pdf, and for each kind of key (rsa, p256) KIND.key.der (PKCS#8), KIND.cert.der, issuing.cert.der,
// root.cert.der. Each line on standard input is {"work": "sign-rsa", "count": 20}; the answer is a line
// {"wall_ms": …, "cpu_ms": …} for all of them together. With "save": "FILE" the last result is kept.
//
// The key signs by node's own call, on this thread: with WebCrypto's, which hands it to another thread and waits, the
// library was a sixth slower here.

import crypto from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createRequire } from "node:module";

import { PDF } from "@libpdf/core";

const folder = process.argv[2];
const bytes = (name) => new Uint8Array(readFileSync(`${folder}/${name}`));
const paper = bytes("paper.pdf");

/** A signer in memory. */
function signer(kind, keyType, signatureAlgorithm) {
  const key = crypto.createPrivateKey({ key: readFileSync(`${folder}/${kind}.key.der`), format: "der", type: "pkcs8" });
  return {
    certificate: bytes(`${kind}.cert.der`),
    certificateChain: [bytes("issuing.cert.der"), bytes("root.cert.der")],
    keyType,
    signatureAlgorithm,
    // DER for ECDSA, as both the library and node want it.
    sign: async (data) => new Uint8Array(crypto.sign("sha256", data, key)),
  };
}

const sign = (signer) => async () => {
  const pdf = await PDF.load(paper);
  return (await pdf.sign({ signer, level: "B-B", fieldName: "Seal", estimatedSize: 3072 })).bytes;
};

const works = {
  "sign-rsa": sign(signer("rsa", "RSA", "RSASSA-PKCS1-v1_5")),
  "sign-p256": sign(signer("p256", "EC", "ECDSA")),
};

const { version } = createRequire(import.meta.url)("./node_modules/@libpdf/core/package.json");
console.log(JSON.stringify({ name: `@libpdf/core ${version} (Node ${process.versions.node})` }));

for await (const line of createInterface({ input: process.stdin })) {
  const { work, count, save } = JSON.parse(line);
  const before = process.cpuUsage();
  const began = performance.now();
  let result;
  for (let n = 0; n < count; n++) {
    result = await works[work]();
  }
  const wall_ms = performance.now() - began;
  const spent = process.cpuUsage(before);
  if (save) {
    writeFileSync(save, result);
  }
  console.log(JSON.stringify({ wall_ms, cpu_ms: (spent.user + spent.system) / 1000 }));
}
