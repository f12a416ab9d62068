"""Requests no shopper's browser sends: each is refused at the edge, in the form of the address it was meant for."""

from __future__ import annotations

import json

import pytest

from edge import keys
from edge.publish import Rendered, put_guarded
from edge.store import SigningStore
from tests.edge.support import BUCKET, SECRET, Edge, Origin, name

HOST = "Host: x\r\n"
BIG = "X-Big: " + "a" * 9000 + "\r\n"
UNREADABLE = {
    "no host": (400, "GET {} HTTP/1.1\r\n"),
    "a host that is none": (400, "GET {} HTTP/1.1\r\nHost: a b\r\n"),
    "a header too large": (400, "GET {} HTTP/1.1\r\n" + HOST + BIG),
    "headers too many": (400, "GET {} HTTP/1.1\r\n" + HOST + BIG[:1000].join(["", *["\r\n"] * 60])),
    "two lengths": (400, "POST {} HTTP/1.1\r\n" + HOST + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n"),
    "an unknown encoding": (501, "POST {} HTTP/1.1\r\n" + HOST + "Transfer-Encoding: gzip\r\n"),
    "a zero byte": (400, "GET {}%00 HTTP/1.1\r\n" + HOST),
    "a broken escape": (400, "GET {}%zz HTTP/1.1\r\n" + HOST),
    "a way out": (400, "GET {}/../../../../x HTTP/1.1\r\n" + HOST),
    "a hidden way out": (400, "GET {}/..%2f..%2f..%2f..%2fx HTTP/1.1\r\n" + HOST),
    "an address too long": (414, "GET {}/" + "a" * 9000 + " HTTP/1.1\r\n" + HOST),
    "a method that echoes": (405, "TRACE {} HTTP/1.1\r\n" + HOST),
    "a tunnel": (400, "CONNECT {} HTTP/1.1\r\n" + HOST),
    "another version": (505, "GET {} HTTP/2.0\r\n" + HOST),
}


@pytest.mark.parametrize("what", UNREADABLE)
@pytest.mark.parametrize("path", ["/api/v1/products", "/en-us/p/x", "/catalog/offers/x.json"])
def test_what_cannot_be_read_reaches_nobody(steered_edge: Edge, origin: Origin, path: str, what: str) -> None:
    status, request = UNREADABLE[what]
    answer, body = steered_edge.raw(request.format(path))
    assert (answer.status, origin.seen) == (status, [])
    assert (answer.headers["X-Cache"], answer.headers["Age"]) == ("BYPASS", "0")
    assert len(answer.headers["X-Request-Id"]) == 32
    if path.startswith("/api"):
        assert answer.headers["Content-Type"] == "application/problem+json"
        problem = json.loads(body)
        assert (problem["status"], set(problem)) == (status, {"type", "title", "status", "detail", "code"})
    else:
        assert (answer.headers["Content-Type"], b"<" in body) == ("text/plain", False)
    assert ("Allow" in answer.headers) == (status == 405)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "BREW"])
def test_what_is_only_read_takes_no_other_method(steered_edge: Edge, origin: Origin, method: str) -> None:
    for path in ("/en-us/p/x", "/en-us/", "/catalog/offers/x.json", "/assets/x.js", "/admin/", "/sitemap.xml"):
        answer = steered_edge(method, path)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert origin.seen == []
    assert steered_edge(method, "/nothing").status == 404
    assert {asked for asked, _, _ in origin.seen} == {"GET"}


def test_a_banks_return_is_posted(steered_edge: Edge, origin: Origin) -> None:
    answer = steered_edge.get("/de-de/checkout/return?redirect_status=succeeded")
    assert (answer.status, answer.headers["Allow"], origin.seen) == (405, "POST", [])


def test_every_address_answers_head_as_get(steered_edge: Edge, origin: Origin) -> None:
    origin.headers = {"Cache-Control": "public, s-maxage=60", "Content-Type": "text/plain"}
    for path in (
        "/", "/en-us", "/en-us/", f"/en-us/p/{name()}", f"/catalog/{name()}.json", "/admin", "/admin/", "/sitemap.xml",
        f"/assets/{name()}.js", f"/media/{name()}", "/api", f"/api/v1/{name()}", "/health/live", "/health/ready", "/x",
    ):  # fmt: skip
        head, get = steered_edge("HEAD", path), steered_edge.get(path)
        assert (head.status, head.data) == (get.status, b"")
        assert head.headers.get("Location") == get.headers.get("Location")
        for answer in (head, get):
            assert {"X-Cache", "Age", "X-Request-Id", "Content-Security-Policy"} <= set(answer.headers)


