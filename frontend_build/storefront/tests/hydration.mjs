// Pages of the built server bundle, hydrated by the built browser scripts in happy-dom: `npm test`, after a build.
import { build } from "esbuild";
import { Window } from "happy-dom";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import vm from "node:vm";
import { EXAMPLES } from "./examples.mjs";

const dist = new URL("../../dist/", import.meta.url);
const { assets } = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));
const SCRIPTS = { buybox: assets["product.ts"], search: assets["search.ts"] };

// A context as bare as the worker's: what asks for a window takes the server's branch here.
function renderPages(requests) {
  const bare = vm.createContext({ assets });
  vm.runInContext(readFileSync(new URL("server.js", dist), "utf8"), bare);
  return JSON.parse(bare.renderPages(JSON.stringify(requests)));
}

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

async function faultsOf({ name, query }, made, number) {
  if (made.error) return [`${name}: ${made.error}`];
  const window = new Window({ url: `http://shop.test/${query}` });
  const document = new window.DOMParser().parseFromString(made.html, "text/html");
  Object.assign(globalThis, { window, document, location: window.location, fetch: () => new Promise(() => undefined) });
  const root = document.querySelector("[data-island]");
  const before = root.innerHTML;
  const alone = fresh(root, query);
  await import(`${new URL(`assets/${SCRIPTS[root.dataset.island]}`, dist).href}?${number}`);
  const faults = [];
  if (!root.__k) faults.push(`${name}: nothing hydrated the island`);
  if (root.innerHTML !== before) faults.push(`${name}: hydration made ${root.innerHTML} of ${before}`);
  if (alone !== before) faults.push(`${name}: the browser makes ${alone}, the server ${before}`);
  return faults;
}

const { fresh } = await bundled();
const pages = renderPages(EXAMPLES.map((example) => example.request));
const faults = [];
for (const [number, example] of EXAMPLES.entries()) faults.push(...(await faultsOf(example, pages[number], number)));
console.log(faults.length ? faults.join("\n") : `every island hydrates to what the server made (${pages.length} pages)`);
process.exit(faults.length ? 1 : 0);
