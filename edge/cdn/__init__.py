"""The CDN before the bucket. A purge only makes a change visible sooner; correctness never depends on one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from edge.cdn.cloudfront import CloudFrontCdn
from edge.cdn.local import LocalCdn
from edge.publish import Rendered
from kernel.settings import EdgeSettings


class Cdn(Protocol):
    """Forgets what it keeps of objects."""

    def purge(self, objects: Sequence[Rendered]) -> int:
        """Ask for these objects to be fetched anew; return how many were asked for. Never raises."""


class NoCdn:
    """Relies on ages alone, as production does."""

    def purge(self, objects: Sequence[Rendered]) -> int:
        return 0


def open_cdn(settings: EdgeSettings) -> Cdn:
    """The CDN of the settings."""
    if settings.cdn == "local":
        return LocalCdn(settings.edge_url, settings.edge_purge_secret)
    if settings.cdn == "cloudfront":
        return CloudFrontCdn(settings.cloudfront_distribution)
    return NoCdn()
