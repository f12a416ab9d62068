import { messages, number } from "../../i18n";
import type { PriceFacet, SearchAnswer } from "../../shapes";
import { attributeName, attributeValue, filterLabel, priceRange } from "./labels";
import { address, adding, filtersOf, has, unfiltered, without } from "./query";

const VALUES_SHOWN = 8;

interface Props { search: URLSearchParams; answer: SearchAnswer; locale: string }
interface Choice { value: string; label: string; count: number | null }

function Choices({ name, choices, search, locale }: { name: string; choices: Choice[]; search: URLSearchParams; locale: string }) {
  return (
    <ul>
      {choices.map(({ value, label, count }) => {
        const chosen = has(search, name, value);
        const next = chosen ? without(search, name, value) : adding(search, name, value);
        return (
          <li key={value}>
            <a href={address(next)} aria-current={chosen ? "true" : undefined}>
              <span>{label}</span>{count !== null && <small>{number(count, locale)}</small>}
            </a>
          </li>
        );
      })}
    </ul>
  );
}

function Group({ title, name, choices, search, locale, open }: {
  title: string; name: string; choices: Choice[]; search: URLSearchParams; locale: string; open: boolean;
}) {
  if (!choices.length) return null;
  const rest = choices.slice(VALUES_SHOWN);
  const shared = { name, search, locale };
  return (
    <details class="group" open={open}>
      <summary>{title}</summary>
      <Choices choices={choices.slice(0, VALUES_SHOWN)} {...shared} />
      {rest.length > 0 && (
        <details class="rest">
          <summary>{`${number(rest.length, locale)} ${messages(locale).moreValues}`}</summary>
          <Choices choices={rest} {...shared} />
        </details>
      )}
    </details>
  );
}

// The upper end of a range is where the next begins; a filter holds both its ends.
function priceChoice({ from, to, count }: PriceFacet, answer: SearchAnswer, locale: string): Choice {
  const value = `${from ?? ""}-${to === null ? "" : to - 1}`;
  return { value, label: priceRange(value, answer, locale), count };
}

function Orders({ search, locale }: { search: URLSearchParams; locale: string }) {
  const text = messages(locale);
  const usual = search.has("q") ? "relevance" : "newest";
  const names: Record<string, string> = {
    ...(search.has("q") && { relevance: text.relevance }), newest: text.newestFirst,
    price: text.priceUp, "-price": text.priceDown, rating: text.bestRated,
  };
  const now = search.get("sort") ?? usual;
  const plain = without(search, "sort", now);
  return (
    <details class="group" open>
      <summary>{text.sort}</summary>
      <ul>
        {Object.entries(names).map(([name, label]) => (
          <li key={name}>
            <a href={address(name === usual ? plain : adding(plain, "sort", name))} aria-current={name === now ? "true" : undefined}><span>{label}</span></a>
          </li>
        ))}
      </ul>
    </details>
  );
}

export function Filters({ search, answer, locale }: Props) {
  const text = messages(locale);
  const wide = matchMedia("(min-width: 48rem)").matches;
  const { brand, category, price, attributes } = answer.facets;
  const shared = { search, locale };
  const chosen = filtersOf(search).length;
  return (
    <details class="filters" open={wide}>
      <summary>{text.filterAndSort}{chosen > 0 && ` · ${number(chosen, locale)} ${text.chosen}`}</summary>
      <Orders {...shared} />
      <Group title={text.categories} name="category" open {...shared}
        choices={category.map((one) => ({ value: one.path, label: one.value.split(" > ").at(-1) ?? one.value, count: one.count }))} />
      <Group title={text.brand} name="brand" open {...shared} choices={brand.map((one) => ({ ...one, label: one.value }))} />
      <Group title={text.price} name="price" open {...shared} choices={price.map((one) => priceChoice(one, answer, locale))} />
      <Group title={text.availability} name="in_stock" open {...shared} choices={[{ value: "true", label: text.inStockOnly, count: null }]} />
      {Object.entries(attributes).map(([name, values]) => (
        <Group key={name} title={attributeName(name)} name={`attr.${name}`} open={search.has(`attr.${name}`)} {...shared}
          choices={values.map((one) => ({ ...one, label: attributeValue(one.value, locale) }))} />
      ))}
    </details>
  );
}

// What narrows the search, each with a link to the search without it.
export function Applied({ search, answer, locale }: Props) {
  const text = messages(locale);
  const filters = filtersOf(search);
  if (!filters.length) return null;
  return (
    <ul class="applied" aria-label={text.filters}>
      {filters.map(([name, value]) => {
        const label = filterLabel(name, value, answer, locale);
        return (
          <li key={name + value}>
            <a href={address(without(search, name, value))}><span class="visually-hidden">{`${text.removeFilter}: `}</span>{label}<span aria-hidden="true"> ×</span></a>
          </li>
        );
      })}
      {filters.length > 1 && <li><a href={address(unfiltered(search))}>{text.clearFilters}</a></li>}
    </ul>
  );
}
