"""Opening an account and changing one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from kernel import outbox
from kernel.accounts import Profile
from kernel.auth import Principal
from kernel.database import WriteConnection
from kernel.errors import Conflict, Forbidden, RateLimited, Unauthenticated, ValidationFailed
from kernel.events import CustomerChanged, CustomerRegistered, Event, SessionEnded
from write_side.accounts import passwords, rules, sql
from write_side.catalog.rules import clean_text
from write_side.context import Command, Result, Services

Password = Annotated[str, Meta(min_length=rules.PASSWORD_LENGTH_MIN, max_length=rules.PASSWORD_LENGTH_MAX)]
Name = Annotated[str, Meta(min_length=1, max_length=200)]


class Register(Struct, frozen=True, forbid_unknown_fields=True):
    """Who opens an account; letter case and spaces around the address make no other account."""

    email: Annotated[str, Meta(min_length=3, max_length=254)]
    password: Password
    name: Name


class UpdateProfile(Struct, frozen=True, forbid_unknown_fields=True):
    """What to change of one's account; a new password takes the present one."""

    name: Name | UnsetType = UNSET
    password: Password | UnsetType = UNSET
    current_password: Annotated[str, Meta(min_length=1, max_length=rules.PASSWORD_LENGTH_MAX)] | UnsetType = UNSET


class ChangedProfile(Profile, frozen=True):
    """The profile as it is now; a new password comes with a new refresh token, all earlier ones are void."""

    refresh_token: str | UnsetType = UNSET


async def prepare(wanted: Register) -> dict[str, Any]:
    """The account's row. The password is hashed here, with no transaction open, whether the address is free or not."""
    email = rules.clean_email(wanted.email)
    rules.check_password("password", wanted.password, email)
    name = _name(wanted.name)
    return {
        "email": email,
        "email_key": rules.email_key(email),
        "name": name,
        "password_hash": await passwords.hashed(wanted.password),
    }


async def register(conn: WriteConnection, command: Command, account: dict[str, Any]) -> Result:
    """Open an account. Raises `Conflict` for an address that has one, and says no more."""
    row = await (await conn.execute(sql.INSERT_CUSTOMER, account)).fetchone()
    if row is None:
        raise Conflict("an account cannot be opened with this address")
    await outbox.append(conn, [CustomerRegistered(account_id=str(row[0]))], command.id)
    profile = Profile(str(row[0]), account["email"], account["name"])
    return Result(201, profile, {"location": "/api/v1/customers/me"})


@dataclass(frozen=True)
class PasswordChange:
    """The stored hash that the present password fits, the new password's, and the refresh token the session goes on with."""

    old: str
    new: str
    refresh_token: str
    token_hash: bytes


async def update_profile(
    conn: WriteConnection, command: Command, principal: Principal, wanted: UpdateProfile, change: PasswordChange | None
) -> Result:
    """Change one's profile. A new password ends the account's other sessions and every refresh token before it.

    Raises `Conflict` when the password was changed by another request meanwhile.
    """
    name = _name(wanted.name) if wanted.name is not UNSET else None
    parameters = {
        "account_id": principal.account_id,
        "name": name,
        "old": change.old if change else None,
        "new": change.new if change else None,
    }
    row = await (await conn.execute(sql.UPDATE_PROFILE, parameters)).fetchone()
    if row is None:
        raise Conflict("the password was changed meanwhile")
    events: list[Event] = [CustomerChanged(account_id=str(principal.account_id))]
    if change:
        ended = await _end_others(conn, principal, change)
        events += [SessionEnded(session_id=str(session_id)) for session_id in ended]
    await outbox.append(conn, events, command.id)
    token = change.refresh_token if change else UNSET
    return Result(200, ChangedProfile(str(principal.account_id), row[0], row[1], token))


async def rehash(services: Services, principal: Principal, wanted: UpdateProfile) -> PasswordChange | None:
    """Hash a new password, with no transaction open; None where there is none.

    Raises `ValidationFailed`, `Forbidden` for a wrong present password, `RateLimited` after ten of those in ten minutes.
    """
    if wanted.password is UNSET:
        return None
    if wanted.current_password is UNSET:
        raise ValidationFailed.of("current_password", "is needed to change the password")
    scope = {
        "scope": "password",
        "subject": str(principal.account_id),
        "window_seconds": rules.LOGIN_WINDOW_SECONDS,
        "account_id": principal.account_id,
    }
    async with services.database.transaction() as conn:
        failures = await (await conn.execute(sql.SELECT_FAILURES, scope)).fetchone()
        if failures and failures[0] >= rules.LOGIN_FAILURES_MAX:
            raise RateLimited(retry_after=failures[1])
        account = await (await conn.execute(sql.SELECT_OWN_LOGIN, scope)).fetchone()
    if account is None:
        raise Unauthenticated("the session has ended")
    email, stored = account
    rules.check_password("password", wanted.password, email)
    if not await passwords.verify(stored, wanted.current_password):
        await services.database.execute(sql.COUNT_FAILURE, scope)
        raise Forbidden("the current password is wrong")
    return PasswordChange(stored, await passwords.hashed(wanted.password), *rules.new_refresh_token())


async def _end_others(conn: WriteConnection, principal: Principal, change: PasswordChange) -> list[UUID]:
    """End the account's other sessions, and this one's refresh tokens but the new one; the sessions that ended."""
    parameters = {
        "account_id": principal.account_id,
        "session_id": principal.session_id,
        "token_hash": change.token_hash,
    }
    await conn.execute(sql.LOCK_SESSION, parameters)
    await conn.execute(sql.REPLACE_REFRESH_TOKENS, parameters)
    ended = await (await conn.execute(sql.REVOKE_OTHER_SESSIONS, parameters)).fetchall()
    return [row[0] for row in ended]


def _name(name: str) -> str:
    cleaned = clean_text("name", name)
    if not cleaned:
        raise ValidationFailed.of("name", "a name has letters")
    return cleaned
