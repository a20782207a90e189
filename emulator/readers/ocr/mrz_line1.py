"""Line 1 of a passport's machine readable zone: names, without check digits (ICAO 9303, part 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from emulator.readers.ocr.mrz_line2 import LENGTH, MAX_LENGTH_ERROR, TO_LETTER, normalized
from emulator.readers.ocr.mrz_states import is_state

_MAX_DIFFERENCES = 2
# Between surname and given names, also if these fill the rest of the line. Sentences have none.
_MIN_FILLERS = 2
_WORDS = "[A-Z]+(?:<[A-Z]+)*"
# One of the names may be missing.
_NAMES = re.compile(rf"P[A-Z<](?:[A-Z]{{3}}|[A-Z]<<)(?:{_WORDS}(?:<<{_WORDS})?|<<{_WORDS})(?:<|$)")


def may_be_line_1(read: str) -> bool:
    """Return whether a line has about the length of line 1 and more fillers than a sentence."""
    text = normalized(read)
    return abs(len(text) - LENGTH) <= MAX_LENGTH_ERROR and text.count("<") >= _MIN_FILLERS


def parse_line_1(read: str) -> str | None:
    """Return the corrected line 1, or None for another line.

    It has letters and fillers only, the code of a state, and no text after the names. They may fill the line.
    """
    text = normalized(read).translate(TO_LETTER)
    match = _NAMES.match(text)
    if match is None or abs(len(text) - LENGTH) > MAX_LENGTH_ERROR or len(match[0]) > LENGTH:
        return None
    if not match[0].endswith("<") and len(text) != LENGTH:
        return None  # names that fill the line, or a line whose end is missing
    return match[0].ljust(LENGTH, "<") if is_state(text[2:5]) else None


def build_line_1(kind: str, country: str, surname: str, given: str) -> str:
    """Return line 1 for names in their printed form. Without a surname, the given names follow its fillers."""
    surname, given = (re.sub(r"[^A-Z]+", "<", name).strip("<") for name in (surname, given))
    names = f"{surname}<<{given}" if given else surname
    return f"{kind}{country}{names}"[:LENGTH].ljust(LENGTH, "<")


def prefer_printed(zone: str, printed: str, again: Iterable[str]) -> str:
    """Return `printed` if it is nearly equal and confirmed, otherwise `zone`.

    An additional gap in the zone is not an error. Other letters are confirmed by one of the zone's readings `again`:
    it may as well be the printed name that has lost a letter, for instance under glare.
    """
    if not _is_near_match(zone, printed):
        return zone
    if _letters(zone) == _letters(printed):
        return printed if zone.rstrip("<").count("<") < printed.rstrip("<").count("<") else zone
    return printed if any(_letters(reading) == _letters(printed) for reading in again) else zone


def _letters(line: str) -> str:
    return line.replace("<", "")


def _is_near_match(one: str, other: str) -> bool:
    """Return whether two lines differ in at most two letters that are missing, doubled or confused."""
    one, other = one.rstrip("<"), other.rstrip("<")
    same = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    return max(len(one), len(other)) - same <= _MAX_DIFFERENCES
