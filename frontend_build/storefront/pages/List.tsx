import { Breadcrumbs } from "../components/Breadcrumbs";
import { Cards } from "../components/Card";
import { Layout } from "../components/Layout";
import { messages } from "../i18n";
import type { ListDocument } from "../shapes";
import { cardView } from "../view/card";
import type { PageContext } from "./context";

const PAGES_RENDERED = 3;

function Paging({ list, locale }: { list: ListDocument; locale: string }) {
  const text = messages(locale);
  const base = `/${locale}/c/${list.path || "all"}`;
  const next = list.page < Math.min(list.pages, PAGES_RENDERED)
    ? `${base}/${list.page + 1}` : `/${locale}/search?${list.path ? `category=${list.path}` : ""}`;
  return (
    <nav class="paging" aria-label={text.page}>
      {list.page > 1 && <a rel="prev" href={list.page === 2 ? base : `${base}/${list.page - 1}`}>{text.previous}</a>}
      <span>{`${text.page} ${list.page} / ${list.pages}`}</span>
      {list.page < list.pages && <a rel="next" href={next}>{text.next}</a>}
    </nav>
  );
}

export function ListPage({ document: list, ...context }: PageContext<ListDocument>) {
  const { locale } = context;
  const text = messages(locale);
  const name = list.name || text.all;
  const path = `c/${list.path || "all"}${list.page > 1 ? `/${list.page}` : ""}`;
  return (
    <Layout {...context} path={path} version={list.version} title={`${name} · ${text.shop}`} description={list.label || text.all}>
      <Breadcrumbs crumbs={list.breadcrumbs} locale={locale} />
      <h1>{name}</h1>
      <p>{`${list.total}${list.total_is_exact ? "" : "+"} ${text.products}`}</p>
      {list.children.length > 0 && (
        <nav class="chips" aria-label={`${text.subcategories} ${name}`}>{list.children.map((one) => <a key={one.path} href={`/${locale}/c/${one.path}`}>{one.name}</a>)}</nav>
      )}
      {list.items.length ? <Cards cards={list.items.map((card) => cardView(card, locale))} locale={locale} /> : <p>{text.empty}</p>}
      <Paging list={list} locale={locale} />
    </Layout>
  );
}
