// The shop's words. Other languages have exactly these keys.
export const enUs = {
  shop: "TechMart", search: "Search", searchProducts: "Search products", categories: "Categories", allCategories: "All categories",
  skip: "Skip to content", language: "Language", trail: "You are here", home: "Home", all: "All products",
  welcome: "Electronics, parts and supplies", tagline: "Prices and stock as they are now, from the newest notebook to the last cable.", newest: "New in the shop", empty: "There is nothing here yet.",
  brand: "Brand", details: "Details", description: "Description", variants: "Available as", yes: "Yes", no: "No", skuLabel: "SKU", noPicture: "No picture yet",
  product: "product", products: "products", subcategories: "Categories in",
  paging: "Pages", page: "Page", of: "of", previous: "Previous page", next: "Next page",
  in_stock: "In stock", low_stock: "Only a few left", out_of_stock: "Sold out", backorder: "Available to order",
  checking: "Checking availability…", unchecked: "Availability could not be checked just now.", gone: "No longer sold",
  priceNote: "Prices before tax; tax is calculated at checkout.", was: "was",
  notFound: "We cannot find that page", notFoundHelp: "It may have moved. Search for it above, or start from the home page.", toHome: "To the home page",
  notSold: "No longer in the shop", notSoldHelp: "What stood here is no longer sold. Search for something like it above, or look through the categories.",
  quotes: "“”", results: "Search results", loading: "Searching…", none: "Nothing found", noneHelp: "Try fewer or other words, or look through the categories.",
  noneFiltered: "No product fits all of these filters. Remove one of those above.", failed: "The search is not answering right now. Please try again.",
  misread: "This search cannot be read as it stands.", afresh: "Start a new search", beyond: "There are no more products here.", toStart: "To the first page",
  needsScript: "Searching needs JavaScript. The categories can be read without it.", retry: "Try again",
  corrected: "Showing results for", relaxed: "Few products have all of these words; these have some of them.",
  reach: "Only the first 5,000 can be paged through. Filters narrow them.",
  filterAndSort: "Filter and sort", filters: "Filters", removeFilter: "Remove filter", clearFilters: "Remove all filters", moreValues: "more", chosen: "chosen",
  sort: "Sort by", relevance: "Relevance", priceUp: "Price, lowest first", priceDown: "Price, highest first", newestFirst: "Newest first", bestRated: "Best rated",
  price: "Price", from: "from", below: "below", availability: "Availability", inStockOnly: "In stock only",
};
export type Messages = typeof enUs;
