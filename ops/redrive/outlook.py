"""What will happen to dead letters that are sent back: which are called for at once, and which wait, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

import msgspec
from sealed_ocr.analysis.messages import timestamp
from sealed_ocr.aws.circuit_breaker import FAILURE_THRESHOLD, PROBE_SECONDS, RESULTS_QUEUE, circuit_item
from sealed_ocr.aws.ledger import RETENTION_SECONDS
from sealed_ocr.aws.table import Item
from sealed_ocr.aws.uploads import Upload
from sealed_ocr.common.dead_letter_reason import DeadLetterReason
from sealed_ocr.common.document_state import DocumentState

from ops.redrive.dead_letters import DeadLetter
from workstation.terminal import pluralize


class Outlook(msgspec.Struct, rename="camel", frozen=True):
    """What will happen to ``documents`` of the dead letters. ``waits`` if there is no attempt at once."""

    documents: int
    waits: bool
    sentence: str


def outlook(dead_letters: Collection[DeadLetter], items: Mapping[str, Item], now: float) -> list[Outlook]:
    """Return what will happen to the documents; ``items`` are the ledger's, ``now`` is in epoch seconds."""
    numbers: Counter[tuple[bool, str]] = Counter(
        _of(upload, dead_letter, items, now) for dead_letter in dead_letters for upload in dead_letter.uploads
    )
    return [
        Outlook(number, waits, f"{pluralize(number, 'document')}: {sentence}")
        for (waits, sentence), number in sorted(numbers.items())
    ]


def _of(upload: Upload, dead_letter: DeadLetter, items: Mapping[str, Item], now: float) -> tuple[bool, str]:
    item = items.get(upload.document.document_id)
    if item is None:
        if dead_letter.reason == DeadLetterReason.UNKNOWN_OUTCOME or upload.created_at < now - RETENTION_SECONDS:
            return False, "parked again, because the ledger has forgotten its attempts"
        return _call(upload, items, now, last=False)
    match item.get("state"):
        case DocumentState.DONE:
            return False, "done already, acknowledged without a call"
        case DocumentState.PARKED:
            return False, "parked, acknowledged without a call; its own dead letter stays"
        case DocumentState.SENDING if int(item.get("leaseUntil", 0)) >= now:
            return True, f"another attempt holds it, so it waits until {timestamp(int(item['leaseUntil']))}"
        case DocumentState.SENDING:
            return _call(upload, items, now, last=True)
        case _:
            return _call(upload, items, now, last=bool(item.get("freed")) or int(item.get("attempts", 0)) > 0)


def _call(upload: Upload, items: Mapping[str, Item], now: float, *, last: bool) -> tuple[bool, str]:
    """Return whether a call waits. ``last`` if it may be the last one that is permitted."""
    results, kind = _probe(RESULTS_QUEUE, items, now), upload.document.kind
    if results:
        return True, f"waits until the results queue takes messages again; the next one tries at {timestamp(results)}"
    service = _probe(kind, items, now) if kind else 0
    if last and service:
        return True, (
            f"waits for its last permitted attempt until the service answers analyses of {kind} again; the next one "
            f"tries at {timestamp(service)}. Deliveries meanwhile pause for 30 s to 18 min"
        )
    return False, "called for as soon as a function receives it" + (
        ", alone after the others of its batch"
        if last and items.get(upload.document.document_id, {}).get("suspect")
        else ""
    )


def _probe(circuit: str, items: Mapping[str, Item], now: float) -> int:
    """Return when the next request may try an open circuit, or 0 if the circuit lets requests through."""
    item = items.get(circuit_item(circuit), {})
    due = int(item.get("askedAt", 0)) + PROBE_SECONDS
    return due if int(item.get("unanswered", 0)) >= FAILURE_THRESHOLD and due > now else 0
