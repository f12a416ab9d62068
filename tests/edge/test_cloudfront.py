"""CloudFront through boto3: against moto, and against an origin that refuses as CloudFront does."""

from __future__ import annotations

import re
from collections.abc import Callable

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError, NoCredentialsError, ReadTimeoutError
from moto import mock_aws

from edge import keys
from edge.cdn import NoCdn, open_cdn
from edge.cdn import cloudfront as module
from edge.cdn.cloudfront import CloudFrontCdn, gathered, passes
from edge.publish import Rendered
from kernel.settings import EdgeSettings
from tests.edge.support import Origin

ACCEPTED = (
    201,
    b"<Invalidation><Id>I1</Id><Status>InProgress</Status><CreateTime>2026-01-01T00:00:00Z</CreateTime></Invalidation>",
)


def objects(*names: str, **facts: tuple[str, ...]) -> list[Rendered]:
    return [Rendered(keys.asset(name, "text/plain"), "asset", name, 1, b"", b"", **facts) for name in names]  # type: ignore[arg-type]


def refusal(status: int, code: str) -> tuple[int, bytes]:
    return status, f"<ErrorResponse><Error><Code>{code}</Code></Error><RequestId>1</RequestId></ErrorResponse>".encode()


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(variable, "testing")


@pytest.fixture
def distribution():
    with mock_aws():
        client = boto3.client("cloudfront", region_name="us-east-1")
        made = client.create_distribution(
            DistributionConfig={
                "CallerReference": "1", "Comment": "", "Enabled": True,
                "Origins": {"Quantity": 1, "Items": [{"Id": "o", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}]},
                "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "https-only", "MinTTL": 0, "ForwardedValues": {"QueryString": False, "Cookies": {"Forward": "none"}}},
            }
        )  # fmt: skip
        yield client, made["Distribution"]["Id"]


@pytest.fixture
def refusing(origin: Origin, monkeypatch: pytest.MonkeyPatch) -> Callable[..., CloudFrontCdn]:
    """A CDN whose CloudFront gives these answers, then accepts; its pauses are short."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", f"http://127.0.0.1:{origin.port}")
    monkeypatch.setattr(module, "FIRST_PAUSE_SECONDS", 0.001)
    origin.status, origin.body = ACCEPTED

    def make(*answers: tuple[int, bytes]) -> CloudFrontCdn:
        origin.queue.extend(answers)
        return CloudFrontCdn("E1")

    return make


def test_paths_are_invalidated_in_batches(distribution, monkeypatch: pytest.MonkeyPatch) -> None:
    client, name = distribution
    monkeypatch.setattr(module, "ITEMS_MAX", 2)
    assert CloudFrontCdn(name).purge(objects("a", "b", "a", "c")) == 3
    listed = client.list_invalidations(DistributionId=name)["InvalidationList"]["Items"]
    batches = [
        client.get_invalidation(DistributionId=name, Id=item["Id"])["Invalidation"]["InvalidationBatch"]
        for item in listed
    ]
    assert sorted(sorted(batch["Paths"]["Items"]) for batch in batches) == [["/assets/a", "/assets/b"], ["/assets/c"]]
    assert len({batch["CallerReference"] for batch in batches}) == 2


def test_objects_of_one_tag_are_one_item() -> None:
    batch = [
        *objects("a", "b", "b", tags=("product:1",)),
        *objects("c", tags=("product:2",)),
        *objects("d"),
    ]
    assert gathered(batch) == {"#product:1": 2, "/assets/c": 1, "/assets/d": 1}
    assert gathered([]) == {}


def test_a_refusal_costs_freshness_only(distribution) -> None:
    assert CloudFrontCdn("UNKNOWN").purge(objects("a")) == 0


@pytest.mark.parametrize(
    "answer",
    [
        refusal(400, "TooManyInvalidationsInProgress"),
        refusal(400, "Throttling"),
        refusal(429, "TooManyRequestsException"),
        refusal(503, "ServiceUnavailable"),
        (500, b"<not xml"),
    ],
)
def test_what_passes_is_tried_again(
    refusing: Callable[..., CloudFrontCdn], origin: Origin, answer: tuple[int, bytes]
) -> None:
    assert refusing(answer, answer).purge(objects("a", "b")) == 2
    assert len(origin.bodies) == 3
    references = {re.search(rb"<CallerReference>([^<]+)", body)[1] for body in origin.bodies}  # type: ignore[index]
    assert len(references) == 1


@pytest.mark.parametrize("code", ["NoSuchDistribution", "AccessDenied", "BatchTooLarge"])
def test_what_stays_refused_is_asked_once(refusing: Callable[..., CloudFrontCdn], origin: Origin, code: str) -> None:
    assert refusing(refusal(403, code)).purge(objects("a")) == 0
    assert len(origin.seen) == 1


def test_waiting_ends_and_the_next_ones_do_not_wait(
    refusing: Callable[..., CloudFrontCdn], origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(module, "ITEMS_MAX", 1)
    full = refusal(400, "TooManyInvalidationsInProgress")
    cdn = refusing(ACCEPTED, *[full] * 50)
    assert cdn.purge(objects("a", "b", "c")) == 1
    tried = len(origin.seen)
    assert 2 < tried < 20
    assert cdn.purge(objects("d")) == 0
    assert len(origin.seen) == tried + 1
    origin.queue.clear()
    assert cdn.purge(objects("e", "f")) == 2


def test_an_answer_that_never_comes_raises_nothing(
    refusing: Callable[..., CloudFrontCdn], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.05)
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFRONT", "http://127.0.0.1:1")
    assert refusing().purge(objects("a")) == 0


def test_no_connection_passes_and_no_credentials_stay() -> None:
    assert passes(EndpointConnectionError(endpoint_url="http://127.0.0.1:1"))
    assert passes(ReadTimeoutError(endpoint_url="http://127.0.0.1:1"))
    assert not passes(NoCredentialsError())


def test_without_credentials_nothing_is_raised(
    refusing: Callable[..., CloudFrontCdn], origin: Origin, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(variable)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    assert refusing().purge(objects("a")) == 0
    assert origin.seen == []


def test_none_is_the_default() -> None:
    cdn = open_cdn(EdgeSettings("http://127.0.0.1:1"))
    assert isinstance(cdn, NoCdn)
    assert cdn.purge(objects("a")) == 0
