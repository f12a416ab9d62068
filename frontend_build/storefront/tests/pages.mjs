// Pages of the built server bundle, opened in happy-dom with the built browser scripts.
import { Window } from "happy-dom";
import { readFileSync } from "node:fs";
import vm from "node:vm";

const dist = new URL("../../dist/", import.meta.url);
const { assets } = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));
const SCRIPTS = { buybox: assets["product.ts"], search: assets["search.ts"] };
const never = () => new Promise(() => undefined);
let opened = 0;

// A context as bare as the worker's: what asks for a window takes the server's branch here.
export function renderPages(requests, locales = ["en-us", "de-de"]) {
  const bare = vm.createContext({ shop: { assets, locales, origin: "http://shop.test" } });
  vm.runInContext(readFileSync(new URL("server.js", dist), "utf8"), bare);
  return JSON.parse(bare.renderPages(JSON.stringify(requests)));
}

// A page as a browser has it before its script runs; `hydrate` runs that.
export function open(html, { query = "", fetch = never } = {}) {
  const window = new Window({ url: `http://shop.test/${query}`, width: 1280 });
  const document = new window.DOMParser().parseFromString(html, "text/html");
  const own = ["addEventListener", "removeEventListener", "matchMedia"].map((name) => [name, window[name].bind(window)]);
  Object.assign(globalThis, { window, document, location: window.location, fetch, ...Object.fromEntries(own) });
  const root = document.querySelector("[data-island]");
  const hydrate = () => import(`${new URL(`assets/${SCRIPTS[root.dataset.island]}`, dist).href}?${++opened}`);
  return { window, document, root, hydrate };
}

// Waits until something holds, looking again whenever the page had a chance to change.
export async function until(holds, what) {
  for (let tries = 0; tries < 400; tries += 1) {
    if (holds()) return;
    await new Promise((again) => { setTimeout(again, 5); });
  }
  throw new Error(`never: ${what ?? holds}`);
}

export function answering(status, body) {
  return { status, ok: status < 400, json: () => Promise.resolve(structuredClone(body)), text: () => Promise.resolve("") };
}
