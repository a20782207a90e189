"""Your processing of a document goes here. This handler logs each document's id and outcome, but no values."""

from __future__ import annotations

import datetime as dt
import logging
from typing import TYPE_CHECKING

from message_types import CreditCardData, Delayed, Erased, OfferedPassportClaim, Rejected
from verification_client import NEXT_STEPS

if TYPE_CHECKING:
    from message_types import IdCardData, StandAloneIdCardData, Verification
    from messages import Event
    from verification_client import VerificationClient

MIN_CONFIDENCE = 0.9
"""Below this, a person must compare the field with the image: a misread issue date counts as a wrong one."""
log = logging.getLogger("consumer.handler")


class DocumentHandler:
    """Processes one document at a time, within ``consumer.VISIBILITY_SECONDS``."""

    def __init__(self, verification: VerificationClient | None) -> None:
        """Without ``verification`` no verdict is requested."""
        self._verification = verification

    def handle(self, event: Event) -> None:
        """Process the document. Return when its message can be deleted.

        Raises
        ------
        RetryLater
            If the same message must be delivered again. After any other exception it stays in the queue as well.
        """
        if isinstance(event, Rejected):
            log.info("%s: rejected, %s", event.id, event.data.rejection.code.value)
        elif isinstance(event, Delayed):
            # Tell the applicant. An analyzed or a rejected message may follow, under the document's own id.
            log.info("%s: delayed, %s", event.data.document.documentId, event.data.delay.code.value)
        elif isinstance(event, Erased):
            # Delete all that you have stored of the document. The consumer processes no later message about it.
            log.info("%s: erased", event.data.document.documentId)
        elif isinstance(event.data, CreditCardData):
            # The values are in event.data.result.cardNums and validThru.
            log.info("%s: read as credit card; no verdict requested", event.id)
        else:
            # The values are in event.data.result.keyValues.
            log.info("%s: read as %s; %s", event.id, event.data.result.idType, self._verdict(event.id, event.data))

    def _verdict(self, document_id: str, data: IdCardData | StandAloneIdCardData) -> str:
        offer = data.verification
        if self._verification is None or offer is None:
            return "no verdict requested"
        withheld = [] if offer.sealedClaim else offer.withheld or []
        if needed := [*offer.missing, *withheld]:
            return f"no verdict: a person must add {', '.join(needed)}"
        if unsure := _unsure_fields(data, offer):
            return f"no verdict: a person must check {', '.join(unsure)}"
        if dt.datetime.now(dt.UTC) >= offer.expiresAt:
            return "no verdict: the offer has expired"
        # The sealed claim holds what the message withholds. Fields beside it would correct it.
        claim = {"sealedClaim": offer.sealedClaim} if offer.sealedClaim else offer.request.model_dump(exclude_none=True)
        answer = self._verification.verify(document_id, claim)
        if answer.authentic is None:
            fields = f" ({', '.join(answer.fields)})" if answer.fields else ""
            return f"no verdict: {answer.problem}{fields}, {NEXT_STEPS[answer.problem].value}"
        return "authentic" if answer.authentic else "NOT authentic"


def _unsure_fields(data: IdCardData | StandAloneIdCardData, offer: Verification) -> list[str]:
    # A passport's claim names its fields differently, so every field of a passport is checked.
    check_all = isinstance(offer.request, OfferedPassportClaim)
    claimed = offer.request.model_fields_set | {*(offer.withheld or ())}
    # A field that is omitted has a confidence and no value.
    omitted = data.withheld.omitted if data.withheld else []
    return [
        str(field.key)
        for field in data.result.keyValues or ()
        if field and (field.value or field.key in omitted) and (check_all or field.key in claimed)
        if (field.conf or 0) < MIN_CONFIDENCE
    ]
