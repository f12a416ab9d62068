"""One sandbox for all tests that leave it running, and the means to make others."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.payments.support import Listener, Sandbox


@pytest.fixture(scope="session")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    shop = Listener()
    running = Sandbox(tmp_path_factory.mktemp("sandbox"), shop).start()
    yield running
    running.end(signal.SIGTERM)
    shop.close()


@pytest.fixture
def own_sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """One that may be killed and started again."""
    shop = Listener()
    running = Sandbox(tmp_path, shop).start()
    yield running
    running.end(signal.SIGKILL)
    shop.close()


@pytest.fixture
def listen() -> Iterator[Callable[[], Listener]]:
    """Makes servers that answer as they are told to."""
    with ExitStack() as stack:

        def make() -> Listener:
            listener = Listener()
            stack.callback(listener.close)
            return listener

        yield make
