"""Logging in, refreshing, logging out, over HTTP."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from kernel.errors import SecondFactorRequired
from tests.write_side.conftest import PASSWORD, unique
from tests.write_side.queries import DISABLE_ACCOUNT, EXPIRE_FAILURES, EXPIRE_SESSIONS
from write_side.accounts import handlers
from write_side.services import open_services


def log_in(api: httpx.Client, email: str, password: str = PASSWORD) -> httpx.Response:
    return api.post("/sessions", json={"email": email, "password": password})


def refresh(api: httpx.Client, token: str) -> httpx.Response:
    return api.post("/sessions/refresh", json={"refresh_token": token})


def bearer(session: dict[str, str]) -> dict[str, str]:
    return {"authorization": f"Bearer {session['access_token']}"}


def test_a_login_answers_with_tokens_and_cookies(api, person) -> None:
    answer = log_in(api, person("support").email.upper())
    assert answer.status_code == 201
    assert answer.json().keys() == {"access_token", "token_type", "expires_in", "refresh_token"}
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    assert all("HttpOnly" in text and "SameSite=lax" in text and text.startswith("__Host-") for text in cookies)
    assert answer.headers["cache-control"] == "no-store"


def test_where_staff_need_a_second_factor_a_password_alone_starts_no_session(stack, person) -> None:
    env = {**stack.env, "TECHMART_STAFF_TOTP": "required"}

    async def attempt(email: str) -> handlers.Session:
        async with open_services(1, env=env) as services:
            return await handlers.log_in(services, handlers.LogIn(email, PASSWORD))

    staff, customer = person("support").email, person(None).email
    with pytest.raises(SecondFactorRequired):
        asyncio.run(attempt(staff))
    assert asyncio.run(attempt(customer)).access_token


def test_unknown_and_wrong_look_the_same(api, person) -> None:
    unknown, wrong = (
        log_in(api, f"{unique('no')}@techmart.test"),
        log_in(api, person("support").email, "wrong"),
    )
    assert unknown.status_code == wrong.status_code == 401
    assert unknown.json() == wrong.json()


def test_failures_are_limited_and_successes_are_not(api, person, database) -> None:
    email = person("support").email
    assert [log_in(api, email, "wrong").status_code for _ in range(11)] == [401] * 10 + [429]
    refused = log_in(api, email)
    assert refused.status_code == 429
    assert refused.json()["code"] == "rate_limited"
    assert 0 < int(refused.headers["retry-after"]) <= 600
    with database.transaction() as conn:
        conn.execute(EXPIRE_FAILURES, {"subject": email})
    assert [log_in(api, email).status_code for _ in range(3)] == [201] * 3


def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_session(api, person) -> None:
    first = log_in(api, person("support").email).json()
    second = refresh(api, first["refresh_token"])
    assert second.status_code == 201
    assert refresh(api, first["refresh_token"]).status_code == 401
    assert refresh(api, second.json()["refresh_token"]).status_code == 401


def test_of_ten_who_refresh_at_once_one_is_answered_and_the_session_ends(api, person) -> None:
    token = log_in(api, person("support").email).json()["refresh_token"]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: refresh(api, token), range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [401] * 9
    (renewed,) = (answer.json() for answer in answers if answer.status_code == 201)
    assert refresh(api, renewed["refresh_token"]).status_code == 401


@pytest.mark.parametrize(
    ("statement", "log_in_again"), [(DISABLE_ACCOUNT, 401), (EXPIRE_SESSIONS, 201)], ids=["disabled", "expired"]
)
def test_a_disabled_account_and_an_expired_session_are_nobody(
    api, person, database, statement: str, log_in_again: int
) -> None:
    """A session that was not looked up before: who was is remembered for up to 30 s."""
    email = person("owner").email
    session = log_in(api, email).json()
    with database.transaction() as conn:
        conn.execute(statement, {"email": email})
    answer = api.post("/admin/categories", json={"label": unique("Group")}, headers=bearer(session))
    assert answer.status_code == 401
    assert refresh(api, session["refresh_token"]).status_code == 401
    assert log_in(api, email).status_code == log_in_again


def test_log_out_ends_this_session_alone(api, person) -> None:
    email = person("support").email
    one, other = log_in(api, email).json(), log_in(api, email).json()
    assert api.delete("/sessions/current", headers=bearer(one)).status_code == 204
    assert api.delete("/sessions/current", headers=bearer(one)).status_code == 401
    assert refresh(api, one["refresh_token"]).status_code == 401
    assert refresh(api, other["refresh_token"]).status_code == 201


def test_log_out_everywhere_ends_all(api, person) -> None:
    email = person("support").email
    sessions = [log_in(api, email).json() for _ in range(2)]
    assert api.delete("/sessions", headers=bearer(sessions[0])).status_code == 204
    assert [refresh(api, session["refresh_token"]).status_code for session in sessions] == [401, 401]
    assert api.delete("/sessions", headers=bearer(sessions[1])).status_code == 401


def test_a_cookie_counts_only_for_requests_of_our_own_pages(api, person) -> None:
    session = log_in(api, person("owner").email).json()
    cookie = {"cookie": f"__Host-techmart-access={session['access_token']}"}
    body = {"label": unique("Group")}

    def create(headers: dict[str, str]) -> int:
        return api.post("/admin/categories", json=body, headers={**cookie, **headers}).status_code

    assert create({}) == 403
    assert create({"sec-fetch-site": "cross-site"}) == 403
    assert create({"origin": "https://evil.example"}) == 403
    assert create({"sec-fetch-site": "same-origin", "content-type": "text/plain"}) == 403
    assert create({"sec-fetch-site": "same-origin"}) == 201


def test_a_browser_refreshes_with_its_cookie(api, person) -> None:
    session = log_in(api, person("owner").email).json()
    headers = {
        "cookie": f"__Host-techmart-refresh={session['refresh_token']}",
        "sec-fetch-site": "same-origin",
    }
    assert api.post("/sessions/refresh", json={}, headers=headers).status_code == 201
    assert api.post("/sessions/refresh", json={}, headers={"sec-fetch-site": "same-origin"}).status_code == 401
