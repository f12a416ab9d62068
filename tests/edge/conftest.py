"""One store and two edges a session: one before the store, one before an origin that tests steer."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from edge.store import SigningStore
from kernel.settings import StoreSettings
from tests.edge.support import BUCKET, Edge, Origin, edge_server, origin_server, store_server


@pytest.fixture(scope="session")
def folder() -> Iterator[Path]:
    """A folder that nginx's workers may enter, as pytest's own may not."""
    path = Path(tempfile.mkdtemp(prefix="techmart-edge-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture(scope="session")
def store_settings(folder: Path) -> Iterator[StoreSettings]:
    with store_server(folder) as port:
        yield StoreSettings(f"http://127.0.0.1:{port}", BUCKET, "techmart", "secret-of-the-store")


@pytest.fixture(scope="session")
def store(store_settings: StoreSettings) -> SigningStore:
    store = SigningStore(store_settings)
    store.prepare_local_bucket()
    return store


@pytest.fixture(scope="session")
def steered() -> Iterator[Origin]:
    with origin_server() as origin:
        yield origin


@pytest.fixture
def origin(steered: Origin) -> Origin:
    steered.reset()
    return steered


@pytest.fixture(scope="session")
def edge(folder: Path, store: SigningStore, store_settings: StoreSettings, steered: Origin) -> Iterator[Edge]:
    """Pages and documents from the store, the API from the steered origin."""
    (folder / "a").mkdir()
    address = store_settings.s3_endpoint.removeprefix("http://")
    with edge_server(folder / "a", address, f"127.0.0.1:{steered.port}") as client:
        yield client


@pytest.fixture(scope="session")
def steered_edge(folder: Path, steered: Origin) -> Iterator[Edge]:
    """Everything from the steered origin."""
    (folder / "b").mkdir()
    with edge_server(folder / "b", f"127.0.0.1:{steered.port}", f"127.0.0.1:{steered.port}") as client:
        yield client
