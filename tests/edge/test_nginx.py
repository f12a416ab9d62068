"""The edge as shoppers meet it: real nginx before a real store and a steered API."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from edge import keys
from edge.cdn.local import LocalCdn
from edge.nginx.config import NginxConfig, render
from edge.publish import Rendered, put_guarded
from edge.store import SigningStore
from kernel.web.identity import ACCESS, REFRESH
from tests.edge.support import BUCKET, SECRET, Edge, Origin, name, until


def rendered(target: keys.Target, version: int = 1, body: bytes = b"", **facts: str) -> Rendered:
    body = body or json.dumps({"version": version, "pad": "x" * 2000}).encode()
    return Rendered(
        target, "product", "1", version, bytes([version]), body, committed_at="2026-01-01T00:00:00Z", **facts
    )  # type: ignore[arg-type]


def put(store: SigningStore, target: keys.Target, version: int = 1, body: bytes = b"", **facts: str) -> None:
    put_guarded(store, rendered(target, version, body, **facts), None)


def test_a_document_is_missed_then_hit(edge: Edge, store: SigningStore) -> None:
    target = keys.navigation(name())
    put(store, target, 7)
    first, second = edge.get(target.address), edge.get(f"{target.address}?utm_source=mail")
    assert (first.status, first.headers["X-Cache"], first.headers["Age"]) == (200, "MISS", "0")
    assert (second.headers["X-Cache"], second.headers["X-Source-Version"]) == ("HIT", "7")
    assert int(second.headers["Age"]) >= 0
    assert second.headers["X-Committed-At"] == "2026-01-01T00:00:00Z"
    assert not [header for header in second.headers if header.lower().startswith("x-amz") or header.lower() == "server"]


def test_pages_carry_security_headers_and_answer_head(edge: Edge, store: SigningStore) -> None:
    target = keys.product_page("en-us", name())
    put(store, target, body=b"<!doctype html>1")
    head = edge("HEAD", target.address)
    assert (head.status, head.data, head.headers["Content-Type"]) == (200, b"", "text/html; charset=utf-8")
    assert {"Content-Security-Policy", "Referrer-Policy", "Permissions-Policy", "X-Request-Id"} <= set(head.headers)
    assert "Strict-Transport-Security" not in head.headers


def test_the_edge_compresses(edge: Edge, store: SigningStore) -> None:
    target = keys.product("en-us", name())
    put(store, target)
    assert edge.get(target.address, accept_encoding="gzip").headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in edge.get(target.address).headers


def test_gone_and_redirect_objects(edge: Edge, store: SigningStore) -> None:
    gone, moved = keys.product_page("en-us", name()), keys.product_page("de-de", name())
    put(store, gone, state="gone")
    put(store, moved, state="redirect", location="/de-de/p/neu")
    for expected in ("MISS", "HIT"):
        answer = edge.get(gone.address)
        assert (answer.status, answer.headers["X-Cache"]) == (410, expected)
        answer = edge.get(moved.address)
        assert (answer.status, answer.headers["Location"]) == (301, "/de-de/p/neu")


@pytest.mark.parametrize(
    "path", ["/en-us/p/nothing", "/catalog/offers/nothing.json", "/nothing", "/metrics", "/private/probe"]
)
def test_what_is_missing_is_a_404_of_ours(edge: Edge, path: str) -> None:
    answer = edge.get(path)
    assert answer.status == 404
    assert b"<Error>" not in answer.data
    assert {"X-Cache", "Age"} <= set(answer.headers)


def test_a_missing_page_shows_the_published_one(edge: Edge, store: SigningStore) -> None:
    put(store, keys.static_page("de-de", "not-found"), body=b"<!doctype html>nicht da")
    answer = edge.get(f"/de-de/p/{name()}")
    assert (answer.status, answer.data) == (404, b"<!doctype html>nicht da")


@pytest.mark.parametrize(
    "path", ["/catalog/%0d%0aX-Odd:%20yes", "/catalog/a%20b.json", "/en-us/%3fx", "/catalog/%252e"]
)
def test_odd_addresses_reach_no_origin(steered_edge: Edge, origin: Origin, path: str) -> None:
    answer, _ = steered_edge.raw(f"GET {path} HTTP/1.1\r\nHost: x\r\n")
    assert answer.status == 404
    assert [asked for _, asked, _ in origin.seen if not asked.endswith("/not-found.html")] == []


def test_the_method_is_the_router(edge: Edge, origin: Origin) -> None:
    for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"):
        assert edge(method, "/api/v1/things").status == 200
    assert sum(origin.asked("/api/v1/things").values()) == 6
    assert edge("POST", "/en-us/checkout/return").status == 200
    assert origin.asked("/en-us/checkout/return") == {"POST": 1}
    assert edge("GET", "/en-us/checkout/return").status == 405
    for path in ("/en-us/p/x", "/catalog/offers/x.json", "/admin/"):
        answer = edge("POST", path)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


def test_read_and_write_go_to_their_own_side(edge: Edge) -> None:
    text = (edge.folder / "nginx.conf").read_text()
    assert "map $request_method $api { default write_api; GET read_api; HEAD read_api; }" in text


def test_anonymous_answers_are_shared_and_personal_ones_never(edge: Edge, origin: Origin) -> None:
    origin.headers = {"Cache-Control": "public, s-maxage=60"}
    path = f"/api/v1/products?q={name()}"
    assert [edge.get(path).headers["X-Cache"] for _ in range(2)] == ["MISS", "HIT"]
    cookies = [f"theme=dark; {prefix}{cookie}=x" for prefix in ("", "__Host-") for cookie in (ACCESS, REFRESH)]
    personal = [("Authorization", "Bearer x"), ("Cart-Token", "t"), ("Consistency-Token", "t")]
    for header, value in personal + [("Cookie", cookie) for cookie in cookies]:
        origin.body = value.encode()
        answer = edge.get(path, **{header: value})
        assert (answer.headers["X-Cache"], answer.data) == ("BYPASS", value.encode())
        assert edge.get(path).data == b"{}"
    assert edge.get(path, cookie="theme=dark; not-techmart-access=x").headers["X-Cache"] == "HIT"
    origin.headers = {"Cache-Control": "no-store"}
    other = f"/api/v1/orders?{name()}"
    assert [edge.get(other).headers["X-Cache"] for _ in range(2)] == ["MISS", "MISS"]


def test_request_ids_are_kept_when_well_formed(edge: Edge, origin: Origin) -> None:
    assert edge.get("/api/v1/x", x_request_id="abcdef-12345").headers["X-Request-Id"] == "abcdef-12345"
    made = edge.get("/api/v1/x", x_request_id="<script>").headers["X-Request-Id"]
    assert len(made) == 32
    assert origin.seen[-1][2]["x-request-id"] == made
    origin.headers = {"Cache-Control": "public, s-maxage=60", "X-Request-Id": "of-the-origin"}
    path = f"/api/v1/{name()}"
    answers = [edge.get(path) for _ in range(3)]
    assert [answer.headers["X-Cache"] for answer in answers] == ["MISS", "HIT", "HIT"]
    assert len({answer.headers["X-Request-Id"] for answer in answers} - {"of-the-origin"}) == 3


def test_the_purge_secret_stays_at_the_edge(edge: Edge, origin: Origin) -> None:
    edge.get("/api/v1/secret", x_edge_purge=SECRET)
    assert "x-edge-purge" not in origin.seen[-1][2]


def test_errors_under_api_are_problems(edge: Edge) -> None:
    large = edge("POST", "/api/v1/carts", body=b"x" * 1_100_000)
    for answer, status, code in (
        (large, 413, "payload_too_large"),
        (edge.get("/api/other"), 404, "not_found"),
    ):
        assert (answer.status, answer.headers["Content-Type"]) == (status, "application/problem+json")
        assert json.loads(answer.data)["code"] == code
        assert answer.headers["X-Cache"] == "BYPASS"


def test_imports_may_be_larger(edge: Edge) -> None:
    assert edge("POST", "/api/v1/admin/imports", body=b"x" * 1_100_000).status == 200


def test_the_root_speaks_the_readers_language(edge: Edge) -> None:
    assert edge.get("/").headers["Location"] == "/en-us/"
    assert edge.get("/", accept_language="de,en;q=0.8").headers["Location"] == "/de-de/"
    assert edge.get("/", accept_language="fr").headers["Location"] == "/en-us/"


def test_ready_only_with_its_file(edge: Edge) -> None:
    assert edge.get("/health/live").status == 200
    missing = edge.get("/health/ready")
    assert (missing.status, missing.headers["Content-Type"]) == (503, "application/problem+json")
    (edge.folder / "ready").write_text('{"status": "ready"}')
    assert json.loads(edge.get("/health/ready").data) == {"status": "ready"}
    (edge.folder / "ready").unlink()


def test_a_purge_fetches_anew(edge: Edge, store: SigningStore) -> None:
    target = keys.navigation(name())
    put(store, target, 1)
    assert edge.get(target.address).headers["X-Source-Version"] == "1"
    put(store, target, 2)
    assert edge.get(target.address, x_edge_purge="guessed").headers["X-Source-Version"] == "1"
    assert LocalCdn(edge.url, SECRET).purge([rendered(target, 2)]) == 1
    answer = edge.get(target.address)
    assert (answer.headers["X-Cache"], answer.headers["X-Source-Version"]) == ("HIT", "2")


def test_an_edge_that_is_away_is_not_purged_and_raises_nothing(steered_edge: Edge, origin: Origin) -> None:
    objects = [rendered(keys.offer(name())) for _ in range(9)]
    assert LocalCdn("http://127.0.0.1:1", SECRET).purge(objects) == 0
    assert LocalCdn(steered_edge.url, SECRET).purge(objects) == 9
    assert len(origin.seen) == 9


def test_stale_while_it_is_fetched_again(steered_edge: Edge, origin: Origin) -> None:
    path = f"/catalog/offers/{name()}.json"
    origin.headers = {"Cache-Control": "public, max-age=0, s-maxage=1, stale-while-revalidate=60"}
    assert steered_edge.get(path).headers["X-Cache"] == "MISS"
    origin.body = b'{"version": 2}'
    until(lambda: steered_edge.get(path).headers["X-Cache"] == "STALE", "served stale")
    until(lambda: steered_edge.get(path).data == origin.body, "the new version")


def test_age_counts_from_the_last_fetch(edge: Edge, store: SigningStore) -> None:
    target = keys.offer(name())
    put(store, target)
    ages: list[int] = []

    def fetched_again() -> bool:
        ages.append(int(edge.get(target.address).headers["Age"]))
        return ages != sorted(ages)

    until(fetched_again, "an unchanged object's age begins anew")
    assert max(ages) >= 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_stale_while_the_bucket_fails(steered_edge: Edge, origin: Origin, status: int) -> None:
    path = f"/catalog/offers/{name()}.json"
    origin.headers = {"Cache-Control": "public, s-maxage=1"}
    assert steered_edge.get(path).status == 200
    origin.status = status
    until(lambda: steered_edge.get(path).headers["X-Cache"] == "STALE", "served stale")
    assert steered_edge.get(path).status == 200
    cold = steered_edge.get(f"/catalog/offers/{name()}.json")
    assert (cold.status, cold.headers["Retry-After"]) == (503, "5")


def test_simultaneous_misses_are_one(steered_edge: Edge, origin: Origin) -> None:
    path = f"/catalog/offers/{name()}.json"
    origin.headers = {"Cache-Control": "public, s-maxage=60"}
    origin.gate.clear()
    with ThreadPoolExecutor(30) as pool:
        waiting = [pool.submit(steered_edge.get, path) for _ in range(30)]
        until(lambda: len(origin.seen) >= 1, "the first miss")
        origin.gate.set()
        assert {answer.result().status for answer in waiting} == {200}
    assert origin.asked(f"/{BUCKET}{path}") == {"GET": 1}


@pytest.mark.parametrize("secret", ["", "short"])
def test_a_secret_that_can_be_guessed_is_refused(secret: str) -> None:
    with pytest.raises(ValueError, match="secret"):
        render(NginxConfig(1, "/x", "a:1", "b", "c:1", "d:1", secret, None, ("en-us",), "/r"))
