"""The functions' package for this machine: the deployed files, with this Python's builds of compiled modules."""

from __future__ import annotations

import compileall
import importlib.util
import py_compile
import shutil
from pathlib import Path

from infra.package.bundling import gather
from local.processes.child import ROOT

# The dependencies with machine code. Of cffi, the package contains only this module.
_COMPILED = ("cryptography", "msgspec", "_cffi_backend")


def native_package(folder: Path) -> Path:
    """Build the package in ``folder``, with byte code for this Python; that for 3.13 works in no other version."""
    target = folder / "package"
    gather(ROOT / "functions", target)
    for name in _COMPILED:
        for deployed in target.glob(f"{name}*"):
            shutil.rmtree(deployed) if deployed.is_dir() else deployed.unlink()
        _copy_installed(name, target)
    return _add_byte_code(target)


def installed_packages(names: tuple[str, ...], target: Path) -> Path:
    """Copy installed packages into ``target``, with all byte code, so that a start compiles nothing."""
    target.mkdir()
    for name in names:
        _copy_installed(name, target)
    return _add_byte_code(target)


def _add_byte_code(folder: Path) -> Path:
    compileall.compile_dir(folder, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return folder


def _copy_installed(name: str, target: Path) -> None:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed")
    origin = Path(spec.origin)
    if spec.submodule_search_locations:
        shutil.copytree(origin.parent, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(origin, target / origin.name)
