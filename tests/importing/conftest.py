"""A mark of one's own for each test's products."""

from __future__ import annotations

from uuid import uuid4

import pytest


@pytest.fixture
def tag() -> str:
    return uuid4().hex[:8]
