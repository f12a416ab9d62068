"""Who is asking, and what they may do.

Access tokens are JWTs signed with Ed25519 that name a session; both sides look the session up, at most
30 s ago, so that ending a session ends its tokens. Rules of RFC 8725: one algorithm, no key taken from the
token (its `kid` chooses among ours), audience, issuer and expiry checked.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from kernel.auth_sql import SELECT_SESSION
from kernel.database import ReadConnection
from kernel.errors import Forbidden, TokenExpired, Unauthenticated
from kernel.settings import IdentitySettings

ISSUER: Final = "techmart"
AUDIENCE: Final = "techmart-api"
SESSION_CACHE_SECONDS: Final = 30
SESSION_CACHE_MAX: Final = 20_000


@dataclass(frozen=True)
class Principal:
    """A person with a live session."""

    account_id: UUID
    session_id: UUID
    is_staff: bool
    permissions: frozenset[str]

    def require(self, permission: str) -> None:
        """Raise `Forbidden` unless this person has the permission."""
        if permission not in self.permissions and "*" not in self.permissions:
            raise Forbidden(f"this needs the permission {permission}", permission=permission)


class AccessTokens:
    """Signs with one key, reads tokens of that one and of those that only verify."""

    def __init__(self, settings: IdentitySettings) -> None:
        key = load_pem_private_key(Path(settings.jwt_key).read_bytes(), password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise TypeError(f"{settings.jwt_key} holds no Ed25519 key")
        self._private = key
        self._kid = _key_id(key.public_key())
        verifying = [key.public_key(), *(_public_key(path) for path in settings.jwt_keys_old)]
        self._public = {_key_id(public): public for public in verifying}
        self.seconds = settings.access_seconds

    def sign(self, account_id: UUID, session_id: UUID) -> str:
        """A token for one session, good for `seconds`."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(account_id), "sid": str(session_id), "iat": now}
        headers = {"kid": self._kid, "typ": "at+jwt"}
        return jwt.encode({**claims, "exp": now + self.seconds}, self._private, algorithm="EdDSA", headers=headers)

    def session_of(self, token: str) -> UUID:
        """The session a token names. Raises `TokenExpired`, `Unauthenticated`."""
        try:
            header = jwt.get_unverified_header(token)
            public = self._public.get(header.get("kid", ""))
            if public is None or header.get("typ") != "at+jwt":
                raise Unauthenticated("the token is of another key")
            claims: dict[str, Any] = jwt.decode(
                token,
                public,
                algorithms=["EdDSA"],
                audience=AUDIENCE,
                issuer=ISSUER,
                options={"require": ["exp", "iss", "aud", "sub", "sid"]},
            )
            return UUID(claims["sid"])
        except jwt.ExpiredSignatureError as error:
            raise TokenExpired from error
        except (jwt.InvalidTokenError, ValueError, TypeError) as error:
            raise Unauthenticated("the token is not valid") from error


def _public_key(path: str) -> Ed25519PublicKey:
    """The public key of a PEM file, which may hold the private one: what signed yesterday is kept as it is."""
    pem = Path(path).read_bytes()
    private = b"PRIVATE KEY" in pem
    key = load_pem_private_key(pem, password=None).public_key() if private else load_pem_public_key(pem)
    if not isinstance(key, Ed25519PublicKey):
        raise TypeError(f"{path} holds no Ed25519 key")
    return key


def _key_id(key: Ed25519PublicKey) -> str:
    return hashlib.sha256(key.public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()[:16]


class Sessions:
    """Live sessions, remembered for at most 30 s; what was not found is never remembered."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, tuple[float, Principal]] = OrderedDict()

    def remembered(self, session_id: UUID) -> Principal | None:
        """The principal of a session looked up lately."""
        found = self._known.get(session_id)
        return found[1] if found and time.monotonic() - found[0] < SESSION_CACHE_SECONDS else None

    async def look_up(self, conn: ReadConnection, session_id: UUID) -> Principal | None:
        """The principal of a live session as this connection sees it."""
        row = await (await conn.execute(SELECT_SESSION, {"session_id": session_id})).fetchone()
        if row is None:
            return None
        principal = Principal(row[0], session_id, row[1], frozenset(row[2]))
        self._known[session_id] = (time.monotonic(), principal)
        while len(self._known) > SESSION_CACHE_MAX:
            self._known.popitem(last=False)
        return principal

    async def find(
        self, session_id: UUID, *places: Callable[[], AbstractAsyncContextManager[ReadConnection]]
    ) -> Principal:
        """The principal of a session, remembered or looked up in each place in turn: replica, then primary.

        A session that the replica does not know yet may have begun a moment ago. Raises `Unauthenticated`.
        """
        principal = self.remembered(session_id)
        for place in places:
            if principal is not None:
                return principal
            async with place() as conn:
                principal = await self.look_up(conn, session_id)
        if principal is None:
            raise Unauthenticated("the session has ended")
        return principal

    def forget_others(self, principal: Principal) -> None:
        """Drop the account's sessions but this one: they ended here."""
        for session_id, (_, known) in list(self._known.items()):
            if known.account_id == principal.account_id and session_id != principal.session_id:
                self.forget(session_id)

    def forget(self, session_id: UUID) -> None:
        """Drop a session that ended here."""
        self._known.pop(session_id, None)


def bearer(header: str | None) -> str:
    """The token of an Authorization header. Raises `Unauthenticated`."""
    scheme, _, token = (header or "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise Unauthenticated("send the access token as Authorization: Bearer …")
    return token.strip()
