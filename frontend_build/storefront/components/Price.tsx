import { messages } from "../i18n";

// Texts made already: the same in V8 and in the browser.
export function Price({ price, was, locale }: { price: string; was: string | null; locale: string }) {
  return <p class="price"><b>{price}</b>{was && <span class="was">{` ${messages(locale).was} `}<s>{was}</s></span>}</p>;
}
