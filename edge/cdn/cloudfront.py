"""CloudFront as the CDN. Off by default: invalidations cost money, and ages are short."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from itertools import islice

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

log = structlog.get_logger()

PATHS_MAX = 3000
"""Paths in progress at once that a distribution accepts."""


class CloudFrontCdn:
    """Invalidates paths of one distribution."""

    def __init__(self, distribution: str) -> None:
        self._distribution = distribution
        config = Config(connect_timeout=2, read_timeout=10, retries={"total_max_attempts": 2, "mode": "standard"})
        self._client = boto3.session.Session().client("cloudfront", region_name="us-east-1", config=config)

    def purge(self, addresses: Sequence[str]) -> int:
        """Ask for an invalidation of each batch of paths; a refusal is logged and left to ages."""
        paths = iter(dict.fromkeys(addresses))
        done = 0
        while batch := list(islice(paths, PATHS_MAX)):
            try:
                self._client.create_invalidation(
                    DistributionId=self._distribution,
                    InvalidationBatch={
                        "Paths": {"Quantity": len(batch), "Items": batch},
                        "CallerReference": str(uuid.uuid4()),
                    },
                )
                done += len(batch)
            except (ClientError, BotoCoreError) as error:
                log.warning("invalidation refused", paths=len(batch), error=str(error))
                break
        return done
