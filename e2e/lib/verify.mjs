// The public page that judges a PDF.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** Drops a file as a person would, presses the button, returns the verdict's heading and class. */
export async function dropAndVerify(page, file, path = "/verify") {
  await page.goto(path);
  const bytes = readFileSync(file).toString("base64");
  const transfer = await page.evaluateHandle(
    ([base64, name]) => {
      const raw = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([raw], name, { type: "application/pdf" }));
      return data;
    },
    [bytes, basename(file)],
  );
  await page.dispatchEvent("pdf-drop", "drop", { dataTransfer: transfer });
  await page.locator("[data-drop-name]", { hasText: basename(file) }).waitFor();
  await page.click('pdf-drop button[type="submit"]');
  const verdict = page.locator("section.verdict");
  await verdict.waitFor();
  return {
    heading: (await verdict.locator("h1").innerText()).trim(),
    kind: (await verdict.getAttribute("class")) ?? "",
    signatures: await page.locator("table.table--list tbody tr").count(),
    text: await page.locator("main").innerText(),
  };
}
