"""Access tokens: one algorithm, one key, every claim."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from kernel.auth import AUDIENCE, ISSUER, AccessTokens, bearer
from kernel.errors import TokenExpired, Unauthenticated
from kernel.ids import uuid7
from kernel.settings import IdentitySettings


def make(folder: Path) -> tuple[AccessTokens, Ed25519PrivateKey]:
    key = Ed25519PrivateKey.generate()
    path = folder / f"{uuid7().hex}.pem"
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return AccessTokens(IdentitySettings(jwt_key=str(path), token_secret="x" * 32)), key


def test_a_token_names_its_session(tmp_path: Path) -> None:
    tokens, _ = make(tmp_path)
    session = uuid7()
    assert tokens.session_of(tokens.sign(uuid7(), session)) == session


def test_another_key_is_refused(tmp_path: Path) -> None:
    ours, theirs = make(tmp_path)[0], make(tmp_path)[0]
    with pytest.raises(Unauthenticated):
        ours.session_of(theirs.sign(uuid7(), uuid7()))


@pytest.mark.parametrize(
    "change",
    [{"iss": "other"}, {"aud": "other"}, {"sid": "not-a-uuid"}, {"sid": None}, {"exp": None}, {"iat": 2**40}],
)
def test_each_claim_is_checked(tmp_path: Path, change: dict[str, object]) -> None:
    tokens, key = make(tmp_path)
    header = jwt.get_unverified_header(tokens.sign(uuid7(), uuid7()))
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(uuid7()),
        "sid": str(uuid7()),
        "exp": time.time() + 60,
    }
    claims = {name: value for name, value in {**claims, **change}.items() if value is not None}
    with pytest.raises(Unauthenticated):
        tokens.session_of(jwt.encode(claims, key, algorithm="EdDSA", headers=header))


def test_an_expired_token_says_so(tmp_path: Path) -> None:
    tokens, key = make(tmp_path)
    header = jwt.get_unverified_header(tokens.sign(uuid7(), uuid7()))
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "s", "sid": str(uuid7()), "exp": time.time() - 1}
    with pytest.raises(TokenExpired):
        tokens.session_of(jwt.encode(claims, key, algorithm="EdDSA", headers=header))


def test_a_token_without_signature_is_refused(tmp_path: Path) -> None:
    tokens, _ = make(tmp_path)
    head, body, _ = tokens.sign(uuid7(), uuid7()).split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "=="))
    none = base64.urlsafe_b64encode(json.dumps({**header, "alg": "none"}).encode()).rstrip(b"=").decode()
    with pytest.raises(Unauthenticated):
        tokens.session_of(f"{none}.{body}.")


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_only_bearer_is_read(header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        bearer(header)
