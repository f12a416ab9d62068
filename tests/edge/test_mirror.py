"""CloudFront's settings and nginx's say the same: each behaviour of the one is asked of the other.

nginx runs before an origin that the tests steer; CloudFront's functions run in V8.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from py_mini_racer import MiniRacer

from edge import keys
from edge.keys import CacheClass
from edge.nginx import config
from kernel.web.identity import ACCESS, REFRESH
from tests.edge.support import BUCKET, SECRET, Edge, Origin, name, until
from tests.edge.test_keys import TARGET

FOLDER = Path(config.__file__).parents[1]
DISTRIBUTION = json.loads((FOLDER / "cloudfront/distribution.json").read_text())
NGINX = config.render(
    config.NginxConfig(1, "/x", "a:1", BUCKET, "c:1", "d:1", "of sixteen letters", None, ("en-us", "de-de"), "/r")
)
BEHAVIOURS = {behaviour["path"]: behaviour for behaviour in DISTRIBUTION["behaviours"]}
SHARED = [path for path, behaviour in BEHAVIOURS.items() if behaviour["cache_policy"] != "none"]
OBJECTS = [path for path, behaviour in BEHAVIOURS.items() if behaviour["origin"] == "bucket"]
KEPT = {"Cache-Control": "public, s-maxage=60", "Content-Type": "application/json"}
WHO = {"Authorization": "Bearer x", "Cart-Token": "t", "Consistency-Token": "t"}


def policy(path: str) -> dict[str, Any]:
    return DISTRIBUTION["cache_policies"][BEHAVIOURS[path]["cache_policy"]]  # type: ignore[no-any-return]


def address(path: str) -> str:
    """An address of this behaviour that nothing knows yet, but for those that are one address."""
    if path == "/*":
        return f"/en-us/p/{name()}"
    return path.replace("{locale}", "en-us").replace("*", name())


def kept(path: str, edge: Edge, **headers: str) -> bool:
    """Whether the second of two requests is answered without the origin."""
    asked = address(path)
    return [edge.get(asked, **headers).headers["X-Cache"] for _ in range(2)][1] == "HIT"


def function(file: str) -> Any:
    """Call a CloudFront function with an event."""
    context = MiniRacer()
    context.eval("const exports = {};\n" + (FOLDER / "cloudfront" / file).read_text())
    return lambda event: json.loads(context.eval(f"JSON.stringify(handler({json.dumps(event)}))"))


@pytest.mark.parametrize("path", BEHAVIOURS)
def test_methods_go_where_both_say(steered_edge: Edge, origin: Origin, path: str) -> None:
    answer = steered_edge("POST", address(path))
    assert (answer.status, len(origin.seen)) == ((200, 1) if BEHAVIOURS[path]["methods"] == "all" else (405, 0))
    assert BEHAVIOURS[path]["methods"] == ("read" if BEHAVIOURS[path]["origin"] == "bucket" else "all")


def test_nginx_has_no_location_that_cloudfront_lacks() -> None:
    served = set(re.findall(r"location (?:\^~|=) (/[\w.]+/?) \{ proxy_pass http://s3/", NGINX["nginx.conf"]))
    behaviours = {path.removesuffix("*") for path in OBJECTS if path not in {"/*", "/admin/*"}}
    assert served == behaviours | {"/admin/"}


@pytest.mark.parametrize("path", SHARED)
def test_only_the_origins_word_keeps_an_answer(steered_edge: Edge, origin: Origin, path: str) -> None:
    assert (policy(path)["min_ttl"], policy(path)["default_ttl"]) == (0, 0)
    if "*" in path:
        origin.headers = {}
        assert not kept(path, steered_edge)
        origin.headers = {"Cache-Control": "no-store"}
        assert not kept(path, steered_edge)
    origin.headers = KEPT
    assert kept(path, steered_edge)


@pytest.mark.parametrize("path", [path for path in BEHAVIOURS if path not in SHARED])
def test_what_is_never_kept(steered_edge: Edge, origin: Origin, path: str) -> None:
    origin.headers = KEPT
    assert policy(path)["max_ttl"] == 0
    assert not kept(path, steered_edge)


@pytest.mark.parametrize("path", [path for path in SHARED if "*" in path])
def test_the_query_is_in_the_key_of_the_api_alone(steered_edge: Edge, origin: Origin, path: str) -> None:
    origin.headers = KEPT
    asked = address(path)
    steered_edge.get(f"{asked}?q=1")
    other = steered_edge.get(f"{asked}?q=2").headers["X-Cache"]
    assert other == {"none": "HIT", "all": "MISS"}[policy(path)["query_strings"]]


@pytest.mark.parametrize("path", SHARED)
def test_who_asks_is_told_apart_by_the_api_alone(steered_edge: Edge, origin: Origin, path: str) -> None:
    origin.headers = KEPT
    assert (policy(path)["headers"], bool(policy(path)["cookies"])) in ((list(WHO), True), ([], False))
    cookies = [{"Cookie": f"{cookie}=x"} for cookie in policy("/api/v1/*")["cookies"]]
    for headers in [*({header: value} for header, value in WHO.items()), *cookies]:
        assert kept(path, steered_edge, **headers) == (policy(path)["headers"] == [])
    assert kept(path, steered_edge, Cookie="theme=dark", Accept_Language="de")


def test_a_browsers_session_is_known_by_its_cookies() -> None:
    names = {f"{prefix}{cookie}" for prefix in ("", "__Host-") for cookie in (ACCESS, REFRESH)}
    assert set(policy("/api/v1/*")["cookies"]) == names


@pytest.mark.parametrize("kind", CacheClass)
def test_every_class_of_object_is_kept_as_long_as_it_says(steered_edge: Edge, origin: Origin, kind: CacheClass) -> None:
    ages = dict(re.findall(r"([a-z-]+)=(\d+)", kind.header))
    seconds = int(ages.get("s-maxage", ages["max-age"]))
    objects = DISTRIBUTION["cache_policies"]["objects"]
    assert objects["min_ttl"] <= seconds <= objects["max_ttl"]
    assert (seconds, int(ages.get("stale-while-revalidate", 0))) == kind.value
    assert kind is CacheClass.IMMUTABLE or int(ages["stale-if-error"]) >= 3600
    origin.headers = {"Cache-Control": kind.header}
    assert kept("/catalog/*", steered_edge)


@pytest.mark.parametrize(
    "status", [int(status) for status in DISTRIBUTION["error_caching_seconds"] if status.isdigit()]
)
def test_errors_of_the_bucket_are_kept_for_a_moment_or_not_at_all(
    steered_edge: Edge, origin: Origin, status: int
) -> None:
    seconds = DISTRIBUTION["error_caching_seconds"][str(status)]
    asked = f"/catalog/offers/{name()}.json"
    behind = f"/{BUCKET}{asked}"
    origin.status = status
    for _ in range(2):
        assert steered_edge.get(asked).status == (404 if status < 500 else 503)
    assert origin.asked(behind)["GET"] == (1 if seconds else 2)
    origin.status = 200
    until(lambda: steered_edge.get(asked).status == 200, "the error forgotten", seconds=3)


def test_stale_is_served_while_an_origin_fails(steered_edge: Edge, origin: Origin) -> None:
    addresses = [address(path) for path in SHARED]
    origin.headers = {"Cache-Control": "public, s-maxage=1"}
    assert {steered_edge.get(asked, x_edge_purge=SECRET).status for asked in addresses} == {200}
    origin.status = 503
    for asked in addresses:
        until(lambda asked=asked: steered_edge.get(asked).headers["X-Cache"] == "STALE", f"{asked} served stale")
        assert steered_edge.get(asked).status == 200


@pytest.mark.parametrize("path", [path for path in SHARED if "*" in path])
def test_both_compress(steered_edge: Edge, origin: Origin, path: str) -> None:
    origin.headers, origin.body = KEPT, b"{}" * 1000
    answer = steered_edge.get(address(path), Accept_Encoding="gzip")
    assert (answer.headers.get("Content-Encoding") == "gzip") == policy(path)["gzip"]
    assert origin.seen[-1][2].get("accept-encoding", "") == ""


@pytest.mark.parametrize("origin_name", DISTRIBUTION["origins"])
def test_time_outs_are_the_same(origin_name: str) -> None:
    settings = DISTRIBUTION["origins"][origin_name]
    written = dict(re.findall(r"proxy_(connect|read)_timeout (\d+)s;", NGINX["nginx.conf"]))
    assert written == {
        "connect": str(settings["connection_timeout_seconds"]),
        "read": str(settings["read_timeout_seconds"]),
    }
    assert settings["connection_attempts"] == 1


def test_both_send_the_same_headers_with_everything() -> None:
    everywhere = NGINX["nginx.conf"].partition("server {")[0]
    sent = dict(re.findall(r'more_set_headers "([\w-]+): ([^"$]+)";', everywhere))
    hsts = re.search(r'map \$scheme \$hsts \{ default ""; https "([^"]+)"; \}', everywhere)
    assert hsts
    wanted = DISTRIBUTION["response_headers"]
    assert sent | {"Strict-Transport-Security": hsts[1]} == wanted["set"]
    assert set(re.findall(r"more_clear_headers ([\w-]+);", everywhere)) == set(wanted["remove"])


def test_every_function_is_there_and_used() -> None:
    assert {item["file"] for item in DISTRIBUTION["functions"].values()} == {
        file.name for file in (FOLDER / "cloudfront").glob("*.js")
    }
    for behaviour in BEHAVIOURS.values():
        assert behaviour["functions"] == (list(DISTRIBUTION["functions"]) if behaviour["origin"] == "bucket" else [])


VIEWER_REQUEST = function("viewer-request.js")


@given(TARGET)
def test_cloudfront_asks_for_the_key_of_an_address(target: keys.Target) -> None:
    request = VIEWER_REQUEST({"request": {"uri": target.address, "headers": {}, "querystring": {}}})
    assert request["uri"] == f"/{target.key}"


@pytest.mark.parametrize(
    "target",
    [
        keys.offer("1"), keys.product("en-us", "x"), keys.product_page("de-de", "x"), keys.home_page("en-us"),
        keys.list_page("en-us", "a/b", 2), keys.listing("en-us", "", 1), keys.navigation("de-de"), keys.sitemap(7),
        keys.sitemap_index(), keys.asset("x.js", "text/javascript"), keys.media("x", "image/png"),
    ],
    ids=lambda target: target.address,
)  # fmt: skip
def test_nginx_asks_for_the_key_of_an_address(steered_edge: Edge, origin: Origin, target: keys.Target) -> None:
    steered_edge.get(target.address, x_edge_purge=SECRET)
    assert origin.asked(f"/{BUCKET}/{target.key}") == {"GET": 1}


@pytest.mark.parametrize(
    "path", ["/", "/en-us", "/de-de", "/admin", "/nothing", "/pages/en-us/p/x.html", "/private/probe"]
)
def test_both_answer_without_an_origin(steered_edge: Edge, origin: Origin, path: str) -> None:
    for language in ("", "de,en;q=0.8", "fr"):
        headers = {"accept-language": {"value": language}}
        ours = steered_edge.get(path, Accept_Language=language)
        theirs = VIEWER_REQUEST({"request": {"uri": path, "headers": headers, "querystring": {}}})
        assert ours.status == theirs["statusCode"]
        assert ours.headers.get("Location") == theirs["headers"].get("location", {}).get("value")
    assert [asked for _, asked, _ in origin.seen if not asked.endswith("not-found.html")] == []


@pytest.mark.parametrize(
    ("state", "location", "status"), [("live", "", 200), ("gone", "", 410), ("redirect", "/en-us/p/there", 301)]
)
def test_metadata_becomes_the_same_status_and_headers(
    steered_edge: Edge, origin: Origin, state: str, location: str, status: int
) -> None:
    stored = {"state": state, "location": location, "version": "7", "committed-at": "2026-01-01T00:00:00Z"}
    stored |= {"cache-tag": "product:1", "release": "1"}
    origin.headers = KEPT | {f"x-amz-meta-{header}": value for header, value in stored.items() if value}
    ours = steered_edge.get(f"/catalog/offers/{name()}.json")
    headers = {header.lower(): {"value": value} for header, value in origin.headers.items()}
    theirs = function("viewer-response.js")({"response": {"statusCode": 200, "headers": headers}})
    assert (ours.status, theirs["statusCode"]) == (status, status)
    shown = {header: entry["value"] for header, entry in theirs["headers"].items()}
    assert shown == {header: ours.headers.get(header) for header in shown}
    assert [header for header in ours.headers if header.lower().startswith("x-amz")] == []
    assert shown.get("location", "") == location


@pytest.mark.parametrize("status", ["200", "304", "403", "404", "500"])
def test_a_missing_object_is_a_404_of_ours(steered_edge: Edge, origin: Origin, status: str) -> None:
    context = MiniRacer()
    context.eval("const exports = {};\n" + (FOLDER / "cloudfront/origin-response.js").read_text())
    event = {"Records": [{"cf": {"response": {"status": status, "headers": {}}}}]}
    answer = json.loads(context.eval(f"exports.handler({json.dumps(event)}).then(JSON.stringify)").get())
    if status not in {"403", "404"}:
        assert answer == event["Records"][0]["cf"]["response"]
        return
    origin.status, origin.body = int(status), b"<Error/>"
    ours = steered_edge.get(f"/catalog/offers/{name()}.json")
    assert (ours.status, ours.data.decode()) == (int(answer["status"]), answer["body"])
    for header, (entry,) in answer["headers"].items():
        assert ours.headers[header] == entry["value"]
