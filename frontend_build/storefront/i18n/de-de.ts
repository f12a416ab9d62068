import type { Messages } from "./en-us";

export const deDe: Messages = {
  shop: "TechMart", search: "Suchen", searchProducts: "Produkte suchen", categories: "Kategorien", allCategories: "Alle Kategorien",
  skip: "Zum Inhalt springen", language: "Sprache", trail: "Sie sind hier", home: "Start", all: "Alle Produkte",
  welcome: "Elektronik, Teile und Zubehör", tagline: "Preise und Bestände, wie sie gerade sind, vom neuesten Notebook bis zum letzten Kabel.", newest: "Neu im Shop", empty: "Hier ist noch nichts.",
  brand: "Marke", details: "Details", description: "Beschreibung", variants: "Erhältlich als", yes: "Ja", no: "Nein", skuLabel: "Artikelnummer", noPicture: "Noch kein Bild",
  product: "Produkt", products: "Produkte", subcategories: "Kategorien in",
  paging: "Seiten", page: "Seite", of: "von", previous: "Vorige Seite", next: "Nächste Seite",
  in_stock: "Auf Lager", low_stock: "Nur noch wenige", out_of_stock: "Ausverkauft", backorder: "Bestellbar",
  checking: "Verfügbarkeit wird geprüft…", unchecked: "Die Verfügbarkeit ließ sich gerade nicht prüfen.", gone: "Nicht mehr im Angebot",
  priceNote: "Preise inkl. MwSt., zzgl. Versand.", was: "statt",
  notFound: "Diese Seite gibt es nicht", notFoundHelp: "Vielleicht ist sie umgezogen. Suchen Sie oben danach oder beginnen Sie auf der Startseite.", toHome: "Zur Startseite",
  notSold: "Nicht mehr im Shop", notSoldHelp: "Was hier stand, wird nicht mehr verkauft. Suchen Sie oben nach etwas Ähnlichem oder sehen Sie in den Kategorien nach.",
  quotes: "„“", results: "Suchergebnisse", loading: "Suche läuft…", none: "Nichts gefunden", noneHelp: "Versuchen Sie weniger oder andere Wörter, oder sehen Sie in den Kategorien nach.",
  noneFiltered: "Kein Produkt erfüllt alle diese Filter. Entfernen Sie oben einen davon.", failed: "Die Suche antwortet gerade nicht. Bitte versuchen Sie es noch einmal.",
  misread: "Diese Suche ist so nicht lesbar.", afresh: "Neue Suche beginnen", beyond: "Hier gibt es keine weiteren Produkte.", toStart: "Zur ersten Seite",
  needsScript: "Die Suche braucht JavaScript. Die Kategorien sind auch ohne lesbar.", retry: "Noch einmal",
  corrected: "Ergebnisse für", relaxed: "Wenige Produkte haben alle diese Wörter; diese haben einige davon.",
  reach: "Nur die ersten 5.000 lassen sich durchblättern. Filter grenzen sie ein.",
  filterAndSort: "Filtern und sortieren", filters: "Filter", removeFilter: "Filter entfernen", clearFilters: "Alle Filter entfernen", moreValues: "weitere", chosen: "gewählt",
  sort: "Sortieren nach", relevance: "Relevanz", priceUp: "Preis, niedrigster zuerst", priceDown: "Preis, höchster zuerst", newestFirst: "Neueste zuerst", bestRated: "Beste Bewertung",
  price: "Preis", from: "ab", below: "unter", availability: "Verfügbarkeit", inStockOnly: "Nur auf Lager",
};
