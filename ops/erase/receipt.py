"""The receipt of an erasure. It holds no object key and nothing else of what was erased but documentIds."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from ops.common.errors import OpsError
from ops.erase.look import Look, LookEnd
from workstation.terminal import pluralize

_ENDS: dict[LookEnd, str] = {
    "time": "the look ended with its time (--seconds)",
    "count": "the look ended with its number of messages (--messages)",
}


class DocumentReceipt(msgspec.Struct, rename="camel", frozen=True):
    """What was erased of a document.

    ``messages`` counts those that were deleted, by their queue. ``state_before`` is that in the ledger, None if the
    ledger did not know it, and ``erased`` if an earlier erasure was interrupted.
    """

    document_id: str
    state_before: str | None
    images: int
    delete_markers: int
    request_key: bool
    messages: dict[str, int]


class Scan(msgspec.Struct, rename="camel", frozen=True):
    """The last look at every place. ``found`` is what was found there, of any document: 0 if all is erased."""

    at: str
    found: int
    queues: list[Look]


class NotSeen(msgspec.Struct, rename="camel", frozen=True):
    """Where something of a document may still be. ``messages`` is None if that cannot be counted."""

    place: str
    messages: int | None
    sentence: str


class Receipt(msgspec.Struct, rename="camel", frozen=True):
    """What was erased, when and by whom.

    ``complete`` if the scan found nothing and no look at a queue reached a bound.
    """

    stack: str
    identity: str
    began_at: str
    ended_at: str
    documents: list[DocumentReceipt]
    scan: Scan
    not_seen: list[NotSeen]
    complete: bool

    def write(self, path: Path) -> None:
        """Write the receipt into a new file that only its owner may read.

        Raises
        ------
        OpsError
            If that fails.
        """
        try:
            with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(msgspec.json.format(msgspec.json.encode(self)) + b"\n")
        except OSError as error:
            raise OpsError(f"the receipt can't be written to {path}: {error.strerror}") from None


def require_new_file(path: Path) -> None:
    """Raise ``OpsError`` if a receipt cannot be written to ``path``, before anything is erased."""
    if path.exists():
        raise OpsError(f"{path} exists already; name another file for the receipt")
    if not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise OpsError(f"there is no folder for the receipt at {path.parent}, or it can't be written to")


def not_seen(last_looks: Sequence[Look], uploads: int, unreadable_images: int) -> Iterator[NotSeen]:
    """Yield where something may still be.

    Parameters
    ----------
    last_looks
        The last look at each queue.
    uploads
        The messages of the uploads queue.
    unreadable_images
        The versions of which S3 told no correlation id.
    """
    for look in last_looks:
        if look.in_flight:
            yield NotSeen(
                look.queue,
                look.in_flight,
                f"about {pluralize(look.in_flight, 'message')} of {look.queue} were with consumers or hidden. Run the "
                "command again later to see those that return",
            )
        if look.ended in _ENDS:
            yield NotSeen(
                look.queue,
                None,
                f"{look.queue}: {_ENDS[look.ended]} after {pluralize(look.looked, 'message')}; others may be left",
            )
        if look.unreadable:
            yield NotSeen(
                look.queue,
                look.unreadable,
                f"{pluralize(look.unreadable, 'message')} of {look.queue} name no document, and were left",
            )
    if uploads:
        yield NotSeen(
            "uploads",
            uploads,
            f"about {pluralize(uploads, 'message')} of the uploads queue were not looked at. An upload of an erased "
            "document ends there with its next delivery, without a call; SQS deletes it after four days at the latest",
        )
    if unreadable_images:
        yield NotSeen(
            "images",
            unreadable_images,
            f"S3 tells nothing of {pluralize(unreadable_images, 'version')} that its uploader has encrypted",
        )
    yield NotSeen(
        "backups",
        None,
        "DynamoDB's point-in-time backup of the ledger has the former entry for up to 35 days: states and times of "
        "attempts, without key, kind or value. There is none of the Request-Keys and none of the images",
    )
    yield NotSeen(
        "logs",
        None,
        "the functions' logs name the documentId until logRetentionDays are over. They hold no key and no value",
    )
    yield NotSeen(
        "lock-guard",
        None,
        "the lock guard's count of a person's false claims, by the HMAC of a number. It belongs to no document, holds "
        "no number, and ends lockGuardDays after the last claim",
    )
    yield NotSeen("consumers", None, "what consumers hold: the erased message tells them to erase it")
