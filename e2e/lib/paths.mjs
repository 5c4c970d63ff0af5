// Where things are. Nothing here starts anything.
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
export const target = process.env.CARGO_TARGET_DIR ?? join(root, "target");
export const screens = join(root, "target", "screens");

function firstPresent(what, candidates) {
  const found = candidates.find((path) => path && existsSync(path));
  if (!found) throw new Error(`${what} not found: ${candidates.filter(Boolean).join(", ")}`);
  return found;
}

/** The program under test. A path that was given must be there: no other one is taken in its place. */
export function binary() {
  const given = process.env.AKASHI_BIN ?? process.env.AKASHI_BINARY;
  if (given) return firstPresent("the program named by the environment", [given]);
  return firstPresent("akashi", [join(target, "ci", "akashi"), join(target, "debug", "akashi")]);
}

/** Python with the judges' packages. */
export function python() {
  const given = process.env.AKASHI_JUDGES_PYTHON;
  if (given) return firstPresent("the judges' interpreter", [given]);
  return firstPresent("the judges' interpreter", [join(root, "target", "judges", "bin", "python")]);
}

export const chromium = process.env.AKASHI_CHROMIUM ?? "/usr/bin/chromium";

/** The folder of other producers' files, or null where it was neither named nor laid beside the project. */
export function corpus() {
  const given = process.env.AKASHI_CORPUS;
  if (given) return firstPresent("the corpus named by AKASHI_CORPUS", [given]);
  const beside = resolve(root, "..", "shared", "corpus");
  return existsSync(beside) ? beside : null;
}

/** A folder for what a test leaves to look at. */
export function artifacts(name) {
  const folder = join(root, "target", "e2e", name);
  mkdirSync(folder, { recursive: true });
  return folder;
}
