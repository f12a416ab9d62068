"""What no file of the repository may hold."""

from __future__ import annotations

import re
import subprocess

from tests.rules.source import ROOT

REGISTRY_HOSTS = re.compile(
    "|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "registry" + r"\.npmjs", "deb" + r"\.debian\.org"))
)


def tracked_texts() -> list[tuple[str, str]]:
    """Every tracked or new file that is text, with what it holds."""
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.splitlines()
    found = []
    for name in listed:
        data = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in data[:8000]:
            found.append((name, data.decode("utf-8", "replace")))
    return found


def test_no_file_names_a_package_registry() -> None:
    assert [name for name, text in tracked_texts() if REGISTRY_HOSTS.search(text)] == []


def test_locks_hold_no_addresses() -> None:
    python = (ROOT / "requirements.lock").read_text()
    assert "://" not in python
    assert "--hash=sha256:" in python
    for lock in ROOT.glob("frontend_build/**/package-lock.json"):
        if "node_modules" not in lock.parts:
            assert '"resolved"' not in lock.read_text()


def test_no_test_sleeps_or_is_skipped() -> None:
    forbidden = re.compile(
        r"time\." + r"sleep\(|pytest\.(mark\.)?" + r"(skip|xfail)|\.skip" + r"if\(|TO" + r"DO|FIX" + r"ME"
    )
    found = [
        f"{name}: wait with tests.support.polling, choose at collection, finish what is open"
        for name, text in tracked_texts()
        if name.endswith((".py", ".ts", ".tsx")) and name.startswith(("tests/", "frontend_build/"))
        if forbidden.search(text)
        if name != "tests/support/polling.py"
    ]
    assert found == []
