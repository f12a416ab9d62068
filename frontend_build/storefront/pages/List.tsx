import { Breadcrumbs } from "../components/Breadcrumbs";
import { Cards } from "../components/Card";
import { Layout } from "../components/Layout";
import { Pager } from "../components/Pager";
import { counted, messages, number } from "../i18n";
import type { ListDocument } from "../shapes";
import { cardView } from "../view/card";
import { listAddress, PAGES_RENDERED, searchAddress } from "../view/addresses";
import { trailData } from "../view/structured";
import type { PageContext } from "./context";

function before(list: ListDocument, locale: string): string | null {
  return list.page > 1 ? listAddress(locale, list.path, list.page - 1) : null;
}

// Past the last page that is rendered ahead, the list goes on by the read API.
function after(list: ListDocument, locale: string): string | null {
  if (list.page >= list.pages) return null;
  if (list.page < PAGES_RENDERED) return listAddress(locale, list.path, list.page + 1);
  return searchAddress(locale, { category: list.path, page: String(list.page + 1) });
}

function Children({ list, name, locale }: { list: ListDocument; name: string; locale: string }) {
  return (
    <nav class="chips" aria-label={`${messages(locale).subcategories} ${name}`}>
      {list.children.map((one) => <a key={one.path} href={`/${locale}/c/${one.path}`}>{one.name}</a>)}
    </nav>
  );
}

export function ListPage({ document: list, ...context }: PageContext<ListDocument>) {
  const { locale, origin } = context;
  const text = messages(locale);
  const name = list.name || text.all;
  const total = counted(list.total, locale, list.total_is_exact);
  const place = list.page > 1 ? ` · ${text.page} ${number(list.page, locale)}` : "";
  const about = {
    title: `${name}${place}`, description: `${list.label || text.all}${place}: ${total}. ${text.welcome}.`,
    path: listAddress(locale, list.path, list.page).slice(locale.length + 2), data: [trailData(list.breadcrumbs, origin, locale)],
  };
  return (
    <Layout {...context} about={about} version={list.version}>
      <Breadcrumbs crumbs={list.breadcrumbs} locale={locale} />
      <h1>{name}</h1>
      {list.children.length > 0 && <Children list={list} name={name} locale={locale} />}
      <div class="bar">
        <p>{total}</p>
        {list.total > 0 && <a class="quiet button" href={searchAddress(locale, { category: list.path })}>{text.filterAndSort}</a>}
      </div>
      {list.items.length ? <Cards cards={list.items.map((card) => cardView(card, locale))} locale={locale} /> : <p class="notice">{text.empty}</p>}
      {list.pages > 1 && <Pager page={list.page} pages={list.pages} before={before(list, locale)} after={after(list, locale)} locale={locale} />}
    </Layout>
  );
}
