// Server HTML equals what the browser has after hydration, for each island and state.
import { h, hydrate, type ComponentType } from "preact";
import { render } from "preact-render-to-string";
import { BuyBox } from "../islands/BuyBox";
import { SearchResults } from "../islands/SearchResults";

interface Example { name: string; island: ComponentType<never>; props: Record<string, unknown> }

const hostile = `<script>alert(1)</script>"'&amp;`;
const EXAMPLES: Example[] = [
  { name: "buy box", island: BuyBox as ComponentType<never>, props: { id: "1", sku: "A", locale: "en-us", price: "$1.00", was: null } },
  { name: "buy box, reduced", island: BuyBox as ComponentType<never>, props: { id: "1", sku: "A", locale: "de-de", price: "1,00 €", was: "2,00 €" } },
  { name: "buy box, hostile", island: BuyBox as ComponentType<never>, props: { id: hostile, sku: hostile, locale: "en-us", price: hostile, was: hostile } },
  { name: "search, loading", island: SearchResults as ComponentType<never>, props: { locale: "en-us", query: "" } },
];

export function check(document: Document): string[] {
  return EXAMPLES.flatMap(({ name, island, props }) => {
    const node = h(island, props as never);
    const made = render(node);
    const root = document.createElement("div");
    root.innerHTML = made;
    const before = root.innerHTML;
    hydrate(node, root as unknown as Element);
    return root.innerHTML === before ? [] : [`${name}: ${before} became ${root.innerHTML}`];
  });
}
