"""Decides which images of the bucket a backfill sends, and why it skips the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import TypeVar

from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.kinds import Kind

from ops.common.images import ObjectVersion, PreparedEvent, possible_events
from ops.common.ledger import MAX_BATCH_GET_KEYS, OperatorLedger

T = TypeVar("T")


class Eligibility(Enum):
    """Whether an image is sent. The value is the explanation for the operator."""

    ELIGIBLE = "to be sent"
    DONE = "done already, according to the ledger"
    PARKED = "parked: use redrive or reanalyze for them"
    SENDING = "with the OCR service now"
    ERASED = "erased on demand"
    NO_KIND = "outside the folders that name a kind; the pipeline would reject them"


_BY_STATE: dict[str, Eligibility] = {
    DocumentState.DONE: Eligibility.DONE,
    DocumentState.PARKED: Eligibility.PARKED,
    DocumentState.SENDING: Eligibility.SENDING,
    DocumentState.ERASED: Eligibility.ERASED,
}


@dataclass(frozen=True)
class BackfillCandidate:
    """An image, its eligibility, and the event that would be sent for it."""

    eligibility: Eligibility
    kind: Kind | None
    event: PreparedEvent = field(repr=False)


def candidates(images: Iterable[ObjectVersion], ledger: OperatorLedger) -> Iterator[BackfillCandidate]:
    """Yield each image with its eligibility according to the ledger at that moment.

    Raises
    ------
    AwsError
        If S3 or DynamoDB fails or refuses.
    """
    # An image has at most two possible events.
    for chunk in _chunks(images, MAX_BATCH_GET_KEYS // 2):
        events_by_image = [possible_events(image) for image in chunk]
        states = ledger.states([event.document_id for events in events_by_image for event in events])
        for image, events in zip(chunk, events_by_image, strict=True):
            event = next((event for event in events if event.document_id in states), events[0])
            kind = Kind.of_key(image.key)
            eligibility = _BY_STATE.get(states.get(event.document_id, ""), Eligibility.ELIGIBLE)
            yield BackfillCandidate(eligibility if kind else Eligibility.NO_KIND, kind, event)


def eligible_batches(found: Iterable[BackfillCandidate], size: int) -> Iterator[list[str]]:
    """Yield the event bodies of the eligible candidates, in lists of up to ``size``."""
    yield from _chunks((each.event.body for each in found if each.eligibility is Eligibility.ELIGIBLE), size)


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, size)):
        yield chunk
