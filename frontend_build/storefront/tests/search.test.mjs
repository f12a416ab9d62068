// The search page: what it asks of the API for an address, and the addresses it leads to.
import assert from "node:assert/strict";
import { test } from "node:test";
import { page } from "./examples.mjs";
import { answering, open, renderPages, until } from "./pages.mjs";

const card = (number) => ({
  id: `p${number}`, sku: `A-${number}`, slug: `product-${number}`, title: `Product ${number}`, brand: "Acme", price: { amount: 1299, currency: "USD" },
  compare_at_price: null, image: null, availability: "in_stock", rating: null, version: 1,
});
const FACETS = {
  brand: [{ value: "Acme", count: 2 }, { value: "Tarn & Co", count: 1 }],
  category: [{ value: "Printing > Ink", path: "printing/ink", count: 3 }, { value: "Tools > Meters", path: "tools/meters", count: 1 }],
  price: [{ from: null, to: 1000, count: 1 }, { from: 1000, to: 2500, count: 2 }, { from: 100000, to: null, count: 1 }],
  attributes: { ink_type: [{ value: "Dye", count: 2 }], wireless: [{ value: "true", count: 1 }, { value: "false", count: 1 }] },
};
const NONE = { brand: [], category: [], price: [], attributes: {} };
const found = (changes) => ({
  items: [card(1), card(2)], total: 614, total_is_exact: true, relaxed: false, facets: FACETS, next_cursor: "next", corrected_query: null, ...changes,
});
const HTML = Object.fromEntries(["en-us", "de-de"].map((locale) => [locale, renderPages([page("search", locale, { version: 1 }).request])[0].html]));

// The page at an address, and what it asked; `answer` is given each request's parameters.
async function searched(query, answer = () => answering(200, found()), locale = "en-us") {
  const asked = [];
  const fetch = (address) => {
    const parameters = new URL(address, "http://shop.test").searchParams;
    asked.push(Object.fromEntries([...parameters.keys()].map((name) => [name, parameters.getAll(name).join("|")])));
    return Promise.resolve(answer(asked.at(-1), asked.length));
  };
  const { document: dom, hydrate } = open(HTML[locale], { query, fetch });
  await hydrate();
  await until(() => dom.querySelector("[role=status]").textContent !== "Searching…" && !dom.querySelector(".waiting"), "an answer");
  const link = (text) => [...dom.querySelectorAll("main a")].find((one) => one.textContent.startsWith(text))?.getAttribute("href");
  const texts = (selector) => [...dom.querySelectorAll(selector)].map((one) => one.textContent);
  return { dom, asked, link, texts };
}

test("what the API does not know of an address is not asked", async () => {
  const { asked } = await searched("?q=ink&utm_source=mail&sort=price&sort=newest&brand=A&brand=B&attr.ink_type=Dye&limit=1&price_min=");
  assert.deepEqual(asked, [{ q: "ink", sort: "price", brand: "A|B", "attr.ink_type": "Dye", locale: "en-us", limit: "24" }]);
});

test("the page says what was searched, in its title and to the header too", async () => {
  const { dom, texts } = await searched("?q=ink");
  assert.deepEqual(texts("h1"), ["Search results: “ink”"]);
  await until(() => dom.title === "Search results: “ink” · TechMart", "the title");
  assert.deepEqual(texts("[role=status]"), ["614 products"]);
  assert.equal(dom.querySelector("header input").value, "ink");
  assert.deepEqual([...dom.querySelectorAll("header a[hreflang]")].map((one) => new URL(one.href, "http://shop.test").search), ["?q=ink", "?q=ink"]);
});

test("numbers and prices are those of the locale", async () => {
  const { texts } = await searched("?q=ink", () => answering(200, found({ total: 1614 })), "de-de");
  assert.deepEqual(texts("h1"), ["Suchergebnisse: „ink“"]);
  assert.deepEqual(texts("[role=status]"), ["1.614 Produkte"]);
  assert.equal(texts(".price b")[0].replace(/\s/g, " "), "12,99 $");
});

test("a filter adds to what is asked and begins at the first page", async () => {
  const { link } = await searched("?q=ink&brand=Acme&page=2&cursor=c");
  assert.equal(link("Tarn & Co"), "?q=ink&brand=Acme&brand=Tarn+%26+Co");
  assert.equal(link("Ink"), "?q=ink&brand=Acme&category=printing%2Fink");
  assert.equal(link("$10.00 – $24.99"), "?q=ink&brand=Acme&price_min=1000&price_max=2499");
  assert.equal(link("below $10.00"), "?q=ink&brand=Acme&price_max=999");
  assert.equal(link("from $1,000.00"), "?q=ink&brand=Acme&price_min=100000");
  assert.equal(link("In stock only"), "?q=ink&brand=Acme&in_stock=true");
  assert.equal(link("Dye"), "?q=ink&brand=Acme&attr.ink_type=Dye");
  assert.equal(link("Yes"), "?q=ink&brand=Acme&attr.wireless=true");
  assert.equal(link("Price, lowest first"), "?q=ink&brand=Acme&sort=price");
});

