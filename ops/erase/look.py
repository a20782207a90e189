"""A look at a queue: its bounds, what a message holds, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

# SQS hides at most 120,000 messages of a queue at a time, those of consumers included.
MOST_HIDDEN = 100_000
LOOK_SECONDS = 300
LookEnd = Literal["empty", "time", "count"]


class Bounds(NamedTuple):
    """For how long, and at how many messages, one look at a queue goes on at most.

    ``poll_seconds`` is how long SQS waits for a message before it answers that there is none. Only with a wait it asks
    all of its servers, so that an empty answer means an empty queue. ``threads`` receive at once.
    """

    seconds: int = LOOK_SECONDS
    messages: int = MOST_HIDDEN
    poll_seconds: int = 1
    threads: int = 8


class Content(NamedTuple):
    """What a message holds of the documents that are looked for.

    Attributes
    ----------
    document_ids
        Those of the documents that it is about.
    remaining
        What must stay of its body, None for nothing.
    readable
        Whether it says which documents it is about.
    """

    document_ids: Sequence[str]
    remaining: str | None = None
    readable: bool = True


class Look(msgspec.Struct, rename="camel", frozen=True):
    """What a look at a queue found.

    Attributes
    ----------
    queue
        Its name.
    looked
        How many messages were seen.
    found
        How many were about each document.
    unreadable
        How many say of no document that they are about it.
    in_flight
        About how many were with others, or deferred, when the look began.
    ended
        Why it ended: the queue was ``empty``, or a bound (``time``, ``count``) was reached.
    """

    queue: str
    looked: int
    found: dict[str, int]
    unreadable: int
    in_flight: int
    ended: LookEnd
