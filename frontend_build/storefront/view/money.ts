import { kept, languageTag } from "../i18n";
import type { Money } from "../shapes";

const digits = kept((currency) => new Intl.NumberFormat("en-US", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2);
const formats = kept((name) => {
  const [tag = "", currency = ""] = name.split(" ");
  return new Intl.NumberFormat(tag, { style: "currency", currency });
});

// Money as people read it.
export function money({ amount, currency }: Money, locale: string): string {
  return formats(`${languageTag(locale)} ${currency}`).format(amount / 10 ** digits(currency));
}

// The amount as machines read it, with the currency's own digits: 129.99, 12999 for yen.
export function decimal({ amount, currency }: Money): string {
  return (amount / 10 ** digits(currency)).toFixed(digits(currency));
}
