import { deDe } from "./de-de";
import { enUs, type Messages } from "./en-us";

const MESSAGES: Record<string, Messages> = { "en-us": enUs, "de-de": deDe };

export function messages(locale: string): Messages {
  return MESSAGES[locale] ?? enUs;
}

// The other language's locale, for the link between twins.
export function twin(locale: string): string {
  return locale === "de-de" ? "en-us" : "de-de";
}

// `en-us` as HTML and search engines write it.
export function languageTag(locale: string): string {
  const [language = "en", region = ""] = locale.split("-");
  return region ? `${language}-${region.toUpperCase()}` : language;
}