@pytest.mark.parametrize(
    "path", ["//catalog//offers/{}.json", "/catalog%2Foffers%2F{}.json", "/x/../catalog/./offers/{}.json"]
)
def test_one_object_has_one_entry_however_it_is_spelt(steered_edge: Edge, origin: Origin, path: str) -> None:
    origin.headers = {"Cache-Control": "public, s-maxage=60"}
    one = name()
    for address, expected in ((f"/catalog/offers/{one}.json", "MISS"), (path.format(one), "HIT")):
        answer, _ = steered_edge.raw(f"GET {address} HTTP/1.1\r\n{HOST}")
        assert answer.headers["X-Cache"] == expected
    assert origin.asked(f"/{BUCKET}/catalog/offers/{one}.json") == {"GET": 1}


def test_another_question_to_the_api_is_another_entry(steered_edge: Edge, origin: Origin) -> None:
    """What the API is asked is the key: a spelling that it may read differently cannot fill the plain one's entry."""
    origin.headers = {"Cache-Control": "public, s-maxage=60"}
    one = name()
    for number, path in enumerate((
        f"/api/v1/x/../{one}?q=a", f"/api/v1/{one}%3Fq=a?", f"/api/v1//{one}?q=a", f"/api/v1/{one}?q=%61",
        f"/api/v1/{one}?q=a",
    )):  # fmt: skip
        origin.body = str(number).encode()
        answer, body = steered_edge.raw(f"GET {path} HTTP/1.1\r\n{HOST}")
        assert (answer.headers["X-Cache"], body) == ("MISS", origin.body)
        assert origin.seen[-1][1] == path


def test_a_foreign_address_is_not_redirected_to(steered_edge: Edge) -> None:
    for request, expected in (
        ("GET //evil.example/en-us HTTP/1.1\r\nHost: x\r\n", None),
        ("GET /en-us HTTP/1.1\r\nHost: evil.example\r\n", "/en-us/"),
        ("GET / HTTP/1.1\r\nHost: evil.example\r\n", "/en-us/"),
    ):
        answer, _ = steered_edge.raw(request)
        assert answer.headers["Location"] == expected


def test_what_a_visitor_brings_does_not_reach_the_bucket(steered_edge: Edge, origin: Origin) -> None:
    path = f"/catalog/offers/{name()}.json"
    brought = {"Authorization": "Bearer x", "Cookie": "techmart-access=x", "Range": "bytes=0-0", "X-Edge-Purge": SECRET}
    assert steered_edge.get(path, If_None_Match='"x"', **brought).status in {200, 206}
    assert {"authorization", "cookie", "range", "x-edge-purge", "if-none-match"} & set(origin.seen[-1][2]) == set()


def test_ranges_and_conditions_are_answered_from_the_cache(edge: Edge, store: SigningStore) -> None:
    target = keys.navigation(name())
    put_guarded(store, Rendered(target, "navigation", "1", 1, b"1", b"0123456789"), None)
    whole = edge.get(target.address)
    part = edge.get(target.address, range="bytes=2-4")
    assert (part.status, part.data, part.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    beyond = edge.get(target.address, range="bytes=99-")
    assert (beyond.status, beyond.headers["Content-Range"]) == (416, "bytes */10")
    assert [len(beyond.headers.getlist(header)) for header in ("X-Cache", "Age", "X-Source-Version")] == [1, 1, 1]
    etag = whole.headers["ETag"]
    for condition in (etag, f"W/{etag}", f'"other", {etag}', "*"):
        answer = edge.get(target.address, if_none_match=condition, accept_encoding="gzip")
        assert (answer.status, answer.headers["X-Cache"], answer.data) == (304, "HIT", b"")
    assert edge.get(target.address, if_none_match='"other"').status == 200


def test_a_state_is_told_whatever_the_condition(edge: Edge, store: SigningStore) -> None:
    """A 410 or 301 is no 2xx: conditions and ranges do not apply to it."""
    gone, moved = keys.product_page("en-us", name()), keys.product_page("en-us", name())
    put_guarded(store, Rendered(gone, "product-page", "1", 1, b"1", b"gone, for ever", "gone"), None)
    there = Rendered(moved, "product-page", "1", 1, b"1", b"moved", "redirect", location="/en-us/p/there")
    put_guarded(store, there, None)
    for target, status in ((gone, 410), (moved, 301)):
        etag = edge.get(target.address).headers["ETag"]
        for headers in (
            {"if_none_match": etag},
            {"range": "bytes=0-1"},
            {"if_modified_since": "Fri, 01 Jan 2100 00:00:00 GMT"},
        ):
            assert edge.get(target.address, **headers).status == status
