import { Layout } from "../components/Layout";
import { messages } from "../i18n";
import { SearchResults } from "../islands/search/SearchResults";
import type { PageContext } from "./context";

// None of these is for search engines: there are more searches than anyone should crawl.
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

function Apology({ title, help, ...context }: PageContext<{ version: number }> & { title: string; help: string }) {
  const { locale } = context;
  const text = messages(locale);
  const about = { title, description: help, path: "", unlisted: true };
  return (
    <Layout {...context} about={about} version={context.document.version}>
      <h1>{title}</h1>
      <p>{help}</p>
      <p><a href={`/${locale}/`}>{text.toHome}</a> · <a href={`/${locale}/#categories`}>{text.allCategories}</a></p>
    </Layout>
  );
}

export function NotFoundPage(context: PageContext<{ version: number }>) {
  const text = messages(context.locale);
  return <Apology {...context} title={text.notFound} help={text.notFoundHelp} />;
}

// What stands at the address of a product or a list that there is no more.
export function GonePage(context: PageContext<{ version: number }>) {
  const text = messages(context.locale);
  return <Apology {...context} title={text.notSold} help={text.notSoldHelp} />;
}
