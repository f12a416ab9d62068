"""Builds the front end: `python -m frontend_build.build`.

npm packages are installed when the lock changed, bundles made when a source changed. `dist/` then holds `server.js`
(the pages, for V8), `assets/` (hashed files for browsers) and `manifest.json`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from frontend_build.node import BuildError, environment, run

FOLDER: Final = Path(__file__).parent
STOREFRONT: Final = FOLDER / "storefront"
DIST: Final = FOLDER / "dist"
MODULES: Final = FOLDER / "node_modules"
ENTRIES: Final = ("islands/product.ts", "islands/search.ts", "islands/menu.ts", "styles/shop.css")


def build() -> bool:
    """Install and build what is out of date; return whether anything was built. Raises `BuildError`."""
    env = environment(MODULES / ".shims")
    _install(env)
    stamp = _digest([*_sources(), FOLDER / "package-lock.json", FOLDER / "build.py"])
    if _read(DIST / ".stamp") == stamp:
        return False
    print("building the front end", flush=True)
    new = DIST.with_name("dist.new")
    shutil.rmtree(new, ignore_errors=True)
    _bundle_server(new, env)
    assets = _bundle_browser(new, env)
    release = _digest([path for path in sorted(new.rglob("*")) if path.is_file()])[:16]
    (new / "manifest.json").write_text(json.dumps({"release": release, "assets": assets}, indent=1))
    (new / ".stamp").write_text(stamp)
    shutil.rmtree(DIST, ignore_errors=True)
    new.rename(DIST)
    return True


def _install(env: dict[str, str]) -> None:
    wanted = _digest([FOLDER / "package-lock.json"])
    if _read(MODULES / ".installed") == wanted:
        return
    print("installing the front end's packages", flush=True)
    run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], FOLDER, env)
    environment(MODULES / ".shims")
    (MODULES / ".installed").write_text(wanted)


def _esbuild(env: dict[str, str], *arguments: str) -> str:
    program = str(MODULES / ".bin" / "esbuild")
    common = [
        "--bundle",
        "--minify",
        "--jsx=automatic",
        "--jsx-import-source=preact",
        "--loader:.svg=dataurl",
        '--define:process.env.NODE_ENV="production"',
    ]
    return run([program, *common, *arguments], FOLDER, env)


def _bundle_server(target: Path, env: dict[str, str]) -> None:
    out = target / "server.js"
    _esbuild(env, str(STOREFRONT / "server.tsx"), "--format=iife", "--target=es2022", f"--outfile={out}")


def _bundle_browser(target: Path, env: dict[str, str]) -> dict[str, str]:
    """Hashed files for browsers, and which file each entry became."""
    meta = target / "meta.json"
    entries = [str(STOREFRONT / entry) for entry in ENTRIES]
    _esbuild(
        env, *entries, "--format=esm", "--splitting", "--target=es2022", "--entry-names=[name]-[hash]",
        "--chunk-names=shared-[hash]", f"--outdir={target / 'assets'}", f"--metafile={meta}",
    )  # fmt: skip
    outputs = json.loads(meta.read_text())["outputs"]
    meta.unlink()
    return {Path(made["entryPoint"]).name: Path(name).name for name, made in outputs.items() if "entryPoint" in made}


def _sources() -> Iterable[Path]:
    return sorted(path for path in STOREFRONT.rglob("*") if path.suffix in {".ts", ".tsx", ".css", ".svg"})


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _read(path: Path) -> str | None:
    return path.read_text() if path.exists() else None


if __name__ == "__main__":
    try:
        build()
    except BuildError as error:
        sys.exit(f"techmart: {error}")
    except OSError as error:
        sys.exit(f"techmart: the front end cannot be built: {error}")
