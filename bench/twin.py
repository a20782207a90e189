"""The functions' package as this machine can run it: the same files, with this Python's builds of what is compiled."""

from __future__ import annotations

import compileall
import importlib.util
import py_compile
import shutil
from pathlib import Path

from infra.bundling import build
from local.children import ROOT

# Those of the package's dependencies that hold machine code; cffi leaves only this module of itself.
_COMPILED = ("cryptography", "msgspec", "_cffi_backend")


def twin(folder: Path) -> Path:
    """Make the twin in ``folder``, with this Python's byte code for every module that has byte code in the package."""
    package, target = build(ROOT), folder / "package"
    shutil.copytree(package, target, ignore=_ignored)
    for name in _COMPILED:
        _copy_installed(name, target)
    for source in _with_byte_code(package):
        py_compile.compile(
            str(target / source), doraise=True, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH
        )
    return target


def installed(names: tuple[str, ...], target: Path) -> Path:
    """Copy packages of this Python into ``target``, each with all of its byte code, so that nothing is compiled."""
    target.mkdir()
    for name in names:
        _copy_installed(name, target)
    compileall.compile_dir(target, quiet=2, invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)
    return target


def _ignored(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name == "__pycache__" or name.split(".")[0] in _COMPILED]


def _copy_installed(name: str, target: Path) -> None:
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{name} is not installed")
    origin = Path(spec.origin)
    if spec.submodule_search_locations:
        shutil.copytree(origin.parent, target / name, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copyfile(origin, target / origin.name)


def _with_byte_code(package: Path) -> list[Path]:
    cached = package.rglob("__pycache__/*.pyc")
    return sorted((path.parent.parent / f"{path.name.split('.')[0]}.py").relative_to(package) for path in cached)
