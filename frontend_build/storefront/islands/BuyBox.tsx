import { useEffect, useState } from "preact/hooks";
import { messages } from "../i18n";
import type { Availability, OfferDocument } from "../shapes";
import { money } from "../view/money";

// What the page was made with; the offer replaces it when its version or its price is newer.
export interface BuyBoxProps { id: string; sku: string; locale: string; price: string; was: string | null }
interface Shown { price: string; was: string | null; availability: Availability | null }

async function latest(props: BuyBoxProps): Promise<Shown | null> {
  const answer = await fetch(`/catalog/offers/${props.id}.json`);
  if (!answer.ok) return null;
  const document = (await answer.json()) as OfferDocument;
  const offer = document.offers.find((one) => one.sku === props.sku);
  if (!offer) return null;
  const was = offer.compare_at_price;
  return { price: money(offer.price, props.locale), was: was && money(was, props.locale), availability: offer.availability };
}

export function BuyBox(props: BuyBoxProps) {
  const text = messages(props.locale);
  const [shown, show] = useState<Shown>({ price: props.price, was: props.was, availability: null });
  useEffect(() => {
    latest(props).then((found) => found && show(found)).catch(() => undefined);
  }, [props.id]);
  return (
    <div class="buybox">
      <p class="price" data-price>{shown.price}{shown.was && <s>{` ${text.was} ${shown.was}`}</s>}</p>
      <p class={`stock ${shown.availability ?? "unknown"}`} role="status">{shown.availability ? text[shown.availability] : text.checking}</p>
    </div>
  );
}
