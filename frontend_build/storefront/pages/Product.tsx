import { Breadcrumbs } from "../components/Breadcrumbs";
import { Layout } from "../components/Layout";
import { messages } from "../i18n";
import { BuyBox, type BuyBoxProps } from "../islands/BuyBox";
import type { Attribute, ProductDocument } from "../shapes";
import { decimal, money } from "../view/money";
import type { PageContext } from "./context";

function jsonLd(product: ProductDocument, url: string): unknown {
  const price = { "@type": "Offer", url, priceCurrency: product.price.currency, price: decimal(product.price) };
  return {
    "@context": "https://schema.org", "@type": "Product", name: product.title, sku: product.sku,
    brand: { "@type": "Brand", name: product.brand }, description: product.description || undefined, offers: price,
  };
}

function shownValue(attribute: Attribute, locale: string): string {
  const text = messages(locale);
  if (typeof attribute.value === "boolean") return attribute.value ? text.yes : text.no;
  return attribute.unit ? `${attribute.value} ${attribute.unit}` : String(attribute.value);
}

export function ProductPage({ document: product, ...context }: PageContext<ProductDocument>) {
  const { locale, origin } = context;
  const text = messages(locale);
  const path = `p/${product.slug}`;
  const image = product.images[0];
  const was = product.compare_at_price && money(product.compare_at_price, locale);
  const box: BuyBoxProps = { id: product.id, sku: product.sku, locale, price: money(product.price, locale), was };
  return (
    <Layout {...context} path={path} version={product.version} title={`${product.title} · ${text.shop}`}
      description={product.description || product.title} scripts={["product.ts"]} jsonLd={jsonLd(product, `${origin}/${locale}/${path}`)}>
      <Breadcrumbs crumbs={product.breadcrumbs} locale={locale} />
      <article class="product">
        <div class="gallery">{image ? <img src={image.url} alt={image.alt} width={image.width} height={image.height} /> : <span class="noimage" aria-hidden="true"></span>}</div>
        <div class="summary">
          <p class="brand">{product.brand}</p>
          <h1>{product.title}</h1>
          <div data-island="buybox" data-props={JSON.stringify(box)}><BuyBox {...box} /></div>
          {product.variants.length > 1 && <section><h2>{text.variants}</h2><ul>{product.variants.map((one) => <li key={one.sku}>{one.title} · {money(one.price, locale)}</li>)}</ul></section>}
          {product.description && <section><h2>{text.description}</h2><p>{product.description}</p></section>}
        </div>
        <section class="attributes">
          <h2>{text.details}</h2>
          <dl>
            <div><dt>{text.skuLabel}</dt><dd>{product.sku}</dd></div>
            {product.attributes.map((one) => <div key={one.name}><dt>{one.label}</dt><dd>{shownValue(one, locale)}</dd></div>)}
          </dl>
        </section>
      </article>
    </Layout>
  );
}
