"""Pages from documents: the storefront's components in V8, inside the worker that publishes them.

One context a process, made at the first use and never before a fork (a context made before one hangs in the child).
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import Struct
from py_mini_racer import JSEvalException, JSTimeoutException, MiniRacer

DIST: Final = Path(__file__).parent / "dist"
PAGES_A_CALL: Final = 50
TIMEOUT_SECONDS: Final = 20


class PageRequest(Struct, frozen=True):
    """A page to make: its name, its locale, and its document with its version."""

    page: str
    locale: str
    document: msgspec.Raw


class RenderError(Exception):
    """A page that could not be made, and why; the others of its call were."""

    def __init__(self, page: str, message: str) -> None:
        super().__init__(f"{page}: {message}")
        self.page = page


class _Made(Struct):
    html: str = ""
    error: str = ""


class Renderer:
    """Renders with the front end in `dist`, for a shop at this origin that has these locales. Thread-safe."""

    def __init__(self, locales: Sequence[str], origin: str, dist: Path = DIST) -> None:
        self._locales, self._origin = tuple(locales), origin
        self._dist = dist
        self._lock = threading.Lock()

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """Release id and hashed names of the build."""
        found: dict[str, Any] = json.loads((self._dist / "manifest.json").read_text())
        return found

    @cached_property
    def release(self) -> str:
        """The id of what all pages are made with, the build and the shop: pages of another release are made again."""
        made_with = f"{self.manifest['release']} {self._origin} {' '.join(self._locales)}"
        return hashlib.sha256(made_with.encode()).hexdigest()[:16]

    @cached_property
    def _context(self) -> MiniRacer:
        context = MiniRacer()
        context.eval((self._dist / "server.js").read_text())
        shop = {"assets": self.manifest["assets"], "locales": self._locales, "origin": self._origin}
        context.eval(f"globalThis.shop = {json.dumps(shop)}")
        return context

    def render(self, pages: Sequence[PageRequest]) -> list[bytes | Exception]:
        """HTML for each page in order, or the `RenderError` of a page that failed."""
        made: list[bytes | Exception] = []
        for start in range(0, len(pages), PAGES_A_CALL):
            made += self._call(pages[start : start + PAGES_A_CALL])
        return made

    def _call(self, pages: Sequence[PageRequest]) -> list[bytes | Exception]:
        """One call into V8. A call that fails as a whole is made again page by page, so that one page fails alone."""
        asked = msgspec.json.encode(pages).decode()
        try:
            with self._lock:
                answer = self._context.call("renderPages", asked, timeout_sec=TIMEOUT_SECONDS)
        except (JSEvalException, JSTimeoutException) as error:
            if len(pages) > 1:
                return [made for page in pages for made in self._call([page])]
            return [RenderError(page.page, str(error)) for page in pages]
        results = msgspec.json.decode(answer, type=list[_Made])
        return [
            RenderError(page.page, result.error) if result.error else result.html.encode()
            for page, result in zip(pages, results, strict=True)
        ]
