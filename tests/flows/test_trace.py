"""One id is followed from a request to the object in the bucket, through processes that never call each other."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from edge import keys
from edge.store import BotoStore
from kernel.settings import StoreSettings, load
from tests.support.collector import Collector
from tests.support.polling import eventually
from tests.support.stack import Stack, free_port, start, stop

NEW = {"title": "Pen", "brand": "Acme", "category": "Office > Pens", "price": {"amount": 100, "currency": "USD"}}


@pytest.fixture(scope="module")
def collector() -> Iterator[Collector]:
    with Collector().running() as running:
        yield running


@pytest.fixture(scope="module")
def traced(collector: Collector) -> Iterator[Stack]:
    """A stack of its own: the others trace nothing."""
    home = Path(tempfile.mkdtemp(prefix="techmart-trace-"))
    home.chmod(0o755)
    env = {"TECHMART_ENV": "test", "TECHMART_DEMO": "off", "TECHMART_OTEL_ENDPOINT": collector.endpoint}
    running = start(home, free_port(), {**env, "OTEL_BSP_SCHEDULE_DELAY": "100", "TECHMART_PAGES_DELAY_SECONDS": "0"})
    yield running
    relocated = running.relocated
    stop(running)
    for folder in (home, relocated):
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def log_in(client: httpx.Client, stack: Stack) -> None:
    body = {"email": "owner@techmart.test", "password": (stack.home / "owner-password").read_text()}
    session = client.post("/api/v1/sessions", json=body).raise_for_status().json()
    client.headers["authorization"] = f"Bearer {session['access_token']}"


def puts(collector: Collector, trace: str) -> set[object]:
    return {span.attributes["key"] for span in collector.of(trace) if span.name == "PUT bucket"}


def worked_for(collector: Collector, trace: str, consumer: str) -> bool:
    """Batches for several commands have a trace of their own that names those of the commands."""
    return any(span.name == consumer and trace in (span.trace, *span.links) for span in list(collector.spans))


def test_one_trace_leads_from_a_price_to_the_bucket(traced: Stack, collector: Collector) -> None:
    trace, caller, request_id = uuid4().hex, uuid4().hex[:16], f"price-{uuid4().hex[:8]}"
    with httpx.Client(base_url=traced.env["TECHMART_EDGE_URL"], timeout=20) as client:
        log_in(client, traced)
        made = client.post("/api/v1/admin/products", json={**NEW, "sku": "PEN-1", "quantity": 3}).raise_for_status()
        offer = keys.offer(made.json()["id"]).key
        for address in (f"/{offer}", "/en-us/p/pen"):
            eventually(lambda a=address: client.get(a).status_code == 200, f"{address} at the edge")
        answer = client.put(
            f"/api/v1/admin/products/{made.json()['id']}/prices",
            json={"sku": "PEN-1", "price": {"amount": 90, "currency": "USD"}},
            headers={"traceparent": f"00-{trace}-{caller}-01", "x-request-id": request_id},
        ).raise_for_status()
    assert answer.headers["x-request-id"] == request_id

    page = keys.product_page("en-us", "pen").key
    eventually(lambda: puts(collector, trace) >= {offer, page}, "puts of offer and page in the trace of their price")
    for consumer in ("offers.project", "documents.publish", "pages.publish"):
        eventually(lambda name=consumer: worked_for(collector, trace, name), f"{consumer} in the trace or linked to it")
    # Each span is below another one, down from the caller's.
    eventually(
        lambda: not {s.parent for s in collector.of(trace)} - {caller, *(s.id for s in collector.of(trace))},
        "all parents",
    )
    (request,) = [span for span in collector.of(trace) if span.parent == caller]
    assert (request.process, request.name) == ("write-api", "PUT /admin/products/{product_id:uuid}/prices")
    assert request.attributes["http.response.status_code"] == 200
    assert request.attributes["techmart.request_id"] == request_id
    assert any(span.name == "postgres write" and span.parent == request.id for span in collector.of(trace))

    store = BotoStore(load(StoreSettings, env=traced.env)[0])
    for key in (offer, page):
        head = store.head(key)
        assert head is not None
        assert head.metadata["request-id"] == request_id
    for process in ("write-api", "worker-now", "worker-publish", "worker-bulk"):
        lines = (traced.home / "log" / f"{process}.log").read_text().splitlines()
        named = [json.loads(line) for line in lines if request_id in line]
        assert named, f"{process} wrote nothing of {request_id}"
        assert any(line.get("trace_id") == trace for line in named)


def test_nothing_is_traced_that_nobody_asked_for(traced: Stack, collector: Collector) -> None:
    names = {(span.process, span.name) for span in collector.spans if not span.parent}
    assert not [name for process, name in names if process in {"relay", "worker-clock", "search-node"}]
    assert not [name for _, name in names if "/health" in name or "/metrics" in name]
