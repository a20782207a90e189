"""Attempts whose end is not recorded, according to the recorded AWS calls and the ledger's table."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.support.proxy import Proxy

_ENDS = {"done", "free", "unknown"}


class UnrecordedAttempts:
    """Collects the attempts whose end is not recorded.

    Attributes
    ----------
    causes
        Number of such attempts by document id and cause. Each attempt counts once.
    """

    def __init__(self) -> None:
        self.causes: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._ended: dict[str, str] = {}
        self._seen: set[str] = set()

    def read(self, proxies: Iterable[Proxy], ledger: Iterable[dict[str, str]]) -> None:
        """Read the calls since the last time, and the ledger. Call it only while no function works."""
        for proxy in proxies:
            calls, proxy.calls = proxy.calls, []
            for call in calls:
                if call.operation == "UpdateItem" and call.to_state in _ENDS:
                    values = call.request["ExpressionAttributeValues"]
                    if ":me" in values:
                        self._ended[values[":me"]["S"]] = values.get(":set_reason", {}).get("S", call.to_state)
                        if call.to_state == "unknown":
                            document_id = call.request["Key"]["documentId"]["S"]
                            self._note(document_id, values[":me"]["S"], _lost(values[":set_reason"]["S"]))
        for item in ledger:
            if item["state"] == "sending":
                attempt = item["attemptId"]
                ended = attempt in self._ended
                cause = "its end could not be written" if ended else "its process was killed"
                self._note(item["documentId"], attempt, cause)

    def _note(self, document_id: str, attempt: str, cause: str) -> None:
        if attempt not in self._seen:
            self._seen.add(attempt)
            self.causes[document_id][cause] += 1


def _lost(reason: str) -> str:
    return "its result could not be sent" if reason.startswith("SendMessage") else "its answer was lost"
