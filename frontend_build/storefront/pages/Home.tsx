import { Cards } from "../components/Card";
import { Layout } from "../components/Layout";
import { messages } from "../i18n";
import type { HomeDocument } from "../shapes";
import { cardView } from "../view/card";
import { shopData } from "../view/structured";
import type { PageContext } from "./context";

export function HomePage({ document: home, ...context }: PageContext<HomeDocument>) {
  const { locale, origin } = context;
  const text = messages(locale);
  const about = { title: text.shop, description: `${text.welcome}. ${text.tagline}`, path: "", data: [shopData(origin, locale)] };
  return (
    <Layout {...context} about={about} version={home.version}>
      <h1>{text.welcome}</h1>
      <p class="tagline">{text.tagline}</p>
      <section aria-labelledby="categories">
        <h2 id="categories">{text.categories}</h2>
        <div class="chips">
          {home.categories.map((one) => <a key={one.path} href={`/${locale}/c/${one.path}`}>{one.name}</a>)}
          <a href={`/${locale}/c/all`}>{text.all}</a>
        </div>
      </section>
      <section aria-labelledby="newest">
        <h2 id="newest">{text.newest}</h2>
        {home.newest.length ? <Cards cards={home.newest.map((card) => cardView(card, locale))} locale={locale} /> : <p class="notice">{text.empty}</p>}
      </section>
    </Layout>
  );
}
