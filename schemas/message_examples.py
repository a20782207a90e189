"""Collects an example of every message and answer from a local pipeline: ``python -m schemas.message_examples``.

The images are specimens, not real cards. Values that differ between runs are replaced (``normalize``).
"""

from __future__ import annotations

import functools
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final

from emulator.control.client import ControlClient
from emulator.faults.kinds import ResetAfterBody, ResultCode
from emulator.specimens import SpecimenKind, draw
from local.pipeline.messages import receive_messages
from local.pipeline.options import PipelineOptions
from local.pipeline.pipeline import Pipeline
from local.pipeline.verdicts import post_claim
from local.processes.aws_clients import isolate_aws_environment
from schemas.example_files import write_example

TIME, EXPIRES = "2026-11-23T09:30:00.000Z", "2026-11-23T10:29:00.000Z"
_SECONDS = 60
_AUTHENTICITY: Final = "id-card/authenticity"

Tree = dict[str, Any]


@functools.cache
def _specimen(kind: SpecimenKind) -> bytes:
    return draw(kind, 0)


def example_images(folder: str) -> dict[str, tuple[str, bytes]]:
    """Return the object key, which contains ``folder``, and the image of each example."""
    return {
        "credit-card": (f"credit-card/{folder}/card.png", _specimen("credit-card")),
        "resident": (f"id-card/{folder}/resident.png", _specimen("resident")),
        "driver": (f"id-card/{folder}/driver.png", _specimen("driver")),
        "passport": (f"id-card/{folder}/passport.png", _specimen("passport")),
        "passport-alone": (f"id-card/stand-alone/{folder}/passport.png", _specimen("passport")),
        "rejected": (f"id-card/{folder}/receipt.png", _specimen("negative")),
    }


def collect_messages(pipeline: Pipeline, folder: str = "2026/11") -> dict[str, Tree]:
    """Upload every image; return the message for each.

    Raises
    ------
    TimeoutError
        If a message does not arrive.
    """
    images = example_images(folder)
    for key, image in images.values():
        pipeline.aws.s3.put_object(Bucket=pipeline.output("ImageBucketName"), Key=key, Body=image)
    keys = [key for key, _ in images.values()]
    received = {
        found.key: found.event
        for found in receive_messages(pipeline.aws.sqs, results_queue_url(pipeline), keys, _SECONDS)
    }
    if len(received) < len(images):
        raise TimeoutError(f"{len(images) - len(received)} messages did not arrive within {_SECONDS} s")
    return {name: received[key] for name, (key, _) in images.items()}


def results_queue_url(pipeline: Pipeline) -> str:
    """Return the URL of the results queue."""
    return pipeline.output("ResultsQueueUrl")


def collect_answers(pipeline: Pipeline, resident: Tree, driver: Tree) -> dict[str, Tree]:
    """Request verdicts for the two cards of these messages; return an example of each answer."""
    ocr, answers = ControlClient(pipeline.ocr_url), {}
    claim = resident["data"]["verification"]["request"]
    answers["invalid-claim"] = _post(pipeline, resident, claim | {"issueDate": "2009-06-27"})
    ocr.fault(ResultCode(operation=_AUTHENTICITY, result_code=4000006))
    answers["rate-limited"] = _post(pipeline, resident, claim)
    answers["verdict"] = _post(pipeline, resident, claim)
    answers["request-key-spent"] = _post(pipeline, resident, claim)
    ocr.fault(ResetAfterBody(operation=_AUTHENTICITY, worked=False))
    answers["outcome-unknown"] = _post(pipeline, driver, driver["data"]["verification"]["request"])
    return answers


def _post(pipeline: Pipeline, message: Tree, claim: Tree) -> Tree:
    response = post_claim(pipeline.verify_url, message["id"], json.dumps(claim, ensure_ascii=False).encode())
    headers = {name: response.headers[name] for name in ("Content-Type", "Retry-After") if name in response.headers}
    return {"status": response.status, "headers": headers, "body": response.json()}


def normalize(message: Tree) -> Tree:
    """Return the message with the times that all examples have."""
    message = json.loads(json.dumps(message))
    message["time"] = TIME
    if "verification" in message["data"]:
        message["data"]["verification"]["expiresAt"] = EXPIRES
    return message


def main() -> None:
    """Write the examples."""
    isolate_aws_environment()
    with tempfile.TemporaryDirectory() as logs:
        options = PipelineOptions(logs=Path(logs), slots=1, reader="specimen")
        with Pipeline(options, lambda doing: print(doing, file=sys.stderr)) as pipeline:  # noqa: T201 - progress
            collected = collect_messages(pipeline)
            answers = collect_answers(pipeline, collected["resident"], collected["driver"])
    examples = {name: normalize(message) for name, message in collected.items()} | {"answers": answers}
    for name, tree in examples.items():
        write_example(name, tree)


if __name__ == "__main__":
    main()
