"""Opening an account, seeing and changing it, over HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.carts.queries import SELECT_ACCOUNT, SELECT_EVENTS
from tests.carts.shopping import PASSWORD, Customer, error

ANOTHER = "another horse nobody guesses"


def body(**changes: Any) -> dict[str, Any]:
    return {"email": f"{uuid4().hex[:12]}@example.com", "password": PASSWORD, "name": "Ada Byron", **changes}


def open_account(client: httpx.Client, **changes: Any) -> httpx.Response:
    return client.post("/api/v1/customers", json=body(**changes))


def refresh(client: httpx.Client, token: str) -> int:
    answer = client.post("/api/v1/sessions/refresh", json={"refresh_token": token})
    client.cookies.clear()
    return answer.status_code


def test_an_account_is_opened_and_seen(edge_client) -> None:
    wanted = body(email=f"Ada.{uuid4().hex[:8]}@Example.com")
    answer = edge_client.post("/api/v1/customers", json=wanted)
    assert answer.status_code == 201
    profile = answer.json()
    assert profile == {"id": profile["id"], "email": wanted["email"], "name": "Ada Byron"}
    assert answer.headers["cache-control"] == "no-store"
    customer = Customer(edge_client, email=wanted["email"], id=profile["id"])
    assert customer.log_in().status_code == 201
    assert customer.me() == {**profile, "cart_id": None}


def test_an_address_has_one_account_whatever_its_letter_case(edge_client) -> None:
    name = uuid4().hex[:12]
    assert open_account(edge_client, email=f"{name}@x.com").status_code == 201
    taken = open_account(edge_client, email=f" {name.upper()}@X.COM ")
    assert error(taken) == (409, "conflict")
    assert taken.json().keys() == {"type", "title", "status", "detail", "code"}
    assert name not in taken.text.lower()


def test_fifty_at_once_open_one_account(edge_client) -> None:
    wanted = body()
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: edge_client.post("/api/v1/customers", json=wanted).status_code, range(20)))
    assert sorted(answers) == [201] + [409] * 19


def test_the_same_key_opens_no_second_account_and_tells_nothing(edge_client) -> None:
    wanted, headers = body(), {"idempotency-key": uuid4().hex}
    answers = [edge_client.post("/api/v1/customers", json=wanted, headers=headers).status_code for _ in range(2)]
    assert answers == [201, 409]


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"email": "ada"}, "email"),
        ({"email": "ada@example"}, "email"),
        ({"email": "a b@example.com"}, "email"),
        ({"email": "ada\x00@example.com"}, "email"),
        ({"email": "ada@exam\u200bple.com"}, "email"),
        ({"email": "x" * 250 + "@example.com"}, "email"),
        ({"password": "short"}, "password"),
        ({"password": "x" * 1025}, "password"),
        ({"password": "password123"}, "password"),
        ({"password": "QwErTyUiOp"}, "password"),
        ({"password": 12345678}, "password"),
        ({"email": "somebody.long@example.com", "password": "Somebody.Long@example.com"}, "password"),
        ({"name": ""}, "name"),
        ({"name": " "}, "name"),
        ({"name": "nul\x00"}, "name"),
        ({"is_staff": True}, ""),
    ],
)
def test_what_is_wrong_is_named(edge_client, changes: dict[str, Any], path: str) -> None:
    answer = open_account(edge_client, **changes)
    assert error(answer) == (400, "validation_failed")
    assert answer.json()["errors"][0]["path"] == path


@pytest.mark.parametrize("password", ["пароль, который знаю я", "x" * 1024, "  spaces around it  ", "🐎🔋📎🪨🐎🔋📎🪨"])
def test_long_and_foreign_passwords_are_taken_as_they_are(edge_client, password: str) -> None:
    wanted = body(password=password)
    assert edge_client.post("/api/v1/customers", json=wanted).status_code == 201
    customer = Customer(edge_client, email=wanted["email"])
    assert customer.log_in(password).status_code == 201
    assert customer.log_in(password.strip()[:-1]).status_code == 401


def test_only_an_argon2id_hash_is_stored(edge_client, database) -> None:
    wanted = body()
    edge_client.post("/api/v1/customers", json=wanted).raise_for_status()
    with database.transaction() as conn:
        text, hashed, is_staff = conn.execute(SELECT_ACCOUNT, {"email": wanted["email"]}).fetchone()
        facts = [payload for (payload,) in conn.execute(SELECT_EVENTS).fetchall()]
    assert PASSWORD not in text
    assert hashed.startswith("$argon2id$v=19$m=47104,t=2,p=1$")
    assert not is_staff
    assert not any(wanted["email"] in payload or "Ada" in payload for payload in facts)


def test_a_name_is_changed(customer: Customer) -> None:
    answer = customer.send("PATCH", "/customers/me", {"name": " Augusta Ada King "})
    assert answer.json() == {"id": customer.id, "email": customer.email, "name": "Augusta Ada King"}
    assert customer.me()["name"] == "Augusta Ada King"


def test_a_new_password_ends_the_other_sessions_and_every_refresh_token_before_it(customer: Customer) -> None:
    client = customer.client
    other, first = customer.on_another_device(), customer.log_in().json()["refresh_token"]
    elsewhere = other.log_in().json()["refresh_token"]
    answer = customer.send("PATCH", "/customers/me", {"password": ANOTHER, "current_password": PASSWORD})
    assert answer.status_code == 200
    client.cookies.clear()
    assert customer.send("PATCH", "/customers/me", {"name": "Still here"}).status_code == 200
    assert error(other.send("PATCH", "/customers/me", {"name": "Thief"})) == (401, "unauthenticated")
    assert [refresh(client, token) for token in (first, elsewhere)] == [401, 401]
    assert refresh(client, answer.json()["refresh_token"]) == 201
    assert customer.log_in().status_code == 401
    assert customer.log_in(ANOTHER).status_code == 201


def test_a_browser_gets_its_new_refresh_token_as_a_cookie(customer: Customer) -> None:
    answer = customer.send("PATCH", "/customers/me", {"password": ANOTHER, "current_password": PASSWORD})
    customer.client.cookies.clear()
    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith(f"__Host-techmart-refresh={answer.json()['refresh_token']};")


def test_the_present_password_is_asked_and_guesses_are_limited(customer: Customer) -> None:
    missing = customer.send("PATCH", "/customers/me", {"password": ANOTHER})
    assert (error(missing), missing.json()["errors"][0]["path"]) == ((400, "validation_failed"), "current_password")
    guesses = [
        customer.send("PATCH", "/customers/me", {"password": ANOTHER, "current_password": "wrong"}) for _ in range(11)
    ]
    assert [error(guess)[0] for guess in guesses] == [403] * 10 + [429]
    right = customer.send("PATCH", "/customers/me", {"password": ANOTHER, "current_password": PASSWORD})
    assert error(right) == (429, "rate_limited")
    assert 0 < int(right.headers["retry-after"]) <= 600
    assert customer.log_in().status_code == 201


def test_an_account_is_its_owner_s(edge_client, guest) -> None:
    for method, json in (("GET", None), ("HEAD", None), ("PATCH", {"name": "X"})):
        answer = edge_client.request(method, "/api/v1/customers/me", json=json)
        assert answer.status_code == 401
        assert guest.send(method, "/customers/me", json).status_code == 401
    refused = edge_client.patch("/api/v1/customers/me", content=b"{")
    assert error(refused) == (401, "unauthenticated")


def test_head_answers_as_get(customer: Customer) -> None:
    get, head = customer.send("GET", "/customers/me"), customer.send("HEAD", "/customers/me")
    assert (head.status_code, head.content, head.headers["cache-control"]) == (200, b"", "no-store")
    assert head.headers["content-type"] == get.headers["content-type"]


@pytest.mark.usefixtures("lagging")
def test_whoever_registers_logs_in_and_reads_at_once(register) -> None:
    customer = register()
    assert customer.me()["id"] == customer.id
    customer.send("PATCH", "/customers/me", {"name": "New Name"})
    assert customer.me()["name"] == "New Name"
