"""The results of the service: plain trees that are checked through typed views, with the sealed values decrypted.

The views name what the guide promises. All members are optional and nullable: a missing member is valid, a member of
the wrong type makes the response invalid. Of what is not sealed, a member of the wrong type is left out instead: the
answer was paid for, and its values are good without it. Members that no view names pass through untouched.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import msgspec

from sealed_ocr.common.redaction import Redacted
from sealed_ocr.ocr.envelope import Envelope

# The guide: a driver's licence without a condition says "none". It is too short to be a sealed value.
_PLAIN_VALUES = frozenset({"none"})


class Header(msgspec.Struct, rename="camel"):
    """``header`` of every response. ``resultMessage`` is not used, because it may quote anything."""

    is_successful: bool
    result_code: int


class KeyResult(msgspec.Struct):
    """``result`` of "Issue Public Key": the key (Base64 of an X.509 SubjectPublicKeyInfo) and its version."""

    key: str
    version: str


class VerdictResult(msgspec.Struct, rename="camel"):
    """``result`` of "Verify Authenticity"."""

    is_authenticity: bool


class Box(msgspec.Struct):
    """The corners of a value, clockwise from the top left, in pixels of the image."""

    x1: float
    y1: float
    x2: float
    y2: float
    x3: float
    y3: float
    x4: float
    y4: float


class Recognised(Redacted, frozen=True):
    """One recognised value and its confidence, 0 to 1."""

    value: str | None = None
    conf: float | None = None


class KeyValue(Recognised, frozen=True):
    """One field of an ID card."""

    key: str | None = None
    bbox: Box | None = None


class CardResult(Redacted, frozen=True, rename="camel"):
    """``result`` of "Credit Card Analysis"; the guide's table calls ``totalCardNum`` a list, its example a string."""

    card_nums: list[Recognised | None] | None = None
    total_card_num: str | list[str | None] | None = None
    valid_thru: Recognised | None = None
    card_num_boxes: list[Box | None] | None = None
    valid_thru_box: Box | None = None
    file_type: str | None = None
    resolution: str | None = None


class IdCardResult(Redacted, frozen=True, rename="camel"):
    """``result`` of both ID-card analyses."""

    id_type: str | None = None
    key_values: list[KeyValue | None] | None = None
    boxes: list[Box | None] | None = None
    file_type: str | None = None
    resolution: str | None = None


# The members that are not sealed, of a result and of its fields.
_UNSEALED: dict[str, Any] = {
    "fileType": str | None,
    "resolution": str | None,
    "boxes": list[Box | None] | None,
    "cardNumBoxes": list[Box | None] | None,
    "validThruBox": Box | None,
    "bbox": Box | None,
}


def open_card_result(result: dict[str, Any], envelope: Envelope) -> None:
    """Decrypt the sealed values of a credit card's ``result`` in place. Null and empty values stay as they are.

    Raises
    ------
    msgspec.ValidationError
        If a member that the guide describes has another type.
    EnvelopeError
        If a value cannot be decrypted.
    """
    _check(result, CardResult)
    for number in result.get("cardNums") or ():
        _open_member(number, "value", envelope)
    _open_member(result, "totalCardNum", envelope)
    _open_member(result.get("validThru"), "value", envelope)


def open_id_card_result(result: dict[str, Any], envelope: Envelope) -> None:
    """Decrypt the sealed values of an ID card's ``result`` in place. Null and empty values stay as they are.

    Raises
    ------
    msgspec.ValidationError
        If a member that the guide describes has another type.
    EnvelopeError
        If a value cannot be decrypted.
    """
    _check(result, IdCardResult)
    for field in result.get("keyValues") or ():
        _open_member(field, "value", envelope)


def _check(result: dict[str, Any], view: type[CardResult | IdCardResult]) -> None:
    try:
        msgspec.convert(result, view)
    except msgspec.ValidationError:
        fields = result.get("keyValues")
        for holder in (result, *(fields if isinstance(fields, list) else ())):
            _leave_out_malformed(holder)
        msgspec.convert(result, view)


def _leave_out_malformed(holder: object) -> None:
    if not isinstance(holder, dict):
        return
    for name in _UNSEALED.keys() & holder.keys():
        try:
            msgspec.convert(holder[name], _UNSEALED[name])
        except msgspec.ValidationError:
            del holder[name]


def _open_member(holder: dict[str, Any] | None, name: str, envelope: Envelope) -> None:
    sealed = holder.get(name) if holder else None
    if not holder or not sealed:
        return
    if isinstance(sealed, list):
        holder[name] = [envelope.open_text(one) if one else one for one in sealed]
    elif sealed not in _PLAIN_VALUES:
        holder[name] = envelope.open_text(sealed)


# msgspec 0.22.0 builds the description of a type at its first use, and crashes the process if two threads do so at
# once. A cold batch opens ten responses at once, so one thread builds the descriptions here, at import.
for _view in (Header, KeyResult, VerdictResult, CardResult, IdCardResult):
    with suppress(msgspec.ValidationError):
        msgspec.convert({}, _view)
for _type in _UNSEALED.values():
    msgspec.convert(None, _type)
