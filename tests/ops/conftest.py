"""One local pipeline for all tests of the operator tools, which use it over HTTP as an operator does."""

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
from ops.common.stack import StackOutputs
from tests.ops.live_pipeline import ROOT, LivePipeline
from tests.support.polling import PATIENCE


@pytest.fixture(scope="session")
def running_pipeline() -> Iterator[LivePipeline]:
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
        outputs = msgspec.json.decode(Path(environment["SEALED_OCR_OUTPUTS"]).read_bytes())
        service = re.search(r"OCR service\s+(\S+)", "".join(printed))
        assert service
        yield LivePipeline(environment, msgspec.convert(outputs, StackOutputs), ControlClient(service[1]))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=PATIENCE)


@pytest.fixture
def pipeline(running_pipeline: LivePipeline) -> LivePipeline:
    """The pipeline with an empty results queue, no dead letters of uploads, and no faults in the OCR service."""
    running_pipeline.ocr.clear_faults()
    for url in (running_pipeline.outputs.uploads_dead_letter_queue_url, running_pipeline.outputs.results_queue_url):
        while messages := running_pipeline.peek(url):
            for message in messages:
                running_pipeline.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return running_pipeline


@pytest.fixture
def folder() -> str:
    """A folder for one test, to be used below the folder of a kind."""
    return uuid.uuid4().hex
