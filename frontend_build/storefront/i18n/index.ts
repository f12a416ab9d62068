import { deDe } from "./de-de";
import { enUs, type Messages } from "./en-us";

const MESSAGES: Record<string, Messages> = { en: enUs, de: deDe };
const FALLBACK = "en";

function language(locale: string): string {
  return locale.split("-")[0] ?? locale;
}

// The words of a locale's language; English where there are none.
export function messages(locale: string): Messages {
  return MESSAGES[language(locale)] ?? enUs;
}

// `en-us` as HTML and search engines write it.
export function languageTag(locale: string): string {
  const [spoken = FALLBACK, region = ""] = locale.split("-");
  return region ? `${spoken}-${region.toUpperCase()}` : spoken;
}

// What a page of this locale is written in: a shop may have locales that it has no words for.
export function textLanguage(locale: string): string {
  return language(locale) in MESSAGES ? languageTag(locale) : FALLBACK;
}

// Made once for each argument: what `Intl` makes costs more than the rest of a page.
export function kept<Made>(make: (name: string) => Made): (name: string) => Made {
  const made = new Map<string, Made>();
  return (name) => {
    const found = made.get(name) ?? make(name);
    made.set(name, found);
    return found;
  };
}

const names = kept((tag) => new Intl.DisplayNames([tag], { type: "language", languageDisplay: "standard" }));
const grouping = kept((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 6 }));
const plain = kept((tag) => new Intl.NumberFormat(tag, { maximumFractionDigits: 6, useGrouping: false }));

// A locale by its own name for its language; with the country where another locale has the same language.
export function languageName(locale: string, locales: string[]): string {
  const tag = languageTag(locale);
  const shared = locales.some((one) => one !== locale && language(one) === language(locale));
  const name = names(tag).of(shared ? tag : language(locale)) ?? locale;
  return name.slice(0, 1).toLocaleUpperCase(tag) + name.slice(1);
}

// `1,234 products`.
export function counted(count: number, locale: string, exact = true): string {
  const text = messages(locale);
  return `${number(count, locale)}${exact ? "" : "+"} ${count === 1 ? text.product : text.products}`;
}

export function number(value: number, locale: string, grouped = true): string {
  return (grouped ? grouping : plain)(languageTag(locale)).format(value);
}
