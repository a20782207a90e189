"""The story of a document: its state, the calls for it, its attempts, and the next one.

An item of an earlier version has no history. The sentences then say less, and nothing that the item does not prove.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sealed_ocr.aws.attempt_history import Attempt, decode
from sealed_ocr.aws.table import Item
from sealed_ocr.common.attempt_end import AttemptEnd
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.short_id import short_id
from sealed_ocr.common.timestamps import timestamp

from ops.story.attempts import AttemptReport, describe_attempt
from ops.story.next_attempt import NextAttempt, next_attempt

_OPERATORS_REASONS = {"redrive", "reanalyze"}


class DocumentStory(msgspec.Struct, rename="camel", frozen=True):
    """All that the ledger knows of a document.

    ``may_be_billed`` counts the calls that were or may have been billed, as far as the ledger remembers.
    """

    document_id: str
    state: str | None
    sentence: str
    calls: str
    may_be_billed: int
    next_attempt: NextAttempt
    attempts: list[AttemptReport]
    reason: str | None = None
    runs_alone: bool = False
    updated_at: str | None = None
    expires_at: str | None = None


def tell(document_id: str, item: Item | None, now: float) -> DocumentStory:
    """Return the story of a document; ``now`` is in epoch seconds."""
    if item is None:
        return DocumentStory(
            document_id,
            None,
            "The ledger does not know it: it was never claimed, or its entry expired after 30 days.",
            "Calls: not known.",
            0,
            NextAttempt("Next attempt: as soon as a function receives its upload event, if there is one in the queue."),
            [],
        )
    history = _history(item)
    under_way = _under_way(item, now)
    last = _last(item, history)
    reports = [describe_attempt(attempt, current=under_way and attempt is last) for attempt in history]
    may_be_billed = _may_be_billed(item, last)
    return DocumentStory(
        document_id,
        str(item.get("state")),
        _state_sentence(item, last, under_way=under_way),
        _calls_sentence(item, history, may_be_billed, under_way=under_way),
        may_be_billed,
        next_attempt(item, last, now, under_way=under_way),
        reports,
        item.get("reason"),
        bool(item.get("suspect")),
        timestamp(int(item.get("updatedAt", 0))),
        timestamp(int(item.get("expiresAt", 0))),
    )


def _history(item: Item) -> list[Attempt]:
    try:
        return decode(item.get("history", []))
    except msgspec.DecodeError:
        # A later version has written it.
        return []


def _under_way(item: Item, now: float) -> bool:
    return item.get("state") == DocumentState.SENDING and int(item.get("leaseUntil", 0)) >= now


def _last(item: Item, history: Sequence[Attempt]) -> Attempt | None:
    """Return the entry of what happened last, or None if an earlier version did it, which wrote no history."""
    if not history or (history[-1].attempt_id and history[-1].attempt_id != short_id(str(item.get("attemptId", "")))):
        return None
    return history[-1]


def _may_be_billed(item: Item, last: Attempt | None) -> int:
    """Return the attempts that count, without a rejection for which no call was made."""
    without_call = item.get("state") == DocumentState.DONE and last is not None and not last.may_be_billed
    return max(0, int(item.get("attempts", 0)) - without_call)


def _state_sentence(item: Item, last: Attempt | None, *, under_way: bool) -> str:
    match item.get("state"):
        case DocumentState.DONE:
            return f"Done: it was {item.get('outcome', 'finished')}, and its message was sent."
        case DocumentState.SENDING if under_way:
            return f"An attempt is under way. Its lease ends at {timestamp(int(item['leaseUntil']))} at the latest."
        case DocumentState.SENDING:
            return "The function of its last attempt was killed, or could not record how the attempt ended."
        case DocumentState.UNKNOWN:
            return "Its last attempt failed, and its call may have been billed."
        case DocumentState.PARKED:
            return "Parked: no further attempt is permitted. Its message went to the dead-letter queue."
        case DocumentState.ERASED:
            return "Erased on demand. Only this tombstone remains, so that a late delivery is not paid for."
        case DocumentState.FREE if item.get("reason") in _OPERATORS_REASONS or (last and last.end is AttemptEnd.FREED):
            return "An operator freed it for one more attempt."
        case DocumentState.FREE:
            return "Its last attempt failed, and is proven unbilled."
        case state:
            return f"Its state in the ledger is not known to this version: {state}."


def _calls_sentence(item: Item, history: Sequence[Attempt], may_be_billed: int, *, under_way: bool) -> str:
    if item.get("state") == DocumentState.ERASED:
        return "Calls: not known. The ledger's memory of them was erased with the document."
    if item.get("state") == DocumentState.PARKED and "attempts" not in item:
        return "Calls: not known. The ledger had forgotten its attempts when it was parked."
    if not may_be_billed:
        return "Calls: none was billed, as far as the ledger remembers."
    answered = sum(each.end in {AttemptEnd.ANALYZED, AttemptEnd.REJECTED} and each.may_be_billed for each in history)
    if not history and item.get("state") == DocumentState.DONE:
        answered = 1
    answered = min(answered, may_be_billed - under_way)
    parts = [
        f"{answered} answered" if answered else "",
        "1 under way" if under_way else "",
        f"{others} that may have been billed" if (others := may_be_billed - answered - under_way) else "",
    ]
    return f"Calls: {', '.join(part for part in parts if part)}."
