// The hot document of a product, and what it changes on a page.
import type { Availability, OfferDocument } from "../shapes";
import { decimal, money } from "../view/money";

export interface Sold { sku: string; name: string; price: string; was: string | null }
export interface Shown extends Sold { availability: Availability | "gone" | "checking" | "unchecked" }

// What a page was made with: the texts of its SKUs, the default one first, and when the command behind them was committed.
export interface BuyBoxProps { id: string; locale: string; asOf: string | null; sold: Sold[] }

// Page and offer are made of two documents whose versions count apart, but both name the commit of the command behind
// them: that is comparable. A page holds every price committed up to its own `asOf`. Both are UTC in equal digits, so
// that their order is that of the texts.
export function isOlder(offer: string | null, page: string | null): boolean {
  return page !== null && (offer === null || offer < page);
}

// Availability is the offer's alone, prices are those of whichever is newer.
export function withOffer({ asOf, locale, sold }: BuyBoxProps, document: OfferDocument): Shown[] {
  const older = isOlder(document.as_of, asOf);
  return sold.map((one) => {
    const offer = document.offers.find(({ sku }) => sku === one.sku);
    if (!offer) return { ...one, availability: older ? "unchecked" : "gone" };
    const { availability, price, compare_at_price: was } = offer;
    return older ? { ...one, availability } : { ...one, availability, price: money(price, locale), was: was && money(was, locale) };
  });
}

// The offer now; null where it cannot be had. Every body is read: one left unread keeps its connection.
export async function fetchOffer(id: string): Promise<OfferDocument | "gone" | null> {
  const answer = await fetch(`/catalog/offers/${id}.json`);
  if (answer.ok) return (await answer.json()) as OfferDocument;
  await answer.text();
  return answer.status === 404 || answer.status === 410 ? "gone" : null;
}

const SCHEMA: Record<Availability, string> = {
  in_stock: "InStock", low_stock: "LimitedAvailability", out_of_stock: "OutOfStock", backorder: "BackOrder",
};

// The page's data for machines says what its buy box says.
export function tellMachines({ asOf, sold }: BuyBoxProps, document: OfferDocument): void {
  const offer = document.offers.find(({ sku }) => sku === sold[0]?.sku);
  const place = globalThis.document.querySelector('script[type="application/ld+json"]');
  if (!offer || !place) return;
  const data = JSON.parse(place.textContent ?? "") as { offers: Record<string, string> };
  data.offers["availability"] = `https://schema.org/${SCHEMA[offer.availability]}`;
  if (!isOlder(document.as_of, asOf)) {
    Object.assign(data.offers, { price: decimal(offer.price), priceCurrency: offer.price.currency });
  }
  place.textContent = JSON.stringify(data);
}
