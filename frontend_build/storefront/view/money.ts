import { languageTag } from "../i18n";
import type { Money } from "../shapes";

// Money as people read it. Only documents are formatted while pages are made; browsers get strings.
export function money(value: Money, locale: string): string {
  const format = new Intl.NumberFormat(languageTag(locale), { style: "currency", currency: value.currency });
  return format.format(value.amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

// The amount as machines read it, with the currency's own digits: 129.99, 12999 for yen.
export function decimal(value: Money): string {
  const format = new Intl.NumberFormat("en-US", { style: "currency", currency: value.currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return (value.amount / 10 ** digits).toFixed(digits);
}
