"""Installations that were interrupted or damaged: the next run says so in a sentence and mends them."""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from ops.stack.installed import note_folder, refuse_damaged
from tests.rules.source import ROOT
from tests.support.polling import eventually

BACKEND = """
import shutil
def build_editable(folder, config_settings=None, metadata_directory=None):
    shutil.copy("shop-1-py3-none-any.whl", folder)
    return "shop-1-py3-none-any.whl"
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "shop"
version = "1"
"""
FRONT_END = """
from pathlib import Path
for folder, stamp, file in (("node_modules", ".installed", "esbuild"), ("dist", ".stamp", "server.js")):
    folder = Path("frontend_build") / folder
    if not (folder / stamp).exists():
        print("building", folder.name)
        folder.mkdir(exist_ok=True)
        (folder / file).write_text("whole")
        (folder / stamp).touch()
"""
MANY = 1500
"""Files enough that pip is still at them when it is killed."""
INSTALL_SECONDS = 180


def wheel(folder: Path | str, name: str, files: dict[str, str]) -> Path:
    """A wheel whose metadata comes first: pip killed behind it takes the package for installed."""
    info = f"{name}-1.dist-info"
    content = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        **files,
    }
    file = Path(folder) / f"{name}-1-py3-none-any.whl"
    record = ""
    with zipfile.ZipFile(file, "w") as archive:
        for path, text in content.items():
            digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
            record += f"{path},sha256={digest},{len(text.encode())}\n"
            archive.writestr(path, text)
        archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
    return file


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout with two small packages to install, a front end, and the installer."""
    folder = tmp_path_factory.mktemp("checkout")
    (folder / "ops" / "stack").mkdir(parents=True)
    for name in ("install.sh", "stack/installed.py"):
        shutil.copy(ROOT / "ops" / name, folder / "ops" / name)
    (folder / "frontend_build").mkdir()
    (folder / "frontend_build" / "build.py").write_text(FRONT_END)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "pyproject.toml").write_text(PROJECT)
    large = {f"large/m{number}.py": f"x = {number}\n" for number in range(MANY)}
    wheels = [wheel(folder, "large", large), wheel(folder, "small", {"small.py": "x = 1\n"})]
    wheel(folder, "shop", {"shop.pth": ""})
    pins = [f"{file.name[:5]}==1 --hash=sha256:{hashlib.sha256(file.read_bytes()).hexdigest()}\n" for file in wheels]
    (folder / "requirements.lock").write_text("".join(pins))
    return folder


def begin(checkout: Path) -> subprocess.Popen[str]:
    """Start the installer in a session of its own, with no packages but those of the checkout."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "PYTHON"))}
    env |= {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(checkout), "PIP_CONFIG_FILE": os.devnull}
    return subprocess.Popen(
        ["sh", "ops/install.sh", sys.executable, ".venv"],
        cwd=checkout,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def install(checkout: Path) -> str:
    """Run the installer to its end; what it said. The packages are usable then."""
    running = begin(checkout)
    said, _ = running.communicate(timeout=INSTALL_SECONDS)
    assert running.returncode == 0, said
    assert "Traceback" not in said
    subprocess.run([checkout / ".venv/bin/python", "-c", f"import large.m{MANY - 1}, small"], check=True)
    return said


def site(checkout: Path) -> Path:
    return next(checkout.glob(".venv/lib/python*/site-packages"))


def kill_half_way(checkout: Path) -> bool:
    """Begin an installation and kill it; False where it was quicker than we."""
    shutil.rmtree(checkout / ".venv", ignore_errors=True)
    running = begin(checkout)
    begun = ".venv/lib/python*/site-packages/large-1.dist-info/METADATA"
    eventually(lambda: list(checkout.glob(begun)), "half of it", INSTALL_SECONDS)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    return not list(site(checkout).glob(f"large/m{MANY - 1}.py"))


def test_an_installation_that_is_killed(checkout: Path) -> None:
    while not kill_half_way(checkout):
        continue
    assert "not whole in .venv, installed anew: large\n" in install(checkout)
    assert install(checkout) == ""


def test_an_installation_that_was_damaged(checkout: Path) -> None:
    """A file cut off, a package that pip did not come to the end of, a front end without its file, a Python that is gone."""
    install(checkout)
    (site(checkout) / "small.py").write_text("x =")
    record = site(checkout) / "large-1.dist-info" / "RECORD"
    record.write_text("".join(line for line in record.read_text().splitlines(True) if "INSTALLER" not in line))
    (checkout / "frontend_build" / "dist" / "server.js").write_text("half")
    said = install(checkout)
    assert "not whole in .venv, installed anew: large, small\n" in said
    assert "frontend_build/dist is not whole (server.js): making it anew\nbuilding dist\n" in said

    (checkout / ".venv" / "bin" / "python").unlink()
    (checkout / ".venv" / "bin" / "python").symlink_to("/no/such/python3")
    assert "the Python that .venv was made with is gone: making it anew\n" in install(checkout)
    assert install(checkout) == ""


def test_a_built_folder_is_refused_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is made at each start may change; a file less is noticed however deep it was."""
    for name in ("a/b.js", ".shims/npm", ".installed"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("whole")
    note_folder(tmp_path)
    (tmp_path / ".shims" / "npm").write_text("another")
    refuse_damaged(tmp_path)
    assert (tmp_path / ".installed").exists()
    (tmp_path / "a" / "b.js").unlink()
    refuse_damaged(tmp_path)
    refuse_damaged(tmp_path)
    assert not (tmp_path / ".installed").exists()
    assert capsys.readouterr().out == f"{tmp_path} is not whole (a/b.js): making it anew\n"
