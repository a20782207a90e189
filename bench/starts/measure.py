"""CPU time of a cold start under AWS's runtime client, compared with ``import boto3`` and four clients.

    PYTHONPATH=functions python -m bench.starts.measure [--rounds 11]

Every sample is a process of its own, from its first instruction to one of two marks. ``ready`` is when it asks for its
first event, after imports and clients. ``firstCall`` is when the first byte of the first event's work reaches AWS, over
plain HTTP. A sample is the user and system time of the process. Candidates alternate, and a ratio is that of two
neighbours. The functions run as they are packaged (``native_package``); the references have all their byte code, too.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import socketserver
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal

from bench.starts.candidates import SETTINGS, Candidate, install_candidates
from bench.starts.native_package import installed_packages
from local.lambda_runtime.invocation import Invocation
from local.lambda_runtime.runtime_api import RuntimeApi
from local.processes.aws_clients import CREDENTIALS, REGION

Mark = Literal["ready", "firstCall"]
MARKS: tuple[Mark, ...] = ("ready", "firstCall")

_SECONDS = 30
_RUNTIME = ("awslambdaric", "runtime_client", "simplejson", "snapshot_restore_py")


def main() -> None:
    """Measure and print a JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=11)
    print(json.dumps(measure_starts(parser.parse_args().rounds), indent=2))


def measure_starts(rounds: int = 11, others: Mapping[str, Candidate] | None = None) -> dict[str, Any]:
    """Measure the starts of the functions and their references.

    Parameters
    ----------
    rounds
        Samples per candidate and mark.
    others
        More candidates. Their paths need not include the runtime client.

    Returns
    -------
    dict
        By mark and candidate: ``cpuMs`` (median) and ``ratio`` to ``boto3`` (median, minimum and maximum).
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        started = install_candidates(folder) | dict(others or {})
        runtime = installed_packages(_RUNTIME, folder / "runtime")
        return {"rounds": rounds} | {mark: _compare(started, mark, rounds, runtime, folder) for mark in MARKS}


def cpu_seconds(candidate: Candidate, mark: Mark, runtime: Path, folder: Path) -> float:
    """Start ``candidate``, kill it at ``mark``, and return the CPU seconds that it used (user and system)."""
    api = RuntimeApi()
    with _Listener() as aws, (folder / "log").open("w+b") as log:
        environment = _environment(candidate, api, (*candidate.path, runtime))
        if mark == "firstCall":
            environment["AWS_ENDPOINT_URL"] = aws.url
            deadline = int((time.time() + _SECONDS) * 1000)
            api.submit(Invocation("first", json.dumps(candidate.event).encode(), f"arn:{candidate.handler}", deadline))
        process = subprocess.Popen(
            # -S and -P hide the packages of this machine; -B keeps the package as it was built.
            [sys.executable, "-S", "-P", "-B", "-m", "awslambdaric", candidate.handler],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            reached = (aws.called if mark == "firstCall" else api.initialised).wait(_SECONDS)
        finally:
            os.kill(process.pid, signal.SIGKILL)
            _, _, used = os.wait4(process.pid, 0)
            process.returncode = -signal.SIGKILL
            api.close()
        if not reached or api.init_failure:
            log.seek(0)
            raise SystemExit(f"{candidate.handler} did not get to {mark}:\n{log.read().decode()}")
    return used.ru_utime + used.ru_stime


def _compare(
    started: Mapping[str, Candidate], mark: Mark, rounds: int, runtime: Path, folder: Path
) -> dict[str, dict[str, Any]]:
    names = [name for name in started if not (name == "runtime" and mark == "firstCall")]
    used: dict[str, list[float]] = {name: [] for name in names}
    for name in names:
        # Fill the file cache.
        cpu_seconds(started[name], mark, runtime, folder)
    for number in range(rounds):
        for name in names if number % 2 else reversed(names):
            used[name].append(cpu_seconds(started[name], mark, runtime, folder))
    return {
        name: {
            "cpuMs": round(statistics.median(used[name]) * 1000, 1),
            "ratio": _spread(mine / bare for mine, bare in zip(used[name], used["boto3"], strict=True)),
        }
        for name in names
    }


def _spread(ratios: Iterable[float]) -> dict[str, float]:
    found = sorted(ratios)
    return {"median": round(statistics.median(found), 3), "min": round(found[0], 3), "max": round(found[-1], 3)}


def _environment(candidate: Candidate, api: RuntimeApi, path: Iterable[Path]) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_LAMBDA_FUNCTION_NAME": candidate.handler.partition(".")[0],
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "POWERTOOLS_SERVICE_NAME": candidate.handler.partition(".")[0],
        **CREDENTIALS,
        **SETTINGS,
    }


class _Listener(socketserver.ThreadingTCPServer):
    """A stand-in for AWS that answers nothing; the first byte sets ``called``."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Byte)
        self.called = threading.Event()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        self.server_close()


class _Byte(socketserver.BaseRequestHandler):
    server: _Listener

    def handle(self) -> None:
        if self.request.recv(1):
            self.server.called.set()


if __name__ == "__main__":
    main()
