// The same with PDFs that other programs made, all in one contract.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { chapters } from "./lib/chapters.mjs";
import { launch, person } from "./lib/browser.mjs";
import { assertConcluded } from "./lib/judges.mjs";
import { linkIn } from "./lib/mail.mjs";
import * as member from "./lib/member.mjs";
import * as party from "./lib/party.mjs";
import { artifacts, corpus } from "./lib/paths.mjs";
import { Service } from "./lib/service.mjs";

const FILES = [
  { what: "LibreOffice", path: "robust/qpdf__qpdf__test80a2.pdf" },
  { what: "pdfTeX, classic cross-reference table", path: "robust/mkl-pdfbox2__src__test__resources__mkl__testarea__pdfbox2__sign__test.pdf" },
  { what: "Word, object streams", path: "robust/mkl-pdfbox2__src__test__resources__mkl__testarea__pdfbox2__sign__hello.pdf" },
  { what: "signed by pyHanko", path: "pyhanko/signed/904b184a110b27934dc9.pdf", earlier: 1 },
  { what: "rotated pages with a CropBox", path: "robust/pdfjs__rotation.pdf" },
];
const SIGNER = { name: "佐伯 葵", organization: "青葉倉庫株式会社", email: "saeki@aoba.example", stage: 1 };

const folder = artifacts("producers");
const samples = corpus();
if (samples === null) console.log("NOT TESTED: files of other producers (set AKASHI_CORPUS to their folder)");
const chapter = samples === null ? (name) => test(name, { skip: "no samples" }) : chapters(folder, () => browser?.contexts() ?? []);
let service, browser, context, page, contract, documents;

before(async () => {
  if (samples === null) return;
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

chapter("other producers' files go through a whole contract", async () => {
  const files = FILES.map(({ path }) => join(samples, path));
  contract = await member.quickDraft(page, {
    title: "他社製PDFの契約",
    files,
    parties: [SIGNER],
    fields: (loaded) =>
      loaded.documents
        .filter((document) => document.allows === "everything" || document.allows === "signatures")
        .map((document, index) => ({
          id: `new-${index + 1}`,
          document: document.id,
          page: 1,
          party: loaded.parties[0].id,
          kind: "seal",
          label: `印影 ${index + 1}`,
          required: true,
          x: 20,
          y: 20,
          width: 56,
          height: 56,
          font_size: 10.5,
        })),
  });
  documents = (await member.editor(page, contract)).documents;
  assert.deepEqual(documents.map((document) => document.name), files.map((file) => basename(file)));
  await member.send(page, contract);
  const mail = await service.mails.wait(SIGNER.email, /署名依頼/);
  const desk = await person(browser, service);
  const view = await desk.newPage();
  await party.open(view, linkIn(mail, "/s/"));
  await party.toDocuments(view);
  await party.readAll(view);
  for (const field of (await view.locator("li[data-item]").all()).keys()) {
    await party.seal(view, "佐伯", `印影 ${field + 1}`);
  }
  await party.sign(view);
  await member.waitForState(page, contract, "concluded");
  assert.deepEqual(desk.complaints, []);
});

for (const [index, { what, earlier }] of FILES.entries()) {
  chapter(`outside judges accept it: ${what}`, async () => {
    const answer = await context.request.get(`/contracts/${contract}/documents/${documents[index].id}/download`);
    assert.equal(answer.status(), 200);
    const file = join(folder, `concluded-${index + 1}.pdf`);
    writeFileSync(file, await answer.body());
    assertConcluded(service, file, 1, { earlier });
  });
}
