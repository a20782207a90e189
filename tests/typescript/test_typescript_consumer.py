"""The TypeScript consumer compiles in strict mode, and processes the messages of the local pipeline."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from emulator.control.client import ControlClient
from local.pipeline.pipeline import Pipeline
from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT
from schemas.example_files import read_example
from tests.examples.consumer_process import count_messages
from tests.support.consumer_keys import ec_key, rsa_key, write
from tests.support.polling import PATIENCE, until
from tests.support.sealing import seal
from workstation.npm import NODE

EXAMPLE = ROOT / "examples" / "typescript"
OUTCOME = re.compile(r"^([0-9a-f]{32}(?:-delayed|-erased)?): (.+)$", re.MULTILINE)


def test_it_compiles() -> None:
    subprocess.run([NODE, EXAMPLE / "node_modules" / "typescript" / "bin" / "tsc"], cwd=EXAMPLE, check=True)


@contextmanager
def consumer(
    pipeline: Pipeline, queue: str, log: Path, private_keys: Path | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL": pipeline.aws.url,
        "AWS_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "RESULTS_URL": queue,
        "VERIFY_URL": pipeline.verify_url,
        "WAIT_SECONDS": "1",
        **CREDENTIALS,
        **({"PRIVATE_KEY_FILE": str(private_keys)} if private_keys else {}),
    }
    with log.open("wb") as sink:
        process = subprocess.Popen(
            [NODE, EXAMPLE / "consumer.ts"], env=environment, cwd=log.parent, stdout=sink, stderr=sink
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def test_it_processes_every_message_and_asks_for_verdicts(
    pipeline: Pipeline, ocr: ControlClient, messages: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    queue = pipeline.aws.sqs.create_queue(QueueName=f"typescript-{uuid.uuid4().hex}")["QueueUrl"]
    malformed = ["성춘향", json.dumps({"type": "another"})]
    for body in [*map(json.dumps, messages.values()), *malformed]:
        pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=body)
    ocr.reset_counters()
    log = tmp_path / "consumer.log"
    with consumer(pipeline, queue, log) as process:
        until(lambda: len(OUTCOME.findall(log.read_text())) == len(messages))
        until(lambda: log.read_text().count("stays in the queue") == len(malformed))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    written = log.read_text()
    outcomes = dict(OUTCOME.findall(written))
    assert {name: outcomes[event["id"]] for name, event in messages.items()} == {
        "credit-card": "read as credit card; no verdict requested",
        "resident": "read as resident; authentic",
        "driver": "read as driver; authentic",
        "passport": "read as passport; no verdict requested",
        "passport-alone": "read as passport; no verdict requested",
        "rejected": "rejected, ocr-rejected",
        "delayed": "delayed, unknown-outcome",
        "erased": "erased",
    }
    assert [*ocr.counters().verdicts.values()] == [1, 1]
    assert sum(count_messages(pipeline, queue)) == len(malformed)
    assert written.endswith("stopped\n")
    values = {
        pair["value"] for event in messages.values() for pair in event["data"].get("result", {}).get("keyValues", [])
    }
    personal = {*values, *malformed, *(event.get("subject", "") for event in messages.values())}
    assert not [value for value in personal if len(value) > 2 and value in written]


def test_it_opens_sealed_messages_with_the_private_key_that_they_name(pipeline: Pipeline, tmp_path: Path) -> None:
    queue = pipeline.aws.sqs.create_queue(QueueName=f"typescript-{uuid.uuid4().hex}")["QueueUrl"]
    keys = [rsa_key("rsa"), ec_key("ec")]
    names = ("credit-card", "passport", "rejected", "delayed")
    bodies = [seal(read_example(name), key) for name in names for key in keys]
    altered = json.loads(bodies[0])
    altered["data"]["sealed"] = altered["data"]["sealed"][:-3] + "AAA"
    malformed = [
        seal(read_example("passport"), ec_key("unknown")),
        json.dumps(altered),
        json.dumps(json.loads(bodies[0]) | {"id": "f" * 32}),
    ]
    for body in (*bodies, *malformed):
        pipeline.aws.sqs.send_message(QueueUrl=queue, MessageBody=body)
    log = tmp_path / "consumer.log"
    with consumer(pipeline, queue, log, write(tmp_path / "keys.json", *keys)) as process:
        until(lambda: len(OUTCOME.findall(log.read_text())) == len(bodies))
        until(lambda: log.read_text().count("stays in the queue") == len(malformed))
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
    outcomes = OUTCOME.findall(log.read_text())
    assert {outcome for _, outcome in outcomes} == {
        "read as credit card; no verdict requested",
        "read as passport; no verdict requested",
        "rejected, ocr-rejected",
        "delayed, unknown-outcome",
    }
    assert sum(count_messages(pipeline, queue)) == len(malformed)
