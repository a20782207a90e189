"""The functions' package, built here: no Docker, the same bytes on every machine, and only what runs.

The wheels are those of the target (arm64, Python 3.13) with the hashes of ``functions/requirements.txt``, so that a
machine of any kind builds the same. Of the dependencies' modules only the byte code is shipped (see ``byte_code``).
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

import uv

from infra.package import byte_code, service_models

PLATFORM = "aarch64-manylinux_2_28"
PYTHON_VERSION = "3.13"

_UTILITIES = (
    *("auth_alpha", "batch", "circuit_breaker", "data_classes", "data_masking", "feature_flags", "idempotency"),
    *("kafka", "parameters", "parser", "streaming", "validation"),
)
_NOT_RUN = (
    # Installers' notes and locks, commands for a shell, type stubs and headers.
    *(".lock", "*.dist-info", "bin", "**/*.pyi", "**/py.typed", "**/*.h"),
    # Of cffi only the compiled _cffi_backend is used, and it parses no C.
    *("cffi", "pycparser"),
    # The functions take botocore's clients; boto3's own part is resources and transfers.
    *("boto3", "s3transfer"),
    # The time zones of the world.
    "dateutil/zoneinfo/*.tar.gz",
    # Powertools' routers, and its utilities that no handler imports; most want pydantic or another service.
    "aws_lambda_powertools/event_handler",
    *(f"aws_lambda_powertools/utilities/{name}" for name in _UTILITIES),
)


def build(project: Path) -> Path:
    """Build ``build/functions`` from the sources and the pinned dependencies, unless it is up to date.

    Raises:
        subprocess.CalledProcessError: uv could not get a wheel; it has said why on standard error.
    """
    target = project / "build" / "functions"
    stamp = target.with_suffix(".stamp")
    wanted = _digest(project / "functions")
    if target.is_dir() and stamp.is_file() and stamp.read_text() == wanted:
        return target
    shutil.rmtree(target, ignore_errors=True)
    stamp.unlink(missing_ok=True)
    target.parent.mkdir(exist_ok=True)
    assemble(project / "functions", target)
    stamp.write_text(wanted)
    return target


def assemble(sources: Path, target: Path) -> None:
    """Put the package of ``sources`` and their dependencies into ``target``, which is new."""
    gather(sources, target)
    byte_code.compile_package(target, frozenset(path.stem for path in sources.iterdir()))
    _settle_modes(target)


def gather(sources: Path, target: Path) -> None:
    """Put what runs of the dependencies of ``sources``, and the sources, into ``target``, which is new: all as text."""
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        wheels = Path(folder)
        _install(sources / "requirements.txt", wheels)
        models = wheels / "botocore" / "data"
        _copy(wheels, target, leave_out={models} | {path for pattern in _NOT_RUN for path in wheels.glob(pattern)})
        if models.is_dir():
            service_models.trim(models, target / "botocore" / "data")
    _copy(
        sources, target, leave_out={*sources.glob("requirements.*"), *sources.rglob("__pycache__"), *sources.glob(".*")}
    )


def _install(requirements: Path, target: Path) -> None:
    subprocess.run(  # noqa: S603 -- the program is uv's own, the arguments are ours
        [
            uv.find_uv_bin(),
            *("pip", "install", "--quiet", "--no-config", "--no-deps", "--require-hashes"),
            *("--only-binary", ":all:", "--no-compile-bytecode"),
            *("--python-platform", PLATFORM, "--python-version", PYTHON_VERSION),
            *("--target", str(target), "--requirement", str(requirements)),
        ],
        check=True,
    )


def _copy(source: Path, target: Path, leave_out: set[Path]) -> None:
    """Contents alone: uv links wheels to its cache, whose files are not ours to change."""
    shutil.copytree(
        source,
        target,
        dirs_exist_ok=True,
        copy_function=shutil.copyfile,
        ignore=lambda folder, names: [name for name in names if Path(folder, name) in leave_out],
    )


def _settle_modes(target: Path) -> None:
    """The zip keeps the modes, and those would otherwise be the umask's of whoever builds."""
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _digest(sources: Path) -> str:
    """Of everything that the package is made of, its recipes included."""
    compiler = (byte_code.HERE / name for name in byte_code.RECIPE)
    recipes = (Path(__file__), Path(service_models.__file__), *compiler)
    digest = hashlib.sha256(b"".join(recipe.read_bytes() for recipe in recipes))
    for path in sorted(sources.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(sources)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()
