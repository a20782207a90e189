"""What a kind of document decides: the one table that a new kind has to be entered into."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.card_fields import (
    CREDIT_CARD_FIELDS,
    ID_CARD_FIELDS,
    FieldReading,
    credit_card_readings,
    id_card_readings,
)
from sealed_ocr.ocr.envelope import Envelope
from sealed_ocr.ocr.models import open_card_result, open_id_card_result
from sealed_ocr.ocr.public_keys import KeyService


class KindSpec(NamedTuple):
    """What the API does for one kind.

    Attributes
    ----------
    key_service
        The name under which the public key is issued: one for cards, one for the three ID-card APIs.
    open_result
        Decrypts the sealed values of a result in place.
    fields
        The names of the fields, by ``idType``; under None if the result has none.
    readings
        Yields what was read of each field of an opened result.
    offers_claim
        Whether the result may become a claim for a verification.
    """

    key_service: KeyService
    open_result: Callable[[dict[str, Any], Envelope], None]
    fields: Mapping[str | None, Iterable[str]]
    readings: Callable[[dict[str, Any]], Iterable[FieldReading]]
    offers_claim: bool


_ID_CARD_FIELDS: dict[str | None, Iterable[str]] = dict(ID_CARD_FIELDS.items())

KIND_SPECS: dict[Kind, KindSpec] = {
    Kind.CREDIT_CARD: KindSpec(
        "credit-card", open_card_result, {None: CREDIT_CARD_FIELDS}, credit_card_readings, offers_claim=False
    ),
    Kind.ID_CARD: KindSpec("id-card", open_id_card_result, _ID_CARD_FIELDS, id_card_readings, offers_claim=True),
    Kind.ID_CARD_STAND_ALONE: KindSpec(
        "id-card", open_id_card_result, _ID_CARD_FIELDS, id_card_readings, offers_claim=True
    ),
}
