"""What a masked field still shows. A value of another form than expected has no mask: it is omitted.

=====================  =======================================  ======================
field                  shows                                    example
=====================  =======================================  ======================
resident number        the date of birth and the next digit     ``481023-1******``
personalNo             the first digit                          ``1******``
number of a card       the last four digits                     ``************2401``
licence number         the last four digits                     ``********1991``
passport number        the last four characters                 ``*****8388``
name                   the first character                      ``서**``
date                   the year                                 ``2009.**.**``
=====================  =======================================  ======================
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sealed_ocr.common.claim_text import canonical

# PCI DSS allows the last four digits of a number on a display.
_SHOWN = 4
# The lengths of ISO/IEC 7812 that payment cards have.
_CARD_DIGITS = range(13, 20)
_MAX_NAME = 100

_RESIDENT = re.compile(r"([0-9]{6})\s*-?\s*([0-9])(?:[0-9]{6}|\*{6})")
_PERSONAL = re.compile(r"([0-9])(?:[0-9]{6}|\*{6})")
_LICENCE = re.compile(r"(?:[0-9]{2}|[가-힣]{2,4})[\s-]*[0-9]{2}[\s-]*[0-9]{4}([0-9]{2})[\s-]*([0-9]{2})")
_PASSPORT = re.compile(r"[0-9A-Z]{5}([0-9A-Z]{4})")
_YEAR = "(?:19|20)[0-9]{2}"
# The forms of a date, and what is shown of each.
_DATES = (
    (re.compile(rf"({_YEAR})[\s.,\-/년]+[0-9]{{1,2}}[\s.,\-/월]+[0-9]{{1,2}}[\s.,\-/일]*"), r"\1.**.**"),
    (re.compile(rf"({_YEAR})[0-9]{{4}}"), r"\1****"),
    (re.compile(rf"[0-9]{{1,2}}\s(?:.*[^0-9])?({_YEAR})"), r"** *** \1"),
    (re.compile(r"[0-9]{2}\s*/\s*([0-9]{2})"), r"**/\1"),
)

Mask = Callable[[str], str | None]


def mask_name(text: str) -> str | None:
    """Return the first character, and an asterisk for each other one; blanks stay.

    >>> mask_name("서나찬")
    '서**'
    """
    text = canonical(text)
    if not 1 < len(text) <= _MAX_NAME:
        return None
    return text[0] + "".join(" " if character == " " else "*" for character in text[1:])


def mask_date(text: str) -> str | None:
    """Return the year alone. What else was read is replaced, so that not even its length is shown.

    >>> mask_date("2009.6.27.")
    '2009.**.**'
    """
    for form, shown in _DATES:
        match = form.fullmatch(text.strip())
        if match:
            return match.expand(shown)
    return None


def mask_card_number(groups: list[str]) -> list[str] | None:
    """Return the groups of a number with its last four digits.

    >>> mask_card_number(["3530", "1146", "0932", "2401"])
    ['****', '****', '****', '2401']
    """
    if not all(re.fullmatch("[0-9 -]+", group, re.ASCII) for group in groups):
        return None
    digits = sum(character.isdigit() for group in groups for character in group)
    if digits not in _CARD_DIGITS:
        return None
    masked, hidden = [], digits - _SHOWN
    for group in groups:
        shown = ""
        for character in group:
            shown += "*" if character.isdigit() and hidden > 0 else character
            hidden -= character.isdigit()
        masked.append(shown)
    return masked


def _expanding(form: re.Pattern[str], shown: str) -> Mask:
    def mask(text: str) -> str | None:
        match = form.fullmatch(text.strip())
        return match.expand(shown) if match else None

    return mask


# The members of a card's number are masked together (``mask_card_number``).
CARD_NUMBER = ("cardNums", "totalCardNum")
MASKS: dict[str, Mask] = {
    "residentNumber": _expanding(_RESIDENT, r"\1-\2******"),
    "personalNo": _expanding(_PERSONAL, r"\1******"),
    "driverLicenseNumber": _expanding(_LICENCE, r"********\1\2"),
    "passportNo": _expanding(_PASSPORT, r"*****\1"),
    **dict.fromkeys(("name", "koreanName", "surName", "givenName"), mask_name),
    **dict.fromkeys(
        (
            "issueDate",
            "dateOfBirth",
            "dateOfBirthYMD",
            "dateOfIssue",
            "dateOfIssueYMD",
            "dateOfExpiry",
            "dateOfExpiryYMD",
            "validThru",
        ),
        mask_date,
    ),
}
MASKABLE = frozenset(MASKS) | frozenset(CARD_NUMBER)
