"""Line 2 of a passport's machine readable zone, with check digits (TD3, ICAO 9303, part 4)."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import Literal

from emulator.readers.ocr.mrz_states import is_state

LENGTH, CHECK_COUNT = 44, 4
_VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}
# Characters that engines return for a filler.
_FILLERS = str.maketrans(dict.fromkeys("<く《〈«‹くぐ≤＜〔｛{([（", "<"))
TO_LETTER = str.maketrans("0125684", "OIZSGBA")
_TO_DIGIT = str.maketrans("OQDIZSGBAL", "0001256841")
_CONFUSABLES = {"0": "OD", "O": "0", "1": "I", "I": "1", "2": "Z", "Z": "2", "5": "S", "S": "5", "8": "B", "B": "8"}
_CONFUSABLES |= {"6": "G", "G": "6", "D": "0", "Q": "0", "K": "<", "C": "<"}
_MAX_CHANGES = 3
MAX_LENGTH_ERROR = 8


Part = Literal["number", "birth", "expiry", "composite"]


@dataclass(frozen=True)
class MrzLine2:
    """Line 2, and which of its four check digits are valid."""

    text: str
    valid: frozenset[Part]

    @property
    def valid_checks(self) -> int:
        """The number of valid check digits."""
        return len(self.valid)

    @property
    def number(self) -> str:
        """The document number, without fillers."""
        return self.text[:9].rstrip("<")

    @property
    def country(self) -> str:
        """The code of the nationality."""
        return self.text[10:13]

    @property
    def birth_date(self) -> str:
        """The date of birth as YYMMDD."""
        return self.text[13:19]

    @property
    def sex(self) -> str:
        """M, F, or < if unspecified."""
        return self.text[20]

    @property
    def expiry_date(self) -> str:
        """The date of expiry as YYMMDD."""
        return self.text[21:27]

    @property
    def personal_number(self) -> str:
        """The optional data without fillers. In a Korean passport, it starts with half a resident number."""
        optional = self.text[28:42].rstrip("<")
        return optional[:7] if self.country == "KOR" else optional


def check_digit(text: str) -> str:
    """Return the check digit of a field: weights 7, 3, 1, modulo 10 (ICAO 9303, part 3, 4.9)."""
    return str(sum(_VALUES.get(character, 0) * (7, 3, 1)[at % 3] for at, character in enumerate(text)) % 10)


def may_be_line_2(read: str) -> bool:
    """Return whether a line has about the length of line 2 and most digits of two dates."""
    text = normalized(read)
    return abs(len(text) - LENGTH) <= MAX_LENGTH_ERROR and sum(map(str.isdigit, text)) >= 12


def parse_line_2(read: str, printed: Container[str] = ()) -> MrzLine2 | None:
    """Return line 2, or None for another line.

    In the number and the optional data, check digits decide between similar characters. Up to three characters change
    if the result is `printed` elsewhere on the page, one if there is only one valid change, and none otherwise.
    """
    text = _with_full_length(normalized(read))
    if text is None:
        return None
    number = _corrected(text[:9], text[9].translate(_TO_DIGIT), printed)
    birth_date, expiry_date = (text[start : start + 7].translate(_TO_DIGIT) for start in (13, 21))
    country, sex = text[10:13].translate(TO_LETTER), text[20]
    personal_number = _corrected(text[28:42], text[42].translate(_TO_DIGIT), printed)
    line = f"{number}{country}{birth_date}{sex}{expiry_date}{personal_number}{text[43].translate(_TO_DIGIT)}"
    if not re.fullmatch(r"[A-Z0-9]{6}[A-Z0-9<]{3}\d[A-Z<]{3}\d{7}[MFX<]\d{7}[A-Z0-9<]{14}[\d<]\d", line):
        return None
    if not (is_state(country) and _is_date(birth_date) and _is_date(expiry_date)):
        return None
    checks: dict[Part, str] = {
        "number": line[:10],
        "birth": birth_date,
        "expiry": expiry_date,
        "composite": line[:10] + line[13:20] + line[21:],
    }
    return MrzLine2(line, frozenset(part for part, field in checks.items() if check_digit(field[:-1]) == field[-1]))


def normalized(read: str) -> str:
    """Return a text with ``<`` as the only filler, and without characters that the zone cannot contain."""
    return re.sub(r"[^A-Z0-9<]", "", read.translate(_FILLERS).upper())


def _is_date(yymmdd: str) -> bool:
    """Return whether six digits are a date in one of two centuries."""
    for century in ("19", "20"):
        with contextlib.suppress(ValueError):
            date(int(century + yymmdd[:2]), int(yymmdd[2:4]), int(yymmdd[4:6]))
            return True
    return False


def _with_full_length(text: str) -> str | None:
    """Adjust the longest run of fillers so that the length is 44: engines miscount fillers, not letters."""
    missing = LENGTH - len(text)
    runs = re.findall(r"<+", text[28:]) if abs(missing) <= MAX_LENGTH_ERROR else []
    if missing == 0:
        return text
    longest = max(runs, key=len, default="")
    if len(longest) < 3 or len(longest) + missing < 1:
        return None
    return text[:28] + text[28:].replace(longest, "<" * (len(longest) + missing), 1)


def _corrected(field: str, digit: str, printed: Container[str]) -> str:
    """Return the field, corrected by its check digit, with the digit. One in ten wrong fields passes by chance."""
    fitting = {one: count for one, count in _variants(field) if check_digit(one) == digit.replace("<", "0")}
    confirmed = next((one for one in fitting if one.rstrip("<") in printed), None)
    nearest = [one for one, count in fitting.items() if count <= 1]
    if confirmed is None and field not in fitting and len(nearest) == 1:
        confirmed = nearest[0]
    return (confirmed or field) + digit


def _variants(field: str) -> Iterator[tuple[str, int]]:
    """Yield the variants of a field with confused characters and the number of changes, fewest changes first."""
    doubtful = [at for at, character in enumerate(field) if character in _CONFUSABLES]
    for count in range(_MAX_CHANGES + 1):
        for places in combinations(doubtful, count):
            for characters in product(*(_CONFUSABLES[field[at]] for at in places)):
                changed = list(field)
                for at, character in zip(places, characters, strict=True):
                    changed[at] = character
                yield "".join(changed), count
