import { Layout } from "../components/Layout";
import { messages } from "../i18n";
import { SearchResults } from "../islands/SearchResults";
import type { PageContext } from "./context";

export function SearchPage(context: PageContext<{ version: number }>) {
  const text = messages(context.locale);
  return (
    <Layout {...context} path="search" version={context.document.version} title={`${text.results} · ${text.shop}`} scripts={["search.ts"]}>
      <h1>{text.results}</h1>
      <div data-island="search" data-locale={context.locale}><SearchResults locale={context.locale} query="" /></div>
    </Layout>
  );
}

export function NotFoundPage(context: PageContext<{ version: number }>) {
  const text = messages(context.locale);
  return (
    <Layout {...context} path="not-found" version={context.document.version} title={`${text.notFound} · ${text.shop}`}>
      <h1>{text.notFound}</h1>
      <p>{text.notFoundHelp}</p>
    </Layout>
  );
}
