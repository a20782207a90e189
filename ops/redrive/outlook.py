"""What will happen to dead letters that are sent back: which are called for at once, and which wait, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec
from sealed_ocr.aws.circuit_breaker import FAILURE_THRESHOLD, PROBE_SECONDS, RESULTS_QUEUE, circuit_item
from sealed_ocr.aws.ledger import RETENTION_SECONDS
from sealed_ocr.aws.table import Item
from sealed_ocr.aws.uploads import Upload
from sealed_ocr.common.dead_letter_reason import DeadLetterReason
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.timestamps import timestamp

from ops.common.ceilings import Ceiling
from ops.redrive.dead_letters import DeadLetter
from workstation.terminal import pluralize


class Outlook(msgspec.Struct, rename="camel", frozen=True):
    """What will happen to ``documents`` of the dead letters.

    ``waits`` if there is no attempt at once; ``until`` is then the earliest time of one, if it is known.
    """

    documents: int
    waits: bool
    sentence: str
    until: str | None = None


class _Fate(NamedTuple):
    """What happens to one document. ``is_called`` if the service is called for it at once."""

    sentence: str
    is_called: bool = False
    waits_until: float = 0


def outlook(
    dead_letters: Collection[DeadLetter], items: Mapping[str, Item], now: float, ceilings: Collection[Ceiling] = ()
) -> list[Outlook]:
    """Return what will happen to the documents.

    ``items`` are the ledger's, ``now`` is in epoch seconds, and ``ceilings`` are those of the stage.
    """
    fates: Counter[_Fate] = Counter(
        _of(upload, dead_letter, items, now) for dead_letter in dead_letters for upload in dead_letter.uploads
    )
    return [
        Outlook(
            number,
            bool(fate.waits_until),
            f"{pluralize(number, 'document')}: {fate.sentence}",
            timestamp(fate.waits_until) if fate.waits_until else None,
        )
        for fate, number in sorted(_held_back(fates, ceilings).items(), key=lambda each: (each[0].waits_until, each[0]))
    ]


def _held_back(fates: Counter[_Fate], ceilings: Collection[Ceiling]) -> Counter[_Fate]:
    """Return the fates with those changed for which no call is left."""
    found = Counter(fates)
    # Whoever must wait for the next day takes no call of this hour.
    for ceiling in sorted(ceilings, key=lambda each: each.ends_at, reverse=True):
        called = [fate for fate in found.elements() if fate.is_called]
        held = called[ceiling.left :]
        if held:
            found -= Counter(held)
            found[_Fate(_ceiling_sentence(ceiling), waits_until=ceiling.ends_at)] = len(held)
    return found


def _ceiling_sentence(ceiling: Ceiling) -> str:
    return (
        f"held back by {ceiling.setting}, of whose {ceiling.calls:,} calls {ceiling.left:,} are left, until "
        f"{timestamp(ceiling.ends_at)} at the earliest"
    )


def _of(upload: Upload, dead_letter: DeadLetter, items: Mapping[str, Item], now: float) -> _Fate:
    item = items.get(upload.document.document_id)
    if item is None:
        if dead_letter.reason == DeadLetterReason.UNKNOWN_OUTCOME or upload.created_at < now - RETENTION_SECONDS:
            return _Fate("parked again, because the ledger has forgotten its attempts")
        return _call(upload, items, now, last=False)
    match item.get("state"):
        case DocumentState.DONE:
            return _Fate("done already, acknowledged without a call")
        case DocumentState.ERASED:
            return _Fate("erased, acknowledged without a call")
        case DocumentState.PARKED:
            return _Fate("parked, acknowledged without a call; its own dead letter stays")
        case DocumentState.SENDING if int(item.get("leaseUntil", 0)) >= now:
            lease = int(item["leaseUntil"])
            return _Fate(f"another attempt holds it, so it waits until {timestamp(lease)}", waits_until=lease)
        case DocumentState.SENDING:
            return _call(upload, items, now, last=True)
        case _:
            return _call(upload, items, now, last=bool(item.get("freed")) or int(item.get("attempts", 0)) > 0)


def _call(upload: Upload, items: Mapping[str, Item], now: float, *, last: bool) -> _Fate:
    """Return whether a call waits. ``last`` if it may be the last one that is permitted."""
    kind = upload.document.kind
    if kind is None:
        return _Fate("rejected without a call, because its folder is that of no kind")
    results = _probe(RESULTS_QUEUE, items, now)
    if results:
        return _Fate(
            f"waits until the results queue takes messages again; the next one tries at {timestamp(results)}",
            waits_until=results,
        )
    service = _probe(kind, items, now)
    if last and service:
        return _Fate(
            f"waits for its last permitted attempt until the service answers analyses of {kind} again; the next one "
            f"tries at {timestamp(service)}. Deliveries meanwhile pause for 30 s to 18 min",
            waits_until=service,
        )
    suspect = last and items.get(upload.document.document_id, {}).get("suspect")
    return _Fate(
        "called for as soon as a function receives it" + (", alone after the others of its batch" if suspect else ""),
        is_called=True,
    )


def _probe(circuit: str, items: Mapping[str, Item], now: float) -> int:
    """Return when the next request may try an open circuit, or 0 if the circuit lets requests through."""
    item = items.get(circuit_item(circuit), {})
    due = int(item.get("askedAt", 0)) + PROBE_SECONDS
    return due if int(item.get("unanswered", 0)) >= FAILURE_THRESHOLD and due > now else 0
