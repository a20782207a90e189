"""When the next attempt at a document may come."""

from __future__ import annotations

import msgspec
from sealed_ocr.aws.attempt_history import Attempt
from sealed_ocr.aws.table import Item
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.timestamps import timestamp

from ops.story.attempts import WHY
from workstation.terminal import pluralize

# The uploads queue's visibility time-out: when the message of a killed function is delivered again. A test compares it
# with ``infra.limits``.
VISIBILITY_SECONDS = 720


class NextAttempt(msgspec.Struct, rename="camel", frozen=True):
    """When the next attempt may come. ``not_before`` is None if that is not known, or none comes by itself."""

    sentence: str
    not_before: str | None = None


def next_attempt(item: Item, last: Attempt | None, now: float, *, under_way: bool) -> NextAttempt:
    """Return when the next attempt may come; ``last`` is the entry of what happened last, if there is one."""
    match item.get("state"):
        case DocumentState.DONE:
            return NextAttempt("Next attempt: none. `reanalyze` would buy one.")
        case DocumentState.ERASED:
            return NextAttempt("Next attempt: none. A late delivery ends without a call.")
        case DocumentState.PARKED:
            return NextAttempt(
                "Next attempt: none, until an operator runs `redrive --pay-again` or `reanalyze`. Each buys one."
            )
        case DocumentState.SENDING if under_way:
            return NextAttempt("Next attempt: only if this one fails.")
        case DocumentState.SENDING:
            # The claim is the last change of such an item.
            due = int(item.get("updatedAt", 0)) + VISIBILITY_SECONDS
            return _due(
                due,
                now,
                "its message becomes visible again about 12 minutes after the function received it. It then runs alone "
                "if a further attempt is permitted, and is parked otherwise",
            )
        case DocumentState.FREE | DocumentState.UNKNOWN if last is not None and last.seconds is not None:
            due = last.begun + last.seconds + last.wait_seconds
            rest = WHY[last.why] if last.why else "its message is in the uploads queue"
            if item.get("state") == DocumentState.UNKNOWN:
                rest += ". If no further attempt is permitted, the document is parked then"
            return _due(due, now, rest)
        case _:
            return NextAttempt(
                "Next attempt: with the next delivery of its message, if a further attempt is permitted. An earlier "
                "version wrote the entry, which does not say when. Usually it is within 18 minutes."
            )


def _due(due: int, now: float, rest: str) -> NextAttempt:
    when = timestamp(due)
    if due > now:
        return NextAttempt(f"Next attempt: not before {when}, in {_duration(due - now)}: {rest}.", when)
    return NextAttempt(
        f"Next attempt: due since {when}: {rest}. If none comes, look whether the message is a dead letter "
        "(`dead-letters`), and whether the functions run (`doctor`).",
        when,
    )


def _duration(seconds: float) -> str:
    return pluralize(round(seconds), "second") if seconds < 90 else pluralize(round(seconds / 60), "minute")
