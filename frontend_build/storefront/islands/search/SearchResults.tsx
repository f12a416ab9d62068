import { useEffect, useState } from "preact/hooks";
import { Breadcrumbs } from "../../components/Breadcrumbs";
import { Cards } from "../../components/Card";
import { Pager } from "../../components/Pager";
import { counted, messages } from "../../i18n";
import type { CategoryRef, SearchAnswer } from "../../shapes";
import { PAGE_SIZE } from "../../view/addresses";
import { cardView } from "../../view/card";
import { ask, Refused } from "./ask";
import { Applied, Filters } from "./Filters";
import { categoryNames } from "./labels";
import { type Asked, addressBefore, filtersOf, pageAddress, PAGES_MAX, read } from "./query";

const CARDS_AWAITED = 8;
const SLUGS = /^[a-z0-9/-]+$/;

export interface SearchProps { locale: string; query: string }
interface Found { kind: "found"; asked: Asked; answer: SearchAnswer }
type State = { kind: "loading" } | { kind: "failed" } | { kind: "refused" } | Found;
type Shown = Omit<Found, "kind"> & { locale: string };

function quoted(words: string, locale: string): string {
  const [open = "", close = ""] = messages(locale).quotes;
  return open + words + close;
}

function heading({ asked, answer, locale }: Shown): string {
  const text = messages(locale);
  const words = asked.search.get("q");
  if (words) return `${text.results}: ${quoted(words, locale)}`;
  const path = asked.search.get("category");
  return path ? (categoryNames(path, answer).at(-1) ?? path) : text.all;
}

// The way to a category that is looked through by the read API, as its pre-rendered pages show it.
function trail(state: State): CategoryRef[] {
  const path = state.kind === "found" ? state.asked.search.get("category") : null;
  if (state.kind !== "found" || !path || !SLUGS.test(path) || state.asked.search.has("q")) return [];
  const parts = path.split("/");
  return categoryNames(path, state.answer).map((name, depth) => ({ name, path: parts.slice(0, depth + 1).join("/") }));
}

function Nothing({ asked, locale }: Shown) {
  const text = messages(locale);
  if (filtersOf(asked.search).length) return <p class="notice">{text.noneFiltered}</p>;
  return <p class="notice">{text.noneHelp} <a href={`/${locale}/#categories`}>{text.allCategories}</a></p>;
}

function Results(shown: Shown) {
  const { asked: { search, page }, answer, locale } = shown;
  const text = messages(locale);
  const pages = Math.min(Math.ceil(answer.total / PAGE_SIZE), PAGES_MAX);
  return (
    <>
      {answer.relaxed && <p class="hint">{text.relaxed}</p>}
      <div class="split">
        <Filters search={search} answer={answer} locale={locale} />
        <div>
          {answer.items.length ? <Cards cards={answer.items.map((card) => cardView(card, locale))} locale={locale} />
            : <p class="notice">{text.beyond} <a href={pageAddress(search, 1)}>{text.toStart}</a></p>}
          {pages > 1 && page <= pages && (
            <Pager page={page} pages={pages} locale={locale} before={page > 1 ? addressBefore(search, page, locale) : null}
              after={answer.next_cursor === null ? null : pageAddress(search, page + 1, answer.next_cursor)} />
          )}
          {page >= PAGES_MAX && <p class="hint">{text.reach}</p>}
        </div>
      </div>
    </>
  );
}

function Waiting() {
  return <ul class="cards waiting" aria-hidden="true">{Array.from({ length: CARDS_AWAITED }, (_, place) => <li key={place} class="card" />)}</ul>;
}

function status(state: State, locale: string): string {
  const text = messages(locale);
  if (state.kind === "loading") return text.loading;
  if (state.kind !== "found") return "";
  const { answer } = state;
  if (answer.total === 0) return text.none;
  const total = counted(answer.total, locale, answer.total_is_exact);
  return answer.corrected_query === null ? total : `${text.corrected} ${quoted(answer.corrected_query, locale)}. ${total}`;
}

function Body({ state, retry, locale }: { state: State; retry: () => void; locale: string }) {
  const text = messages(locale);
  if (state.kind === "loading") return <Waiting />;
  if (state.kind === "failed") return <p class="notice" role="alert">{text.failed} <button type="button" onClick={retry}>{text.retry}</button></p>;
  if (state.kind === "refused") return <p class="notice" role="alert">{text.misread} <a href={`/${locale}/search`}>{text.afresh}</a></p>;
  const shown = { ...state, locale };
  return state.answer.total === 0 ? <Nothing {...shown} /> : <Results {...shown} />;
}

// A search is what its address says: every filter, order and page is a link, so that each can be shared and gone back to.
export function SearchResults({ locale, query }: SearchProps) {
  const text = messages(locale);
  const [state, show] = useState<State>({ kind: "loading" });
  const load = (): void => {
    const asked = read(query);
    show({ kind: "loading" });
    ask(asked, locale).then(
      (answer) => show({ kind: "found", asked, answer }),
      (error: unknown) => show({ kind: error instanceof Refused ? "refused" : "failed" }),
    );
  };
  useEffect(load, [query]);
  const shown = state.kind === "found" ? { ...state, locale } : null;
  const title = shown ? heading(shown) : text.results;
  useEffect(() => { document.title = `${title} · ${text.shop}`; }, [title]);
  return (
    <div class="results">
      <Breadcrumbs crumbs={trail(state)} locale={locale} />
      <h1>{title}</h1>
      <p role="status">{status(state, locale)}</p>
      {shown && <Applied search={shown.asked.search} answer={shown.answer} locale={locale} />}
      <Body state={state} retry={load} locale={locale} />
    </div>
  );
}
