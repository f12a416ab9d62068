// The shop's words. Other locales have exactly these keys.
export const enUs = {
  shop: "TechMart", search: "Search", searchProducts: "Search products", categories: "Categories", skip: "Skip to content",
  home: "Home", newest: "New in the shop", all: "All products", brand: "Brand", details: "Details", description: "Description",
  variants: "Available as", yes: "Yes", no: "No", products: "products", page: "Page", previous: "Previous page", next: "Next page",
  in_stock: "In stock", low_stock: "Only a few left", out_of_stock: "Sold out", backorder: "Available to order",
  checking: "Availability", priceNote: "Prices before tax; tax is calculated at checkout.", was: "was", now: "now",
  notFound: "We cannot find that page", notFoundHelp: "It may have moved. Search for it, or start from the home page.",
  results: "Results", loading: "Searching…", none: "Nothing found. Try fewer or other words.", failed: "The search is not answering right now. Please try again.",
  retry: "Try again", more: "More results", showing: "Showing results for", relaxed: "Few products have all of these words; here are some with any of them.",
  subcategories: "Categories in", language: "Deutsch", rating: "Rating", empty: "There is nothing here yet.", skuLabel: "SKU", seeAll: "See all in",
};
export type Messages = typeof enUs;
