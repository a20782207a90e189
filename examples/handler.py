"""Your processing of a document goes here. This handler logs each document's id and outcome, but no values."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING, Any

from verification_client import NEXT_STEPS

if TYPE_CHECKING:
    from cloudevents.core.base import BaseCloudEvent
    from verification_client import VerificationClient

MIN_CONFIDENCE = 0.9
"""Below this, a person must compare the field with the image: a misread issue date counts as a wrong one."""
log = logging.getLogger("consumer.handler")


class DocumentHandler:
    """Processes one document at a time, within ``consumer.VISIBILITY_SECONDS``."""

    def __init__(self, verification: VerificationClient | None) -> None:
        """Without ``verification`` no verdict is requested."""
        self._verification = verification

    def handle(self, event: BaseCloudEvent) -> None:
        """Process the document. Return when its message can be deleted.

        Raises
        ------
        RetryLater
            If the same message must be delivered again. After any other exception it stays in the queue as well.
        """
        data: Any = event.get_data()
        if "rejection" in data:
            log.info("%s: rejected, %s", event.get_id(), data["rejection"]["code"])
            return
        if "delay" in data:
            # Tell the applicant. An analyzed or a rejected message may follow, under the document's own id.
            log.info("%s: delayed, %s", data["document"]["documentId"], data["delay"]["code"])
            return
        verdict = self._verdict(event.get_id(), data["result"], data.get("verification"))
        # The values are in data["result"]: in cardNums and validThru for a credit card, in keyValues for an ID card.
        log.info("%s: read as %s; %s", event.get_id(), data["result"].get("idType") or "credit card", verdict)

    def _verdict(self, document_id: str, result: dict[str, Any], offer: dict[str, Any] | None) -> str:
        if self._verification is None or offer is None:
            return "no verdict requested"
        if offer["missing"]:
            return f"no verdict: a person must add {', '.join(offer['missing'])}"
        if unsure := _unsure_fields(result, offer["request"]):
            return f"no verdict: a person must check {', '.join(unsure)}"
        if dt.datetime.now(dt.UTC) >= dt.datetime.fromisoformat(offer["expiresAt"]):
            return "no verdict: the offer has expired"
        answer = self._verification.verify(document_id, offer["request"])
        if answer.authentic is None:
            fields = f" ({', '.join(answer.fields)})" if answer.fields else ""
            return f"no verdict: {answer.problem}{fields}, {NEXT_STEPS[answer.problem].value}"
        return "authentic" if answer.authentic else "NOT authentic"


def _unsure_fields(result: dict[str, Any], claim: dict[str, str]) -> list[str]:
    # A passport's claim names its fields differently, so every field of a passport is checked.
    check_all = claim["idType"] == "passport"
    fields = [field for field in result.get("keyValues") or () if field and field.get("value")]
    claimed = [field for field in fields if check_all or field.get("key") in claim]
    return [str(field.get("key")) for field in claimed if (field.get("conf") or 0) < MIN_CONFIDENCE]
