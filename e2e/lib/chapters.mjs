// Tests that build on each other: after the first that fails, the others are skipped, and the pages are kept.
import { test } from "node:test";
import { join } from "node:path";

/** `contexts()` gives the browsers that are open; `folder` takes their pictures. */
export function chapters(folder, contexts) {
  let failed = null;
  return (name, play) =>
    test(name, async (t) => {
      if (failed) {
        t.skip(`after "${failed}" failed`);
        return;
      }
      try {
        await play(t);
      } catch (error) {
        failed = name;
        await keepPages(folder, contexts());
        throw error;
      }
    });
}

/** A picture of every open page. */
export async function keepPages(folder, contexts) {
  for (const [index, page] of contexts.flatMap((context) => context.pages()).entries()) {
    const path = join(folder, `failed-${index}.png`);
    await page.screenshot({ path }).catch((error) => console.error(`no picture of ${page.url()}: ${error.message}`));
    console.error(`${path}: ${page.url()}`);
  }
}
