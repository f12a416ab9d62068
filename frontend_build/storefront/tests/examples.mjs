// Pages with islands, each in the states that its server HTML can have.
const hostile = `</script><script>alert(1)</script>"'&amp;<img src=x onerror=alert(1)>`;
const price = { amount: 12999, currency: "USD" };
export const sold = (sku, changes) => ({ sku, title: sku, price, compare_at_price: null, eans: [], options: {}, ...changes });
export const product = {
  version: 3, as_of: "2026-11-01T10:00:00.000Z", id: "p1", slug: "a-product", sku: "A-1", title: "A product", brand: "Acme",
  category: "Printing > Ink", category_path: "printing/ink", breadcrumbs: [], price, compare_at_price: null, description: "", images: [], attributes: [],
  variants: [sold("A-1")], rating: null,
};

export const page = (name, locale, document, query = "") =>
  ({ name: `${name}, ${locale}`, query, request: { page: name.split(" ")[0], locale, document } });

export const EXAMPLES = ["en-us", "de-de"].flatMap((locale) => [
  page("product", locale, product),
  page("product reduced", locale, { ...product, variants: [sold("A-1", { compare_at_price: { amount: 19900, currency: "EUR" } })] }),
  page("product without cents", locale, { ...product, variants: [sold("A-1", { price: { amount: 12999, currency: "JPY" } })] }),
  page("product of two", locale, { ...product, variants: [sold("A-1"), sold("A-2", { options: { colour: "red" } })] }),
  page("product undated", locale, { ...product, as_of: null }),
  page("product hostile", locale, { ...product, id: hostile, sku: hostile, title: hostile, brand: hostile, variants: [sold(hostile)] }),
  page("search", locale, { version: 1 }),
  page("search with words", locale, { version: 1 }, "?q=%22%3E%3Cscript%3E&brand=HP"),
]);
