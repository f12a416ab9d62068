import type { Messages } from "./en-us";

export const deDe: Messages = {
  shop: "TechMart", search: "Suchen", searchProducts: "Produkte suchen", categories: "Kategorien", skip: "Zum Inhalt springen",
  home: "Start", newest: "Neu im Shop", all: "Alle Produkte", brand: "Marke", details: "Details", description: "Beschreibung",
  variants: "Erhältlich als", yes: "Ja", no: "Nein", products: "Produkte", page: "Seite", previous: "Vorige Seite", next: "Nächste Seite",
  in_stock: "Auf Lager", low_stock: "Nur noch wenige", out_of_stock: "Ausverkauft", backorder: "Bestellbar",
  checking: "Verfügbarkeit", priceNote: "Preise inkl. MwSt., zzgl. Versand.", was: "statt", now: "jetzt",
  notFound: "Diese Seite gibt es nicht", notFoundHelp: "Vielleicht ist sie umgezogen. Suchen Sie danach oder beginnen Sie auf der Startseite.",
  results: "Ergebnisse", loading: "Suche läuft…", none: "Nichts gefunden. Versuchen Sie weniger oder andere Wörter.", failed: "Die Suche antwortet gerade nicht. Bitte versuchen Sie es noch einmal.",
  retry: "Noch einmal", more: "Mehr Ergebnisse", showing: "Ergebnisse für", relaxed: "Wenige Produkte haben alle diese Wörter; hier sind einige mit einem davon.",
  subcategories: "Kategorien in", language: "English", rating: "Bewertung", empty: "Hier ist noch nichts.", skuLabel: "Artikelnummer", seeAll: "Alle ansehen in",
};
