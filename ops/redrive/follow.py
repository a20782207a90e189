"""Follows documents that were sent back until each has ended."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection

from sealed_ocr.common.attempt_end import DeferralReason
from sealed_ocr.common.document_state import DocumentState

from ops.common.console import print_line, progress_bar
from ops.common.ledger import OperatorLedger
from ops.story.attempts import WHY
from ops.story.story import DocumentStory, tell
from workstation.terminal import pluralize

_POLL_SECONDS = 5.0
_ENDED = frozenset({DocumentState.DONE, DocumentState.PARKED, DocumentState.ERASED})


def follow(
    ledger: OperatorLedger,
    document_ids: Collection[str],
    clock: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> Counter[str]:
    """Wait until every document is done, parked or erased, with a line for each change of those that wait.

    Returns
    -------
    Counter of str
        The documents by how they ended: ``analyzed``, ``rejected``, ``parked`` or ``erased``.

    Raises
    ------
    AwsError
        If DynamoDB fails or refuses.
    """
    left, ended, said = set(document_ids), Counter[str](), ""
    with progress_bar() as bar:
        following = bar.add_task("ended", total=len(left))
        while True:
            items = ledger.items(sorted(left))
            for document_id, item in items.items():
                if item.get("state") in _ENDED:
                    left.discard(document_id)
                    ended[item["outcome"] if item["state"] == DocumentState.DONE else item["state"]] += 1
            bar.update(following, completed=ended.total())
            if not left:
                return ended
            waiting = _waiting([tell(each, items[each], clock()) for each in left & items.keys()])
            if waiting and waiting != said:
                print_line(f"{ended.total()} of {len(document_ids)} ended. {waiting}")
                said = waiting
            sleep(_POLL_SECONDS)


def _waiting(stories: Collection[DocumentStory]) -> str:
    """Return a sentence about the documents whose last attempt was deferred."""
    last = [story.attempts[-1] for story in stories if story.attempts]
    until: dict[DeferralReason, list[str]] = {}
    for attempt in last:
        if attempt.deferred_because and attempt.deferred_until:
            until.setdefault(attempt.deferred_because, []).append(attempt.deferred_until)
    return " ".join(
        f"{pluralize(len(times), 'document')} deferred, the last until {max(times)}: {WHY[why]}."
        for why, times in sorted(until.items())
    )
