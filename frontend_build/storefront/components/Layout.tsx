import type { ComponentChildren } from "preact";
import { languageTag, messages, twin } from "../i18n";

export interface PageProps {
  locale: string; origin: string; title: string; description?: string; path: string; version: number;
  assets: Record<string, string>; scripts?: string[]; jsonLd?: unknown; children: ComponentChildren;
}

// Data for machines, never closing its element early.
function inert(data: unknown): string {
  return JSON.stringify(data).replace(/</g, "\\u003c").replace(/\u2028/g, "\\u2028").replace(/\u2029/g, "\\u2029");
}

function Head({ locale, origin, title, description, path, assets, scripts, jsonLd }: PageProps) {
  const other = twin(locale);
  return (
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{title}</title>
      {description && <meta name="description" content={description.slice(0, 160)} />}
      <link rel="canonical" href={`${origin}/${locale}/${path}`} />
      {[locale, other].map((one) => (
        <link rel="alternate" hrefLang={languageTag(one)} href={`${origin}/${one}/${path}`} />
      ))}
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href={`/assets/${assets["shop.css"]}`} />
      {["menu.ts", ...(scripts ?? [])].map((name) => <script type="module" src={`/assets/${assets[name]}`} />)}
      {jsonLd !== undefined && (
        <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: inert(jsonLd) }} />
      )}
    </head>
  );
}

function Header({ locale, path }: { locale: string; path: string }) {
  const text = messages(locale);
  return (
    <header class="site">
      <a class="logo" href={`/${locale}/`}>{text.shop}</a>
      <form class="find" action={`/${locale}/search`} role="search">
        <input name="q" type="search" aria-label={text.searchProducts} placeholder={text.searchProducts} maxLength={200} />
        <button type="submit">{text.search}</button>
      </form>
      <nav class="menu" aria-label={text.categories} data-menu={locale}>
        <a href={`/${locale}/#categories`}>{text.categories}</a>
        <a href={`/${twin(locale)}/${path}`} lang={languageTag(twin(locale))} hrefLang={languageTag(twin(locale))}>{text.language}</a>
      </nav>
    </header>
  );
}

export function Layout(props: PageProps) {
  const text = messages(props.locale);
  return (
    <html lang={languageTag(props.locale)} data-version={props.version}>
      <Head {...props} />
      <body>
        <a class="skip" href="#main">{text.skip}</a>
        <Header locale={props.locale} path={props.path} />
        <main id="main">{props.children}</main>
        <footer class="site"><p>{text.priceNote}</p></footer>
      </body>
    </html>
  );
}
