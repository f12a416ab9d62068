"""The gateway over HTTP."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import os
import signal
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from aiohttp import web

from ops.sandbox.gateway import aftermath, bank, intents, listing, sql
from ops.sandbox.gateway.answers import Answer, answer, fingerprint, once
from ops.sandbox.gateway.errors import Refusal, defect, missing, unauthorized
from ops.sandbox.gateway.ledger import Ledger
from ops.sandbox.gateway.loops import Playwright, Postman
from ops.sandbox.gateway.objects import Intent, new_id
from ops.sandbox.gateway.params import AnswerDispute, CreateIntent, CreateRefund, NoParams, Page, decode, read_pairs
from ops.sandbox.gateway.settings import GatewaySettings
from ops.sandbox.gateway.tokens import SILENT_SECONDS

log = structlog.get_logger()
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
BODY_BYTES_MAX = 100_000


class Gateway:
    """The routes, around one ledger."""

    def __init__(self, settings: GatewaySettings) -> None:
        self._settings = settings
        self._origin = settings.sandbox_url
        self._ledger = Ledger(settings.ledger)
        self._postman = Postman(self._ledger, settings.webhook_url, settings.sandbox_webhook_secrets)
        self._playwright = Playwright(self._ledger, self._origin, self._postman)

    def app(self) -> web.Application:
        """The application; its loops live as long as it."""

        @web.middleware
        async def observe(request: web.Request, handler: Handler) -> web.StreamResponse:
            return await self._observe(request, handler)

        app = web.Application(client_max_size=BODY_BYTES_MAX, middlewares=[observe])
        app.cleanup_ctx.append(self._run_loops)
        app.add_routes(
            [
                web.get("/health/live", _healthy),
                web.get("/health/ready", _healthy),
                web.post("/v1/payment_intents", self.create_intent),
                web.get("/v1/payment_intents", self.list_intents),
                web.get("/v1/payment_intents/{id}", self.retrieve_intent),
                web.post("/v1/payment_intents/{id}/cancel", self.cancel_intent),
                web.post("/v1/refunds", self.create_refund),
                web.get("/v1/refunds", self.list_refunds),
                web.get("/v1/disputes", self.list_disputes),
                web.post("/v1/disputes/{id}", self.answer_dispute),
                web.get("/v1/events", self.list_events),
                web.get("/sandbox/ledger", self.dump),
                web.get("/3ds/{id}", self.ask_buyer),
                web.post("/3ds/{id}", self.hear_buyer),
            ]
        )
        return app

    async def create_intent(self, request: web.Request) -> web.StreamResponse:
        pairs = read_pairs(await request.read())
        wanted = decode(pairs, CreateIntent)
        given = await self._once(request, pairs, lambda conn: intents.create(conn, wanted, self._origin))
        if given.silent:
            await asyncio.sleep(SILENT_SECONDS)
        return _json(given)

    async def cancel_intent(self, request: web.Request) -> web.StreamResponse:
        pairs = read_pairs(await request.read())
        decode(pairs, NoParams)
        intent_id = request.match_info["id"]
        return _json(await self._once(request, pairs, lambda conn: intents.cancel(conn, intent_id, self._origin)))

    async def create_refund(self, request: web.Request) -> web.StreamResponse:
        pairs = read_pairs(await request.read())
        wanted = decode(pairs, CreateRefund)
        return _json(await self._once(request, pairs, lambda conn: aftermath.refund(conn, wanted)))

    async def answer_dispute(self, request: web.Request) -> web.StreamResponse:
        pairs = read_pairs(await request.read())
        wanted, dispute_id = decode(pairs, AnswerDispute), request.match_info["id"]
        return _json(await self._once(request, pairs, lambda conn: aftermath.answer_dispute(conn, dispute_id, wanted)))

    async def retrieve_intent(self, request: web.Request) -> web.StreamResponse:
        return _json(answer(self._intent(request.match_info["id"]).shown(self._origin)))

    async def list_intents(self, request: web.Request) -> web.StreamResponse:
        return _json(listing.intents(self._ledger, _page(request), self._origin))

    async def list_refunds(self, request: web.Request) -> web.StreamResponse:
        return _json(listing.refunds(self._ledger, _page(request)))

    async def list_disputes(self, request: web.Request) -> web.StreamResponse:
        return _json(listing.disputes(self._ledger, _page(request)))

    async def list_events(self, request: web.Request) -> web.StreamResponse:
        return _json(listing.events(self._ledger, _page(request)))

    async def dump(self, request: web.Request) -> web.StreamResponse:
        """Every intent as a line of JSON, for audits."""
        response = web.StreamResponse(headers={"content-type": "application/x-ndjson"})
        await response.prepare(request)
        for lines in self._ledger.lines(sql.LEDGER_LINES):
            await response.write(lines.encode())
        return response

    async def ask_buyer(self, request: web.Request) -> web.StreamResponse:
        intent = self._intent_of_buyer(request)
        return bank.question(intent) if intent.status == "requires_action" else bank.way_back(intent)

    async def hear_buyer(self, request: web.Request) -> web.StreamResponse:
        intent = self._intent_of_buyer(request)
        approved = ("answer", "approve") in read_pairs(await request.read())
        intent = await self._ledger.write(lambda conn: intents.confirm(conn, intent.id, approved, self._origin))
        self._postman.bell.ring()
        return bank.way_back(intent)

    async def _once(
        self, request: web.Request, pairs: list[tuple[str, str]], work: Callable[[sqlite3.Connection], Answer]
    ) -> Answer:
        key = request.headers.get("idempotency-key")
        asked = fingerprint(request.method, request.path, pairs)
        given = await self._ledger.write(lambda conn: once(conn, key, asked, work))
        self._postman.bell.ring()
        self._playwright.bell.ring()
        return given

    def _intent(self, intent_id: str) -> Intent:
        rows = self._ledger.read(sql.SELECT_INTENT, (intent_id,))
        if not rows:
            raise missing("payment_intent", intent_id, "intent")
        return Intent(*rows[0])

    def _intent_of_buyer(self, request: web.Request) -> Intent:
        """The intent of a page that only the buyer has the address of."""
        intent = self._intent(request.match_info["id"])
        if not hmac.compare_digest(request.query.get("secret", "").encode(), intent.secret.encode()):
            raise missing("payment_intent", intent.id, "intent")
        return intent

    async def _observe(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            if request.path.startswith(("/v1/", "/sandbox/")):
                self._require_key(request.headers.get("authorization", ""))
            response = await handler(request)
        except Refusal as refusal:
            response = _json(Answer(refusal.status, refusal.body()))
        except web.HTTPException:
            raise
        except Exception:
            log.exception("defect", path=request.path)
            response = _json(Answer(500, defect().body()))
        return response

    def _require_key(self, authorization: str) -> None:
        scheme, _, shown = authorization.partition(" ")
        if scheme.lower() == "basic":
            try:
                shown = base64.b64decode(shown, validate=True).decode().partition(":")[0]
            except (binascii.Error, UnicodeDecodeError):
                shown = ""
        if not hmac.compare_digest(shown.encode(), self._settings.sandbox_key.encode()):
            raise unauthorized(shown)

    async def _run_loops(self, _: web.Application) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(loop.run()) for loop in (self._postman, self._playwright)]
        for task in tasks:
            task.add_done_callback(_end_with)
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._ledger.close()


def _end_with(task: asyncio.Task[None]) -> None:
    """A gateway whose loops stand still is none: it ends, and is started again."""
    if not task.cancelled():
        log.error("a loop ended", exc_info=task.exception())
        os.kill(os.getpid(), signal.SIGTERM)


async def _healthy(_: web.Request) -> web.StreamResponse:
    return _json(answer({"status": "ready"}))


def _page(request: web.Request) -> Page:
    return decode(read_pairs(request.rel_url.raw_query_string), Page)


def _json(given: Answer) -> web.Response:
    headers = {"request-id": new_id("req"), "content-type": "application/json"}
    if given.replayed:
        headers["idempotent-replayed"] = "true"
    return web.Response(body=given.body, status=given.status, headers=headers)
