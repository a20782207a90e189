"""The texts of a claim: one form for one text, and no character that a person cannot see or takes for another one.

A claim that only looks right is judged like any wrong one, and wrong claims can lock a citizen's card. Therefore a text
is brought into the form that Unicode itself calls equal (NFC), and everything that would need a guess is refused. The
refused classes are those of RFC 8264, section 9: controls, unassigned, ignorable, compatibility, old Hangul letters.
"""

from __future__ import annotations

import re
import unicodedata

# These count as printable, but show nothing: Default_Ignorable_Code_Point, fillers, and blank symbols. The replacement
# characters (U+FFFC, U+FFFD) stand for something that was lost.
_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\ufffc\ufffd"
    "\U00016fe4\U0001d159\U000e0100-\U000e01ef]"
)
# Parts of a syllable. NFC has composed every complete modern one.
_HANGUL_LETTER = re.compile("[\u1100-\u11ff\ua960-\ua97f\ud7b0-\ud7ff]")


def canonical(text: str) -> str:
    """Return ``text`` in NFC and without outer blanks. macOS stores names in NFD, and forms collect blanks.

    >>> canonical(" 가 ") == "가"
    True
    """
    return unicodedata.normalize("NFC", text).strip()


def unwanted(text: str) -> str | None:
    """Return what a claim's text must be without, in words, or None. ``text`` is canonical.

    The words name an invisible character by its code point. They describe any other character, which may be a letter
    of a name.

    >>> unwanted("홍길\u200b동")
    'U+200B ZERO WIDTH SPACE'
    """
    if text and unicodedata.category(text[0]).startswith("M"):
        return "a combining mark at the beginning"
    return next(filter(None, map(_unwanted_character, text)), None)


def _unwanted_character(character: str) -> str | None:
    if character == " ":
        return None
    if unicodedata.category(character) in {"Cn", "Co", "Cs"}:
        return "private-use or unassigned characters"
    if not character.isprintable() or _INVISIBLE.match(character):
        return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()
    if _HANGUL_LETTER.match(character):
        return "single Hangul letters"
    if unicodedata.normalize("NFKC", character) != character:
        return "full-width, half-width and other compatibility characters"
    return None
