"""``python -m local up --console``: the whole pipeline, observed and controlled through the console's interface."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3

from emulator.specimens import draw
from tests.support.polling import PATIENCE, until

ROOT = Path(__file__).parents[2]
TOKEN = "X-Console-Token"


def exports(lines: list[str]) -> dict[str, str]:
    return dict(line.removeprefix("export ").split("=", 1) for line in lines if line.startswith("export "))


def analyzed(origin: str, token: str, names: set[str]) -> dict[str, dict[str, Any]]:
    """Follow the console's events until these documents are analyzed, and return them by name."""
    found: dict[str, dict[str, Any]] = {}
    pool = urllib3.PoolManager(timeout=PATIENCE, retries=False)
    response = pool.request("GET", f"{origin}/api/events", headers={TOKEN: token}, preload_content=False)
    text = ""
    while found.keys() < names:
        text += response.read1(65536).decode()
        *whole, text = text.split("\n\n")
        for event in whole:
            name, _, data = event.removeprefix("event: ").partition("\ndata: ")
            document = json.loads(data)
            if name == "document" and document["outcome"] == "analyzed" and _journal_read(document):
                found[document["name"]] = document
    response.close()
    return found


def _journal_read(document: dict[str, Any]) -> bool:
    """Whether the console has read the OCR service's journal up to the end of this call."""
    return document["stations"].get("ocr", {}).get("state") == "done"


@pytest.fixture
def up(tmp_path: Path) -> Iterator[list[str]]:
    """The output of the command up to its address. At the end the command is stopped; it must log no personal data."""
    # Stands for the browser of `--open`.
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\necho "$1" > {tmp_path}/address.part && mv {tmp_path}/address.part {tmp_path}/address\n'
    )
    browser.chmod(0o755)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with (tmp_path / "stderr").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "local", "up", "--console", "--reader", "specimen", "--port", str(port), "--open"],
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
    assert "resident-5" not in (tmp_path / "stderr").read_text()


def test_uploads_by_the_console_and_by_others_are_observed_and_reach_the_consumers(
    up: list[str], tmp_path: Path
) -> None:
    origin, _, token = up[-1].partition("/#")
    address = tmp_path / "address"
    opened = until(lambda: address.read_text().strip() if address.exists() else "")
    # The list of processes shows this address. It holds no token, and leads to the page once.
    assert token not in opened
    redirected = urllib3.request("GET", opened, redirect=False)
    assert (redirected.status, redirected.headers["Location"]) == (303, f"/#{token}")
    settings = exports(up)
    session = boto3.Session("local", "local", region_name=settings["AWS_REGION"])
    s3 = session.client("s3", endpoint_url=settings["AWS_ENDPOINT_URL"])
    sqs = session.client("sqs", endpoint_url=settings["AWS_ENDPOINT_URL"])
    s3.put_object(Bucket=settings["IMAGES"], Key="credit-card/elsewhere.png", Body=draw("credit-card", 3))
    sample = json.dumps({"sample": "resident", "seed": 5}).encode()
    # One attempt, with time for a busy machine: a repeated claim would meet a spent key.
    pool = urllib3.PoolManager(timeout=60, retries=False)
    assert pool.request("POST", f"{origin}/api/samples", body=sample, headers={TOKEN: token}).status == 201
    observed = analyzed(origin, token, {"elsewhere.png", "resident-5.png"})
    for document in observed.values():
        states = {station: document["stations"][station]["state"] for station in ("bucket", "queue", "ocr", "results")}
        assert set(states.values()) == {"done"}, states
    received: dict[str, str] = {}
    while len(received) < len(observed):
        for message in sqs.receive_message(QueueUrl=settings["RESULTS"], WaitTimeSeconds=5).get("Messages", []):
            received[json.loads(message["Body"])["id"]] = message["Body"]
    assert received.keys() == {document["documentId"] for document in observed.values()}
    claim = json.loads(received[observed["resident-5.png"]["documentId"]])["data"]["verification"]["request"]
    path = f"{origin}/api/documents/{observed['resident-5.png']['number']}/verification"
    verdict = pool.request("POST", path, body=json.dumps(claim).encode(), headers={TOKEN: token}).json()
    assert (verdict["status"], verdict["body"]["isAuthenticity"]) == (200, True)
