"""Access tokens: one algorithm, only our keys, every claim."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from pathlib import Path

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from kernel.auth import AUDIENCE, ISSUER, AccessTokens, bearer
from kernel.errors import TokenExpired, Unauthenticated
from kernel.ids import uuid7
from kernel.settings import IdentitySettings


def private_pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_pem(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def written(folder: Path, pem: bytes) -> str:
    path = folder / f"{uuid7().hex}.pem"
    path.write_bytes(pem)
    return str(path)


def make(folder: Path, *old: bytes) -> tuple[AccessTokens, Ed25519PrivateKey]:
    key = Ed25519PrivateKey.generate()
    return AccessTokens(
        IdentitySettings(
            jwt_key=written(folder, private_pem(key)),
            token_secret="x" * 32,
            jwt_keys_old=tuple(written(folder, pem) for pem in old),
        )
    ), key


def claims(**changes: object) -> dict[str, object]:
    known = {"iss": ISSUER, "aud": AUDIENCE, "sub": str(uuid7()), "sid": str(uuid7()), "exp": time.time() + 60}
    return {name: value for name, value in {**known, **changes}.items() if value is not None}


def header(tokens: AccessTokens) -> dict[str, object]:
    return jwt.get_unverified_header(tokens.sign(uuid7(), uuid7()))


def test_a_token_names_its_session(tmp_path: Path) -> None:
    tokens, _ = make(tmp_path)
    session = uuid7()
    assert tokens.session_of(tokens.sign(uuid7(), session)) == session


def test_another_key_is_refused(tmp_path: Path) -> None:
    ours, theirs = make(tmp_path)[0], make(tmp_path)[0]
    with pytest.raises(Unauthenticated):
        ours.session_of(theirs.sign(uuid7(), uuid7()))


@pytest.mark.parametrize("pem", [private_pem, public_pem])
def test_a_key_that_signs_no_more_still_verifies(tmp_path: Path, pem: Callable[[Ed25519PrivateKey], bytes]) -> None:
    before, key = make(tmp_path)
    after, _ = make(tmp_path, pem(key))
    session = uuid7()
    assert after.session_of(before.sign(uuid7(), session)) == session
    assert after.session_of(after.sign(uuid7(), session)) == session
    with pytest.raises(Unauthenticated):
        before.session_of(after.sign(uuid7(), session))


def test_an_old_key_does_not_sign_under_the_name_of_the_new(tmp_path: Path) -> None:
    old, key = make(tmp_path)
    new, _ = make(tmp_path, private_pem(key))
    assert header(old)["kid"] != header(new)["kid"]
    with pytest.raises(Unauthenticated):
        new.session_of(jwt.encode(claims(), key, algorithm="EdDSA", headers=header(new)))


@pytest.mark.parametrize(
    "change",
    [{"iss": "other"}, {"aud": "other"}, {"sid": "not-a-uuid"}, {"sid": None}, {"exp": None}, {"iat": 2**40}],
)
def test_each_claim_is_checked(tmp_path: Path, change: dict[str, object]) -> None:
    tokens, key = make(tmp_path)
    with pytest.raises(Unauthenticated):
        tokens.session_of(jwt.encode(claims(**change), key, algorithm="EdDSA", headers=header(tokens)))


def test_a_token_for_another_use_is_no_access_token(tmp_path: Path) -> None:
    tokens, key = make(tmp_path)
    signed = jwt.encode(claims(), key, algorithm="EdDSA", headers={**header(tokens), "typ": "JWT"})
    with pytest.raises(Unauthenticated):
        tokens.session_of(signed)


def test_an_expired_token_says_so(tmp_path: Path) -> None:
    tokens, key = make(tmp_path)
    expired = claims(exp=time.time() - 1)
    with pytest.raises(TokenExpired):
        tokens.session_of(jwt.encode(expired, key, algorithm="EdDSA", headers=header(tokens)))


@pytest.mark.parametrize("kid", ["../../../../dev/null", "/dev/null", "' OR 1=1 --", "", None, 7, ["a"]])
def test_a_key_is_chosen_by_name_alone(tmp_path: Path, kid: object) -> None:
    tokens, key = make(tmp_path)
    empty_key = sign_hs256({**header(tokens), "kid": kid}, b"")
    own_key = _segments({**header(tokens), "kid": kid}, claims())
    own_key += "." + _base64(key.sign(own_key.encode()))
    for token in (empty_key, own_key):
        with pytest.raises(Unauthenticated):
            tokens.session_of(token)


@pytest.mark.parametrize("name", ["jku", "x5u", "jwk"])
def test_no_key_is_taken_from_a_token(tmp_path: Path, name: str) -> None:
    tokens, _ = make(tmp_path)
    theirs = Ed25519PrivateKey.generate()
    jwk = json.loads(jwt.algorithms.OKPAlgorithm.to_jwk(theirs.public_key()))
    value = jwk if name == "jwk" else "https://evil.example/keys.json"
    for kid in (header(tokens)["kid"], "theirs"):
        token = jwt.encode(claims(), theirs, algorithm="EdDSA", headers={**header(tokens), "kid": kid, name: value})
        with pytest.raises(Unauthenticated):
            tokens.session_of(token)


def test_a_public_key_is_no_shared_secret(tmp_path: Path) -> None:
    tokens, key = make(tmp_path)
    raw = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    for secret in (public_pem(key), public_pem(key).strip(), raw):
        with pytest.raises(Unauthenticated):
            tokens.session_of(sign_hs256(header(tokens), secret))


@pytest.mark.parametrize("algorithm", ["none", "None", "HS256", "EdDSA "])
def test_a_token_without_signature_is_refused(tmp_path: Path, algorithm: str) -> None:
    tokens, _ = make(tmp_path)
    with pytest.raises(Unauthenticated):
        tokens.session_of(f"{_segments({**header(tokens), 'alg': algorithm}, claims())}.")


def sign_hs256(headers: dict[str, object], secret: bytes) -> str:
    """By hand: the library refuses to take a public key for a secret."""
    signed = _segments({**headers, "alg": "HS256"}, claims())
    return f"{signed}.{_base64(hmac.digest(secret, signed.encode(), hashlib.sha256))}"


def _segments(headers: dict[str, object], body: dict[str, object]) -> str:
    return ".".join(_base64(json.dumps(part).encode()) for part in (headers, body))


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Basic abc", "abc"])
def test_only_bearer_is_read(header: str | None) -> None:
    with pytest.raises(Unauthenticated):
        bearer(header)
