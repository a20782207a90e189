"""Which parts of which boxes of a message are numbers that a copy must not show. Knows nothing of pictures.

What is blacked out, by field:

- a resident number (``residentNumber``, ``personalNo``): its last seven digits, which Korean law wants hidden; the date
  of birth stays;
- ``driverLicenseNumber``, ``serialNum`` and ``passportNo``: as a whole; they identify a person too;
- ``MRZ2``: as a whole; it repeats a passport's number, date of birth and personal number;
- a payment card's number: all but its last four digits. The expiry date stays, as PCI DSS allows beside them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

_RESIDENT_NUMBERS = {"residentNumber", "personalNo"}
_WHOLE = {"driverLicenseNumber", "serialNum", "passportNo", "MRZ2"}
# The numbers that every document of this type shows.
_REQUIRED = {
    "resident": {"residentNumber"},
    "driver": {"residentNumber", "driverLicenseNumber"},
    "passport": {"passportNo", "MRZ2"},
}
_HIDDEN_DIGITS, _RESIDENT_DIGITS = 7, 13
_SHOWN_DIGITS, _FEWEST_CARD_DIGITS = 4, 12
# A box is tight, and may be off by a little: this share of its height is added on each side.
_MARGIN = 0.2

Point = tuple[float, float]


class CannotRedact(Exception):
    """A person has to black out this image. The text says why, and quotes no value."""


@dataclass(frozen=True)
class Bar:
    """The part of a box from ``start`` to ``end``, as shares of its width."""

    box: dict[str, float]
    start: float = 0
    end: float = 1

    def corners(self) -> list[Point]:
        """Return the corners with the margin, which goes with the writing however it is turned."""
        try:
            top_left, top_right, low_right, low_left = [
                (float(self.box[f"x{n}"]), float(self.box[f"y{n}"])) for n in range(1, 5)
            ]
        except (KeyError, TypeError, ValueError):
            raise CannotRedact("a box has no four corners") from None
        across = max(_distance(top_left, top_right), 1)
        margin = _MARGIN * _distance(top_left, low_left)
        start = self.start - (margin / across if self.start == 0 else 0)
        end = self.end + (margin / across if self.end == 1 else 0)
        above, below = -_MARGIN, 1 + _MARGIN
        return [
            _between(_between(top_left, top_right, share), _between(low_left, low_right, share), down)
            for share, down in ((start, above), (end, above), (end, below), (start, below))
        ]


def bars(result: dict[str, Any]) -> list[Bar]:
    """Return the bars for ``data.result`` of a message.

    Raises
    ------
    CannotRedact
        If a number was not read or has no box, and so may be anywhere on the image.
    """
    return list(_id_card_bars(result) if "idType" in result else _card_bars(result))


def _id_card_bars(result: dict[str, Any]) -> Iterator[Bar]:
    required = _REQUIRED.get(str(result.get("idType")))
    if required is None:
        raise CannotRedact("the type of the card is unknown")
    fields = {str(field.get("key")): field for field in result.get("keyValues") or () if field}
    for key in sorted(_RESIDENT_NUMBERS | _WHOLE):
        field = fields.get(key) or {}
        if not field.get("value"):
            if key in required:
                raise CannotRedact(f"{key} was not read, and may be on the image")
            continue
        if not field.get("bbox"):
            raise CannotRedact(f"{key} has no box")
        yield Bar(field["bbox"], _start_of_hidden_digits(field["value"]) if key in _RESIDENT_NUMBERS else 0)


def _start_of_hidden_digits(value: str) -> float:
    """Return where the last seven digits of a resident number begin, as a share of its width; 0 if it is misread.

    Digits have one width, and the sign between them may be narrower: the bar begins where the sixth digit ends at the
    earliest.
    """
    digits = sum(char.isdecimal() for char in value)
    return (_RESIDENT_DIGITS - _HIDDEN_DIGITS) / len(value) if digits == _RESIDENT_DIGITS else 0


def _card_bars(result: dict[str, Any]) -> Iterator[Bar]:
    groups = [str((group or {}).get("value") or "") for group in result.get("cardNums") or ()]
    boxes = result.get("cardNumBoxes") or []
    if sum(map(len, groups)) < _FEWEST_CARD_DIGITS or not all(groups) or len(groups) != len(boxes) or not all(boxes):
        raise CannotRedact("the card's number was not read completely, or a part of it has no box")
    for box in boxes[:-1]:
        yield Bar(box)
    last = groups[-1]
    if len(last) > _SHOWN_DIGITS:
        yield Bar(boxes[-1], end=1 - _SHOWN_DIGITS / len(last))


def _distance(a: Point, b: Point) -> float:
    return float(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5)


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
