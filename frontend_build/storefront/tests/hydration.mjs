// Bundles hydration.tsx and runs it in happy-dom: node storefront/tests/hydration.mjs
import { build } from "esbuild";
import { Window } from "happy-dom";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const window = new Window({ url: "http://shop.test/" });
Object.assign(globalThis, { window, document: window.document, fetch: () => new Promise(() => undefined) });
const outfile = join(mkdtempSync(join(tmpdir(), "hydration-")), "hydration.mjs");
await build({
  entryPoints: [new URL("./hydration.tsx", import.meta.url).pathname],
  bundle: true, format: "esm", platform: "neutral", mainFields: ["module", "main"], jsx: "automatic", jsxImportSource: "preact", outfile,
});
const { check } = await import(pathToFileURL(outfile).href);
const faults = check(window.document);
console.log(faults.length ? faults.join("\n") : "every island hydrates to what the server made");
process.exit(faults.length ? 1 : 0);
