"""The write API killed −9 at every point of placing an order, and the same key sent again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from kernel.database import SyncDatabase
from tests.rules.source import ROOT
from tests.selling.audits import assert_sound
from tests.selling.buying import Buyer, new_key, ready_buyer
from tests.support.polling import eventually
from tests.support.stack import Stack

STEP_SMALL = 3
"""At small counts every third point is tried, beginning at another one for each kind of card."""


class Suicide:
    """The program of `tests.selling.crashing`, asked line by line."""

    def __init__(self, env: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.selling.crashing"],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def order(self, buyer: Buyer, key: dict[str, str], body: dict[str, Any], at: int) -> dict[str, Any]:
        """Send an order to an API that dies at a point; how it ended."""
        assert self._process.stdin
        assert self._process.stdout
        headers = {**buyer.headers(**key), "content-type": "application/json"}
        request = {"path": "/api/v1/orders", "headers": headers, "body": json.dumps(body), "at": at}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        ended: dict[str, Any] = json.loads(self._process.stdout.readline())
        return ended

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)
        assert self._process.stdout
        self._process.stdout.close()


@pytest.fixture(scope="module")
def suicide(stack: Stack) -> Iterator[Suicide]:
    program = Suicide(stack.env)
    yield program
    program.close()


def again(buyer: Buyer, key: dict[str, str], body: dict[str, Any]) -> httpx.Response | None:
    """The same request under the same key; None while it is in use."""
    headers = buyer.headers(**key, **{"content-type": "application/json"})
    answer = buyer.client.post("/api/v1/orders", content=json.dumps(body), headers=headers)
    if answer.status_code == 409 and answer.json()["code"] == "idempotency_key_in_use":
        assert int(answer.headers["retry-after"]) >= 1
        return None
    return answer


@pytest.mark.parametrize(("card", "status", "start"), [("tok_ok", 201, 1), ("tok_decline", 402, 2)])
def test_killed_at_every_point_an_order_is_finished_once(
    suicide: Suicide,
    shop_client: httpx.Client,
    sell,
    database: SyncDatabase,
    stack: Stack,
    scale: int,
    card: str,
    status: int,
    start: int,
) -> None:
    product = sell(quantity=500)
    whole = ready_buyer(shop_client, product["sku"])
    points = suicide.order(whole, new_key(), whole.order(card), 10_000)["points"]
    assert points > 20
    for at in range(start, points + 1, 1 if scale > 1 else STEP_SMALL):
        buyer, key = ready_buyer(shop_client, product["sku"]), new_key()
        body = buyer.order(card)
        ended = suicide.order(buyer, key, body, at)
        assert ended["killed"] or ended["points"] < at, ended
        answer = eventually(lambda b=buyer, k=key, o=body: again(b, k, o), f"an answer after a kill at point {at}", 60)
        assert answer.status_code == status, (at, answer.text)
        replay = again(buyer, key, body)
        assert replay is not None
        assert replay.content == answer.content
    assert_sound(stack, database)
