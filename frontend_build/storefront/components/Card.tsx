import { messages } from "../i18n";
import type { Availability, Image } from "../shapes";

// A card with its texts made: the same in V8 and in the browser.
export interface CardView {
  href: string; title: string; brand: string; price: string; was: string | null;
  image: Image | null; availability: Availability;
}

export function ProductCard({ card, locale }: { card: CardView; locale: string }) {
  const text = messages(locale);
  return (
    <li class="card">
      <a href={card.href}>
        {card.image ? (
          <img src={card.image.url} alt="" width={card.image.width} height={card.image.height} loading="lazy" />
        ) : <span class="noimage" aria-hidden="true"></span>}
        <span class="brand">{card.brand}</span>
        <span class="title">{card.title}</span>
      </a>
      <p class="price">{card.price}{card.was && <s>{` ${text.was} ${card.was}`}</s>}</p>
      <p class={`stock ${card.availability}`}>{text[card.availability]}</p>
    </li>
  );
}

export function Cards({ cards, locale }: { cards: CardView[]; locale: string }) {
  return <ul class="cards">{cards.map((card) => <ProductCard key={card.href} card={card} locale={locale} />)}</ul>;
}
