"""The documents name what exists, and what exists is named in them."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest

from kernel import events, settings
from tests.rules.source import ROOT, sources

DOCS = ROOT / "docs"
CONCERNS = [
    value
    for value in vars(settings).values()
    if isinstance(value, type) and issubclass(value, msgspec.Struct) and value.__name__.endswith("Settings")
]
METRIC = re.compile(r"""(?:Counter|Gauge|Histogram|GaugeMetricFamily)\(\s*["'](techmart_\w+)""")
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)")
TEST_NAME = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")


def procfile_names() -> list[str]:
    return [
        line.split(":", 1)[0] for line in (ROOT / "Procfile").read_text().splitlines() if ":" in line and line[0] != "#"
    ]


@pytest.mark.parametrize("concern", CONCERNS, ids=lambda concern: concern.__name__)
def test_every_setting_is_described(concern: type[msgspec.Struct]) -> None:
    text = (DOCS / "settings.md").read_text()
    missing = [
        name
        for field in msgspec.structs.fields(concern)
        if f"`{(name := 'TECHMART_' + field.name.upper())}`" not in text
    ]
    assert missing == [], "describe these in docs/settings.md"


@pytest.mark.parametrize("concern", CONCERNS, ids=lambda concern: concern.__name__)
def test_defaults_are_those_of_the_settings(concern: type[msgspec.Struct]) -> None:
    told = dict(re.findall(r"^\| `(TECHMART_\w+)` \| `([^`]+)` \|", (DOCS / "settings.md").read_text(), re.MULTILINE))
    for field in msgspec.structs.fields(concern):
        default = ",".join(field.default) if isinstance(field.default, tuple) else str(field.default)
        assert told.get(name := "TECHMART_" + field.name.upper(), default) == default, name


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.stem)
def test_links_lead_somewhere(page: Path) -> None:
    links = [link for link in LINK.findall(page.read_text()) if "://" not in link]
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_event_is_described() -> None:
    text = (DOCS / "events.md").read_text()
    assert [name for name in events.REGISTRY if f"`{name}`" not in text] == [], "describe these in docs/events.md"


def test_consumers_are_those_of_the_events() -> None:
    rows = re.findall(r"^\| `(\w+)` \| [^|]+ \| ([^|]+) \|$", (DOCS / "events.md").read_text(), re.MULTILINE)
    told = {name: tuple(re.findall(r"`([\w.]+)`", consumers)) for name, consumers in rows}
    assert told == {event.__name__: consumers for event, consumers in events.DELIVERIES.items()}


def test_every_metric_is_described() -> None:
    text = (DOCS / "metrics.md").read_text()
    named = {name for source in sources() for name in METRIC.findall(source.text)}
    assert named
    assert sorted(name for name in named if f"`{name}`" not in text) == [], "describe these in docs/metrics.md"


def test_every_event_says_who_is_owed_an_effect() -> None:
    assert set(events.DELIVERIES) == set(events.REGISTRY.values())


def test_every_process_and_command_is_in_the_readme() -> None:
    from ops.cli import COMMANDS

    readme = (ROOT / "README.md").read_text()
    assert [name for name in procfile_names() if f"`{name}`" not in readme] == []
    assert [name for name in COMMANDS if f"techmart {name}" not in readme] == []


@pytest.mark.parametrize("decision", sorted((DOCS / "decisions").glob("*.md")), ids=lambda path: path.stem)
def test_every_decision_has_its_parts(decision) -> None:
    text = decision.read_text()
    assert all(part in text for part in ("**Context.**", "**Decision.**", "**Consequences.**", "**Held by**"))


def acceptance_rows() -> list[tuple[str, str]]:
    rows = re.findall(
        r"^\| ([A-Z]+\d+(?:\.\d+)?) \|.*\| ([^|]+) \|$", (DOCS / "acceptance.md").read_text(), re.MULTILINE
    )
    assert rows
    return rows


def test_acceptance_rows_have_unique_ids() -> None:
    ids = [row for row, _ in acceptance_rows()]
    assert sorted(set(ids)) == sorted(ids)


@pytest.mark.parametrize(("row", "shown_by"), acceptance_rows() if (DOCS / "acceptance.md").exists() else [])
def test_every_acceptance_row_names_tests_that_exist(row: str, shown_by: str) -> None:
    named = TEST_NAME.findall(shown_by)
    assert named, f"{row} names no test"
    for path, function in named:
        text = (ROOT / path).read_text()
        assert not function or re.search(rf"(def {function}\b|class {function}\b|\b{function} = )", text), (
            f"{row}: no {function} in {path}"
        )
