// A product page and the offer it fetches: which of the two prices is shown, and what machines are told.
import assert from "node:assert/strict";
import { test } from "node:test";
import { page, product, sold } from "./examples.mjs";
import { answering, open, renderPages, until } from "./pages.mjs";

const BEFORE = "2026-11-01T09:59:59.999Z";
const AFTER = "2026-11-01T10:00:00.001Z";
const usd = (amount) => ({ amount, currency: "USD" });
const offer = (as_of, ...offers) => ({ version: 9, as_of, id: "p1", offers });
const one = (sku, amount, availability, was = null) => ({ sku, price: usd(amount), compare_at_price: was && usd(was), availability });

function opened(document, fetch) {
  const [{ html, error }] = renderPages([page("product", "en-us", document).request]);
  assert.equal(error, undefined);
  return open(html, { fetch });
}

async function shown(document, answer) {
  const { document: dom, hydrate } = opened(document, () => Promise.resolve(answer));
  await hydrate();
  const status = () => dom.querySelector("[role=status]").textContent;
  await until(() => !status().startsWith("Checking"), "the offer shown");
  const { offers } = JSON.parse(dom.querySelector("script[type='application/ld+json']").textContent);
  return { price: dom.querySelector("[data-price]").textContent, status: status(), machines: offers, dom };
}

test("a newer offer replaces price and availability", async () => {
  const { price, status, machines } = await shown(product, answering(200, offer(AFTER, one("A-1", 4999, "low_stock", 9999))));
  assert.equal(price, "$49.99 was $99.99");
  assert.equal(status, "Only a few left");
  assert.equal(machines.price, "49.99");
  assert.equal(machines.availability, "https://schema.org/LimitedAvailability");
});

test("an older offer never replaces the price of a newer page, but says what is in stock", async () => {
  const { price, status, machines } = await shown(product, answering(200, offer(BEFORE, one("A-1", 4999, "out_of_stock"))));
  assert.equal(price, "$129.99");
  assert.equal(status, "Sold out");
  assert.equal(machines.price, "129.99");
  assert.equal(machines.availability, "https://schema.org/OutOfStock");
});

test("an offer of the same command is as good as a newer one", async () => {
  const { price } = await shown(product, answering(200, offer(product.as_of, one("A-1", 4999, "in_stock"))));
  assert.equal(price, "$49.99");
});

test("what has no date is older than what has one", async () => {
  const undated = await shown({ ...product, as_of: null }, answering(200, offer(BEFORE, one("A-1", 4999, "in_stock"))));
  assert.equal(undated.price, "$49.99");
  const dated = await shown(product, answering(200, offer(null, one("A-1", 4999, "in_stock"))));
  assert.equal(dated.price, "$129.99");
});

test("every SKU has an offer of its own; one that a newer offer lacks is no longer sold", async () => {
  const two = { ...product, variants: [sold("A-1"), sold("A-2", { options: { colour: "red" } }), sold("A-3")] };
  const { dom } = await shown(two, answering(200, offer(AFTER, one("A-1", 4999, "in_stock"), one("A-2", 5999, "backorder"))));
  const rows = [...dom.querySelectorAll(".variants li")].map((row) => [...row.children].map((cell) => cell.textContent).join(" "));
  assert.deepEqual(rows, ["A-1 $49.99 In stock", "red $59.99 Available to order", "A-3 $129.99 No longer sold"]);
});

test("an offer that is gone or cannot be had leaves the price and says so", async () => {
  const gone = await shown(product, answering(410, { state: "gone" }));
  assert.deepEqual([gone.price, gone.status], ["$129.99", "No longer sold"]);
  const down = await shown(product, answering(503, {}));
  assert.deepEqual([down.price, down.status], ["$129.99", "Availability could not be checked just now."]);
  assert.equal(down.machines.availability, undefined);
});

test("a page that one goes back to asks again", async () => {
  let amount = 4999;
  const { window, document: dom, hydrate } = opened(product, () => Promise.resolve(answering(200, offer(AFTER, one("A-1", amount, "in_stock")))));
  await hydrate();
  await until(() => dom.querySelector("[data-price]").textContent === "$49.99", "the first offer");
  amount = 3999;
  window.dispatchEvent(Object.assign(new window.Event("pageshow"), { persisted: true }));
  await until(() => dom.querySelector("[data-price]").textContent === "$39.99", "the second offer");
});
