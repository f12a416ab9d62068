"""nginx as the CDN: a GET with the secret header fetches the object anew and replaces the cached one."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import quote, urlsplit

import structlog
import urllib3
from urllib3.exceptions import HTTPError

from edge.publish import Rendered

log = structlog.get_logger()
AT_ONCE: Final = 4
"""Refreshes side by side, so that they cost less time than the puts before them did."""


class LocalCdn:
    """Refreshes addresses over a small pool of connections."""

    def __init__(self, edge_url: str, secret: str) -> None:
        address = urlsplit(edge_url)
        self._pool = urllib3.HTTPConnectionPool(
            address.hostname or "127.0.0.1",
            address.port,
            maxsize=AT_ONCE,
            block=True,
            timeout=urllib3.Timeout(connect=0.5, read=2),
            retries=False,
        )
        self._headers = {"x-edge-purge": secret}
        self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="purge")

    def purge(self, objects: Sequence[Rendered]) -> int:
        """Refresh each object's address; those that fail age out by themselves."""
        addresses = [item.target.address for item in objects]
        return sum(self._threads.map(self._refresh, [addresses[n::AT_ONCE] for n in range(AT_ONCE)]))

    def _refresh(self, addresses: Sequence[str]) -> int:
        """One after the other until one fails: an edge that is away is not asked for each."""
        for done, address in enumerate(addresses):
            try:
                self._pool.request("GET", quote(address, safe="/~"), headers=self._headers, redirect=False)
            except (HTTPError, OSError) as error:
                log.warning("purge failed", address=address, error=str(error))
                return done
        return len(addresses)
