"""CPython 3.13 for the handlers: this machine's own, or Debian's for this machine or for arm64."""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
from pathlib import Path

import uv

from infra.package.bundling import PYTHON_VERSION
from local.processes.child import ROOT
from tests.deploy.report import Step

_DEBIAN, _SUITE = "http://deb.debian.org/debian", "trixie"
_DEBS = ("python3.13-minimal", "libpython3.13-stdlib", "ca-certificates")
# Isolated and without site-packages: a handler sees its own files and the standard library.
_OPTIONS = "-I -S -B"


class NoInterpreter(Exception):
    """There is no CPython 3.13, and no way to get one. The text says what to install."""


def native_handler_python(folder: Path, cache: Path, step: Step, given: str | None) -> Path:
    """Write a program that runs a worker script with this machine's CPython 3.13.

    The package holds machine code for arm64. The program replaces those files, and no others, with the builds of the
    same versions for this machine.

    Raises
    ------
    NoInterpreter
        If there is no CPython 3.13 and Debian's cannot be fetched.
    """
    native = _native_machine_code(folder / "native")
    command = _native_python(cache, given)
    step.found(f"{_version(command)} for {platform.machine()}, as are the files {', '.join(_files(native))}")
    return _program(folder, f'cp -R "{native}/." "$(dirname "$1")/code/" && exec {command} {_OPTIONS} "$1"')


def arm64_handler_python(folder: Path, cache: Path, step: Step) -> Path:
    """Write a program that runs a worker script with Debian's arm64 CPython 3.13. The package runs as it is.

    Raises
    ------
    NoInterpreter
        If qemu or debootstrap is missing.
    """
    qemu = shutil.which("qemu-aarch64-static")
    if qemu is None:
        raise NoInterpreter("--arm64 needs an emulated processor: apt-get install qemu-user-static")
    root = _debian_root(cache, "arm64")
    command = f'{qemu} -L "{root}" "{root}/usr/bin/python3.13"'
    step.found(f"{_version(command)} for aarch64, under qemu; the package runs as it is")
    return _program(folder, f'exec {command} {_OPTIONS} "$1"')


def _version(command: str) -> str:
    return subprocess.check_output(f"{command} -V", shell=True, text=True).strip()


def _program(folder: Path, script: str) -> Path:
    program = folder / "handler-python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def _native_python(cache: Path, given: str | None) -> str:
    """Return the shell's words for a CPython 3.13: the given one, one in PATH, pyenv's, or Debian's."""
    candidate = shutil.which(given or f"python{PYTHON_VERSION}")
    if candidate and (python := _if_right_version(candidate)):
        return f'"{python}"'
    if given:
        raise NoInterpreter(f"{given} is no CPython {PYTHON_VERSION}")
    architecture = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine())
    if architecture is None:
        raise NoInterpreter(f"there is no CPython {PYTHON_VERSION} here; name one with --python")
    root = _debian_root(cache, architecture)
    loader = next(path for path in root.glob("usr/lib*/ld-linux-*.so.*") if path.exists())
    libraries = next(root.glob("usr/lib/*-linux-gnu"))
    return f'"{loader}" --library-path "{libraries}" "{root}/usr/bin/python3.13"'


def _if_right_version(candidate: str) -> str | None:
    """Return the interpreter behind ``candidate`` if it is a CPython 3.13."""
    found = subprocess.run(
        [candidate, "-c", "import sys; print(*sys.version_info[:2], sep='.'); print(sys.executable)"],
        # pyenv's programs need to be told which version they stand for.
        env=os.environ | {"PYENV_VERSION": PYTHON_VERSION},
        capture_output=True,
        text=True,
        check=False,
    )
    version, _, executable = found.stdout.strip().partition("\n")
    return executable if version == PYTHON_VERSION else None


def _native_machine_code(target: Path) -> Path:
    """Install this machine's wheels of the functions' dependencies, and keep nothing but their machine code."""
    wheels = target.with_name("wheels")
    subprocess.run(
        [uv.find_uv_bin(), "pip", "install", "--quiet", "--no-config", "--no-deps", "--require-hashes",
         "--only-binary", ":all:", "--python-platform", f"{platform.machine()}-manylinux_2_28",
         "--python-version", PYTHON_VERSION, "--target", str(wheels),
         "--requirement", str(ROOT / "functions" / "requirements.txt")],
        check=True,
    )  # fmt: skip
    for library in wheels.rglob("*.so"):
        copy = target / library.relative_to(wheels)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(library, copy)
    return target


def _files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def _debian_root(cache: Path, architecture: str) -> Path:
    """Return a folder with Debian's CPython 3.13, which is unpacked once. debootstrap verifies what it downloads."""
    root = cache / f"debian-{_SUITE}-{architecture}"
    if (root / ".ready").exists():
        return root
    if shutil.which("debootstrap") is None or os.geteuid() != 0:
        raise NoInterpreter(
            f"there is no CPython {PYTHON_VERSION} for {architecture} here. Install one (`uv python install 3.13`), "
            "name one with --python, or run this as root after `apt-get install debootstrap` to fetch Debian's."
        )
    shutil.rmtree(root, ignore_errors=True)
    # Only the first stage, which unpacks without running anything of that architecture.
    subprocess.run(
        ["debootstrap", "--foreign", f"--arch={architecture}", "--variant=minbase", f"--include={','.join(_DEBS)}",
         _SUITE, str(root), _DEBIAN],
        check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    for archive in (root / "var/cache/apt/archives").glob("*.deb"):
        if not (root / "usr/share/doc" / archive.name.partition("_")[0]).exists():
            subprocess.run(["dpkg-deb", "-x", str(archive), str(root)], check=True)
    (root / ".ready").touch()
    return root
