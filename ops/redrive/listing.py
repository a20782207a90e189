"""The command ``dead-letters``: lists them, and changes nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec
import typer
from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.common.timestamps import timestamp

from ops.common.console import AsJson, print_line, print_report
from ops.common.ledger import OperatorLedger
from ops.common.message_documents import read_documents
from ops.common.options import find_stack
from ops.common.stack import DeployedStack
from ops.redrive.dead_letters import HIDDEN_SECONDS, DeadLetter, receive_all, set_visibility
from workstation.terminal import pluralize

_SHOWN = 50
_DAY = 86_400
_MEANINGS = {
    None: "no reason: SQS moved it after its last delivery",
    "unknown-outcome": "unknown-outcome: parked, and it may have been paid for",
    "malformed-event": "malformed-event: a part of it is no event of S3",
}


class DeadLetterReport(msgspec.Struct, rename="camel", frozen=True):
    """A dead letter. ``documents`` has the states of its documents, None for one that the ledger does not know."""

    sent_at: str
    deleted_at: str
    seconds_left: int
    reason: str | None
    documents: dict[str, str | None]


class QueueReport(msgspec.Struct, rename="camel", frozen=True):
    """The dead letters of a queue, the oldest first. ``in_flight`` are hidden, and not among them."""

    dead_letters: list[DeadLetterReport]
    in_flight: int


class DeadLettersReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``dead-letters --json`` prints. ``review`` is None without a queue for review."""

    uploads: QueueReport
    results: QueueReport
    review: QueueReport | None = None


def dead_letters(ctx: typer.Context, as_json: AsJson = False) -> None:
    """List the dead letters of each queue: reason, age, the time until SQS deletes them, and their documents' states.

    The queues are those of uploads, of results, and with the setting reviewQueue of results to review. What waits for a
    person in the queue for review is no dead letter: `tail --review` shows it.

    The command sends and deletes nothing. While it reads a queue, its dead letters are hidden from others for some
    seconds, and visible again afterwards. It never shows a value or an object key.
    """
    stack = find_stack(ctx)
    outputs = stack.outputs
    review = outputs.review_dead_letter_queue_url
    report = DeadLettersReport(
        _read(stack, outputs.uploads_dead_letter_queue_url),
        _read(stack, outputs.results_dead_letter_queue_url),
        _read(stack, review) if review else None,
    )
    for name, queue in (("uploads", report.uploads), ("results", report.results), ("review", report.review)):
        for line in _lines(name, queue) if queue else ():
            print_line(line)
    print_report(report)


def _read(stack: DeployedStack, url: str) -> QueueReport:
    sqs = stack.clients.sqs
    with translate_errors("GetQueueAttributes"):
        attributes = sqs.get_queue_attributes(
            QueueUrl=url, AttributeNames=["MessageRetentionPeriod", "ApproximateNumberOfMessagesNotVisible"]
        )["Attributes"]
    received: dict[str, DeadLetter] = {}
    try:
        for each in receive_all(sqs, url):
            received[each.message_id] = each
    finally:
        set_visibility(sqs, url, received.values(), 0)
    ledger = OperatorLedger(stack.clients.dynamodb, stack.outputs.documents_table_name)
    ids = {each.message_id: read_documents(each.body).document_ids for each in received.values()}
    states = ledger.states([document_id for found in ids.values() for document_id in found])
    reports = []
    for each in sorted(received.values(), key=lambda each: each.sent_at):
        deleted = each.sent_at + int(attributes["MessageRetentionPeriod"])
        documents = {document_id: states.get(document_id) for document_id in ids[each.message_id]}
        left = int(deleted - stack.clock())
        reports.append(DeadLetterReport(timestamp(each.sent_at), timestamp(deleted), left, each.reason, documents))
    return QueueReport(reports, int(attributes["ApproximateNumberOfMessagesNotVisible"]))


def _lines(name: str, queue: QueueReport) -> Iterator[str]:
    number = len(queue.dead_letters)
    yield f"{name}: {pluralize(number, 'dead letter')}" + (
        f", and {queue.in_flight} in flight, visible again within {HIDDEN_SECONDS // 60} minutes"
        if queue.in_flight
        else ""
    )
    for reason, count in Counter(each.reason for each in queue.dead_letters).items():
        oldest = next(each for each in queue.dead_letters if each.reason == reason)
        meaning = _MEANINGS.get(reason, f"{reason}: not a reason of this pipeline")
        yield f"  {count} with {meaning}. The oldest is of {oldest.sent_at}; SQS deletes it in {_left(oldest)}."
    for each in queue.dead_letters[:_SHOWN]:
        documents = ", ".join(f"{key} ({state or 'not in the ledger'})" for key, state in each.documents.items())
        yield f"    {each.sent_at}  {_left(each)} left  {each.reason or 'no reason'}  {documents or 'no document'}"
    if number > _SHOWN:
        yield f"    and {number - _SHOWN} younger ones, which --json lists"


def _left(report: DeadLetterReport) -> str:
    if report.seconds_left < _DAY:
        return pluralize(max(0, report.seconds_left // 3600), "hour")
    return pluralize(report.seconds_left // _DAY, "day")
