"""Traces: one id from a request through the outbox to the object in the bucket.

Off, nothing of OpenTelemetry is imported and every span is one shared object that does nothing. On, spans go to the
collector in the background; one that is away costs spans, never requests. Spans hold ids, routes, keys and counts;
of an error its name alone, because its text may name a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Link, Span, SpanKind

EXPORT_SECONDS: Final = 2
"""How long a collector may take for a batch of spans; a process that stops waits no longer for it."""

LINKS_MAX: Final = 32
NOTHING: Final = nullcontext()
"""The span of what is not traced."""

_active: _Tracing | None = None

OptionalSpan = AbstractContextManager["Span | None"]


def start(endpoint: str, process: str) -> None:
    """Send the spans of this process to an OTLP/HTTP collector from here on."""
    global _active
    if _active is None:
        _active = _Tracing(endpoint, process)


def stop() -> None:
    """Send what is left and trace no more."""
    global _active
    if _active is not None:
        _active.provider.shutdown()
    _active = None


def request(method: str, headers: Iterable[tuple[bytes, bytes]]) -> OptionalSpan:
    """The span of a request, in the trace its caller names in `traceparent`, else the first of a new one."""
    if _active is None:
        return NOTHING
    caller = next((value.decode("latin-1") for name, value in headers if name == b"traceparent"), None)
    return _active.span(method, _active.kinds.SERVER, _active.context(caller), {"http.request.method": method})


def describe_request(span: Span | None, method: str, route: str, status: int, request_id: str) -> None:
    """Name a request's span by its route, once that is known."""
    if span is not None:
        span.update_name(f"{method} {route}")
        span.set_attributes(
            {"http.route": route, "http.response.status_code": status, "techmart.request_id": request_id}
        )


def inside(name: str, **attributes: str | int) -> OptionalSpan:
    """A span of a call to another server within the trace being worked on; nothing where there is none."""
    if _active is None or not _active.is_within():
        return NOTHING
    return _active.span(name, _active.kinds.CLIENT, None, attributes)


def following(name: str, traceparent: str | None, **attributes: str | int) -> OptionalSpan:
    """A span in the trace of an event, whatever else this thread or batch works on."""
    if _active is None or traceparent is None:
        return NOTHING
    return _active.span(name, _active.kinds.INTERNAL, _active.context(traceparent), attributes)


def consuming(consumer: str, traceparents: Sequence[str | None]) -> OptionalSpan:
    """The span of a batch: in the trace its events share, else in one of its own that is linked to theirs."""
    if _active is None:
        return NOTHING
    events = {sound[3:35]: sound for sound in traceparents if sound}
    context = _active.context(next(iter(events.values()))) if len(events) == 1 else _active.context(None)
    links = _active.links(list(events.values())[:LINKS_MAX]) if len(events) > 1 else []
    attributes = {"messaging.batch.message_count": len(traceparents)}
    return _active.span(consumer, _active.kinds.CONSUMER, context, attributes, links) if events else NOTHING


def traceparent() -> str | None:
    """The span being worked in, as W3C Trace Context writes it; None where there is none."""
    return _active.current() if _active is not None else None


def nearest(event: str | None) -> str | None:
    """Where work on an event goes on: in the current span where that is of the event's trace, else in its own."""
    here = traceparent()
    return here if here and event and here[3:35] == event[3:35] else event


def trace_id() -> str | None:
    """The id of the trace being worked in."""
    here = traceparent()
    return here[3:35] if here else None


class _Tracing:
    """What is needed of OpenTelemetry. Its global provider stays unset: nobody else's spans come in."""

    def __init__(self, endpoint: str, process: str) -> None:
        from opentelemetry import trace
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

        self.trace, self.kinds, self._propagator = trace, trace.SpanKind, TraceContextTextMapPropagator()
        self.provider = TracerProvider(resource=Resource({"service.name": process, "service.namespace": "techmart"}))
        exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces", timeout=EXPORT_SECONDS)
        self.provider.add_span_processor(BatchSpanProcessor(exporter))
        self._tracer = self.provider.get_tracer("techmart")

    @contextmanager
    def span(
        self,
        name: str,
        kind: SpanKind,
        context: Context | None,
        attributes: dict[str, Any],
        links: Sequence[Link] = (),
    ) -> Iterator[Span]:
        with self._tracer.start_as_current_span(
            name, context, kind, attributes, links, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except BaseException as error:
                span.set_attribute("error.type", type(error).__name__)
                raise

    def context(self, traceparent: str | None) -> Context:
        """The context that a traceparent names; an unsound one names none."""
        from opentelemetry.context import Context

        return self._propagator.extract({"traceparent": traceparent} if traceparent else {}, Context())

    def links(self, traceparents: Sequence[str]) -> list[Link]:
        contexts = [self.trace.get_current_span(self.context(known)).get_span_context() for known in traceparents]
        return [self.trace.Link(context) for context in contexts]

    def is_within(self) -> bool:
        return self.trace.get_current_span().get_span_context().is_valid

    def current(self) -> str | None:
        carrier: dict[str, str] = {}
        self._propagator.inject(carrier)
        return carrier.get("traceparent")
