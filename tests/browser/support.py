"""A shopper at a window."""

from __future__ import annotations

from dataclasses import dataclass, field

from playwright.sync_api import Page

from frontend_build.build import MODULES

PHONE = {"width": 390, "height": 844}
NARROW = {"width": 320, "height": 640}
DESKTOP = {"width": 1280, "height": 900}
DEEP_CATEGORY = "Deep > Gauges"
_AXE = MODULES / "axe-core" / "axe.min.js"
_VIOLATIONS = """
axe.run({resultTypes: ['violations']}).then(({violations}) =>
    violations.map(({id, nodes}) => id + ': ' + nodes.map(({target}) => target).join()))
"""
_WATCH_SHIFTS = """
window.shifted = 0;
new PerformanceObserver(list => list.getEntries().filter(one => !one.hadRecentInput).forEach(one => {
    window.shifted += one.value;
})).observe({type: 'layout-shift', buffered: true});
"""


@dataclass
class Shopper:
    """A page and what it complained about."""

    page: Page
    errors: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.add_init_script(_WATCH_SHIFTS)
        self.page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def visit(self, address: str) -> Page:
        """Go somewhere and wait until nothing is fetched any more."""
        self.page.goto(address)
        self.page.wait_for_load_state("networkidle")
        return self.page

    def violations(self) -> list[str]:
        """What axe finds wrong with the page."""
        self.page.add_script_tag(path=str(_AXE))
        found: list[str] = self.page.evaluate(_VIOLATIONS)
        return found

    def layout_shift(self) -> float:
        """How much moved since the page was opened, without anyone asking for it."""
        return float(self.page.evaluate("window.shifted"))

    def overflow(self) -> int:
        """CSS pixels that stick out sideways."""
        return int(self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
