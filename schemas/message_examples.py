"""Collects an example of every message and answer from a local pipeline: ``python -m schemas.message_examples``.

The images are specimens, not real cards. Values that differ between runs are replaced (``normalize``).
"""

from __future__ import annotations

import functools
import json
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

import msgspec
from sealed_ocr.analysis.messages import Rejected
from sealed_ocr.analysis.sealing import Sealer

from emulator.control.client import ControlClient
from emulator.control.counters import digest
from emulator.faults.kinds import ResetAfterBody, ResultCode
from emulator.specimens import SpecimenKind, draw
from local.pipeline.messages import receive_messages
from local.pipeline.options import PipelineOptions
from local.pipeline.pipeline import Pipeline
from local.pipeline.verdicts import post_claim
from local.processes.aws_clients import isolate_aws_environment
from ops.common.images import current_version, possible_events
from ops.common.stack import DeployedStack, StackOutputs
from ops.erase.erasure import FUNCTION_SECONDS, Erasure
from ops.erase.finder import Finder
from ops.erase.look import Bounds
from schemas.example_files import write_example

TIME, EXPIRES = "2026-11-23T09:30:00.000Z", "2026-11-23T10:29:00.000Z"
_SECONDS = 60
_POLL_SECONDS = 0.1
_AUTHENTICITY: Final = "id-card/authenticity"

# Its private member `d` is 870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE.
RFC_7517_KEY = {
    "kty": "EC",
    "crv": "P-256",
    "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
    "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM",
    "use": "enc",
    "kid": "1",
}

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
        "delayed": (f"credit-card/{folder}/lost.png", draw("credit-card", 1)),
        "erased": (f"credit-card/{folder}/erased.png", _specimen("credit-card")),
    }


def collect_messages(pipeline: Pipeline, folder: str = "2026/11") -> dict[str, Tree]:
    """Upload every image; return the message for each.

    Raises
    ------
    TimeoutError
        If a message does not arrive.
    """
    images = example_images(folder)
    _, lost = images["delayed"]
    ControlClient(pipeline.ocr_url).fault(ResetAfterBody(image=digest(lost), times=2))
    bucket = pipeline.output("ImageBucketName")
    for name, (key, image) in images.items():
        metadata = {"correlation-id": "order-4711"} if name == "credit-card" else {}
        pipeline.aws.s3.put_object(Bucket=bucket, Key=key, Body=image, Metadata=metadata)
    _repeat_event(pipeline, bucket, images["delayed"][0])
    keys = [key for key, _ in images.values()]
    received = {
        found.key: found.event
        for found in receive_messages(pipeline.aws.sqs, results_queue_url(pipeline), keys, _SECONDS)
    }
    if len(received) < len(images):
        raise TimeoutError(f"{len(images) - len(received)} messages did not arrive within {_SECONDS} s")
    messages = {name: received[key] for name, (key, _) in images.items()}
    return messages | {"erased": _erase(pipeline, messages["erased"]["id"])}


def _erase(pipeline: Pipeline, document_id: str) -> Tree:
    """Erase a document that was analyzed, as ``ops erase`` does; return the message about it."""
    _wait_until(pipeline, "done", document_id)
    clients: Any = SimpleNamespace(**{name: getattr(pipeline.aws, name) for name in ("dynamodb", "s3", "sqs", "sts")})
    # By this clock, no function that was running at the time of the message still runs.
    stack = DeployedStack(
        "examples",
        msgspec.convert(pipeline.outputs(), StackOutputs),
        clients,
        lambda: time.time() + FUNCTION_SECONDS,
    )
    targets = Finder(stack, lambda _: None).by_document(document_id, None, "")
    Erasure(stack, targets, Bounds()).run()
    (message,) = receive_messages(pipeline.aws.sqs, results_queue_url(pipeline), [document_id], _SECONDS)
    return message.event


def _repeat_event(pipeline: Pipeline, bucket: str, key: str) -> None:
    """Send the object's event once more when its first attempt has ended unknown. The next retry is too far away."""
    _wait_until(pipeline, "unknown")
    version = current_version(pipeline.aws.s3, bucket, key)
    # The emulated S3 sends events that name no version.
    event = possible_events(version)[-1]
    pipeline.aws.sqs.send_message(QueueUrl=pipeline.output("UploadsQueueUrl"), MessageBody=event.body)


def _wait_until(pipeline: Pipeline, state: str, document_id: str | None = None) -> None:
    """Wait until the document, or any document, is in ``state``."""
    deadline = time.monotonic() + _SECONDS
    while (document_id, state) not in _states(pipeline):
        if time.monotonic() > deadline:
            raise TimeoutError(f"no document was {state} within {_SECONDS} s")
        time.sleep(_POLL_SECONDS)


def _states(pipeline: Pipeline) -> set[tuple[str | None, str]]:
    """Return the states of the documents, each also without its documentId."""
    items = pipeline.aws.dynamodb.scan(TableName=pipeline.output("DocumentsTableName"), ConsistentRead=True)["Items"]
    found = {(item["documentId"]["S"], item["state"]["S"]) for item in items if "state" in item}
    return {*found, *((None, state) for _, state in found)}


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
    kept = ("Content-Type", "Retry-After", "Attempts-Left")
    headers = {name: response.headers[name] for name in kept if name in response.headers}
    return {"status": response.status, "headers": headers, "body": response.json()}


def normalize(message: Tree) -> Tree:
    """Return the message with the times that all examples have."""
    message = json.loads(json.dumps(message))
    message["time"] = TIME
    if "verification" in message["data"]:
        message["data"]["verification"]["expiresAt"] = EXPIRES
    return message


def seal(message: Tree) -> Tree:
    """Return the rejection sealed to the key of RFC 7517, appendix A.2, whose private part everybody knows."""
    rejected = msgspec.convert(message, Rejected)
    sealed: Tree = json.loads(Sealer(json.dumps({"keys": [RFC_7517_KEY]})).encode(rejected).body)
    return sealed


def main() -> None:
    """Write the examples."""
    isolate_aws_environment()
    with tempfile.TemporaryDirectory() as logs:
        options = PipelineOptions(logs=Path(logs), slots=1, reader="specimen")
        with Pipeline(options, lambda doing: print(doing, file=sys.stderr)) as pipeline:  # noqa: T201 - progress
            collected = collect_messages(pipeline)
            answers = collect_answers(pipeline, collected["resident"], collected["driver"])
    examples = {name: normalize(message) for name, message in collected.items()} | {"answers": answers}
    examples["sealed"] = seal(examples["rejected"])
    for name, tree in examples.items():
        write_example(name, tree)


if __name__ == "__main__":
    main()
