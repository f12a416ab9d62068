// What pages tell machines (schema.org). A page is made of its product document, which knows no availability: the page's
// script adds it to the product's data when it has fetched the offer.
import { absolute } from "../components/Head";
import { messages } from "../i18n";
import type { CategoryRef, ProductDocument } from "../shapes";
import { decimal } from "./money";

const GTIN = /^(\d{8}|\d{12,14})$/;

export function productData(product: ProductDocument, origin: string, locale: string): unknown {
  const url = `${origin}/${locale}/p/${product.slug}`;
  const gtin = product.variants.find((one) => one.sku === product.sku)?.eans?.find((ean) => GTIN.test(ean));
  return {
    "@context": "https://schema.org", "@type": "Product", name: product.title, sku: product.sku, gtin,
    brand: { "@type": "Brand", name: product.brand }, description: product.description || undefined,
    category: product.category || undefined,
    image: product.images.length ? product.images.map((image) => absolute(origin, image.url)) : undefined,
    offers: {
      "@type": "Offer", url, sku: product.sku, priceCurrency: product.price.currency, price: decimal(product.price),
      itemCondition: "https://schema.org/NewCondition",
    },
  };
}

// The path to a page as its breadcrumbs show it.
export function trailData(crumbs: CategoryRef[], origin: string, locale: string): unknown {
  const steps = [{ name: messages(locale).home, address: "" }, ...crumbs.map(({ name, path }) => ({ name, address: `c/${path}` }))];
  return {
    "@context": "https://schema.org", "@type": "BreadcrumbList",
    itemListElement: steps.map(({ name, address }, place) => ({
      "@type": "ListItem", position: place + 1, name, item: `${origin}/${locale}/${address}`,
    })),
  };
}

export function shopData(origin: string, locale: string): unknown {
  return { "@context": "https://schema.org", "@type": "WebSite", name: messages(locale).shop, url: `${origin}/${locale}/` };
}
