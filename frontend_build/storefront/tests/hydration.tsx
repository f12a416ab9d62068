// What a browser makes of an island by itself, from the props that the page carries.
import { h, render } from "preact";
import { BuyBox, type BuyBoxProps } from "../islands/BuyBox";
import { SearchResults } from "../islands/search/SearchResults";

// The island's HTML rendered into an empty element. Hydration leaves wrong attributes alone, so only this shows them.
export function fresh(root: HTMLElement, query: string): string {
  const empty = document.createElement("div");
  const locale = root.dataset["locale"] ?? "";
  if (root.dataset["island"] === "search") render(h(SearchResults, { locale, query: query.slice(1) }), empty);
  else render(h(BuyBox, JSON.parse(root.dataset["props"] ?? "") as BuyBoxProps), empty);
  return empty.innerHTML;
}
