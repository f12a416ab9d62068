"""Secrets of a stack, made once and kept for their owner alone."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from ops.stack.errors import StackError
from ops.stack.home import Home


def secret(home: Home, name: str) -> str:
    """The secret of this name, made at the first call."""
    file = home.root / "secrets" / name
    if not file.exists():
        _write(file, secrets.token_urlsafe(32).encode())
    return _read(file)


def owner_password(home: Home) -> tuple[str, bool]:
    """The demo owner's password, and whether it was made just now."""
    file = home.root / "owner-password"
    if file.exists():
        return _read(file), False
    password = secrets.token_urlsafe(12)
    _write(file, password.encode())
    return password, True


def signing_key(home: Home) -> Path:
    """The file of the Ed25519 key that signs access tokens."""
    file = home.root / "secrets" / "jwt.pem"
    if not file.exists():
        key = Ed25519PrivateKey.generate()
        _write(file, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    _read(file)
    return file


def _read(file: Path) -> str:
    try:
        content = file.read_text().strip()
    except UnicodeDecodeError:
        content = ""
    if not content:
        raise StackError(f"{file} is empty or damaged; delete it and start again")
    return content


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all: a stack killed here must not keep half a secret."""
    file.parent.mkdir(mode=0o700, exist_ok=True)
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(content)
    new.replace(file)
