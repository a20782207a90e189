"""Which images of the bucket a backfill would send, and which not, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from itertools import islice
from typing import TypeVar

from sealed_ocr.analysis.recognition import kind_of
from sealed_ocr.common.kinds import Kind

from ops.common.images import Announcement, Stored, announcements
from ops.common.ledger import LOOK_UPS, Documents

T = TypeVar("T")


class Standing(Enum):
    """What is to become of an image; the value says why, for the operator."""

    GOES = "to be sent"
    DONE = "done already, as the ledger knows"
    PARKED = "parked: redrive or reanalyze decides about them"
    SENDING = "with the OCR service now"
    NO_KIND = "outside the folders that name a kind; the pipeline would reject them"


_BY_STATE = {"done": Standing.DONE, "parked": Standing.PARKED, "sending": Standing.SENDING}


@dataclass(frozen=True)
class Candidate:
    """An image, where it stands, and the event that would be sent of it."""

    standing: Standing
    kind: Kind | None
    announcement: Announcement = field(repr=False)


def candidates(images: Iterable[Stored], documents: Documents) -> Iterator[Candidate]:
    """Yield each image with its standing, as the ledger has it at that moment.

    Raises
    ------
    AwsError
        when S3 or DynamoDB fails or refuses.
    """
    for some in _chunks(images, LOOK_UPS // 2):
        events = [announcements(image) for image in some]
        states = documents.states([each.document_id for these in events for each in these])
        for image, these in zip(some, events, strict=True):
            event = next((each for each in these if each.document_id in states), these[0])
            kind = kind_of(image.key)
            standing = _BY_STATE.get(states.get(event.document_id, ""), Standing.GOES)
            yield Candidate(standing if kind else Standing.NO_KIND, kind, event)


def going(found: Iterable[Candidate], size: int) -> Iterator[list[str]]:
    """Yield the events of those that go, in groups of ``size``."""
    yield from _chunks((each.announcement.body for each in found if each.standing is Standing.GOES), size)


def _chunks(things: Iterable[T], size: int) -> Iterator[list[T]]:
    left = iter(things)
    while chunk := list(islice(left, size)):
        yield chunk
