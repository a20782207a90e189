"""What the vendor bills: one kind of call for each kind of document, and verifications."""

from __future__ import annotations

from enum import StrEnum


class BilledCall(StrEnum):
    """A kind of call that costs money. That of an analysis has the value of its ``Kind``."""

    CREDIT_CARD = "credit-card"
    ID_CARD = "id-card"
    ID_CARD_STAND_ALONE = "id-card/stand-alone"
    VERIFICATION = "verification"


# Those that the vendor's quota of 100,000 for each OCR service bounds.
ID_CARD_CALLS = (BilledCall.ID_CARD, BilledCall.ID_CARD_STAND_ALONE)
