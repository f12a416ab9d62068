"""A home of one's own for each test of the stack's life."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.stack import stop_below, without_applications


@pytest.fixture
def home() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="techmart-ops-"))
    path.chmod(0o755)
    yield path
    stop_below(path)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def settings() -> dict[str, str]:
    return {**without_applications(), "TECHMART_ENV": "test", "TECHMART_DEMO": "off"}
