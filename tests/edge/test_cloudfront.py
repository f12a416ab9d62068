"""CloudFront through boto3, and its settings beside nginx's."""

from __future__ import annotations

import json
import re
from pathlib import Path

import boto3
import pytest
from moto import mock_aws

from edge.cdn import NoCdn, open_cdn
from edge.cdn import cloudfront as module
from edge.cdn.cloudfront import CloudFrontCdn
from edge.nginx import config
from kernel.settings import EdgeSettings

FOLDER = Path(config.__file__).parents[1]


@pytest.fixture
def distribution(monkeypatch: pytest.MonkeyPatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
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


def test_paths_are_invalidated_in_batches(distribution, monkeypatch: pytest.MonkeyPatch) -> None:
    client, name = distribution
    monkeypatch.setattr(module, "PATHS_MAX", 2)
    assert CloudFrontCdn(name).purge(["/a", "/b", "/a", "/c"]) == 3
    listed = client.list_invalidations(DistributionId=name)["InvalidationList"]["Items"]
    batches = [
        client.get_invalidation(DistributionId=name, Id=item["Id"])["Invalidation"]["InvalidationBatch"]
        for item in listed
    ]
    assert sorted(sorted(batch["Paths"]["Items"]) for batch in batches) == [["/a", "/b"], ["/c"]]
    assert len({batch["CallerReference"] for batch in batches}) == 2


def test_a_refusal_costs_freshness_only(distribution) -> None:
    assert CloudFrontCdn("UNKNOWN").purge(["/a"]) == 0


def test_none_is_the_default() -> None:
    cdn = open_cdn(EdgeSettings("http://127.0.0.1:1"))
    assert isinstance(cdn, NoCdn)
    assert cdn.purge(["/a"]) == 0


def test_cloudfront_and_nginx_serve_the_same_paths() -> None:
    behaviours = json.loads((FOLDER / "cloudfront/distribution.json").read_text())["behaviours"]
    prefixes = {b["path"].split("/")[1] for b in behaviours if b["origin"] == "bucket"} - {"*"}
    template = (FOLDER / "nginx/nginx.conf.template").read_text()
    served = re.findall(r"location (?:\^~|=) /([\w.]+)/? \{ proxy_pass http://s3/", template)
    assert prefixes == set(served)
    written = {b["path"] for b in behaviours if b["origin"] == "api"}
    assert written == {"/api/v1/admin/imports", "/api/v1/*", "/{locale}/checkout/return"}
    assert [b for b in behaviours if b["origin"] == "bucket" and b["methods"] != "read"] == []


def test_both_hide_the_same_metadata() -> None:
    hidden = set(re.findall(r"proxy_hide_header X-Amz-Meta-([\w-]+);", (FOLDER / "nginx/object.conf").read_text()))
    taken = set(
        re.findall(
            r'(?:delete headers\[|move\(headers, )"x-amz-meta-([\w-]+)"',
            (FOLDER / "cloudfront/viewer-response.js").read_text(),
        )
    )
    assert {name.lower() for name in hidden} == taken


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_secret_that_can_be_guessed_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        config.render(config.NginxConfig(1, "/x", "a:1", "b", "c:1", "d:1", secret, None, ("en-us",), "/r"))
