// GETs of a list of paths at a fixed rate, in the list's order, round and round.
//   BASE, PATHS_FILE (JSON list) or PATHS (comma separated), RATE, DURATION, HEADERS (JSON object)
import http from 'k6/http';
import exec from 'k6/execution';
import { SharedArray } from 'k6/data';
import { Counter } from 'k6/metrics';
import { BASE, TREND, number, openModel, summary } from './lib.js';

const paths = new SharedArray('paths', () =>
  __ENV.PATHS_FILE ? JSON.parse(open(__ENV.PATHS_FILE)) : (__ENV.PATHS || '/').split(','),
);
const headers = JSON.parse(__ENV.HEADERS || '{}');
const fromCache = new Counter('from_cache');

export const options = {
  scenarios: { get: openModel(number('RATE', 100), __ENV.DURATION || '10s') },
  summaryTrendStats: TREND,
  discardResponseBodies: true,
};

export default function () {
  const path = paths[exec.scenario.iterationInTest % paths.length];
  const answer = http.get(BASE + path, { headers, tags: { name: 'get' } });
  const cache = answer.headers['X-Cache'];
  if (cache === 'HIT' || cache === 'STALE') fromCache.add(1);
}

export const handleSummary = summary;
