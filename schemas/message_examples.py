"""Take an example of every message and answer out of the running pipeline: ``python -m schemas.message_examples``.

The images are specimens: nobody's card. What differs from run to run is set to one value (``steady``).
"""

from __future__ import annotations

import functools
import json
import sys
import tempfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin

import urllib3

from emulator.control.client import ControlClient
from emulator.faults.kinds import ResetAfterBody, ResultCode
from emulator.specimens import SpecimenKind, draw
from local.pipeline.messages import receive_messages
from local.pipeline.options import PipelineOptions
from local.pipeline.pipeline import Pipeline
from local.processes.aws_clients import isolate_aws_environment
from schemas.example_files import write

TIME, EXPIRES = "2026-11-23T09:30:00.000Z", "2026-11-23T10:29:00.000Z"
_SECONDS = 60
_AUTHENTICITY: Final = "id-card/authenticity"

Tree = dict[str, Any]


@functools.cache
def _drawn(kind: SpecimenKind) -> bytes:
    return draw(kind, 0)


def uploads(folder: str) -> dict[str, tuple[str, bytes]]:
    """Return each example's object key, with ``folder`` in it, and image."""
    return {
        "credit-card": (f"credit-card/{folder}/card.png", _drawn("credit-card")),
        "resident": (f"id-card/{folder}/resident.png", _drawn("resident")),
        "driver": (f"id-card/{folder}/driver.png", _drawn("driver")),
        "passport": (f"id-card/{folder}/passport.png", _drawn("passport")),
        "passport-alone": (f"id-card/stand-alone/{folder}/passport.png", _drawn("passport")),
        "rejected": (f"id-card/{folder}/receipt.png", _drawn("negative")),
    }


def take_messages(pipeline: Pipeline, folder: str = "2026/11") -> dict[str, Tree]:
    """Upload every image; return the message about each, as it came.

    Raises
    ------
    TimeoutError
        when one does not come.
    """
    images = uploads(folder)
    for key, image in images.values():
        pipeline.aws.s3.put_object(Bucket=pipeline.output("ImageBucketName"), Key=key, Body=image)
    keys = [key for key, _ in images.values()]
    came = {found.key: found.event for found in receive_messages(pipeline.aws.sqs, queue(pipeline), keys, _SECONDS)}
    if len(came) < len(images):
        raise TimeoutError(f"{len(images) - len(came)} messages did not come within {_SECONDS} s")
    return {name: came[key] for name, (key, _) in images.items()}


def queue(pipeline: Pipeline) -> str:
    """Return the address of the results queue."""
    return pipeline.output("ResultsQueueUrl")


def take_answers(pipeline: Pipeline, resident: Tree, driver: Tree) -> dict[str, Tree]:
    """Ask about the two cards of these messages; return the answers by what they are an example of."""
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
    url = urljoin(pipeline.verify_url, f"documents/{message['id']}/authenticity")
    response = urllib3.request("POST", url, json=claim, retries=False)
    headers = {name: response.headers[name] for name in ("Content-Type", "Retry-After") if name in response.headers}
    return {"status": response.status, "headers": headers, "body": response.json()}


def steady(message: Tree) -> Tree:
    """Return the message at the one moment that all examples have."""
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
            came = take_messages(pipeline)
            answers = take_answers(pipeline, came["resident"], came["driver"])
    examples = {name: steady(message) for name, message in came.items()} | {"answers": answers}
    for name, tree in examples.items():
        write(name, tree)


if __name__ == "__main__":
    main()
