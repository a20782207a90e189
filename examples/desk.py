"""Your work on a document goes here. This desk tells of each one in the log, by number and outcome, never by value."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from verdicts import THEN

if TYPE_CHECKING:
    from cloudevents.core.base import BaseCloudEvent
    from verdicts import Verdicts

LEAST_CONFIDENCE = 0.9
"""Below it a person compares the field with the image first: a misread issue date counts as a wrong one."""
log = logging.getLogger("consumer.desk")


class Desk:
    """Works on one document at a time, within ``consumer.VISIBILITY_SECONDS``."""

    def __init__(self, verdicts: Verdicts | None) -> None:
        """``verdicts`` None asks for none."""
        self._verdicts = verdicts

    def work(self, event: BaseCloudEvent) -> None:
        """Do what there is to do; return when it may be forgotten.

        Raises
        ------
        Later
            when the same message is to come again. Any other exception leaves it to the queue as well.
        """
        data: Any = event.get_data()
        if "rejection" in data:
            log.info("%s: rejected, %s", event.get_id(), data["rejection"]["code"])
            return
        verdict = self._verdict(event.get_id(), data["result"], data.get("verification"))
        # The values are in data["result"]: a card's in cardNums and validThru, an ID card's in keyValues.
        log.info("%s: read as %s; %s", event.get_id(), data["result"].get("idType") or "credit card", verdict)

    def _verdict(self, document_id: str, result: dict[str, Any], offer: dict[str, Any] | None) -> str:
        if self._verdicts is None or offer is None:
            return "no verdict asked for"
        if offer["missing"]:
            return f"no verdict before a person says {', '.join(offer['missing'])}"
        if unsure := _unsure(result, offer["request"]):
            return f"no verdict before a person has looked at {', '.join(unsure)}"
        if dt.datetime.now(dt.UTC) >= dt.datetime.fromisoformat(offer["expiresAt"]):
            return "no verdict: the offer is over"
        answer = self._verdicts.ask(document_id, offer["request"])
        if answer.authentic is None:
            about = f" ({', '.join(answer.fields)})" if answer.fields else ""
            return f"no verdict: {answer.problem}{about}, {THEN[answer.problem].value}"
        return "authentic" if answer.authentic else "NOT authentic"


def _unsure(result: dict[str, Any], claim: dict[str, str]) -> list[str]:
    # A passport's claim has other names for its fields: there, every field counts.
    every = claim["idType"] == "passport"
    fields = [field for field in result.get("keyValues") or () if field and field.get("value")]
    read = [field for field in fields if every or field.get("key") in claim]
    return [str(field.get("key")) for field in read if (field.get("conf") or 0) < LEAST_CONFIDENCE]
