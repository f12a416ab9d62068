// Shoppers who fill a cart and, with STEPS=order, go through checkout and pay at the sandbox.
//   BASE, SKUS_FILE (JSON list), STEPS (cart | order), and one of RATE with DURATION (open model), BUYERS (all at once,
//   one try each), WORKERS with DURATION (closed model: as fast as it goes)
import http from 'k6/http';
import exec from 'k6/execution';
import { Counter } from 'k6/metrics';
import { SharedArray } from 'k6/data';
import { BASE, TREND, number, openModel, summary } from './lib.js';

const skus = new SharedArray('skus', () => JSON.parse(open(__ENV.SKUS_FILE)));
const finished = new Counter('finished');
const outOfStock = new Counter('out_of_stock');
const surprises = new Counter('surprises');

function scenario() {
  if (__ENV.BUYERS) return { executor: 'per-vu-iterations', vus: number('BUYERS', 200), iterations: 1, maxDuration: '60s' };
  if (__ENV.WORKERS) return { executor: 'constant-vus', vus: number('WORKERS', 32), duration: __ENV.DURATION || '10s' };
  return openModel(number('RATE', 50), __ENV.DURATION || '10s');
}

export const options = { scenarios: { shoppers: scenario() }, summaryTrendStats: TREND };

const ADDRESS = {
  name: 'Ada Byron', line1: '1 Analytical Way', city: 'San Jose', region: 'CA', postal_code: '95113', country: 'US',
};

/** One call; undefined when it is refused, which is counted. */
function call(name, method, path, body, token, key) {
  const headers = { 'Content-Type': 'application/json' };
  if (token) headers['Cart-Token'] = token;
  if (key) headers['Idempotency-Key'] = key;
  const answer = http.request(method, `${BASE}/api/v1${path}`, body && JSON.stringify(body), {
    headers,
    tags: { name },
    responseCallback: http.expectedStatuses({ min: 200, max: 299 }, 409),
  });
  if (answer.status < 300) return answer.json();
  if (answer.status === 409 && answer.json('code') === 'out_of_stock') outOfStock.add(1);
  else surprises.add(1);
  return undefined;
}

export default function () {
  const email = `bench-${exec.vu.idInTest}@example.com`;
  const sku = skus[exec.scenario.iterationInTest % skus.length];
  const cart = call('cart', 'POST', '/carts', {});
  if (!cart || !call('line', 'PUT', `/carts/${cart.id}/lines/${sku}`, { quantity: 1 }, cart.token)) return;
  if (__ENV.STEPS === 'order') {
    const checkout = call('checkout', 'POST', `/carts/${cart.id}/checkout`, { email, shipping_address: ADDRESS }, cart.token);
    if (!checkout) return;
    const option = checkout.shipping_options[0];
    const order = {
      cart_id: cart.id, expected_total: option.total, email, shipping_address: ADDRESS, shipping_option: option.id,
      payment: { gateway: 'sandbox', token: 'tok_ok' },
    };
    if (!call('order', 'POST', '/orders', order, cart.token, `bench-${cart.id}`)) return;
  }
  finished.add(1);
}

export const handleSummary = summary;
