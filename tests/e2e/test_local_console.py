"""``python -m local up --console``: the whole pipeline, observed and controlled through the console's interface."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import urllib3

from emulator.specimens import draw
from tests.e2e.console_process import TOKEN, console_process, documents, exports
from tests.support.polling import until


def analyzed(origin: str, token: str, names: set[str]) -> dict[str, dict[str, Any]]:
    """Follow the console's events until these documents are analyzed, and return them by name."""
    found: dict[str, dict[str, Any]] = {}
    for document in documents(origin, token):
        if document["outcome"] == "analyzed" and _journal_read(document):
            found[document["name"]] = document
        if found.keys() >= names:
            break
    return found


def _journal_read(document: dict[str, Any]) -> bool:
    """Whether the console has read the OCR service's journal up to the end of this call."""
    return document["stations"].get("ocr", {}).get("state") == "done"


@pytest.fixture
def up(tmp_path: Path) -> Iterator[list[str]]:
    """The output of the command up to its address. It must log no personal data."""
    with console_process(tmp_path, "specimen") as lines:
        yield lines
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
