// 5,000 shoppers at once who think between pages: a closed model, as people are. Each comes to a category, looks at
// two products, searches, looks again.
//   BASE, LOCALE, USERS (5000), THINK seconds (5, each pause 0.5–1.5 of it), RAMP (30s), DURATION (5m), PRODUCTS read at the start (300: each user holds a copy), SEED
import http from 'k6/http';
import exec from 'k6/execution';
import { sleep } from 'k6';
import { BASE, LOCALE, TREND, number, pick, readCatalogue, seeded, summary, titleWords } from './lib.js';

const USERS = number('USERS', 5000);
const THINK = number('THINK', 5);

export const options = {
  scenarios: {
    shoppers: {
      executor: 'ramping-vus',
      startVUs: 0,
      stages: [
        { target: USERS, duration: __ENV.RAMP || '30s' },
        { target: USERS, duration: __ENV.DURATION || '5m' },
      ],
      gracefulRampDown: '5s',
    },
  },
  summaryTrendStats: TREND,
  discardResponseBodies: true,
  setupTimeout: '120s',
  thresholds: { http_req_duration: ['p(95)<100'], http_req_failed: ['rate<0.001'] },
};

export function setup() {
  return readCatalogue(number('PRODUCTS', 300));
}

export default function (shop) {
  const random = seeded(number('SEED', 20261124) + exec.vu.idInTest * 100003 + exec.vu.iterationInScenario);
  const visit = (name, path) => {
    http.get(BASE + path, { tags: { name } });
    sleep(THINK * (0.5 + random()));
  };
  const look = () => {
    const { slug, id } = pick(shop.cards, random);
    http.get(`${BASE}/catalog/offers/${id}.json`, { tags: { name: 'offer' } });
    visit('page', `/${LOCALE}/p/${slug}`);
  };
  visit('list', `/${LOCALE}/c/${pick(shop.paths, random)}`);
  look();
  look();
  visit('search', `/api/v1/products?q=${encodeURIComponent(titleWords(pick(shop.cards, random).title, random))}`);
  look();
}

export const handleSummary = summary;