test("what is chosen can be removed, where it stands and above the results", async () => {
  const { link, texts, dom } = await searched("?q=ink&category=printing/ink&price_min=1000&price_max=2499&attr.wireless=true&sort=price");
  assert.deepEqual(texts(".applied li"), [
    "Remove filter: Ink ×", "Remove filter: Wireless: Yes ×", "Remove filter: $10.00 – $24.99 ×", "Remove all filters",
  ]);
  assert.equal(link("Remove filter: $10"), "?q=ink&category=printing%2Fink&attr.wireless=true&sort=price");
  assert.equal(link("Remove all filters"), "?q=ink&sort=price");
  assert.equal(link("Tools") ?? link("Meters"), "?q=ink&price_min=1000&price_max=2499&attr.wireless=true&sort=price&category=tools%2Fmeters");
  assert.deepEqual(texts(".group a[aria-current] > span"), ["Price, lowest first", "Ink", "$10.00 – $24.99", "Yes"]);
  assert.equal(dom.querySelector(".group a[aria-current]").getAttribute("href").includes("sort"), true);
});

test("a category goes on where its last page that is rendered ahead ends, and leads back there", async () => {
  const { asked, link, texts } = await searched("?category=printing/ink&page=4", ({ limit }) => answering(200, found({ next_cursor: `after${limit}` })));
  assert.deepEqual(asked.map(({ limit, cursor }) => [limit, cursor]), [["72", undefined], ["24", "after72"]]);
  assert.deepEqual(texts("h1"), ["Ink"]);
  assert.deepEqual(texts(".crumbs li"), ["Home", "Printing", "Ink"]);
  assert.deepEqual(texts(".pager span"), ["Page 4 of 26"]);
  assert.equal(link("Previous"), "/en-us/c/printing/ink/3");
  assert.equal(link("Next"), "?category=printing%2Fink&page=5&cursor=after24");
});

test("a deep page is found by its number alone, and at once by its cursor", async () => {
  const walked = await searched("?page=11", (_, turn) => answering(200, found({ next_cursor: `c${turn}` })));
  assert.deepEqual(walked.asked.map(({ limit, cursor }) => [limit, cursor]), [["100", undefined], ["100", "c1"], ["40", "c2"], ["24", "c3"]]);
  const led = await searched("?page=11&cursor=c3");
  assert.deepEqual(led.asked.map(({ limit, cursor }) => [limit, cursor]), [["24", "c3"]]);
  const stale = await searched("?page=2&cursor=old", ({ cursor }) => (cursor === "old" ? answering(400, {}) : answering(200, found())));
  assert.deepEqual(stale.asked.map(({ cursor }) => cursor), ["old", undefined, "next"]);
  assert.equal(stale.texts(".card").length, 2);
});

test("a page past the last says so and leads to the first", async () => {
  const { link, texts } = await searched("?q=ink&page=40", () => answering(200, found({ total: 30, next_cursor: null })));
  assert.match(texts(".results .notice")[0], /no more products/);
  assert.equal(link("To the first page"), "?q=ink");
});

test("a corrected word, words that few products have, and nothing at all are told", async () => {
  const corrected = await searched("?q=cartrige", () => answering(200, found({ corrected_query: "cartridge", relaxed: true })));
  assert.deepEqual(corrected.texts("[role=status]"), ["Showing results for “cartridge”. 614 products"]);
  assert.match(corrected.texts(".hint")[0], /some of them/);
  const nothing = await searched("?q=zzz", () => answering(200, found({ items: [], total: 0, facets: NONE, next_cursor: null })));
  assert.deepEqual(nothing.texts("[role=status]"), ["Nothing found"]);
  assert.match(nothing.texts(".results .notice")[0], /fewer or other words/);
  const narrow = await searched("?q=ink&brand=Nobody", () => answering(200, found({ items: [], total: 0, facets: NONE, next_cursor: null })));
  assert.match(narrow.texts(".results .notice")[0], /Remove one/);
  assert.equal(narrow.link("Remove filter: Nobody"), "?q=ink");
});

test("an API that is down is told, and asked again on demand", async () => {
  const { dom, texts } = await searched("?q=ink", (_, turn) => answering(turn === 1 ? 503 : 200, found()));
  assert.match(texts("[role=alert]")[0], /not answering/);
  dom.querySelector("[role=alert] button").click();
  await until(() => dom.querySelectorAll(".card:not(.waiting *)").length === 2, "the results");
});

test("a search that the API refuses is told apart from one that failed", async () => {
  const { texts, link } = await searched("?sort=oldest", () => answering(400, {}));
  assert.match(texts("[role=alert]")[0], /cannot be read/);
  assert.equal(link("Start a new search"), "/en-us/search");
});
