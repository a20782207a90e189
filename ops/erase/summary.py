"""What an erasure would erase, and what it did: for people, and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from ops.common.console import print_line
from ops.erase.receipt import Receipt
from ops.erase.target import Target
from workstation.terminal import pluralize


class PlannedErasure(msgspec.Struct, rename="camel", frozen=True):
    """What is stored of a document. ``state`` is that in the ledger, None if the ledger does not know it."""

    document_id: str
    state: str | None
    images: int
    request_key: bool


class EraseReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``erase --json`` prints. ``messages`` counts those of each queue; ``receipt`` is None in a dry run."""

    documents: list[PlannedErasure]
    messages: dict[str, int]
    receipt: Receipt | None = None


def plan(targets: Iterable[Target]) -> list[PlannedErasure]:
    """Return what is stored of the documents."""
    return [
        PlannedErasure(each.document_id, each.state, len(each.images), each.request_key is not None) for each in targets
    ]


def print_plan(planned: Sequence[PlannedErasure], waiting: Mapping[str, int]) -> None:
    """Print what would be erased, and how many messages would be looked at."""
    for each in planned:
        request_key = ", its Request-Key" if each.request_key else ""
        print_line(
            f"Document {each.document_id}: {pluralize(each.images, 'version')} of its image{request_key}; "
            f"in the ledger: {each.state or 'not known'}"
        )
    queues = ", ".join(f"{number} in {name}" for name, number in waiting.items())
    print_line(f"Messages to look at, about: {queues}.")


def print_receipt(receipt: Receipt) -> None:
    """Print what was erased, and what could not be seen."""
    for each in receipt.documents:
        messages = "".join(f", {number} of {queue}" for queue, number in each.messages.items())
        request_key = ", its Request-Key" if each.request_key else ""
        print_line(f"Erased {each.document_id}: {pluralize(each.images, 'version')}{request_key}{messages}.")
    print_line(f"A scan at {receipt.scan.at} found {receipt.scan.found or 'nothing'}.")
    print_line("What could not be seen:")
    for left in receipt.not_seen:
        print_line(f"  {left.sentence}.")
