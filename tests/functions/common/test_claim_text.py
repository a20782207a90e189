"""Texts that Unicode calls equal become one, and a text with an invisible or ambiguous character is refused."""

from __future__ import annotations

import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealed_ocr.common.claim_text import canonical, unwanted

from tests.support.random_claims import spoiled

pytestmark = pytest.mark.unit

# DerivedCoreProperties.txt of Unicode 15.1: Default_Ignorable_Code_Point.
DEFAULT_IGNORABLE = [
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5), (0x180B, 0x180F),
    (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3), (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]  # fmt: skip
NAMES = [
    "홍길동",
    "남궁민수",
    "洪吉童",
    "김 (金)",
    "HONG GILDONG",
    "O'NEILL-PARK",
    "ZOË",
    "Nguyễn Văn A",
    "J. R. ÅS",
    "𠮷田",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_kept_as_it_is(name: str) -> None:
    assert canonical(name) == name
    assert unwanted(name) is None


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("blank", ["", " ", "\t", "\r\n", "\u00a0", "\u3000"])
def test_a_name_in_nfd_with_outer_blanks_is_the_same_name(name: str, blank: str) -> None:
    assert canonical(blank + unicodedata.normalize("NFD", name) + blank) == name


def test_every_default_ignorable_code_point_is_refused() -> None:
    points = itertools.chain.from_iterable(range(first, last + 1) for first, last in DEFAULT_IGNORABLE)
    assert not [hex(point) for point in points if unwanted(f"홍{chr(point)}동") is None]


@pytest.mark.parametrize(
    ("character", "words"),
    [
        ("\u3164", "U+3164 HANGUL FILLER"),
        ("\u115f", "U+115F HANGUL CHOSEONG FILLER"),
        ("\u1160", "U+1160 HANGUL JUNGSEONG FILLER"),
        ("\uffa0", "U+FFA0 HALFWIDTH HANGUL FILLER"),
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\ufe0f", "U+FE0F VARIATION SELECTOR-16"),
        ("\u00a0", "U+00A0 NO-BREAK SPACE"),
        ("\u3000", "U+3000 IDEOGRAPHIC SPACE"),
        ("\u2800", "U+2800 BRAILLE PATTERN BLANK"),
        ("\ufffd", "U+FFFD REPLACEMENT CHARACTER"),
        ("\n", "U+000A"),
    ],
)
def test_an_invisible_character_is_named(character: str, words: str) -> None:
    assert unwanted(canonical(f"홍{character}길동")) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("홍길\ue000", "private-use or unassigned characters"),
        ("홍길\U0010ffff", "private-use or unassigned characters"),
        ("홍길\u0378", "private-use or unassigned characters"),
        # A lone vowel, and a final consonant that no syllable can take.
        ("홍\u1161길동", "single Hangul letters"),
        ("각\u11a8", "single Hangul letters"),
        ("홍길도ㅇ", "full-width, half-width and other compatibility characters"),
        ("ﾡￂ", "full-width, half-width and other compatibility characters"),
        ("８００１０１", "full-width, half-width and other compatibility characters"),
        ("ＨＯＮＧ", "full-width, half-width and other compatibility characters"),
        ("㈜홍", "full-width, half-width and other compatibility characters"),
        ("𝐇𝐎𝐍𝐆", "full-width, half-width and other compatibility characters"),
        (" \u0301홍", "a combining mark at the beginning"),
    ],
)
def test_another_unwanted_character_is_described_without_naming_it(text: str, words: str) -> None:
    assert unwanted(canonical(text)) == words


@given(st.one_of(st.text(), st.sampled_from(NAMES).flatmap(spoiled)))
def test_the_canonical_form_is_final_and_equal_to_the_text(text: str) -> None:
    form = canonical(text)
    assert canonical(form) == form
    assert canonical(unicodedata.normalize("NFD", text)) == form
    if unwanted(form) is None:
        assert unicodedata.normalize("NFD", form) == unicodedata.normalize("NFD", text).strip()
        # Not even the compatibility forms would be another text.
        assert unicodedata.normalize("NFKC", form) == form
