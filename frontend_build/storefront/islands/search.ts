import { h, hydrate } from "preact";
import { SearchResults } from "./search/SearchResults";

// What the header, which is the same on every page, needs to know of this search. A word typed before this runs stays.
function prepareHeader(query: string): void {
  const field = document.querySelector<HTMLInputElement>("header input[name=q]");
  if (field) field.defaultValue = new URLSearchParams(query).get("q") ?? "";
  document.querySelectorAll<HTMLAnchorElement>("header a[hreflang]").forEach((link) => { link.search = query; });
}

const root = document.querySelector<HTMLElement>("[data-island=search]");
if (root) {
  const query = location.search.slice(1);
  prepareHeader(query);
  hydrate(h(SearchResults, { locale: root.dataset["locale"] ?? "", query }), root);
}
