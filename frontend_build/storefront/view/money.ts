import { languageTag } from "../i18n";
import type { Money } from "../shapes";

// Money as people read it. Only documents are formatted while pages are made; browsers get strings.
export function money(value: Money, locale: string): string {
  const format = new Intl.NumberFormat(languageTag(locale), { style: "currency", currency: value.currency });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  return format.format(value.amount / 10 ** digits);
}
