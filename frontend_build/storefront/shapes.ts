// Documents as the backend writes them (kernel/shapes.py).
export interface Money { amount: number; currency: string }
export interface Image { url: string; alt: string; width: number; height: number }
export interface CategoryRef { name: string; path: string }
export type Availability = "in_stock" | "low_stock" | "out_of_stock" | "backorder";

export interface Card {
  id: string; sku: string; slug: string; title: string; brand: string;
  price: Money; compare_at_price: Money | null; image: Image | null;
  availability: Availability; rating: number | null; version: number;
}

export interface Attribute { name: string; label: string; value: string | number | boolean; unit: string | null }
export interface Variant {
  sku: string; title: string; price: Money; compare_at_price: Money | null; eans: string[]; options: Record<string, string>;
}

// `as_of`: when the command behind the document was committed, RFC 3339 in milliseconds; null where it is not known.
export interface ProductDocument {
  version: number; as_of: string | null; id: string; slug: string; sku: string; title: string; brand: string;
  category: string; category_path: string; breadcrumbs: CategoryRef[];
  price: Money; compare_at_price: Money | null; description: string;
  images: Image[]; attributes: Attribute[]; variants: Variant[]; rating: number | null;
}

export interface ListDocument {
  version: number; path: string; name: string; label: string; breadcrumbs: CategoryRef[];
  children: CategoryRef[]; page: number; pages: number; total: number; total_is_exact: boolean; items: Card[];
}

export interface HomeDocument { version: number; categories: CategoryRef[]; newest: Card[] }
export interface Offer { sku: string; price: Money; compare_at_price: Money | null; availability: Availability }
export interface OfferDocument { version: number; as_of: string | null; id: string; offers: Offer[] }
export interface NavigationNode { name: string; path: string; children: NavigationNode[] }

export interface FacetValue { value: string; count: number }
export interface CategoryFacet extends FacetValue { path: string }
export interface PriceFacet { from: number | null; to: number | null; count: number }
export interface Facets {
  brand: FacetValue[]; category: CategoryFacet[]; price: PriceFacet[]; attributes: Record<string, FacetValue[]>;
}
export interface SearchAnswer {
  items: Card[]; total: number; total_is_exact: boolean; relaxed: boolean; facets: Facets;
  next_cursor: string | null; corrected_query: string | null;
}
