import { useEffect, useRef, useState } from "preact/hooks";
import { Cards } from "../components/Card";
import { messages } from "../i18n";
import type { Card, FacetValue, SearchAnswer } from "../shapes";
import { cardView } from "../view/card";

export interface SearchProps { locale: string; query: string }
type State = { kind: "loading" } | { kind: "failed" } | { kind: "shown"; answer: SearchAnswer; items: Card[] };

async function ask(query: string, locale: string, cursor: string | null): Promise<SearchAnswer> {
  const parameters = new URLSearchParams(query);
  parameters.set("locale", locale);
  if (cursor) parameters.set("cursor", cursor);
  const answer = await fetch(`/api/v1/products?${parameters}`);
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()) as SearchAnswer;
}

function Facet({ name, title, values, query }: { name: string; title: string; values: FacetValue[]; query: string }) {
  const chosen = new URLSearchParams(query);
  return (
    <details class="facet" open={matchMedia("(min-width: 48rem)").matches}>
      <summary>{title}</summary>
      <ul>
        {values.slice(0, 12).map((facet) => {
          const next = new URLSearchParams(query);
          const on = chosen.getAll(name).includes(facet.value);
          next.delete(name);
          if (name === "brand") for (const value of chosen.getAll(name)) if (value !== facet.value) next.append(name, value);
          if (!on) next.append(name, facet.value);
          return <li key={facet.value}><a href={`?${next}`} aria-current={on ? "true" : undefined}>{facet.value} <small>{facet.count}</small></a></li>;
        })}
      </ul>
    </details>
  );
}

export function SearchResults({ locale, query }: SearchProps) {
  const text = messages(locale);
  const [state, show] = useState<State>({ kind: "loading" });
  const turn = useRef(0);
  const load = (before: Card[], cursor: string | null): void => {
    const mine = ++turn.current;
    ask(query, locale, cursor)
      .then((answer) => mine === turn.current && show({ kind: "shown", answer, items: [...before, ...answer.items] }))
      .catch(() => mine === turn.current && show({ kind: "failed" }));
  };
  useEffect(() => { if (query !== null) load([], null); }, [query]);
  if (state.kind === "loading") return <p role="status">{text.loading}</p>;
  if (state.kind === "failed") {
    return <p role="alert">{text.failed} <button type="button" onClick={() => { show({ kind: "loading" }); load([], null); }}>{text.retry}</button></p>;
  }
  const { answer, items } = state;
  return (
    <div class="results">
      <p role="status">{answer.total === 0 ? text.none : `${answer.total} ${text.products}`}{answer.corrected_query ? ` · ${text.showing} “${answer.corrected_query}”` : ""}</p>
      {answer.relaxed && answer.total > 0 && <p class="hint">{text.relaxed}</p>}
      <div class="split">
        <aside><Facet name="brand" title={text.brand} values={answer.facets.brand} query={query} /><Facet name="category" title={text.categories} values={answer.facets.category} query={query} /></aside>
        <div><Cards cards={items.map((card) => cardView(card, locale))} locale={locale} />
          {answer.next_cursor && <button type="button" class="more" onClick={() => load(items, answer.next_cursor)}>{text.more}</button>}</div>
      </div>
    </div>
  );
}
