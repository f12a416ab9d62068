import { languageTag, messages } from "../i18n";
import type { PageContext } from "../pages/context";
import type { Image } from "../shapes";
import { summary } from "../view/text";

const DESCRIPTION_MAX = 160;

// What a page tells of itself. `title` is without the shop's name, `path` is its address behind the locale; `unlisted` keeps it out of search engines.
export interface About {
  title: string; description: string; path: string; unlisted?: boolean;
  kind?: "website" | "product"; image?: Image | undefined; data?: unknown[]; scripts?: string[];
}
export type HeadProps = Omit<PageContext<unknown>, "document"> & { about: About };

// Data for machines, never closing its element early.
function inert(data: unknown): string {
  return JSON.stringify(data).replace(/</g, "\\u003c").replace(/\u2028/g, "\\u2028").replace(/\u2029/g, "\\u2029");
}

// An address of this origin as others read it; one that is absolute already stays.
export function absolute(origin: string, address: string): string {
  return address.startsWith("/") ? origin + address : address;
}

function Addresses({ about, locale, locales, origin }: HeadProps) {
  const [first = locale] = locales;
  const anywhere = about.path ? `${origin}/${first}/${about.path}` : `${origin}/`;
  return (
    <>
      <link rel="canonical" href={`${origin}/${locale}/${about.path}`} />
      {locales.map((one) => <link rel="alternate" hrefLang={languageTag(one)} href={`${origin}/${one}/${about.path}`} />)}
      <link rel="alternate" hrefLang="x-default" href={anywhere} />
    </>
  );
}

function Preview({ about, locale, origin }: HeadProps) {
  const facts: Record<string, string> = {
    "og:site_name": messages(locale).shop, "og:type": about.kind ?? "website", "og:title": about.title,
    "og:description": summary(about.description, DESCRIPTION_MAX), "og:url": `${origin}/${locale}/${about.path}`,
    "og:locale": languageTag(locale).replace("-", "_"),
    ...(about.image && { "og:image": absolute(origin, about.image.url), "og:image:alt": about.image.alt }),
  };
  return <>{Object.entries(facts).map(([property, content]) => <meta property={property} content={content} />)}</>;
}

export function Head(props: HeadProps) {
  const { about, assets, locale } = props;
  const { shop } = messages(locale);
  return (
    <head>
      <meta charSet="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>{about.title === shop ? shop : `${about.title} · ${shop}`}</title>
      <meta name="description" content={summary(about.description, DESCRIPTION_MAX)} />
      {about.unlisted ? <meta name="robots" content="noindex" /> : <><Addresses {...props} /><Preview {...props} /></>}
      <link rel="icon" href="data:," />
      <link rel="stylesheet" href={`/assets/${assets["shop.css"]}`} />
      {["menu.ts", ...(about.scripts ?? [])].map((name) => <script type="module" src={`/assets/${assets[name]}`} />)}
      {(about.data ?? []).map((one) => <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: inert(one) }} />)}
    </head>
  );
}
