"""The functions' package for this machine: the deployed files, with this Python's builds of compiled modules."""

from __future__ import annotations

import compileall
import importlib.util
import py_compile
import shutil
from pathlib import Path

from infra.package.asset import uploaded_folder
from infra.package.bundling import gather
from infra.synth import synthesise
from local.processes.child import ROOT

# The dependencies with machine code. Of cffi, the package contains only this module.
_COMPILED = ("cryptography", "msgspec", "_cffi_backend")


def native_package(folder: Path) -> Path:
    """Build the package in ``folder`` for this Python; byte code for 3.13 works in no other version.

    A module has byte code here, and no source, exactly where it is so in the asset that would be uploaded.
    """
    target = folder / "package"
    gather(ROOT / "functions", target)
    for name in _COMPILED:
        for deployed in target.glob(f"{name}*"):
            shutil.rmtree(deployed) if deployed.is_dir() else deployed.unlink()
        _copy_installed(name, target)
    asset = uploaded_folder(synthesise(ROOT, folder / "cdk.out"))
    for compiled in asset.rglob("*.pyc"):
        _compile_like(compiled.relative_to(asset), target)
    return target


def _compile_like(compiled: Path, target: Path) -> None:
    if compiled.parent.name == "__pycache__":
        source = target / compiled.parent.parent / f"{compiled.name.partition('.')[0]}.py"
        byte_code = Path(importlib.util.cache_from_source(str(source)))
    else:
        source, byte_code = target / compiled.with_suffix(".py"), target / compiled
    py_compile.compile(
        str(source), str(byte_code), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
    )
    if byte_code.parent == source.parent:
        source.unlink()


def installed_packages(names: tuple[str, ...], target: Path) -> Path:
    """Copy installed packages into ``target``, with all byte code, so that a start compiles nothing."""
    target.mkdir()
    for name in names:
        _copy_installed(name, target)
    compileall.compile_dir(target, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return target


def _copy_installed(name: str, target: Path) -> None:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed")
    origin = Path(spec.origin)
    if spec.submodule_search_locations:
        shutil.copytree(origin.parent, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(origin, target / origin.name)
