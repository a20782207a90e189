"""Builds the functions' deployment package without Docker. It is byte for byte the same on every machine.

The wheels are those of the target (arm64, Python 3.13), with the hashes of ``functions/requirements.txt``. The package
contains only what runs; dependencies come as byte code without sources (see ``byte_code``).
"""

from __future__ import annotations

import fcntl
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
_LEFT_OUT = (
    # Files of installers, shell commands, type stubs and headers.
    *(".lock", "*.dist-info", "bin", "**/*.pyi", "**/py.typed", "**/*.h"),
    # Only cffi's compiled _cffi_backend is used, which needs no parser for C.
    *("cffi", "pycparser"),
    # The functions use botocore's clients; boto3 adds resources and transfers.
    *("boto3", "s3transfer"),
    # All time zones, repetition rules of calendars, and Windows: botocore only parses dates.
    *("dateutil/zoneinfo", "dateutil/rrule.py", "dateutil/tz/win.py"),
    # Only for browsers, for the AWS Common Runtime and for tests.
    *("urllib3/contrib/emscripten", "botocore/crt/auth.py", "botocore/stub.py"),
    # Connections through other libraries, which are not installed: pyOpenSSL, PySocks and h2.
    *("urllib3/contrib/pyopenssl.py", "urllib3/contrib/socks.py", "urllib3/http2/connection.py"),
    # Drafts of JOSE, which need another library.
    "joserfc/drafts",
    # Powertools' routers and unused utilities; most need pydantic or another service.
    *("aws_lambda_powertools/event_handler", "aws_lambda_powertools/metrics/provider/datadog"),
    *(f"aws_lambda_powertools/utilities/{name}" for name in _UTILITIES),
)


# The simulator of the OCR service, which only the package of a simulated stage contains.
SIMULATION = "sealed_ocr/simulation"
# The library that seals messages, which only the package of a stage with ``consumerPublicKeys`` contains.
SEALING = "joserfc"


def build(project: Path, *, simulation: bool = False, sealing: bool = False) -> Path:
    """Build the package from the sources and the pinned dependencies, unless it is up to date.

    Only one process builds at a time. Others wait, and find it up to date.

    It is ``build/functions``; ``simulation`` adds ``-simulated`` to the name, and ``sealing`` adds ``-sealed``.

    Raises
    ------
    subprocess.CalledProcessError
        If uv could not fetch a wheel; uv prints the reason to standard error.
    """
    target = project / "build" / f"functions{'-simulated' * simulation}{'-sealed' * sealing}"
    stamp = target.with_suffix(".stamp")
    digest = _digest(project / "functions")
    target.parent.mkdir(exist_ok=True)
    with target.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if target.is_dir() and stamp.is_file() and stamp.read_text() == digest:
            return target
        shutil.rmtree(target, ignore_errors=True)
        stamp.unlink(missing_ok=True)
        assemble(project / "functions", target, simulation=simulation, sealing=sealing)
        stamp.write_text(digest)
        return target


def assemble(sources: Path, target: Path, *, simulation: bool = False, sealing: bool = False) -> None:
    """Build the package of ``sources`` and their dependencies in ``target``, a new folder."""
    gather(sources, target, simulation=simulation, sealing=sealing)
    byte_code.compile_package(target, frozenset(path.stem for path in sources.iterdir()))
    _normalise_modes(target)


def gather(sources: Path, target: Path, *, simulation: bool = False, sealing: bool = False) -> None:
    """Copy ``sources`` and what runs of their dependencies into ``target``, a new folder, without byte code.

    The simulator is left out unless ``simulation`` is true, and the library that seals unless ``sealing`` is.
    """
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        wheels = Path(folder)
        _install(sources / "requirements.txt", wheels)
        models = wheels / "botocore" / "data"
        unused = {path for pattern in _LEFT_OUT for path in wheels.glob(pattern)}
        _copy(wheels, target, leave_out={models} | unused | (set() if sealing else {wheels / SEALING}))
        if models.is_dir():
            service_models.trim(models, target / "botocore" / "data")
    leave_out = {*sources.glob("requirements.*"), *sources.rglob("__pycache__"), *sources.glob(".*")}
    _copy(sources, target, leave_out if simulation else leave_out | {sources / SIMULATION})


def _install(requirements: Path, target: Path) -> None:
    subprocess.run(  # noqa: S603 -- a fixed program with fixed arguments
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
    """Copy contents only, never links: uv may link wheels to its cache, which must not change."""
    shutil.copytree(
        source,
        target,
        dirs_exist_ok=True,
        copy_function=shutil.copyfile,
        ignore=lambda folder, names: [name for name in names if Path(folder, name) in leave_out],
    )


def _normalise_modes(target: Path) -> None:
    """Set fixed modes: the zip keeps them, and they would otherwise depend on the umask."""
    for path in target.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)


def _digest(sources: Path) -> str:
    """Return a digest of everything that determines the package, including the code that builds it."""
    compiler = (byte_code.HERE / name for name in byte_code.INPUTS)
    builders = (Path(__file__), Path(service_models.__file__), *compiler)
    digest = hashlib.sha256(b"".join(builder.read_bytes() for builder in builders))
    for path in sorted(sources.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.relative_to(sources)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()
