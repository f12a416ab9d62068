import { messages, number } from "../i18n";

// Links to the pages before and after one; null where there is none.
export function Pager({ page, pages, before, after, locale }: {
  page: number; pages: number; before: string | null; after: string | null; locale: string;
}) {
  const text = messages(locale);
  return (
    <nav class="pager" aria-label={text.paging}>
      {before !== null && <a rel="prev" href={before}>{text.previous}</a>}
      <span>{`${text.page} ${number(page, locale)} ${text.of} ${number(pages, locale)}`}</span>
      {after !== null && <a rel="next" href={after}>{text.next}</a>}
    </nav>
  );
}
