// Price changes at a fixed rate, each of another product.
//   BASE, TOKEN (staff), CHANGES_FILE (JSON list of {product_id, sku, amount, currency}), RATE, DURATION
import http from 'k6/http';
import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
import { BASE, TREND, number, openModel, summary } from './lib.js';

const changes = new SharedArray('changes', () => JSON.parse(open(__ENV.CHANGES_FILE)));

export const options = {
  scenarios: { prices: openModel(number('RATE', 50), __ENV.DURATION || '10s') },
  summaryTrendStats: TREND,
};

export default function () {
  const change = changes[exec.scenario.iterationInTest];
  if (change === undefined) return;
  http.put(
    `${BASE}/api/v1/admin/products/${change.product_id}/prices`,
    JSON.stringify({ sku: change.sku, price: { amount: change.amount, currency: change.currency } }),
    {
      headers: {
        Authorization: `Bearer ${__ENV.TOKEN}`,
        'Content-Type': 'application/json',
        'X-TechMart': '1',
        'Idempotency-Key': `bench-${__ENV.RUN || '0'}-${change.sku}-${change.amount}`,
      },
      tags: { name: 'price' },
    },
  );
}

export const handleSummary = summary;
