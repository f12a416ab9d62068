"""Progress of long work: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

LINE_SECONDS = 5.0


class Bar:
    """Shows how far something has come; `total` 0 where that is not known."""

    def __init__(self, name: str, total: int) -> None:
        self._name, self._total = name, total
        self._terminal = sys.stderr.isatty()
        columns = (
            TextColumn("{task.description}"),
            BarColumn(),
            TaskProgressColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[note]}"),
        )
        self._progress = Progress(*columns, console=Console(stderr=True), disable=not self._terminal)
        self._task = self._progress.add_task(name, total=total or None, note="")
        self._said_at = time.monotonic()

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def show(self, done: int, note: str = "", total: int | None = None) -> None:
        """Move to `done`, perhaps of another total."""
        self._total = total or self._total
        self._progress.update(self._task, completed=done, total=self._total or None, note=note)
        if not self._terminal and time.monotonic() - self._said_at > LINE_SECONDS:
            self._said_at = time.monotonic()
            share = f"{100 * done // self._total} %" if self._total else str(done)
            print(f"{self._name}: {share} {note}".rstrip(), file=sys.stderr, flush=True)

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._progress.stop()
