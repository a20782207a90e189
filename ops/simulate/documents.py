"""Uploads the cases, and follows their documents in the ledger."""

from __future__ import annotations

import base64
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import msgspec
from sealed_ocr.aws.attempt_history import Attempt, decode
from sealed_ocr.aws.table import Item
from sealed_ocr.common.attempt_end import AttemptEnd
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.ocr.errors import CircuitOpen, HeldBack

from ops.common.images import possible_events, put_version
from ops.common.ledger import OperatorLedger
from ops.common.stack import DeployedStack
from ops.simulate.cases import Case, outcome_text

POLL_SECONDS = 1.0
# One white pixel.
_IMAGE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAsTj2FAAAAABJRU5ErkJggg=="
)
# Failures that the stage adds to those of the outcome.
_OF_THE_STAGE = {CircuitOpen.__name__, HeldBack.__name__}


@dataclass(frozen=True)
class Uploaded:
    """A case whose image was uploaded. Its document has one of the ``ids``."""

    case: Case
    key: str = field(repr=False)
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Ended:
    """A document that ended, or that did not end in time (``ended`` is false): what the ledger knows of it."""

    uploaded: Uploaded
    document_id: str
    seen: str
    ended: bool = True


def upload(stack: DeployedStack, case: Case) -> Uploaded:
    """Upload an image of one pixel.

    Raises
    ------
    AwsError
        If S3 fails or refuses.
    """
    key = f"{case.folder}/ops-simulate/{uuid.uuid4().hex}.png"
    version = put_version(stack.clients.s3, stack.outputs.image_bucket_name, key, _IMAGE)
    return Uploaded(case, key, tuple(event.document_id for event in possible_events(version)))


def follow(
    stack: DeployedStack, uploads: Sequence[Uploaded], timeout: float, sleep: Callable[[float], None] = time.sleep
) -> Iterator[Ended]:
    """Yield each document as soon as it ends; after ``timeout`` seconds those that have not ended.

    Raises
    ------
    AwsError
        If DynamoDB fails or refuses.
    """
    ledger = OperatorLedger(stack.clients.dynamodb, stack.outputs.documents_table_name)
    deadline = time.monotonic() + timeout
    pending = list(uploads)
    while pending:
        items = ledger.items([document_id for each in pending for document_id in each.ids])
        overdue = time.monotonic() >= deadline
        found = [_state(each, items) for each in pending]
        yield from (each for each in found if each.ended or overdue)
        pending = [] if overdue else [each.uploaded for each in found if not each.ended]
        if pending:
            sleep(POLL_SECONDS)


def _state(uploaded: Uploaded, items: dict[str, Item]) -> Ended:
    document_id = next((each for each in uploaded.ids if each in items), uploaded.ids[0])
    item = items.get(document_id)
    if item is None:
        return Ended(uploaded, document_id, "not received", ended=False)
    history = _history(item)
    failures = [
        attempt.fault
        for attempt in history
        if attempt.end in {AttemptEnd.UNBILLED, AttemptEnd.UNKNOWN} and attempt.fault not in _OF_THE_STAGE
    ]
    match item["state"]:
        case DocumentState.DONE:
            return Ended(uploaded, document_id, outcome_text(_end(item, history), failures))
        case DocumentState.PARKED:
            return Ended(uploaded, document_id, outcome_text("delayed", failures))
        case state:
            return Ended(uploaded, document_id, outcome_text(str(state), failures), ended=False)


def _end(item: Item, history: list[Attempt]) -> str:
    # The fault of a rejection is its result code, where the service gave one; else its own code.
    fault = history[-1].fault if history else ""
    return f"{item['outcome']} {fault.removeprefix('ocr-rejected.')}".rstrip()


def _history(item: Item) -> list[Attempt]:
    try:
        return decode(item.get("history", []))
    except msgspec.DecodeError:
        # A later version has written it.
        return []
