import type { ComponentChildren } from "preact";
import { languageName, languageTag, messages, textLanguage } from "../i18n";
import { Head, type HeadProps } from "./Head";

export type LayoutProps = HeadProps & { version: number; children: ComponentChildren };

// The same page in the shop's other locales, countries told only in the list: the header has no room. An error page has no twins: there the links lead home.
function Languages({ about, locale, locales }: HeadProps) {
  if (locales.length < 2) return null;
  return (
    <details class="drop" data-drop="languages">
      <summary><span class="visually-hidden">{`${messages(locale).language}: `}</span>{languageName(locale, [locale])}</summary>
      <ul>
        {locales.map((one) => (
          <li>
            <a href={`/${one}/${about.path}`} lang={languageTag(one)} hrefLang={languageTag(one)} aria-current={one === locale ? "true" : undefined}>
              {languageName(one, locales)}
            </a>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Header(props: HeadProps) {
  const { locale } = props;
  const text = messages(locale);
  return (
    <header class="site">
      <a class="logo" href={`/${locale}/`}>{text.shop}</a>
      <form class="find" action={`/${locale}/search`} role="search">
        <input name="q" type="search" aria-label={text.searchProducts} placeholder={text.searchProducts} maxLength={200} />
        <button type="submit">{text.search}</button>
      </form>
      <nav class="menu" aria-label={text.categories}>
        <details class="drop" data-drop="categories" data-locale={locale}>
          <summary>{text.categories}</summary>
          <ul><li><a href={`/${locale}/#categories`}>{text.allCategories}</a></li></ul>
        </details>
        <Languages {...props} />
      </nav>
    </header>
  );
}

export function Layout(props: LayoutProps) {
  const text = messages(props.locale);
  return (
    <html lang={textLanguage(props.locale)} data-version={props.version}>
      <Head {...props} />
      <body>
        <a class="skip" href="#main">{text.skip}</a>
        <Header {...props} />
        <main id="main" tabIndex={-1}>{props.children}</main>
        <footer class="site"><p>{text.priceNote}</p></footer>
      </body>
    </html>
  );
}
