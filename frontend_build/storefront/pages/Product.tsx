import { Breadcrumbs } from "../components/Breadcrumbs";
import { Layout } from "../components/Layout";
import { Picture } from "../components/Picture";
import { messages, number } from "../i18n";
import { BuyBox, type BuyBoxProps } from "../islands/BuyBox";
import type { Attribute, ProductDocument, Variant } from "../shapes";
import { money } from "../view/money";
import { productData, trailData } from "../view/structured";
import type { PageContext } from "./context";

const ENOUGH_WORDS = 50;
const LONG_TITLE = 80;

// Numbers with a unit are measures; others may be codes or years, which nobody groups.
function shownValue({ value, unit }: Attribute, locale: string): string {
  const text = messages(locale);
  if (typeof value === "boolean") return value ? text.yes : text.no;
  const shown = typeof value === "number" ? number(value, locale, unit !== null) : value;
  return unit ? `${shown} ${unit}` : shown;
}

function Attributes({ product, locale }: { product: ProductDocument; locale: string }) {
  const text = messages(locale);
  return (
    <section class="attributes">
      <h2>{text.details}</h2>
      <dl>
        <div><dt>{text.brand}</dt><dd>{product.brand}</dd></div>
        <div><dt>{text.skuLabel}</dt><dd>{product.sku}</dd></div>
        {product.attributes.map((one) => <div key={one.name}><dt>{one.label}</dt><dd>{shownValue(one, locale)}</dd></div>)}
      </dl>
    </section>
  );
}

function boxProps(product: ProductDocument, locale: string): BuyBoxProps {
  const sold = (one: Variant) => ({
    sku: one.sku, name: Object.values(one.options ?? {}).join(", ") || one.title, price: money(one.price, locale),
    was: one.compare_at_price ? money(one.compare_at_price, locale) : null,
  });
  return { id: product.id, locale, asOf: product.as_of ?? null, sold: product.variants.map(sold) };
}

export function ProductPage({ document: product, ...context }: PageContext<ProductDocument>) {
  const { locale, origin } = context;
  const text = messages(locale);
  const [image] = product.images;
  const box = boxProps(product, locale);
  const { description, title, category } = product;
  const about = {
    title, path: `p/${product.slug}`, kind: "product" as const, image, scripts: ["product.ts"],
    description: description.length < ENOUGH_WORDS ? [title, description, category].filter(Boolean).join(". ") : description,
    data: [productData(product, origin, locale), trailData(product.breadcrumbs, origin, locale)],
  };
  return (
    <Layout {...context} about={about} version={product.version}>
      <Breadcrumbs crumbs={product.breadcrumbs} locale={locale} />
      <article class="product">
        <div class="gallery"><Picture image={image} first alt={image ? image.alt || title : text.noPicture} /></div>
        <div class="summary">
          <p class="brand">{product.brand}</p>
          <h1 class={title.length > LONG_TITLE ? "long" : undefined}>{title}</h1>
          <div data-island="buybox" data-props={JSON.stringify(box)}><BuyBox {...box} /></div>
          {description && <section><h2>{text.description}</h2><p class="words">{description}</p></section>}
        </div>
        <Attributes product={product} locale={locale} />
      </article>
    </Layout>
  );
}
