import { Cards } from "../components/Card";
import { Layout } from "../components/Layout";
import { messages } from "../i18n";
import type { HomeDocument } from "../shapes";
import { cardView } from "../view/card";
import type { PageContext } from "./context";

export function HomePage({ document: home, ...context }: PageContext<HomeDocument>) {
  const { locale } = context;
  const text = messages(locale);
  return (
    <Layout {...context} path="" version={home.version} title={text.shop} description={text.newest}>
      <h1 class="visually-hidden">{text.shop}</h1>
      <section aria-labelledby="categories">
        <h2 id="categories">{text.categories}</h2>
        <div class="chips">
          {home.categories.map((one) => <a key={one.path} href={`/${locale}/c/${one.path}`}>{one.name}</a>)}
          <a href={`/${locale}/c/all`}>{text.all}</a>
        </div>
      </section>
      <section aria-labelledby="newest">
        <h2 id="newest">{text.newest}</h2>
        {home.newest.length ? <Cards cards={home.newest.map((card) => cardView(card, locale))} locale={locale} /> : <p>{text.empty}</p>}
      </section>
    </Layout>
  );
}
