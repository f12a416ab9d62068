"""The front end as built, rendering for a shop of four locales, two of which have words of their own."""

from __future__ import annotations

import pytest

from frontend_build.build import build
from frontend_build.render import Renderer
from tests.frontend.support import LOCALES, ORIGIN


@pytest.fixture(scope="session")
def renderer() -> Renderer:
    build()
    return Renderer(LOCALES, ORIGIN)
