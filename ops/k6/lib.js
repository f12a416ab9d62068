// What the scripts share: the catalogue to ask for, seeded choice, and a summary that programs can read.
import http from 'k6/http';

export const BASE = (__ENV.BASE || 'http://127.0.0.1:8080').replace(/\/$/, '');
export const LOCALE = __ENV.LOCALE || 'en-us';
export const TREND = ['min', 'med', 'avg', 'p(95)', 'p(99)', 'max'];

export function number(name, fallback) {
  return __ENV[name] ? Number(__ENV[name]) : fallback;
}

/** A fixed rate of starts, whatever the answers take: a slow server cannot hide behind a waiting client. */
export function openModel(rate, duration) {
  return {
    executor: 'constant-arrival-rate',
    rate,
    timeUnit: '1s',
    duration,
    preAllocatedVUs: Math.max(20, Math.ceil(rate / 10)),
    maxVUs: Math.max(100, rate),
  };
}

/** Mulberry32: the same seed gives the same numbers everywhere. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** One of `[[weight, value], …]`. */
export function weighted(choices, random) {
  const total = choices.reduce((sum, [weight]) => sum + weight, 0);
  let left = random() * total;
  for (const [weight, value] of choices) {
    left -= weight;
    if (left < 0) return value;
  }
  return choices[choices.length - 1][1];
}

export function pick(list, random) {
  return list[Math.floor(random() * list.length)];
}

function getJson(path) {
  const answer = http.get(BASE + path, { responseType: 'text' });
  if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}`);
  return answer.json();
}

/** Products, category paths and words of titles, read from the shop itself: the script needs no file. */
export function readCatalogue(products) {
  const cards = [];
  let cursor = '';
  while (cards.length < products) {
    const page = getJson(`/api/v1/products?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
    cards.push(...page.items.map(({ id, slug, title }) => ({ id, slug, title })));
    cursor = page.next_cursor;
    if (!cursor) break;
  }
  const paths = [];
  const walk = (nodes) => nodes.forEach((node) => (paths.push(node.path), walk(node.children || [])));
  walk(getJson(`/catalog/${LOCALE}/navigation.json`).categories);
  return { cards, paths };
}

/** One to four neighbouring words of a title, as a shopper types them. */
export function titleWords(title, random) {
  const words = title.split(/\s+/).filter((word) => word.length > 1);
  const length = Math.min(words.length, 1 + Math.floor(random() * 4));
  const start = Math.floor(random() * (words.length - length + 1));
  return words.slice(start, start + length).join(' ').toLowerCase();
}

/** JSON of the metrics on stdout when SUMMARY is `json`, else a few lines for people. */
export function summary(data) {
  if (__ENV.SUMMARY === 'json') return { stdout: JSON.stringify(data.metrics) };
  const of = (name) => (data.metrics[name] ? data.metrics[name].values : {});
  const lines = [
    `requests        ${of('http_reqs').count} (${(of('http_reqs').rate || 0).toFixed(1)}/s)`,
    `failed          ${((of('http_req_failed').rate || 0) * 100).toFixed(3)} %`,
    `never started   ${of('dropped_iterations').count || 0}`,
  ];
  for (const [name, metric] of Object.entries(data.metrics).sort()) {
    if (!name.startsWith('http_req_duration')) continue;
    const v = metric.values;
    lines.push(`${name}  p50 ${v.med.toFixed(1)}  p95 ${v['p(95)'].toFixed(1)}  p99 ${v['p(99)'].toFixed(1)}  max ${v.max.toFixed(1)} ms`);
  }
  const broken = Object.entries(data.metrics).filter(([, m]) => Object.values(m.thresholds || {}).some((t) => !t.ok));
  lines.push(broken.length ? `BROKEN: ${broken.map(([name]) => name).join(', ')}` : 'every threshold holds');
  return { stdout: lines.join('\n') + '\n' };
}
