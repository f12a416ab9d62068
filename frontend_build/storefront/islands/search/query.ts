// A search as its address holds it: what is asked for, and the addresses of the same search with one thing changed.
// Names that the API does not know (of campaigns, say) are left out, so that a shared address still answers.
import { listAddress, PAGE_SIZE, PAGES_RENDERED } from "../../view/addresses";

const SINGLE = new Set(["q", "price_min", "price_max", "in_stock", "sort"]);
const REPEATED = /^(brand|category|attr\.[a-z0-9_]{1,120})$/;
const REACH = 5000;
export const PAGES_MAX = Math.floor(REACH / PAGE_SIZE);

export interface Asked { search: URLSearchParams; page: number; cursor: string | null }

export function read(query: string): Asked {
  const given = new URLSearchParams(query);
  const search = new URLSearchParams();
  for (const [name, value] of given) {
    if (value !== "" && (REPEATED.test(name) || (SINGLE.has(name) && !search.has(name)))) search.append(name, value);
  }
  const page = Number.parseInt(given.get("page") ?? "1", 10);
  return { search, page: Math.min(Math.max(page || 1, 1), PAGES_MAX + 1), cursor: given.get("cursor") };
}

export function address(search: URLSearchParams): string {
  return `?${search}`;
}

// Without words, a category is what is looked through, not what narrows it.
function isSubject(search: URLSearchParams, name: string): boolean {
  return name === "q" || name === "sort" || (name === "category" && !search.has("q"));
}

// What narrows the search. A price range is one thing.
export function filtersOf(search: URLSearchParams): [string, string][] {
  const pairs = [...search].filter(([name]) => !isSubject(search, name) && !name.startsWith("price_"));
  const [low, high] = [search.get("price_min"), search.get("price_max")];
  return low !== null || high !== null ? [...pairs, ["price", `${low ?? ""}-${high ?? ""}`]] : pairs;
}

export function has(search: URLSearchParams, name: string, value: string): boolean {
  return name === "price" ? filtersOf(search).some(([one, its]) => one === name && its === value) : search.getAll(name).includes(value);
}

export function without(search: URLSearchParams, name: string, value: string): URLSearchParams {
  if (name === "price") return keep(search, (one) => !one.startsWith("price_"));
  return keep(search, (one, its) => one !== name || its !== value);
}

export function unfiltered(search: URLSearchParams): URLSearchParams {
  return keep(search, (name) => isSubject(search, name));
}

// Brands and attributes may be chosen side by side; a category, a price range or an order replaces the one before.
export function adding(search: URLSearchParams, name: string, value: string): URLSearchParams {
  const several = name === "brand" || name.startsWith("attr.");
  const next = several ? keep(search, () => true) : name === "price" ? without(search, name, "") : keep(search, (one) => one !== name);
  if (name !== "price") next.append(name, value);
  else value.split("-").forEach((bound, place) => { if (bound) next.append(place ? "price_max" : "price_min", bound); });
  return next;
}

// A page of this search. The cursor leads there at once; the number alone finds the way too.
export function pageAddress(search: URLSearchParams, page: number, cursor: string | null = null): string {
  const next = new URLSearchParams(search);
  if (page > 1) next.append("page", String(page));
  if (cursor !== null) next.append("cursor", cursor);
  return address(next);
}

// The page before: of a whole list, the last one rendered ahead is where its readers came from.
export function addressBefore(search: URLSearchParams, page: number, locale: string): string {
  const whole = [...search.keys()].every((name) => name === "category");
  if (whole && page - 1 === PAGES_RENDERED) return listAddress(locale, search.get("category") ?? "", PAGES_RENDERED);
  return pageAddress(search, page - 1);
}

function keep(search: URLSearchParams, wanted: (name: string, value: string) => boolean): URLSearchParams {
  return new URLSearchParams([...search].filter(([name, value]) => wanted(name, value)));
}
