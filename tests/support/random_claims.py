"""Hypothesis strategies: claims in random Unicode, most of them valid except for what a person cannot see."""

from __future__ import annotations

import unicodedata
from typing import Literal

from hypothesis import strategies as st

CLAIMS = (
    {"idType": "resident", "name": "홍길동", "residentNumber": "8001014234567", "issueDate": "20150302"},
    {
        "idType": "driver",
        "name": "남궁민수",
        "residentNumber": "8001014",
        "driverLicenseNumber": "110912345678",
        "serialNum": "7X8Y9Z",
    },
    {
        "idType": "passport",
        "name": "ZOË O'NEILL-PARK",
        "issueDate": "20200315",
        "passportNumber": "M12345678",
        "birthDate": "19800101",
        "expirationDate": "20300315",
    },
)
# Fillers, zero-width, bidirectional, ignorable, private, unassigned, blanks, half-width, full-width, letters, marks.
_HOSTILE = (
    "\u3164\u115f\u1160\uffa0\u200b\u200d\u2060\ufeff\u202e\u2066\u00ad\u034f\u180e\ufe0f\U000e0100\U000e0041\ue000"
    "\U0010ffff\u0378\u2800\ufffd\x00\n\t \u00a0\u3000\u2028\uff11\uffa1\u3131\u1100\u1161\u11a8\u0301\u0308"
    "\u20dd\u212a"
)
_FORMS: tuple[Literal["NFC", "NFD", "NFKC", "NFKD"], ...] = ("NFC", "NFD", "NFKC", "NFKD")
# A shorter random value occurs in an answer by chance, as Base64 for example.
_MIN_VALUE_BYTES = 9
# Not `st.text`: that also takes words from our code, such as names of fields, which an answer may repeat.
_TEXTS = st.lists(st.characters(codec="utf-8"), max_size=30).map("".join)
_CHARACTERS = st.one_of(st.sampled_from(_HOSTILE), st.characters(codec="utf-8"))


def spoiled(text: str) -> st.SearchStrategy[str]:
    """Return ``text`` in any Unicode form, with blanks around it or up to three characters inserted anywhere."""
    forms = st.sampled_from([unicodedata.normalize(form, text) for form in _FORMS])
    blanks = st.text(" \t\n\u00a0\u3000", max_size=2)
    inserted = st.lists(st.tuples(st.integers(0, len(text)), _CHARACTERS), min_size=1, max_size=3)
    return st.one_of(
        st.builds("{1}{0}{2}".format, forms, blanks, blanks),
        st.builds(_insert, forms, inserted),
    )


def claims() -> st.SearchStrategy[dict[str, str]]:
    """Return claims of every type, with one or two fields spoiled, or any text at all in them."""
    return st.sampled_from(CLAIMS).flatmap(_spoiled_claim)


def personal_values(claim: dict[str, str]) -> list[str]:
    """Return the values that no answer and no log may repeat."""
    return [value for name, value in claim.items() if name != "idType" and len(value.encode()) >= _MIN_VALUE_BYTES]


def _insert(text: str, inserted: list[tuple[int, str]]) -> str:
    for place, character in inserted:
        text = text[:place] + character + text[place:]
    return text


def _spoiled_claim(claim: dict[str, str]) -> st.SearchStrategy[dict[str, str]]:
    fields = {name: value for name, value in claim.items() if name != "idType"}
    places = st.sets(st.sampled_from(sorted(fields)), min_size=1, max_size=2)
    changed = places.flatmap(
        lambda names: st.fixed_dictionaries(
            {name: st.one_of(spoiled(fields[name]), spoiled(fields[name]), _TEXTS) for name in names}
        )
    )
    return changed.map(lambda values: claim | values)
