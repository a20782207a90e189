"""The machine and the versions of a run. Ratios can be compared between machines, milliseconds cannot."""

from __future__ import annotations

import datetime as dt
import os
import platform
import ssl
import subprocess
from importlib.metadata import version
from pathlib import Path

from cryptography.hazmat.backends.openssl import backend

_PACKAGES = (
    *("boto3", "cryptography", "msgspec", "urllib3", "aws-lambda-powertools"),
    *("requests", "pycryptodome", "pydantic"),
)


def load_average() -> float:
    """Return the system's load average over the last minute."""
    return os.getloadavg()[0]


def describe_machine(load_before: float) -> dict[str, str]:
    """Return the machine and the versions as text."""
    load = f"{load_before:.2f} before, {load_average():.2f} at the end (the bench's own work included)"
    return {
        "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} cores, {_cpu_model()}, {platform.system()} {platform.release()}",
        "load average": load,
        "Python": f"{platform.python_version()}, its ssl with {ssl.OPENSSL_VERSION}",
        "OpenSSL of cryptography": backend.openssl_version_text(),
        "C compiler": _first_line(["cc", "--version"]),
        "packages": ", ".join(f"{name} {version(name)}" for name in _PACKAGES),
        "commit": _first_line(["git", "rev-parse", "--short", "HEAD"]),
    }


def _cpu_model() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _first_line(command: list[str]) -> str:
    try:
        output = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except OSError:
        output = ""
    return output.partition("\n")[0] or "not there"
