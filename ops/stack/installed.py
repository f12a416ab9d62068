"""Whether what was installed is whole. Run by `ops/install.sh` before anything else can be trusted, so it needs Python's own
library alone: `python -I ops/stack/installed.py CHECK …`.

| check | does |
|---|---|
| `packages VENV FILE…` | exit status 1 where packages are to be installed; those not whole are made unknown to pip, which else calls them installed |
| `note-packages VENV FILE…` | notes that the packages of these files are installed |
| `front-end FOLDER…` | takes the stamp of each built folder that is not whole any more, so that it is made anew |
| `note-front-end FOLDER…` | notes what each built folder holds |
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

PACKAGES_NOTE: Final = ".installed"
FOLDER_NOTE: Final = ".whole"
STAMPS: Final = (".stamp", ".installed")
"""What the front end's build leaves in a folder that it need not make again."""
MADE_EACH_TIME: Final = ".shims"


def packages_whole(venv: Path, files: Iterable[Path]) -> bool:
    """Whether the packages of these files are installed and whole; a sentence for the person where some are not."""
    noted = _read(venv / PACKAGES_NOTE)
    sites = list(venv.glob("lib/python*/site-packages"))
    for left in (left for site in sites for left in site.glob("~*")):  # of an upgrade that was interrupted
        shutil.rmtree(left, ignore_errors=True)
    found = {info.name: info for site in sites for info in site.glob("*.dist-info")}
    damaged = sorted(name for name, info in found.items() if not _record_holds(info))
    gone = sorted(set(noted.get("packages", [])) - set(found))
    if damaged or gone:
        print(f"not whole in {venv}, installed anew: {', '.join(_name(info) for info in damaged + gone)}", flush=True)
    for name in damaged:
        _forget(found[name])
    return not damaged and not gone and noted.get("of") == _digest(files)


def note_packages(venv: Path, files: Iterable[Path]) -> None:
    """Leave word that pip has installed the packages of these files."""
    names = sorted(info.name for info in venv.glob("lib/python*/site-packages/*.dist-info"))
    _write(venv / PACKAGES_NOTE, {"of": _digest(files), "packages": names})


def refuse_damaged(folder: Path) -> None:
    """Take a built folder's stamp where one of its files is missing or of another size than noted."""
    noted = _read(folder / FOLDER_NOTE)
    lost = [name for name, size in noted.items() if _size(folder / name) != size]
    if lost:
        print(f"{folder} is not whole ({lost[0]}): making it anew", flush=True)
        for stamp in (*STAMPS, FOLDER_NOTE):
            (folder / stamp).unlink(missing_ok=True)


def note_folder(folder: Path) -> None:
    """Leave word of each file and its size; once, for a folder is built as a whole."""
    if (folder / FOLDER_NOTE).exists():
        return
    files = (file.relative_to(folder) for file in folder.rglob("*") if not file.is_dir())
    sizes = {str(file): _size(folder / file) for file in files if file.parts[0] != MADE_EACH_TIME}
    _write(folder / FOLDER_NOTE, sizes)


def _record_holds(info: Path) -> bool:
    """Whether pip came to the end of a package, and every file it recorded is there and has its size.

    A wheel brings a record along; what pip puts in its place at the end names INSTALLER too.
    """
    try:
        lines = list(csv.reader((info / "RECORD").read_text().splitlines()))
    except (OSError, ValueError):
        return False
    if not any(line[:1] == [f"{info.name}/INSTALLER"] for line in lines):
        return False
    sizes = [(line[0], int(line[2])) for line in lines if len(line) == 3 and line[2].isdigit()]
    return all(_size(info.parent / name) == size for name, size in sizes)


def _forget(info: Path) -> None:
    """Make pip install the package again; without pip itself, the whole environment is made anew."""
    if _name(info.name) == "pip":
        shutil.rmtree(info.parent / "pip", ignore_errors=True)
    shutil.rmtree(info, ignore_errors=True)


def _name(info: str) -> str:
    return info.partition("-")[0]


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None


def _digest(files: Iterable[Path]) -> str:
    """What the files say, for this Python."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _read(file: Path) -> dict[str, Any]:
    """A note; empty where there is none, or half of one."""
    with suppress(OSError, ValueError):
        found = json.loads(file.read_text())
        return found if isinstance(found, dict) else {}
    return {}


def _write(file: Path, content: dict[str, Any]) -> None:
    new = file.with_name(file.name + ".new")
    new.write_text(json.dumps(content))
    new.replace(file)


def main(check: str, *names: str) -> int:
    """The exit status."""
    paths = [Path(name) for name in names]
    if check == "packages":
        return 0 if packages_whole(paths[0], paths[1:]) else 1
    if check == "note-packages":
        note_packages(paths[0], paths[1:])
    elif check == "front-end":
        for folder in paths:
            refuse_damaged(folder)
    else:
        for folder in paths:
            note_folder(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
