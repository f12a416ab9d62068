// The shop's mix at a fixed rate, through the edge. Shares are CONTRACT's; a kind of request that the shop does
// not serve yet leaves its share to the others. Add a kind by a line in KINDS.
//   BASE, LOCALE, RATE (1000), DURATION (5m), PRODUCTS read at the start (1000), SEED
import http from 'k6/http';
import exec from 'k6/execution';
import { BASE, LOCALE, TREND, number, openModel, pick, readCatalogue, seeded, summary, titleWords, weighted } from './lib.js';

const RATE = number('RATE', 1000);
const SEED = number('SEED', 20261124);

export const options = {
  scenarios: { mixed: openModel(RATE, __ENV.DURATION || '5m') },
  summaryTrendStats: TREND,
  discardResponseBodies: true,
  setupTimeout: '120s',
  thresholds: {
    http_req_duration: ['p(95)<100'],
    http_req_failed: ['rate<0.001'],
    dropped_iterations: ['count<1'],
    'http_req_duration{name:search}': ['p(95)<100'],
    'http_req_duration{name:list}': ['p(95)<100'],
    'http_req_duration{name:page}': ['p(95)<100'],
    'http_req_duration{name:product}': ['p(95)<100'],
  },
};

const KINDS = [
  [30, 'search', (shop, random) => `/api/v1/products?q=${encodeURIComponent(titleWords(pick(shop.cards, random).title, random))}`],
  [30, 'list', (shop, random) => `/catalog/${LOCALE}/categories/${pick(shop.paths, random)}.json`],
  [10, 'page', (shop, random) => `/${LOCALE}/p/${pick(shop.cards, random).slug}`],
  [15, 'product', (shop, random) => `/catalog/${LOCALE}/products/${pick(shop.cards, random).slug}.json`],
].map(([share, name, path]) => [share, { name, path }]);

export function setup() {
  return readCatalogue(number('PRODUCTS', 1000));
}

export default function (shop) {
  const random = seeded(SEED + exec.scenario.iterationInTest);
  const kind = weighted(KINDS, random);
  http.get(BASE + kind.path(shop, random), { tags: { name: kind.name } });
}

export const handleSummary = summary;
