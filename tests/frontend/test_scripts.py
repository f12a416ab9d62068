"""What browsers load: within its budget, typed, equal after hydration, and doing what its own tests say."""

from __future__ import annotations

import gzip
import re

import pytest

from edge.keys import LIST_PAGES_MAX
from frontend_build.build import DIST, FOLDER, MODULES, STOREFRONT
from frontend_build.node import environment, run
from frontend_build.render import Renderer
from read_side.projections.lists import PAGE_SIZE
from read_side.search.cursors import REACH
from tests.frontend.support import PAGES, Parsed, page

SCRIPT_BYTES_MAX = 22_000
STYLE_BYTES_MAX = 14_000
IMPORT = re.compile(r"""(?:from|import)\s*["']\./([\w-]+\.js)["']""")


def loaded(renderer: Renderer, name: str) -> set[str]:
    """Scripts that a page names, and those that they import."""
    wanted = [one["src"].removeprefix("/assets/") for one in Parsed(page(renderer, name)).all("script") if "src" in one]
    found: set[str] = set()
    while wanted:
        script = wanted.pop()
        if script not in found:
            found.add(script)
            wanted += IMPORT.findall((DIST / "assets" / script).read_text())
    return found


def zipped(name: str) -> int:
    return len(gzip.compress((DIST / "assets" / name).read_bytes(), 9))


@pytest.mark.parametrize("name", PAGES)
def test_pages_keep_their_budget(renderer: Renderer, name: str) -> None:
    scripts = loaded(renderer, name)
    assert any("shared" in script for script in scripts) == (name in {"product", "search"})
    assert sum(map(zipped, scripts)) <= SCRIPT_BYTES_MAX
    assert zipped(renderer.manifest["assets"]["shop.css"]) <= STYLE_BYTES_MAX


def test_every_language_has_the_same_words() -> None:
    def keys(name: str) -> set[str]:
        return set(re.findall(r"(\w+): \"", (STOREFRONT / "i18n" / name).read_text()))

    assert keys("en-us.ts") == keys("de-de.ts")


def test_types_are_sound(renderer: Renderer) -> None:
    run(["node", str(MODULES / "typescript" / "bin" / "tsc"), "--noEmit"], FOLDER, environment(MODULES / ".shims"))


def test_islands_hydrate_to_what_the_server_made(renderer: Renderer) -> None:
    said = run(["node", str(STOREFRONT / "tests" / "hydration.mjs")], FOLDER, environment(MODULES / ".shims"))
    assert "every island" in said


@pytest.mark.parametrize("name", ["offers", "search"])
def test_islands_do_what_their_tests_say(renderer: Renderer, name: str) -> None:
    said = run(
        ["node", "--test", "--test-reporter=tap", f"storefront/tests/{name}.test.mjs"],
        FOLDER,
        environment(MODULES / ".shims"),
    )
    assert re.search(r"^# pass [1-9]", said, re.MULTILINE)


def test_scripts_count_pages_as_the_server_does() -> None:
    text = (STOREFRONT / "view" / "addresses.ts").read_text() + (
        STOREFRONT / "islands" / "search" / "query.ts"
    ).read_text()
    counted = {name: int(value) for name, value in re.findall(r"const (\w+) = (\d+);", text)}
    assert counted == {"PAGES_RENDERED": LIST_PAGES_MAX, "PAGE_SIZE": PAGE_SIZE, "REACH": REACH}
