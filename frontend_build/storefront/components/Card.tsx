import { messages } from "../i18n";
import type { Availability, Image } from "../shapes";
import { Picture } from "./Picture";
import { Price } from "./Price";

const SEEN_AT_ONCE = 4;

// A card with its texts made: the same in V8 and in the browser.
export interface CardView {
  href: string; title: string; brand: string; price: string; was: string | null;
  image: Image | null; availability: Availability;
}

function ProductCard({ card, locale, first }: { card: CardView; locale: string; first: boolean }) {
  return (
    <li class="card">
      <a href={card.href}>
        <Picture image={card.image} first={first} />
        <span class="brand">{card.brand}</span>
        <span class="title">{card.title}</span>
      </a>
      <Price price={card.price} was={card.was} locale={locale} />
      <p class={`stock ${card.availability}`}>{messages(locale)[card.availability]}</p>
    </li>
  );
}

// The pictures of the first cards are fetched at once, those further down when they come near.
export function Cards({ cards, locale }: { cards: CardView[]; locale: string }) {
  return (
    <ul class="cards">
      {cards.map((card, place) => <ProductCard key={card.href} card={card} locale={locale} first={place < SEEN_AT_ONCE} />)}
    </ul>
  );
}
