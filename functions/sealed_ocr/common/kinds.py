"""The three analyses that the OCR API offers ("Credit Card API", "ID Card API", "… (Stand alone)")."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

KeyService = Literal["credit-card", "id-card"]


class Kind(StrEnum):
    """A kind of document; its value is the API's path and the upload's folder."""

    CREDIT_CARD = "credit-card"
    ID_CARD = "id-card"
    ID_CARD_STAND_ALONE = "id-card/stand-alone"

    @property
    def key_service(self) -> KeyService:
        """The name under which the kind's public key is issued: one for cards, one for the three ID-card APIs."""
        return "credit-card" if self is Kind.CREDIT_CARD else "id-card"
