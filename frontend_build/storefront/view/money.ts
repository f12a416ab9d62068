import { languageTag } from "../i18n";
import type { Money } from "../shapes";

// Money as people read it.
export function money(value: Money, locale: string): string {
  const format = new Intl.NumberFormat(languageTag(locale), { style: "currency", currency: value.currency });
  return format.format(value.amount / 10 ** digits(value.currency));
}

// The amount as machines read it, with the currency's own digits: 129.99, 12999 for yen.
export function decimal(value: Money): string {
  return (value.amount / 10 ** digits(value.currency)).toFixed(digits(value.currency));
}

function digits(currency: string): number {
  return new Intl.NumberFormat("en-US", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;
}
