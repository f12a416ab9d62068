"""Where the real input lies, when it is there: TECHMART_FEED, else the shared data beside the checkout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
SHARED: Final = ROOT.parent / "shared" / "data" / "icecat"


def feed_file() -> Path | None:
    """The product feed, or None: then seeded products stand in."""
    named = os.environ.get("TECHMART_FEED")
    path = Path(named) if named else SHARED / "products.jsonl.gz"
    return path if path.is_file() else None


def judgments_file() -> Path | None:
    """The judged queries beside the feed, or None."""
    feed = feed_file()
    path = (feed.parent if feed else SHARED) / "judgments.csv"
    return path if path.is_file() else None
