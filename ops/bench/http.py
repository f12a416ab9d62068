"""The bench's own requests: few, so a plain pool is enough."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any, Final

import msgspec
import urllib3

TIMEOUT: Final = urllib3.Timeout(connect=2, read=10)
START_SECONDS: Final = 15


class AnswerError(Exception):
    """A request of the bench was refused; `status` is 0 where no answer came."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Client:
    """GET, HEAD and JSON calls below one base address."""

    def __init__(self, base: str) -> None:
        self.base = base.rstrip("/")
        self._pool = urllib3.PoolManager(maxsize=8, timeout=TIMEOUT, retries=False)

    def get(self, path: str, headers: Mapping[str, str] | None = None, method: str = "GET") -> urllib3.BaseHTTPResponse:
        """The answer, whatever its status."""
        return self._pool.request(method, self.base + path, headers=dict(headers or {}))

    def call(self, method: str, path: str, body: object, headers: Mapping[str, str] | None = None) -> Any:
        """A JSON call; AnswerError with status and problem unless 2xx."""
        sent = {"Content-Type": "application/json", "X-TechMart": "1", **(headers or {})}
        answer = self._pool.request(method, self.base + path, body=msgspec.json.encode(body), headers=sent)
        if not 200 <= answer.status < 300:
            problem = answer.data[:300].decode(errors="replace")
            raise AnswerError(f"{method} {path} answered {answer.status}: {problem}", answer.status)
        return msgspec.json.decode(answer.data) if answer.data else None


def wait_until_served(url: str, seconds: float = START_SECONDS) -> None:
    """Wait for a 200 of this address; AnswerError when none comes in time."""
    client, deadline = Client(url), time.monotonic() + seconds
    while True:
        try:
            if client.get("").status == 200:
                return
        except urllib3.exceptions.HTTPError:
            pass
        if time.monotonic() > deadline:
            raise AnswerError(f"{url} did not answer within {seconds:.0f} s")
        time.sleep(0.05)
