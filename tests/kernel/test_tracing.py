"""Traces: nothing while they are off; on, one trace goes on through batches, threads and hostile headers."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator

import pytest

from kernel import tracing
from tests.support.collector import Collector, Seen
from tests.support.polling import eventually

TRACE, OTHER = "0af7651916cd43dd8448eb211c80319c", "1bf7651916cd43dd8448eb211c80319c"
SPAN = "b7ad6b7169203331"
PARENT = f"00-{TRACE}-{SPAN}-01"

Send = Callable[[], list[Seen]]


@pytest.fixture
def sent() -> Iterator[Send]:
    """Traces on; the spans that have arrived once all are sent."""
    with Collector().running() as collector:
        tracing.start(collector.endpoint, "tests")

        def stop() -> list[Seen]:
            tracing.stop()
            return collector.spans

        try:
            yield stop
        finally:
            tracing.stop()


def test_off_nothing_is_imported_and_a_span_is_nothing() -> None:
    # Libraries that look for OpenTelemetry import its interface themselves; what costs is the exporter.
    script = """
import sys
from kernel import outbox, telemetry, tracing
telemetry.configure_logging()
assert not [name for name in sys.modules if name.startswith("opentelemetry")]
import write_side.app, read_side.app, workers.draining, workers.publishing, workers.relay
assert not [name for name in sys.modules if name.startswith("opentelemetry.exporter")]
spans = (tracing.request("GET", [(b"traceparent", b"x")]), tracing.inside("a"), tracing.following("a", "b"),
         tracing.consuming("a", ["b"]))
assert all(span is tracing.NOTHING for span in spans)
assert tracing.traceparent() is None and tracing.trace_id() is None and tracing.nearest("b") == "b"
"""
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr


def test_a_request_goes_on_in_its_callers_trace(sent: Send) -> None:
    with tracing.request("PUT", [(b"traceparent", PARENT.encode())]) as span:
        assert tracing.trace_id() == TRACE
        with tracing.inside("postgres write"):
            inner = tracing.traceparent()
        tracing.describe_request(span, "PUT", "/prices", 200, "r-1")
    assert tracing.traceparent() is None
    inside, request = sent()
    assert (request.name, request.trace, request.parent) == ("PUT /prices", TRACE, SPAN)
    assert (inside.trace, inside.parent) == (TRACE, request.id)
    assert inner == f"00-{TRACE}-{inside.id}-01"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"00",
        b"00-" + b"0" * 32 + b"-b7ad6b7169203331-01",
        b"00-0af7651916cd43dd8448eb211c80319c-" + b"0" * 16 + b"-01",
        b"ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        b"00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01",
        b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-" + b"x" * 5000,
        b"\xff\xfe",
    ],
)
def test_an_unsound_header_begins_a_trace(sent: Send, header: bytes) -> None:
    with tracing.request("GET", [(b"traceparent", header)]):
        assert tracing.trace_id() != TRACE
    (request,) = sent()
    assert request.parent == ""


def test_what_a_caller_does_not_sample_is_followed_but_not_sent(sent: Send) -> None:
    with tracing.request("GET", [(b"traceparent", f"00-{TRACE}-{SPAN}-00".encode())]):
        assert tracing.trace_id() == TRACE
        assert (tracing.traceparent() or "").endswith("-00")
    assert sent() == []


def test_a_batch_of_one_trace_is_in_it_and_one_of_several_is_linked(sent: Send) -> None:
    with tracing.consuming("one", [PARENT, None, PARENT]):
        assert tracing.nearest(PARENT) != PARENT
        assert (tracing.nearest(PARENT) or "").startswith(f"00-{TRACE}")
    other = f"00-{OTHER}-{SPAN}-01"
    with tracing.consuming("several", [PARENT, other]):
        assert tracing.nearest(PARENT) == PARENT
    one, several = sent()
    assert (one.trace, one.parent, one.attributes) == (TRACE, SPAN, {"messaging.batch.message_count": 3})
    assert several.trace not in (TRACE, OTHER)
    assert set(several.links) == {TRACE, OTHER}


def test_work_in_a_thread_follows_its_event(sent: Send) -> None:
    def work() -> None:
        with tracing.following("publish object", PARENT, key="k"), tracing.inside("PUT bucket"):
            pass

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    put, publish = sent()
    assert (publish.trace, put.trace, put.parent) == (TRACE, TRACE, publish.id)


def test_no_span_begins_where_no_trace_leads(sent: Send) -> None:
    with tracing.inside("postgres write"), tracing.consuming("relay", [None]), tracing.following("put", None):
        assert tracing.traceparent() is None
    assert sent() == []


def test_an_error_is_named_and_not_told(sent: Send) -> None:
    with pytest.raises(ValueError, match="somebody"), tracing.request("POST", []):
        raise ValueError("somebody@example.com exists")
    (request,) = sent()
    assert request.attributes["error.type"] == "ValueError"
    assert "example.com" not in repr(request)


def test_a_collector_that_is_away_costs_spans_alone() -> None:
    with Collector().running() as collector:
        endpoint = collector.endpoint
    tracing.start(endpoint, "tests")
    try:
        with tracing.request("GET", []):
            assert tracing.trace_id()
    finally:
        tracing.stop()
    assert tracing.trace_id() is None


def test_spans_are_sent_while_the_process_goes_on() -> None:
    with pytest.MonkeyPatch.context() as patch, Collector().running() as collector:
        patch.setenv("OTEL_BSP_SCHEDULE_DELAY", "50")
        tracing.start(collector.endpoint, "tests")
        try:
            with tracing.request("GET", []):
                pass
            eventually(lambda: collector.spans, "the span at the collector")
        finally:
            tracing.stop()
