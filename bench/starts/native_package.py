"""The functions' package as this machine can run it: the same files, with this Python's builds of what is compiled."""

from __future__ import annotations

import compileall
import importlib.util
import py_compile
import shutil
from pathlib import Path

from infra.package.bundling import gather
from local.processes.child import ROOT

# Those of the package's dependencies that hold machine code; cffi leaves only this module of itself.
_COMPILED = ("cryptography", "msgspec", "_cffi_backend")


def twin(folder: Path) -> Path:
    """Make the twin in ``folder``, byte code included: this Python's, since 3.13's is of no use to another."""
    target = folder / "package"
    gather(ROOT / "functions", target)
    for name in _COMPILED:
        for built in target.glob(f"{name}*"):
            shutil.rmtree(built) if built.is_dir() else built.unlink()
        _copy_installed(name, target)
    return _compiled(target)


def installed(names: tuple[str, ...], target: Path) -> Path:
    """Copy packages of this Python into ``target``, each with all of its byte code, so that nothing is compiled."""
    target.mkdir()
    for name in names:
        _copy_installed(name, target)
    return _compiled(target)


def _compiled(folder: Path) -> Path:
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
