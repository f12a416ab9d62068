"""nginx as the CDN: a GET with the secret header fetches the object anew and replaces the cached one."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote, urlsplit

import structlog
import urllib3
from urllib3.exceptions import HTTPError

log = structlog.get_logger()


class LocalCdn:
    """Refreshes addresses over a small pool of connections."""

    def __init__(self, edge_url: str, secret: str) -> None:
        address = urlsplit(edge_url)
        self._pool = urllib3.HTTPConnectionPool(
            address.hostname or "127.0.0.1",
            address.port,
            maxsize=4,
            block=True,
            timeout=urllib3.Timeout(connect=0.5, read=2),
            retries=False,
        )
        self._headers = {"x-edge-purge": secret}

    def purge(self, addresses: Sequence[str]) -> int:
        """Refresh each address; those that fail age out by themselves."""
        done = 0
        for address in addresses:
            try:
                self._pool.request("GET", quote(address, safe="/~"), headers=self._headers, redirect=False)
                done += 1
            except (HTTPError, OSError) as error:
                log.warning("purge failed", address=address, error=str(error))
                break
        return done
