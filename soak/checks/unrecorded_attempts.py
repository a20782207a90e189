"""Attempts whose end is not recorded, according to the recorded AWS calls and the ledger's table."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from sealed_ocr.common.short_id import short_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.proxy import Proxy

_ENDS = {"done", "free", "unknown"}
# An entry of an item's history that has no end: attempt, invocation, begin.
_UNENDED = re.compile(r'\["([0-9a-f]+)","[^"]*",\d+,null,')


class UnrecordedAttempts:
    """Collects the attempts whose end is not recorded.

    Attributes
    ----------
    causes
        Number of such attempts by document id and cause. Each attempt counts once.
    """

    def __init__(self) -> None:
        self.causes: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._ended: set[str] = set()
        self._seen: set[tuple[str, str]] = set()

    def read(self, proxies: Iterable[Proxy], ledger: Iterable[dict[str, str]]) -> None:
        """Read the calls since the last time, and the ledger. Call it only while no function works."""
        for proxy in proxies:
            calls, proxy.calls = proxy.calls, []
            for call in calls:
                if call.operation == "UpdateItem" and call.to_state in _ENDS:
                    values = call.request["ExpressionAttributeValues"]
                    if ":me" in values:
                        attempt = short_id(values[":me"]["S"])
                        self._ended.add(attempt)
                        if call.to_state == "unknown":
                            document_id = call.request["Key"]["documentId"]["S"]
                            self._note(document_id, attempt, _lost(values[":set_reason"]["S"]))
        for item in ledger:
            # The item's state is not enough: another delivery may have taken over from a process that was killed.
            for attempt in _UNENDED.findall(item.get("history", "")):
                cause = "its end could not be written" if attempt in self._ended else "its process was killed"
                self._note(item["documentId"], attempt, cause)

    def _note(self, document_id: str, attempt: str, cause: str) -> None:
        if (document_id, attempt) not in self._seen:
            self._seen.add((document_id, attempt))
            self.causes[document_id][cause] += 1


def _lost(reason: str) -> str:
    return "its result could not be sent" if reason.startswith("SendMessage") else "its answer was lost"
