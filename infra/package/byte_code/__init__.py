"""Compiles byte code for Lambda's Python 3.13 with CPython 3.13 in WebAssembly (Pyodide), run by the CDK's Node.

A deployed package is read-only, so modules without byte code are compiled in every cold start, which then takes three
times as long. Byte code is independent of the platform, and the same compiler runs on every machine.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import tempfile
from contextlib import suppress
from pathlib import Path

from workstation.npm import NODE, install_packages

HERE = Path(__file__).parent
_MANIFEST = ("package.json", "package-lock.json")
# The files that determine the byte code, besides the modules.
INPUTS = ("__init__.py", "compile.mjs", "compile.py", *_MANIFEST)


def compile_package(package: Path, sources_kept: frozenset[str]) -> None:
    """Compile every module in ``package`` and delete its source.

    Parameters
    ----------
    package
        The folder of the package.
    sources_kept
        The top-level modules and packages that keep their sources, so that their tracebacks show lines.

    Raises
    ------
    subprocess.CalledProcessError
        If Pyodide could not be fetched, or a module does not compile; the reason is on standard error.
    """
    loader = _pyodide() / "node_modules" / "pyodide" / "pyodide.mjs"
    arguments = (loader, package, json.dumps(sorted(sources_kept)))
    subprocess.run([NODE, HERE / "compile.mjs", *arguments], check=True)  # noqa: S603 -- a fixed program with fixed arguments


def _pyodide() -> Path:
    """Return the folder of the Pyodide that ``package-lock.json`` names. The first use fetches it."""
    lock = hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()
    home = HERE / "fetched" / lock[:16]
    if not home.is_dir():
        home.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=home.parent) as folder:
            installed = Path(folder, "installed")
            installed.mkdir()
            for name in _MANIFEST:
                shutil.copyfile(HERE / name, installed / name)
            install_packages(installed)
            # Fails if another process was faster.
            with suppress(OSError):
                installed.rename(home)
    return home
