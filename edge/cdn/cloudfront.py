"""CloudFront as the CDN. Off by default: invalidations cost money, and ages are short."""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as UnconnectedError

from edge.publish import Rendered

log = structlog.get_logger()

ITEMS_MAX: Final = 3000
"""Paths and tags that a distribution works on at once, over all invalidations in progress."""

PATIENCE_SECONDS: Final = 10.0
"""How long one purge waits for room: well below a delivery's lease, and half of what an invalidation takes."""

REST_SECONDS: Final = 30.0
"""After one that waited in vain the next ones only try: a long change of prices must not be slowed by its purges."""

FIRST_PAUSE_SECONDS: Final = 0.5

PASSING: Final = frozenset(
    {"TooManyInvalidationsInProgress", "Throttling", "ThrottlingException", "TooManyRequestsException"}
)


class CloudFrontCdn:
    """Invalidates objects of one distribution, by path, or by tag where a batch holds several of one tag."""

    def __init__(self, distribution: str) -> None:
        self._distribution = distribution
        self._hurried_until = 0.0
        # Tries are counted here: botocore does not know that TooManyInvalidationsInProgress passes.
        config = Config(connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 1, "mode": "standard"})
        self._client = boto3.session.Session().client("cloudfront", region_name="us-east-1", config=config)

    def purge(self, objects: Sequence[Rendered]) -> int:
        """Ask for an invalidation of each batch; what is refused for long is logged and left to ages."""
        started = time.monotonic()
        deadline = started if started < self._hurried_until else started + PATIENCE_SECONDS
        items, done = iter(gathered(objects).items()), 0
        while batch := dict(islice(items, ITEMS_MAX)):
            if not self._invalidate(list(batch), deadline):
                self._hurried_until = time.monotonic() + REST_SECONDS
                break
            done += sum(batch.values())
        return done

    def _invalidate(self, items: list[str], deadline: float) -> bool:
        """Whether it was accepted by then. All tries bear one reference: an invalidation accepted unheard is not made twice."""
        batch = {"Paths": {"Quantity": len(items), "Items": items}, "CallerReference": str(uuid.uuid4())}
        longest = FIRST_PAUSE_SECONDS
        while error := self._refusal(batch):
            pause = longest * random.uniform(0.5, 1)  # noqa: S311 - spreads load, guards nothing
            if not passes(error) or time.monotonic() + pause > deadline:
                log.warning("invalidation refused", items=len(items), error=str(error))
                return False
            time.sleep(pause)
            longest *= 2
        return True

    def _refusal(self, batch: Mapping[str, object]) -> ClientError | BotoCoreError | None:
        try:
            self._client.create_invalidation(DistributionId=self._distribution, InvalidationBatch=batch)
        except (ClientError, BotoCoreError) as error:
            return error
        return None


def gathered(objects: Sequence[Rendered]) -> Mapping[str, int]:
    """What to invalidate, and how many of the objects each item stands for: `#tag` where two or more share one.

    A tag is one item however many objects bear it: the pages of a product in all locales, say.
    """
    addressed = {item.target.address: item for item in objects}.values()
    bearers = Counter(tag for item in addressed for tag in item.tags)
    items: Counter[str] = Counter()
    for item in addressed:
        shared = [tag for tag in item.tags if bearers[tag] > 1]
        items[f"#{shared[0]}" if shared else item.target.address] += 1
    return items


def passes(error: ClientError | BotoCoreError) -> bool:
    """Whether the same request may be accepted later: too much at once, a server's fault, no answer."""
    if not isinstance(error, ClientError):
        return isinstance(error, HTTPClientError | UnconnectedError)
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return error.response.get("Error", {}).get("Code") in PASSING or status == 429 or status >= 500
