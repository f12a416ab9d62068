// Every island hydrates to what the server made, and the browser makes the same of its props alone.
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { EXAMPLES } from "./examples.mjs";
import { open, renderPages } from "./pages.mjs";

async function bundled() {
  const folder = mkdtempSync(join(tmpdir(), "hydration-"));
  const outfile = join(folder, "fresh.mjs");
  await build({
    entryPoints: [new URL("./hydration.tsx", import.meta.url).pathname],
    bundle: true, format: "esm", platform: "neutral", mainFields: ["module", "main"], jsx: "automatic", jsxImportSource: "preact", outfile,
  });
  const made = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return made;
}

async function faultsOf({ name, query }, made) {
  if (made.error) return [`${name}: ${made.error}`];
  const { root, hydrate } = open(made.html, { query });
  const before = root.innerHTML;
  const alone = fresh(root, query);
  await hydrate();
  const faults = [];
  if (!root.__k) faults.push(`${name}: nothing hydrated the island`);
  if (root.innerHTML !== before) faults.push(`${name}: hydration made ${root.innerHTML} of ${before}`);
  if (alone !== before) faults.push(`${name}: the browser makes ${alone}, the server ${before}`);
  return faults;
}

const { fresh } = await bundled();
const pages = renderPages(EXAMPLES.map((example) => example.request));
const faults = [];
for (const [number, example] of EXAMPLES.entries()) faults.push(...(await faultsOf(example, pages[number])));
console.log(faults.length ? faults.join("\n") : `every island hydrates to what the server made (${pages.length} pages)`);
process.exit(faults.length ? 1 : 0);
