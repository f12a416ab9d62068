"""Logging in, refreshing, logging out."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from kernel import outbox
from kernel.auth import Principal
from kernel.database import SyncWriteConnection, WriteConnection
from kernel.errors import RateLimited, SecondFactorRequired, Unauthenticated
from kernel.events import SessionEnded, SessionStarted
from kernel.ids import uuid7
from write_side.accounts import passwords, rules, sql
from write_side.context import Services


class LogIn(Struct, frozen=True, forbid_unknown_fields=True):
    """An address and a password; `totp` once a second factor is enrolled."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    password: Annotated[str, Meta(min_length=1, max_length=1024)]
    totp: Annotated[str, Meta(pattern="^[0-9]{6}$")] | None = None


class Refresh(Struct, frozen=True, forbid_unknown_fields=True):
    """A refresh token, good for one use; browsers leave it out and send their cookie."""

    refresh_token: Annotated[str, Meta(min_length=20, max_length=200)] | None = None


class Session(Struct, frozen=True):
    """Tokens of a session; `expires_in` in seconds."""

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str


async def log_in(services: Services, command: LogIn) -> Session:
    """Start a session.

    Raises `RateLimited` after ten failures in ten minutes, `Unauthenticated`, `SecondFactorRequired`.
    """
    key = rules.email_key(command.email)
    scope = {"scope": "login", "subject": key, "window_seconds": rules.LOGIN_WINDOW_SECONDS}
    async with services.database.transaction() as conn:
        failures = await (await conn.execute(sql.SELECT_FAILURES, scope)).fetchone()
        if failures and failures[0] >= rules.LOGIN_FAILURES_MAX:
            raise RateLimited(retry_after=failures[1])
        account = await (await conn.execute(sql.SELECT_LOGIN, {"email_key": key})).fetchone()
    account_id, stored, is_staff = account or (None, None, False)
    # The hash is computed with no transaction open.
    if not await passwords.verify(stored, command.password):
        await services.database.execute(sql.COUNT_FAILURE, scope)
        raise Unauthenticated("the address or the password is wrong")
    assert account_id is not None
    if is_staff and services.identity.staff_totp == "required":
        raise SecondFactorRequired("staff log in with a second factor, and this account has none")

    async def start(conn: WriteConnection) -> Session:
        return await _start_session(conn, services, account_id)

    return await services.database.run(start)


async def _start_session(conn: WriteConnection, services: Services, account_id: UUID) -> Session:
    parameters = {"account_id": account_id, "days": services.identity.session_days}
    row = await (await conn.execute(sql.INSERT_SESSION, parameters)).fetchone()
    assert row is not None
    event = SessionStarted(session_id=str(row[0]), account_id=str(account_id))
    await outbox.append(conn, [event], uuid7())
    return await _issue(conn, services, account_id, row[0])


async def refresh(services: Services, token: str) -> Session:
    """New tokens for a refresh token. One used twice ends its session: one of the two users is a thief."""
    hashed = {"token_hash": rules.token_hash(token)}

    async def rotate(conn: WriteConnection) -> Session | None:
        row = await (await conn.execute(sql.LOCK_REFRESH_TOKEN, hashed)).fetchone()
        if row is None:
            return None
        session_id, used, account_id, live = row
        if used and live:
            await _end(conn, session_id)
        if used or not live:
            return None
        await conn.execute(sql.USE_REFRESH_TOKEN, hashed)
        return await _issue(conn, services, account_id, session_id)

    session = await services.database.run(rotate)
    if session is None:
        raise Unauthenticated("the refresh token is not valid")
    return session


async def log_out(services: Services, principal: Principal) -> None:
    """End the session that asks."""
    await services.database.run(lambda conn: _end(conn, principal.session_id))
    services.sessions.forget(principal.session_id)


async def log_out_everywhere(services: Services, principal: Principal) -> None:
    """End every session of the account."""

    async def end_all(conn: WriteConnection) -> list[UUID]:
        cursor = await conn.execute(sql.REVOKE_SESSIONS, {"account_id": principal.account_id})
        ended = [row[0] for row in await cursor.fetchall()]
        if ended:
            await outbox.append(conn, [SessionEnded(session_id=str(session)) for session in ended], uuid7())
        return ended

    for session_id in await services.database.run(end_all):
        services.sessions.forget(session_id)


async def _end(conn: WriteConnection, session_id: UUID) -> None:
    await conn.execute(sql.REVOKE_SESSION, {"session_id": session_id})
    await outbox.append(conn, [SessionEnded(session_id=str(session_id))], uuid7())


async def _issue(conn: WriteConnection, services: Services, account_id: UUID, session_id: UUID) -> Session:
    token, hashed = rules.new_refresh_token()
    await conn.execute(sql.INSERT_REFRESH_TOKEN, {"token_hash": hashed, "session_id": session_id})
    return Session(services.tokens.sign(account_id, session_id), "Bearer", services.tokens.seconds, token)


def ensure_owner(conn: SyncWriteConnection, email: str, password: str) -> bool:
    """Create the roles, and the owner's account where there is none; return whether it was created."""
    for name, permissions in rules.ROLES.items():
        conn.execute(sql.UPSERT_ROLE, {"name": name, "permissions": list(permissions)})
    hashed = passwords.HASHER.hash(password)
    row = conn.execute(sql.UPSERT_OWNER, {"email": email, "password_hash": hashed}).fetchone()
    if row is not None:
        conn.execute(sql.GRANT_ROLE, {"account_id": row[0], "role": "owner"})
    return row is not None
