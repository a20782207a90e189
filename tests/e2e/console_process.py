"""``python -m local up --console`` in a process of its own, and its events."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import urllib3

from tests.support.polling import PATIENCE

ROOT = Path(__file__).parents[2]
TOKEN = "X-Console-Token"


@contextmanager
def console_process(folder: Path, reader: str) -> Iterator[list[str]]:
    """Yield the output of the command up to its address, and stop the command.

    The folder gets the command's ``stderr``, and the ``address`` that it opens in the browser.
    """
    # Stands for the browser of `--open`.
    browser = folder / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {folder}/address.part && mv {folder}/address.part {folder}/address\n')
    browser.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (folder / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "local", "up", "--console", "--reader", reader, "--port", str(port), "--open"],
            cwd=ROOT,
            env={**os.environ, "BROWSER": f"{browser} %s"},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    try:
        lines: list[str] = []
        for line in process.stdout or []:
            lines.append(line.strip())
            if line.startswith("http"):
                break
        assert lines[-1].startswith(f"http://127.0.0.1:{port}/#")
        yield lines
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0


def exports(lines: list[str]) -> dict[str, str]:
    """Return the variables that the command prints for a shell."""
    return dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))


def documents(origin: str, token: str) -> Generator[dict[str, Any], None, None]:
    """Yield each state of each document that the console publishes, those of the past first."""
    pool = urllib3.PoolManager(timeout=PATIENCE, retries=False)
    response = pool.request("GET", f"{origin}/api/events", headers={TOKEN: token}, preload_content=False)
    text = ""
    try:
        while more := response.read1(65536):
            *whole, text = (text + more.decode()).split("\n\n")
            for event in whole:
                name, _, data = event.removeprefix("event: ").partition("\ndata: ")
                if name == "document":
                    yield json.loads(data)
    finally:
        response.close()
