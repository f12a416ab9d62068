import { useEffect, useState } from "preact/hooks";
import { Price } from "../components/Price";
import { messages } from "../i18n";
import { type BuyBoxProps, fetchOffer, type Shown, tellMachines, withOffer } from "./offer";

export type { BuyBoxProps } from "./offer";

// Said once for all.
const UNKNOWN = new Set<string>(["checking", "unchecked"]);

function all(props: BuyBoxProps, availability: Shown["availability"]): Shown[] {
  return props.sold.map((one) => ({ ...one, availability }));
}

async function latest(props: BuyBoxProps): Promise<Shown[]> {
  const offer = await fetchOffer(props.id).catch(() => null);
  if (offer === null) return all(props, "unchecked");
  if (offer === "gone") return all(props, "gone");
  tellMachines(props, offer);
  return withOffer(props, offer);
}

function Variants({ shown, locale }: { shown: Shown[]; locale: string }) {
  const text = messages(locale);
  return (
    <section class="variants">
      <h2>{text.variants}</h2>
      <ul>
        {shown.map((one) => (
          <li key={one.sku}>
            <span class="name">{one.name}</span>
            <Price price={one.price} was={one.was} locale={locale} />
            <p class={`stock ${one.availability}`}>{UNKNOWN.has(one.availability) ? "" : text[one.availability]}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

// A page may have lain in a cache, or in the browser's memory when one goes back to it: each time it asks what is true now.
export function BuyBox(props: BuyBoxProps) {
  const text = messages(props.locale);
  const [shown, show] = useState<Shown[]>(() => all(props, "checking"));
  useEffect(() => {
    const refresh = () => { void latest(props).then(show); };
    const restored = (event: PageTransitionEvent) => { if (event.persisted) refresh(); };
    refresh();
    addEventListener("pageshow", restored);
    return () => removeEventListener("pageshow", restored);
  }, [props.id]);
  const [first] = shown;
  if (!first) return null;
  return (
    <div class="buybox">
      <div data-price><Price price={first.price} was={first.was} locale={props.locale} /></div>
      <p class="note">{text.priceNote}</p>
      <p class={`stock ${first.availability}`} role="status">{text[first.availability]}</p>
      {shown.length > 1 && <Variants shown={shown} locale={props.locale} />}
    </div>
  );
}
