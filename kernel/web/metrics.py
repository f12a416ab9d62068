"""Prometheus metrics of an API: rate, errors and duration by route."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)

REQUESTS = Counter("techmart_requests_total", "Requests by route, method and status", ["route", "method", "status"])
DURATION = Histogram("techmart_request_seconds", "Time to answer by route", ["route", "method"], buckets=_SECONDS)
HELD = Histogram(
    "techmart_request_held_seconds", "Time a request held a connection, by route", ["route", "method"], buckets=_SECONDS
)
STATEMENTS = Counter("techmart_request_statements_total", "Statements sent to Postgres, by route", ["route", "method"])
