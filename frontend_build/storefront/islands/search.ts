import { h, hydrate } from "preact";
import { SearchResults } from "./SearchResults";

const root = document.querySelector<HTMLElement>("[data-island=search]");
if (root) {
  const query = location.search.slice(1);
  const field = document.querySelector<HTMLInputElement>("header input[name=q]");
  if (field) field.value = new URLSearchParams(query).get("q") ?? "";
  hydrate(h(SearchResults, { locale: root.dataset["locale"] ?? "en-us", query }), root);
}
