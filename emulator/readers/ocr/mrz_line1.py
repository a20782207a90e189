"""Line 1 of a passport's machine readable zone: names, without check digits (ICAO 9303, part 4)."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from emulator.readers.ocr.mrz_line2 import LENGTH, MAX_LENGTH_ERROR, TO_LETTER, normalized

_MAX_DIFFERENCES = 2


def may_be_line_1(read: str) -> bool:
    """Return whether a line has about the length of line 1 and more fillers than a sentence."""
    text = normalized(read)
    return abs(len(text) - LENGTH) <= MAX_LENGTH_ERROR and text.count("<") >= 5


def parse_line_1(read: str) -> str | None:
    """Return the corrected line 1, or None for another line: letters and fillers only, no text after the names."""
    text = normalized(read).translate(TO_LETTER)
    match = re.match(r"P[A-Z<][A-Z<]{3}([A-Z]+(?:<[A-Z]+)*)(?:<<([A-Z]+(?:<[A-Z]+)*))?<", text)
    if match is None or abs(len(text) - LENGTH) > MAX_LENGTH_ERROR or len(match[0]) > LENGTH:
        return None
    return match[0].ljust(LENGTH, "<")


def build_line_1(kind: str, country: str, surname: str, given: str) -> str:
    """Return line 1 for names in their printed form."""
    names = "<<".join(re.sub(r"[^A-Z]+", "<", name) for name in (surname, given) if name)
    return f"{kind}{country}{names}"[:LENGTH].ljust(LENGTH, "<")


def prefer_printed(zone: str, printed: str) -> str:
    """Return `printed` if it is nearly equal, otherwise `zone`. An additional gap in the zone is not an error."""
    same_letters = zone.replace("<", "") == printed.replace("<", "")
    gaps = zone.rstrip("<").count("<") >= printed.rstrip("<").count("<")
    return printed if _is_near_match(zone, printed) and not (same_letters and gaps) else zone


def _is_near_match(one: str, other: str) -> bool:
    """Return whether two lines differ in at most two letters that are missing, doubled or confused."""
    one, other = one.rstrip("<"), other.rstrip("<")
    same = sum(block.size for block in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks())
    return max(len(one), len(other)) - same <= _MAX_DIFFERENCES
