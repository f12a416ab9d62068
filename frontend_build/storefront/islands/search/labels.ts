// How filters are called.
import { messages } from "../../i18n";
import type { SearchAnswer } from "../../shapes";
import { money } from "../../view/money";

function spoken(slug: string): string {
  const words = slug.replace(/[-_]+/g, " ").trim();
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

// `attr.print_technology` as `Print technology`.
export function attributeName(name: string): string {
  return spoken(name.replace(/^attr\./, ""));
}

export function attributeValue(value: string, locale: string): string {
  const text = messages(locale);
  return value === "true" ? text.yes : value === "false" ? text.no : value;
}

// Names of a category and those above it, from a label of the result; from its address where nothing was found.
export function categoryNames(path: string, answer: SearchAnswer): string[] {
  const depth = path.split("/").length;
  const below = answer.facets.category.find((one) => one.path === path || one.path.startsWith(`${path}/`));
  return below ? below.value.split(" > ").slice(0, depth) : path.split("/").map(spoken);
}

// `min-max` in minor units, either open, both included.
export function priceRange(range: string, answer: SearchAnswer, locale: string): string {
  const text = messages(locale);
  const currency = answer.items[0]?.price.currency;
  const shown = (amount: string) => (currency ? money({ amount: Number(amount), currency }, locale) : amount);
  const [low = "", high = ""] = range.split("-");
  if (!low) return `${text.below} ${shown(String(Number(high) + 1))}`;
  return high ? `${shown(low)} – ${shown(high)}` : `${text.from} ${shown(low)}`;
}

export function filterLabel(name: string, value: string, answer: SearchAnswer, locale: string): string {
  if (name === "category") return categoryNames(value, answer).at(-1) ?? value;
  if (name === "price") return priceRange(value, answer, locale);
  if (name === "in_stock") return value === "true" ? messages(locale).inStockOnly : messages(locale).out_of_stock;
  return name === "brand" ? value : `${attributeName(name)}: ${attributeValue(value, locale)}`;
}
