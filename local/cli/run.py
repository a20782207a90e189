"""``python -m local run``: upload images, wait for a message about each, and print the messages."""

from __future__ import annotations

import json
import time
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from local.cli.exit_codes import ExitCode
from local.cli.output import print_document, print_line, print_verdict
from local.cli.report import verdict_sentence
from local.pipeline.messages import Message, queue_depth, receive_messages
from local.pipeline.verdicts import request_verdict
from workstation.terminal import pluralize

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.cli.progress import ProgressDisplay
    from local.pipeline.images import ImageFile
    from local.pipeline.pipeline import Pipeline
    from workstation.sealed_messages import Opener


_NO_DOCUMENT_FOUND = {4000111, 4000121}
"""The guide's codes for an image without a card, and without an ID card."""

_MIN_FOR_RATE = 20


@dataclass(frozen=True)
class RunOptions:
    """What to do with the messages. ``timeout`` counts, in seconds, from the last upload or message.

    ``opener`` opens those that are sealed.
    """

    timeout: float
    as_json: bool
    verify: bool
    opener: Opener | None = None


def upload(pipeline: Pipeline, images: Mapping[str, ImageFile]) -> None:
    """Put the images into the bucket under their keys."""
    bucket = pipeline.output("ImageBucketName")
    for key, image in images.items():
        pipeline.aws.s3.put_object(Bucket=bucket, Key=key, Body=image.read())


def run(
    pipeline: Pipeline, images: Mapping[str, ImageFile], options: RunOptions, progress: ProgressDisplay
) -> tuple[ExitCode, list[Message]]:
    """Upload the images and print their messages. Return the exit code and the messages."""
    began = time.monotonic()
    progress.step(f"uploading {pluralize(len(images), 'image')}")
    upload(pipeline, images)
    received: list[Message] = []
    queue = pipeline.output("ResultsQueueUrl")
    progress.step("waiting for messages")
    for message in receive_messages(pipeline.aws.sqs, queue, images, options.timeout, options.opener):
        received.append(message)
        progress.update(f"waiting for messages: {len(received)} of {len(images)}")
        with progress.paused():
            _print_message(message, images[message.key].name, as_json=options.as_json)
    seconds = time.monotonic() - began
    outcomes = Counter(message.outcome for message in received)
    delayed = f", {outcomes['delayed']} delayed" if outcomes["delayed"] else ""
    progress.note(
        f"{outcomes['analyzed']} analyzed, {outcomes['rejected']} rejected{delayed} in {seconds:.1f} s"
        f"{_rate(len(received), seconds)}"
    )
    if pipeline.reader == "specimen" and any(map(_no_document_found, received)):
        progress.note("The emulator's reader `specimen` recognises only images made by `python -m emulator.specimens`.")
    verified = _verify(pipeline, images, received, options, progress) if options.verify else True
    if len(received) < len(images):
        missing = set(images) - {message.key for message in received}
        _report_missing(pipeline, missing, options.timeout, progress)
        return ExitCode.TIMED_OUT, received
    return ExitCode.ANALYZED if verified and outcomes["analyzed"] == len(images) else ExitCode.REJECTED, received


def _print_message(message: Message, name: str, *, as_json: bool) -> None:
    if as_json:
        # The text is printed as received, unless it has white space other than spaces, for instance several lines.
        as_received = not set(message.text) & set("\t\n\r")
        print_line(message.text if as_received else json.dumps(message.event, ensure_ascii=False))
    else:
        print_document(name, message)


def _verify(
    pipeline: Pipeline,
    images: Mapping[str, ImageFile],
    received: list[Message],
    options: RunOptions,
    progress: ProgressDisplay,
) -> bool:
    """Post each offered claim. Return whether each got a verdict."""
    all_judged = True
    for message in received:
        if message.claim is None:
            continue
        name = images[message.key].name
        progress.update(f"requesting a verdict on {name}")
        verdict = request_verdict(pipeline.verify_url, message)
        all_judged = all_judged and verdict.authentic is not None
        if options.as_json and verdict.authentic is None:
            progress.note(verdict_sentence(name, verdict))
            continue
        with progress.paused():
            if options.as_json:
                print_line(json.dumps({"documentId": verdict.document_id, "isAuthenticity": verdict.authentic}))
            else:
                print_verdict(name, verdict)
    return all_judged


def _no_document_found(message: Message) -> bool:
    return message.event["data"].get("rejection", {}).get("resultCode") in _NO_DOCUMENT_FOUND


def _report_missing(pipeline: Pipeline, missing: set[str], timeout: float, progress: ProgressDisplay) -> None:
    progress.note(f"no message within {timeout:g} s about {pluralize(len(missing), 'image')}:")
    for key in sorted(missing):
        progress.note(f"  {key}")
    progress.note("messages in the queues:")
    for queue in ("Uploads", "UploadsDeadLetter", "Results", "ResultsDeadLetter"):
        depth = queue_depth(pipeline.aws.sqs, pipeline.output(f"{queue}QueueUrl"))
        progress.note(f"  {queue}: {depth.visible} visible, {depth.not_visible} in flight or delayed")


def _rate(count: int, seconds: float) -> str:
    """Return the rate, or nothing for a few documents: their seconds are those of a start."""
    return f" ({count / seconds:.1f} documents per second)" if count >= _MIN_FOR_RATE else ""
