"""One pipeline on this machine for all tests of the operator's tools, used over HTTP as an operator does."""

from __future__ import annotations

import re
import shlex
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from emulator.control.client import ControlClient
from ops.common.stack import Outputs
from tests.ops.live_pipeline import ROOT, Here


@pytest.fixture(scope="session")
def pipeline() -> Iterator[Here]:
    process = subprocess.Popen(
        [sys.executable, "-m", "local", "up", "--slots", "1", "--reader", "specimen"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout
        printed = []
        for line in process.stdout:
            printed.append(line)
            if line.startswith("curl"):
                break
        exports = [shlex.split(line)[1].split("=", 1) for line in printed if line.startswith("export ")]
        environment = dict(exports)
        told = msgspec.json.decode(Path(environment["SEALED_OCR_OUTPUTS"]).read_bytes())
        service = re.search(r"OCR service\s+(\S+)", "".join(printed))
        assert service
        yield Here(environment, msgspec.convert(told, Outputs), ControlClient(service[1]))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)


@pytest.fixture
def here(pipeline: Here) -> Here:
    """The pipeline, with its queues of messages empty and the OCR service as it should be."""
    pipeline.ocr.clear_faults()
    for url in (pipeline.outputs.uploads_dead_letter_queue_url, pipeline.outputs.results_queue_url):
        while seen := pipeline.seen(url):
            for message in seen:
                pipeline.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return pipeline


@pytest.fixture
def folder() -> str:
    """A folder of this test alone, below the one that names the kind."""
    return uuid.uuid4().hex
