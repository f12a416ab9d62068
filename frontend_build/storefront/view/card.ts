import type { CardView } from "../components/Card";
import type { Card } from "../shapes";
import { money } from "./money";

export function cardView(card: Card, locale: string): CardView {
  return {
    href: `/${locale}/p/${card.slug}`,
    title: card.title,
    brand: card.brand,
    price: money(card.price, locale),
    was: card.compare_at_price && money(card.compare_at_price, locale),
    image: card.image,
    availability: card.availability,
  };
}
