"""Korean names are read whole, or not at all."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emulator.readers.ocr.hangul_names import korean_name
from emulator.readers.ocr.line import Line, Text
from tests.emulator.readers.ocr.pages import line, name_line, page, text


def read(shown: Line, hangul: str, *, below: Line | None = None, beyond: int = 225, part: str = "") -> str | None:
    found = korean_name(page(shown, hangul={shown: hangul}, beyond=beyond, part=part), shown, "name", below)
    return found.field.value if found else None


@pytest.mark.parametrize("name", ["홍길", "홍길동", "남궁길동", "남궁길동이", "홍 길 동", "홍 길동"])
def test_a_korean_name_is_read_without_spaces(name: str) -> None:
    assert read(name_line(len(name.replace(" ", "")), 90, 100), name) == name.replace(" ", "")


@pytest.mark.parametrize("tail", ["(洪吉童)", " (롱를씀", "[ㅁ"])
def test_a_name_in_chinese_characters_behind_it_is_no_part_of_it(tail: str) -> None:
    shown = name_line(3 + len(tail.strip()), 90, 100)
    assert read(shown, f"홍길동{tail}", part="홍길동") == "홍길동"


@pytest.mark.parametrize(("readings", "expected"), [(3, "홍길"), (2, None)])
def test_a_short_name_before_chinese_characters_is_read_three_times_without_them(
    readings: int, expected: str | None
) -> None:
    shown = name_line(6, 90, 100)
    found = page(shown)
    found.read_hangul = lambda one: (text("홍길(洪吉)" if one is shown else "홍길") for _ in range(readings))
    name = korean_name(found, shown, "name")
    assert (name and name.field.value) == expected


def test_chinese_characters_that_begin_in_the_line_of_the_name_are_no_part_of_it() -> None:
    shown, hanja = name_line(5, 90, 100), line("吉童)", 310, 100)
    shown.crop[:, 3 * 40 : 4 * 40] = 225
    hangul = Text("홍길동 ㆍ", (0.95,) * 5, (0.1, 0.3, 0.5, 0.8, 0.9))
    for others, expected in (((hanja,), True), ((), False)):
        found = page(shown, *others, part="홍길동")
        read_part = found.read_hangul
        found.read_hangul = lambda one, rest=read_part: iter([hangul] if one is shown else rest(one))  # type: ignore[misc]  # a default
        assert bool(korean_name(found, shown, "name")) is expected


def test_specks_behind_a_name_are_no_part_of_it() -> None:
    for syllables, expected in ((3, True), (4, False)):
        centres = tuple((at + 0.5) / syllables for at in range(3))
        found = page(name_line(syllables, 90, 100))
        readings = (Text("홍길동 ㆍ", (0.95,) * 5, (*centres, 0.95, 0.99)), text("홍길동"))
        found.read_hangul = lambda _, readings=readings: iter(readings)  # type: ignore[misc]  # a default
        assert bool(korean_name(found, found.lines[0], "name")) is expected


@pytest.mark.parametrize(
    ("hangul", "part"),
    [
        pytest.param("홍길동(洪吉童)", "홍길등", id="another one without them"),
        pytest.param("홍길동(洪吉童)", "홍길", id="a part without them"),
        pytest.param("홍길동(洪吉童)", "", id="nothing without them"),
        pytest.param("홍길동 ㅣ", "홍길동", id="no brackets"),
    ],
)
def test_a_name_before_chinese_characters_is_read_without_them_too(hangul: str, part: str) -> None:
    assert read(name_line(len(hangul.replace(" ", "")), 90, 100), hangul, part=part) is None


def test_chinese_characters_that_one_reading_left_out_are_no_part_of_a_name() -> None:
    shown = name_line(8, 90, 100)
    shown.crop[:, 3 * 40 : 3 * 40 + 28] = 225
    alone = Text("홍길동", (0.95,) * 3, tuple((at + 0.5) / 8 for at in range(3)))
    readings = [alone, text("홍길동(洪吉童)", 0.7)]
    part = page(shown, part="홍길동")
    read_part = part.read_hangul
    part.read_hangul = lambda one: iter(readings) if one is shown else read_part(one)
    found = korean_name(part, shown, "name")
    assert found is not None
    assert found.field.value == "홍길동"
    (left, _), (right, _), *_ = found.field.box
    assert left == 90
    assert right == pytest.approx(90 + 3 * 40, abs=8)


@pytest.mark.parametrize(
    "hangul",
    [
        pytest.param("응우옌티홍프엉", id="a naturalised citizen's"),
        pytest.param("쩐 티 프엉타", id="with spaces"),
        pytest.param("티프엉타", id="no surname"),
        pytest.param("[홍길동", id="something before it"),
        pytest.param("1홍길동", id="a digit before it"),
        pytest.param("홍", id="one syllable"),
        pytest.param("홍길동롱를씀", id="Chinese characters read as Hangul"),
        pytest.param("SMITH JOHN", id="Latin letters"),
        pytest.param("", id="nothing"),
        pytest.param("홍엔성", id="a syllable that no Korean name has"),
        pytest.param("홍길쩐", id="another one"),
    ],
)
def test_other_texts_are_no_name(hangul: str) -> None:
    assert read(name_line(max(1, len(hangul.replace(" ", ""))), 90, 100), hangul) is None


@pytest.mark.parametrize(
    ("readings", "expected"),
    [
        pytest.param([("홍길동", 0.95), ("홍길등", 0.95)], None, id="two different ones"),
        pytest.param([("홍길동", 0.95)], None, id="a single one"),
        pytest.param([("홍길동", 0.95), ("홍길동", 0.86)], "홍길동", id="two equal ones"),
        pytest.param([("홍길동", 0.95), ("홍길동", 0.6)], None, id="an unsure second one"),
        pytest.param([("홍길동", 0.8)] * 10, None, id="unsure ones"),
        pytest.param([("홍길", 0.95)] * 2, None, id="two equal short ones"),
        pytest.param([("홍길", 0.95)] * 3, "홍길", id="three equal short ones"),
        pytest.param([("홍길동", 0.95), ("[길2", 0.3), ("홍길동", 0.9)], "홍길동", id="an unlikely one between"),
        pytest.param([("홍길등", 0.71), *[("홍길동", 0.95)] * 4], None, id="a likely one before four"),
        pytest.param([("홍길등", 0.87), *[("홍길동", 0.95)] * 5], "홍길동", id="a likely one before five"),
        pytest.param([("홍길등", 0.71), *[("홍길동", 0.95)] * 5, ("홍길등", 0.71)], None, id="two likely ones"),
        pytest.param([("홍길등", 0.71), *[("홍길동", 0.95)] * 6, ("홍길등", 0.71)], "홍길동", id="three times as many"),
        pytest.param([("1", 0.71), *[("홍길동", 0.95)] * 4], None, id="no name before four"),
    ],
)
def test_a_name_needs_equal_readings_or_a_clear_majority(
    readings: list[tuple[str, float]], expected: str | None
) -> None:
    shown = name_line(3, 90, 100)
    texts = [text(read, conf) for read, conf in readings]
    found = korean_name(replace(page(shown), read_hangul=lambda _: iter(texts)), shown, "name")
    assert (found.field.value if found else None) == expected


def test_a_name_that_begins_later_than_the_number_has_lost_a_syllable() -> None:
    assert read(name_line(2, 90, 100), "길동", below=line("800101-1234567", 90, 200)) == "길동"
    assert read(name_line(2, 130, 100), "길동", below=line("800101-1234567", 90, 200)) is None


def test_a_name_that_goes_on_in_another_line_is_left_out() -> None:
    shown, more = name_line(3, 90, 100), name_line(2, 240, 100)
    hangul = {shown: "홍길동", more: "철수"}
    assert korean_name(page(shown, more, hangul=hangul), shown, "name") is None
    hanja = line("(洪吉童)", 240, 100)
    assert korean_name(page(shown, hanja, hangul={shown: "홍길동", hanja: "롱를씀"}), shown, "name")


def glared(shown: Line, start: float, end: float, level: int = 255) -> Line:
    width = shown.crop.shape[1]
    shown.crop[:, round(start * width) : round(end * width)] = level
    return shown


@pytest.mark.parametrize(("start", "end"), [(0.0, 0.3), (0.35, 0.65), (0.7, 1.0), (0.4, 0.5)])
@pytest.mark.parametrize("level", [255, 60])
def test_a_covered_name_is_left_out(start: float, end: float, level: int) -> None:
    assert read(glared(name_line(3, 90, 100), start, end, level), "홍길동") is None


def test_glare_behind_a_name_may_hide_a_syllable() -> None:
    assert read(name_line(2, 90, 100), "홍길") == "홍길"
    assert read(name_line(2, 90, 100), "홍길", beyond=255) is None


def test_a_faded_syllable_is_not_trusted() -> None:
    faded = name_line(3, 90, 100)
    last = faded.crop[:, 80:]
    last[last < 100] = 170
    assert read(faded, "홍길동") is None


def test_ink_that_the_engine_left_out_is_a_part_of_the_name() -> None:
    shown = name_line(4, 90, 100)
    for centres in ((0.375, 0.625, 0.875), (0.125, 0.375, 0.625)):
        partial = Text("홍길동", (0.95,) * 3, centres)
        found = page(shown)
        found.read_hangul = lambda _, partial=partial: iter((partial, partial))  # type: ignore[misc]  # a default
        assert korean_name(found, shown, "name") is None


def test_white_paper_with_a_gap_is_not_trusted() -> None:
    shown = name_line(4, 90, 100, paper=255)
    shown.crop[:, 40:80] = 255
    partial = Text("홍길동", (0.95,) * 3, (0.125, 0.625, 0.875))
    found = page(shown, beyond=255)
    found.read_hangul = lambda _: iter((partial, partial))
    assert korean_name(found, shown, "name") is None


def test_light_letters_on_dark_ground_are_examined_alike() -> None:
    shown = name_line(3, 90, 100)
    shown.crop[:] = 255 - shown.crop
    assert read(shown, "홍길동", beyond=30) == "홍길동"
    assert np.median(shown.crop) < 100
