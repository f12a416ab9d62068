"""The object store through boto3."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from edge.store.protocol import (
    Listed,
    ObjectHead,
    PreconditionFailedError,
    StoreRefusedError,
    StoreUnavailableError,
)
from kernel.settings import StoreSettings

CONFIG = Config(
    connect_timeout=2,
    read_timeout=10,
    retries={"total_max_attempts": 2, "mode": "standard"},
    s3={"addressing_style": "path"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
"""Time-outs are ours: retries with back-off stand in the outbox, not in a client that blocks."""


class BotoStore:
    """The bucket of the settings."""

    def __init__(self, settings: StoreSettings) -> None:
        self._bucket = settings.s3_bucket
        self._client = boto3.session.Session().client(
            "s3",
            endpoint_url=settings.s3_endpoint,
            region_name=settings.s3_region,
            aws_access_key_id=settings.s3_access_key,
            aws_secret_access_key=settings.s3_secret_key,
            config=CONFIG,
        )

    def put(
        self,
        key: str,
        body: bytes,
        *,
        content_type: str,
        cache_control: str,
        metadata: Mapping[str, str],
        if_match: str | None = None,
        if_none_match: bool = False,
    ) -> str:
        condition = {"IfMatch": f'"{if_match}"'} if if_match else {"IfNoneMatch": "*"} if if_none_match else {}
        with _translated(key, conditional=bool(if_match)):
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=body,
                ContentType=content_type,
                CacheControl=cache_control,
                Metadata=dict(metadata),
                **condition,
            )
        return str(answer["ETag"]).strip('"')

    def head(self, key: str) -> ObjectHead | None:
        with _translated(key):
            try:
                answer = self._client.head_object(Bucket=self._bucket, Key=key)
            except ClientError as error:
                if _status(error) == 404:
                    return None
                raise
        metadata = {name.lower(): value for name, value in answer["Metadata"].items()}
        return ObjectHead(answer["ETag"].strip('"'), answer["ContentLength"], metadata)

    def get(self, key: str) -> bytes | None:
        with _translated(key):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=key)
                return bytes(answer["Body"].read())
            except ClientError as error:
                if _status(error) == 404:
                    return None
                raise

    def list(self, prefix: str = "") -> Iterator[Listed]:
        with _translated(prefix):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix):
                for item in page.get("Contents", []):
                    yield Listed(item["Key"], item["ETag"].strip('"'), item["Size"])

    def delete(self, key: str) -> None:
        with _translated(key):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def prepare_local_bucket(self) -> None:
        """Make the bucket where it is missing and let anyone read it: the local edge signs nothing.

        In production the bucket is private and the distribution's own identity reads it.
        """
        with _translated(self._bucket):
            try:
                self._client.head_bucket(Bucket=self._bucket)
            except ClientError as error:
                if _status(error) != 404:
                    raise
                self._client.create_bucket(Bucket=self._bucket)
            public = [f"arn:aws:s3:::{self._bucket}/{prefix}/*" for prefix in PUBLIC_PREFIXES]
            public += [f"arn:aws:s3:::{self._bucket}/sitemap.xml"]
            statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": public}
            policy = {"Version": "2012-10-17", "Statement": [statement]}
            self._client.put_bucket_policy(Bucket=self._bucket, Policy=json.dumps(policy))

    def require_conditions(self) -> None:
        """Raise `StoreRefusedError` when the store does not honour conditional puts: guarded publishing needs them."""
        probe: dict[str, Any] = {"content_type": "text/plain", "cache_control": "no-store", "metadata": {}}
        self.put("private/probe", b"probe", **probe)
        for condition in ({"if_none_match": True}, {"if_match": "0" * 32}):
            try:
                self.put("private/probe", b"probe again", **probe, **condition)
            except PreconditionFailedError:
                continue
            raise StoreRefusedError(f"the store ignores {'/'.join(condition)}; it must honour conditional puts")


PUBLIC_PREFIXES = ("catalog", "pages", "assets", "media", "sitemaps", "admin")
"""What the edge may read; snapshots of the search index stand below `private/`."""


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))


@contextmanager
def _translated(key: str, *, conditional: bool = False) -> Iterator[None]:
    """The client's errors as ours. To a put with If-Match a missing object (404) is a failed condition."""
    try:
        yield
    except ClientError as error:
        status = _status(error)
        if status in {409, 412} or (conditional and status == 404):
            raise PreconditionFailedError(key) from error
        if status >= 500 or status in {0, 429}:
            raise StoreUnavailableError(f"{key}: {error}") from error
        raise StoreRefusedError(f"{key}: {error}") from error
    except BotoCoreError as error:
        raise StoreUnavailableError(f"{key}: {error}") from error
