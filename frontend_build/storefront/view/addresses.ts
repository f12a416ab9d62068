// How many pages of a list are rendered ahead (edge/keys.py).
export const PAGES_RENDERED = 3;
export const PAGE_SIZE = 24;

export function listAddress(locale: string, path: string, page: number): string {
  return `/${locale}/c/${path || "all"}${page > 1 ? `/${page}` : ""}`;
}

// A search with what is given of these parameters; V8 has no URLSearchParams.
export function searchAddress(locale: string, parameters: Record<string, string>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  const query = given.map(([name, value]) => `${name}=${encodeURIComponent(value).replace(/%2F/g, "/")}`).join("&");
  return `/${locale}/search${query && `?${query}`}`;
}
