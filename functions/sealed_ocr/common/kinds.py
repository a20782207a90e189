"""The kinds of document: one for each analysis of the OCR API ("Credit Card API", "ID Card API", "… (Stand alone)")."""

from __future__ import annotations

from enum import StrEnum


class Kind(StrEnum):
    """A kind of document. Its value is the path of the API and the folder of the upload.

    What else a kind decides stands in ``sealed_ocr.ocr.kind_specs``.
    """

    CREDIT_CARD = "credit-card"
    ID_CARD = "id-card"
    ID_CARD_STAND_ALONE = "id-card/stand-alone"

    @classmethod
    def of_key(cls, key: str) -> Kind | None:
        """Return the kind whose folder an object key starts with (the longest match), or None."""
        matches = [kind for kind in cls if key.startswith(f"{kind}/")]
        return max(matches, key=len, default=None)
