import type { SearchAnswer } from "../../shapes";
import { PAGE_SIZE } from "../../view/addresses";
import type { Asked } from "./query";

const MOST_AT_ONCE = 100;

// The API understood the address, and refuses it: another try would not help.
export class Refused extends Error {}

async function get(search: URLSearchParams, locale: string, limit: number, cursor: string | null): Promise<SearchAnswer> {
  const parameters = new URLSearchParams(search);
  parameters.set("locale", locale);
  parameters.set("limit", String(limit));
  if (cursor !== null) parameters.set("cursor", cursor);
  const answer = await fetch(`/api/v1/products?${parameters}`);
  const body = (await answer.json()) as SearchAnswer;
  if (answer.status === 400) throw new Refused();
  if (!answer.ok) throw new Error(String(answer.status));
  return body;
}

// The page with this number, by cursors from the first; without items where there are fewer pages.
async function walk({ search, page }: Asked, locale: string): Promise<SearchAnswer> {
  let cursor: string | null = null;
  for (let ahead = (page - 1) * PAGE_SIZE; ahead > 0; ahead -= MOST_AT_ONCE) {
    const skipped = await get(search, locale, Math.min(ahead, MOST_AT_ONCE), cursor);
    cursor = skipped.next_cursor;
    if (cursor === null) return { ...skipped, items: [] };
  }
  return get(search, locale, PAGE_SIZE, cursor);
}

// A cursor that the API no longer takes costs the way from the first page, not the answer.
export async function ask(asked: Asked, locale: string): Promise<SearchAnswer> {
  if (asked.cursor === null) return walk(asked, locale);
  try {
    return await get(asked.search, locale, PAGE_SIZE, asked.cursor);
  } catch (error) {
    if (error instanceof Refused) return walk(asked, locale);
    throw error;
  }
}
