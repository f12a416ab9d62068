"""A collector of traces: what OTLP/HTTP exporters send, decoded and kept."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass(frozen=True)
class Seen:
    """A span as it arrived; ids are lower-case hex, `parent` is empty for the first span of a trace."""

    process: str
    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, str | int]
    links: tuple[str, ...]


class Collector:
    """Listens on loopback; `spans` grows as exporters send."""

    def __init__(self) -> None:
        self.spans: list[Seen] = []
        spans = self.spans

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                spans.extend(_decoded(gzip.decompress(body) if self.headers["content-encoding"] == "gzip" else body))
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing is worth a line."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self._server.server_port}"

    def of(self, trace: str) -> list[Seen]:
        """The spans of one trace so far."""
        return [span for span in list(self.spans) if span.trace == trace]

    @contextmanager
    def running(self) -> Iterator[Collector]:
        thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def _decoded(body: bytes) -> Iterator[Seen]:
    message = ExportTraceServiceRequest()
    message.ParseFromString(body)
    for resource in message.resource_spans:
        process = _attributes(resource.resource.attributes)["service.name"]
        for scope in resource.scope_spans:
            for span in scope.spans:
                links = tuple(link.trace_id.hex() for link in span.links)
                ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
                yield Seen(str(process), span.name, *ids, _attributes(span.attributes), links)


def _attributes(pairs: object) -> dict[str, str | int]:
    return {pair.key: pair.value.string_value or pair.value.int_value for pair in pairs}  # type: ignore[attr-defined]
