// Builds styles, scripts and icons into dist/. No network, no inline code: every file is served from 'self'.
//
//   node build.mjs            once, minified, with .br and .gz beside each text file
//   node build.mjs --watch    again after each change, readable
import { createHash } from "node:crypto";
import { cp, mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import * as esbuild from "esbuild";

const root = path.dirname(fileURLToPath(import.meta.url));
const dist = path.join(root, "dist");
const watch = process.argv.includes("--watch");

/** What a counterpart's phone must load before the first page image, in bytes after gzip. */
const PARTY_BUDGET = { files: ["party.css", "party.js", "icons.svg", "favicon.svg"], bytes: 40_000 };

const options = {
  absWorkingDir: root,
  entryPoints: {
    app: "src/app.ts",
    editor: "src/editor.ts",
    party: "src/party.ts",
    public: "src/public.ts",
    "app-styles": "src/styles/app.css",
    "party-styles": "src/styles/party.css",
  },
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["chrome123", "firefox121", "safari17.5"],
  outdir: dist,
  chunkNames: "chunks/[name]-[hash]",
  minify: !watch,
  sourcemap: watch ? "linked" : false,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
};

async function copyStatic() {
  await cp(path.join(root, "src/icons.svg"), path.join(dist, "icons.svg"));
  await cp(path.join(root, "src/favicon.svg"), path.join(dist, "favicon.svg"));
  const from = path.join(root, "node_modules/pdfjs-dist");
  const to = path.join(dist, "pdfjs");
  await mkdir(to, { recursive: true });
  await cp(path.join(from, "legacy/build/pdf.min.mjs"), path.join(to, "pdf.mjs"));
  await cp(path.join(from, "legacy/build/pdf.worker.min.mjs"), path.join(to, "pdf.worker.mjs"));
  for (const folder of ["cmaps", "standard_fonts", "wasm"]) {
    await cp(path.join(from, folder), path.join(to, folder), {
      recursive: true,
      // Only what the viewer reads; the licence texts stand together in licenses.txt.
      filter: (file) => !/LICENSE|nowasm_fallback|quickjs/.test(path.basename(file)),
    });
  }
}

/** The licences of everything that leaves with the program, in one text. */
async function gatherLicenses() {
  const modules = path.join(root, "node_modules");
  const texts = [];
  for (const name of ["htmx.org", "signature_pad", "pdfjs-dist"]) {
    const { version, license } = JSON.parse(await readFile(path.join(modules, name, "package.json"), "utf8"));
    for await (const file of files(path.join(modules, name))) {
      const own = path.relative(path.join(modules, name), file);
      if (!/^(cmaps\/|standard_fonts\/|wasm\/)?LICENSE/.test(own)) continue;
      texts.push(`${name} ${version} (${license}), ${own}\n\n${await readFile(file, "utf8")}`);
    }
  }
  await writeFile(path.join(dist, "licenses.txt"), texts.join(`\n${"-".repeat(80)}\n`));
}

/** The style sheets leave esbuild under the names of their entry points; pages know them as app.css and party.css. */
async function renameStyles() {
  for (const name of ["app", "party"]) {
    const built = path.join(dist, `${name}-styles.css`);
    await cp(built, path.join(dist, `${name}.css`));
    await rm(built);
    await rm(path.join(dist, `${name}-styles.css.map`), { force: true });
    await rm(path.join(dist, `${name}-styles.js`), { force: true });
  }
}

async function* files(folder) {
  for (const entry of (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* files(full);
    else yield full;
  }
}

/** The files of the budget with everything that they import at once. */
function withImports(names, metafile) {
  const found = new Set(names);
  for (const name of found) {
    for (const { path: file, kind } of metafile.outputs[`dist/${name}`]?.imports ?? []) {
      if (kind === "import-statement") found.add(path.relative("dist", file).split(path.sep).join("/"));
    }
  }
  return [...found];
}

async function finish(metafile) {
  await renameStyles();
  await copyStatic();
  await gatherLicenses();
  const digest = createHash("sha256");
  const sizes = new Map();
  for await (const file of files(dist)) {
    const name = path.relative(dist, file).split(path.sep).join("/");
    if (/\.(br|gz)$/.test(name) || name === "version.txt") continue;
    const bytes = await readFile(file);
    digest.update(name).update("\0").update(bytes);
    if (watch || bytes.length < 512 || !/\.(css|js|mjs|svg)$/.test(name)) continue;
    const gz = gzipSync(bytes, { level: 9 });
    const br = brotliCompressSync(bytes, {
      params: { [constants.BROTLI_PARAM_QUALITY]: name.startsWith("pdfjs/") ? 9 : 11 },
    });
    await writeFile(`${file}.gz`, gz);
    await writeFile(`${file}.br`, br);
    sizes.set(name, { plain: bytes.length, gz: gz.length });
  }
  await writeFile(path.join(dist, "version.txt"), `${digest.digest("hex").slice(0, 16)}\n`);
  if (watch) return;
  for (const [name, size] of sizes) {
    if (!name.includes("/")) console.log(`${name.padEnd(14)} ${String(size.plain).padStart(7)}  gz ${size.gz}`);
  }
  const party = withImports(PARTY_BUDGET.files, metafile).reduce((sum, name) => sum + (sizes.get(name)?.gz ?? 0), 0);
  console.log(`signing page without images: ${party} of ${PARTY_BUDGET.bytes} bytes`);
  if (party > PARTY_BUDGET.bytes) {
    throw new Error(`the signing page's files take ${party} bytes, more than ${PARTY_BUDGET.bytes}`);
  }
}

await stat(path.join(root, "node_modules")).catch(() => {
  throw new Error("run `npm ci` first");
});
await rm(dist, { recursive: true, force: true });
await mkdir(dist, { recursive: true });
if (watch) {
  const finishing = {
    name: "finish",
    setup(build) {
      build.onEnd((result) => (result.errors.length === 0 ? finish(result.metafile) : undefined));
    },
  };
  const context = await esbuild.context({ ...options, plugins: [finishing] });
  await context.watch();
  console.log("watching");
} else {
  const { metafile } = await esbuild.build(options);
  await finish(metafile);
}
