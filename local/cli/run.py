"""One run: upload images, wait for a message about each, show them."""

from __future__ import annotations

import json
import sys
import time
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from rich.console import Console

from local.cli.report import document_table, verdict_line
from local.pipeline.messages import Message, messages, waiting
from local.pipeline.verdicts import ask

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.cli.progress import Progress
    from local.pipeline.images import Image
    from local.pipeline.pipeline import Pipeline


_NOTHING_FOUND = {4000111, 4000121}
"""The guide's codes for an image without a card, and without an ID card."""


class Exit(IntEnum):
    """How a run ended."""

    ANALYZED = 0
    REJECTED = 1
    MISUSE = 2
    LATE = 3
    BROKEN = 4
    INTERRUPTED = 130


@dataclass(frozen=True)
class Wishes:
    """What is to be done with the messages: ``timeout`` in seconds counts from the last upload or message."""

    timeout: float
    as_json: bool
    verify: bool


def upload(pipeline: Pipeline, images: Mapping[str, Image]) -> None:
    """Put the images into the bucket under their keys."""
    bucket = pipeline.output("ImageBucketName")
    for key, image in images.items():
        pipeline.aws.s3.put_object(Bucket=bucket, Key=key, Body=image.read())


def run(
    pipeline: Pipeline, images: Mapping[str, Image], wishes: Wishes, progress: Progress
) -> tuple[Exit, list[Message]]:
    """Bring the images through the pipeline; return how it ended and the messages that came."""
    began = time.monotonic()
    progress.say(f"uploading {_images(len(images))}")
    upload(pipeline, images)
    received: list[Message] = []
    queue = pipeline.output("ResultsQueueUrl")
    progress.say("waiting for messages")
    for message in messages(pipeline.aws.sqs, queue, images, wishes.timeout):
        received.append(message)
        progress.count(f"waiting for messages: {len(received)} of {len(images)}")
        with progress.aside():
            _show(message, images[message.key].name, as_json=wishes.as_json)
    seconds = time.monotonic() - began
    analyzed = sum(message.analyzed for message in received)
    progress.note(
        f"{analyzed} analyzed, {len(received) - analyzed} rejected in {seconds:.1f} s"
        f" ({len(received) / seconds:.1f} documents a second)"
    )
    if pipeline.reader == "specimen" and any(map(_found_nothing, received)):
        progress.note("The emulator's reader `specimen` finds only what `python -m emulator.specimens` has drawn.")
    verified = _verify(pipeline, images, received, wishes, progress) if wishes.verify else True
    if len(received) < len(images):
        _tell_missing(pipeline, set(images) - {message.key for message in received}, wishes.timeout, progress)
        return Exit.LATE, received
    return Exit.ANALYZED if verified and analyzed == len(images) else Exit.REJECTED, received


def _show(message: Message, name: str, *, as_json: bool) -> None:
    if as_json:
        # As it came: only what would break the line is written again.
        print_line(message.text if "\n" not in message.text else json.dumps(message.event, ensure_ascii=False))
    else:
        Console().print(document_table(name, message))


def _verify(
    pipeline: Pipeline, images: Mapping[str, Image], received: list[Message], wishes: Wishes, progress: Progress
) -> bool:
    """Post each offered claim; return whether there is a verdict about each."""
    answered = True
    for message in received:
        if message.claim is None:
            continue
        name = images[message.key].name
        progress.count(f"asking whether {name} is authentic")
        verdict = ask(pipeline.verify_url, message)
        answered = answered and verdict.authentic is not None
        if wishes.as_json and verdict.authentic is None:
            progress.note(verdict_line(name, verdict).plain)
            continue
        with progress.aside():
            if wishes.as_json:
                print_line(json.dumps({"documentId": verdict.document_id, "isAuthenticity": verdict.authentic}))
            else:
                Console().print(verdict_line(name, verdict))
    return answered


def _found_nothing(message: Message) -> bool:
    return not message.analyzed and message.event["data"]["rejection"].get("resultCode") in _NOTHING_FOUND


def _tell_missing(pipeline: Pipeline, missing: set[str], timeout: float, progress: Progress) -> None:
    progress.note(f"no message within {timeout:g} s about {_images(len(missing))}:")
    for key in sorted(missing):
        progress.note(f"  {key}")
    progress.note("where they wait:")
    for queue in ("Uploads", "UploadsDeadLetter", "Results", "ResultsDeadLetter"):
        counts = waiting(pipeline.aws.sqs, pipeline.output(f"{queue}QueueUrl"))
        progress.note(f"  {queue}: " + ", ".join(f"{count} {meaning}" for meaning, count in counts.items()))


def print_line(line: str) -> None:
    """Write a line to standard output at once: whoever reads it may be waiting for it."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _images(count: int) -> str:
    return "1 image" if count == 1 else f"{count} images"
