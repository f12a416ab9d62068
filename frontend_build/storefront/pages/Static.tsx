import { Layout } from "../components/Layout";
import { messages } from "../i18n";
import { SearchResults } from "../islands/search/SearchResults";
import type { PageContext } from "./context";

// Both stay out of search engines: there are more searches than anyone should crawl.
export function SearchPage(context: PageContext<{ version: number }>) {
  const { locale } = context;
  const text = messages(locale);
  const about = { title: text.results, description: text.tagline, path: "search", unlisted: true, scripts: ["search.ts"] };
  return (
    <Layout {...context} about={about} version={context.document.version}>
      <div data-island="search" data-locale={locale}><SearchResults locale={locale} query="" /></div>
      <noscript><p class="notice">{text.needsScript} <a href={`/${locale}/#categories`}>{text.allCategories}</a></p></noscript>
    </Layout>
  );
}

export function NotFoundPage(context: PageContext<{ version: number }>) {
  const { locale } = context;
  const text = messages(locale);
  const about = { title: text.notFound, description: text.notFoundHelp, path: "", unlisted: true };
  return (
    <Layout {...context} about={about} version={context.document.version}>
      <h1>{text.notFound}</h1>
      <p>{text.notFoundHelp}</p>
      <p><a href={`/${locale}/`}>{text.toHome}</a> · <a href={`/${locale}/#categories`}>{text.allCategories}</a></p>
    </Layout>
  );
}
