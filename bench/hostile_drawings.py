"""Cards and passports that a reader misreads if it guesses: months, names, glare, machine readable zones."""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import replace
from random import Random
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter

from emulator.domain.key_pairs import KeyService
from emulator.specimens.credit_card import BANKS, DARK, LIGHT, card_number
from emulator.specimens.passport import draw_passport_of
from emulator.specimens.people import SURNAMES, SYLLABLES, Person, random_person
from emulator.specimens.resident import draw_card_of
from emulator.specimens.sheet import Sheet

Values = dict[str, str]


class HostilePicture(NamedTuple):
    """A picture file, and the values of each document in it: no others may be read."""

    file: bytes
    service: KeyService
    documents: tuple[Values, ...]


def months(seed: int) -> HostilePicture:
    """Return a card with several months, with and without labels, telephone numbers or offers."""
    rng = Random(f"months/{seed}")
    dark, groups = rng.random() < 0.5, card_number(rng)
    sheet = Sheet((1000, 630), 1.0, rng, rng.choice(DARK if dark else LIGHT))
    ink = (236, 236, 236) if dark else (40, 40, 46)
    sheet.text((60, 50), rng.choice(BANKS), 44, fill=ink)
    sheet.box((90, 190), (118, 88), (206, 178, 104))
    size = rng.choice((46, 52, 58))
    for at, group in enumerate(groups):
        left = 80 + sum(len(one) * 0.57 + 0.5 for one in groups[:at]) * size
        sheet.text((left, 345), group, size, fill=ink)
    thru, early = f"{rng.randint(1, 12):02d}/{rng.randint(27, 34)}", f"{rng.randint(1, 12):02d}/{rng.randint(21, 25)}"
    expiry = ""
    for text, place, expires in rng.choice(_MONTHS):
        sheet.text(place, text.format(thru=thru, early=early), rng.choice((26, 30, 36)), fill=ink)
        expiry = thru if expires else expiry
    sheet.text((80, 540), "GILDONG HONG", 34, fill=ink)
    return HostilePicture(png(sheet.image), "credit-card", ({"cardNum": "".join(groups), "validThru": expiry},))


_MONTHS: tuple[tuple[tuple[str, tuple[int, int], bool], ...], ...] = (
    (("VALID FROM {early}", (80, 425), False), ("VALID THRU {thru}", (80, 475), True)),
    (("VALID FROM {early}  VALID THRU {thru}", (80, 440), True),),
    (("{thru}", (80, 440), True), ("MEMBER SINCE {early}", (560, 440), False)),
    (("{early}", (80, 440), False), ("{thru}", (400, 440), True)),
    (("ISSUED {early}", (80, 440), False),),
    (("MEMBER SINCE {thru}", (80, 440), False),),
    (("SALE UNTIL {thru}", (560, 60), False),),
    (("TEL 02/34-5678", (80, 440), False),),
    (("GOOD THRU {thru}", (80, 440), True), ("TEL 02/34-5678", (600, 570), False)),
    (("MEMBER SINCE", (80, 425), False), ("{early}", (80, 465), False), ("EXPIRES {thru}", (420, 450), True)),
)


def names(seed: int) -> HostilePicture:
    """Return a resident card with a name of two to eight syllables, with spaces, or in Latin letters."""
    rng = Random(f"names/{seed}")
    holder = random_person(rng)
    given = list(SYLLABLES)
    form = seed % 6
    if form == 0:
        name = rng.choice(list(SURNAMES)) + rng.choice(given)
    elif form == 1:
        name = rng.choice(list(SURNAMES)) + " " + "".join(rng.sample(given, 2))
    elif form == 2:
        name = "".join(rng.sample(_FOREIGN + given, rng.randint(5, 8)))
    elif form == 3:
        name = " ".join("".join(rng.sample(_FOREIGN, rng.randint(1, 3))) for _ in range(rng.randint(2, 3)))
    elif form == 4:
        name = rng.choice(list(SURNAMES)) + "".join(rng.sample(given + _FOREIGN, rng.randint(2, 3)))
    else:
        name = " ".join(rng.sample(["SMITH", "JOHN", "NGUYEN", "THI", "PHUONG", "MARIA", "GARCIA", "LEE"], 3))
    return _resident(replace(holder, name=name), rng)


_FOREIGN = list("응옌티홍프엉쩐타흐엉라자말파르베카샤니쉬엘리자베스크첸왕샤오밍")


def glare(seed: int) -> HostilePicture:
    """Return a resident card or a passport with glare on a part of a name."""
    rng = Random(f"glare/{seed}")
    if seed % 3 == 0:
        key, sheet = rng.choice(("surName", "givenName", "koreanName")), draw_passport_of(random_person(rng), rng, 1.0)
    else:
        key, sheet = "name", draw_card_of(random_person(rng), rng, 1.0)
    (left, top), _, (right, low), _ = next(field.box for field in sheet.fields if field.key == key)
    wide = (right - left) * rng.uniform(0.25, 0.6)
    start = left + rng.uniform(-0.1, 0.9) * (right - left)
    light = Image.new("L", sheet.image.size)
    area = (start, top - rng.uniform(-5, 30), start + wide, low + rng.uniform(-5, 30))
    ImageDraw.Draw(light).ellipse(area, rng.choice((255, 255, 230, 200)))
    light = light.filter(ImageFilter.GaussianBlur(rng.choice((1, 4, 8))))
    sheet.image.paste((255, 255, 255), (0, 0), light)
    return HostilePicture(png(sheet.image), "id-card", (_values(sheet),))


def zones(seed: int) -> HostilePicture:
    """Return a passport with 39 letters of names, without a surname, or of another state."""
    rng = Random(f"zones/{seed}")
    holder, (state, nationality) = random_person(rng), rng.choice(_STATES)
    if seed % 3 == 0:
        surname, given = _words(rng, 1), ""
        while len(surname) + 2 + len(given) != 39:
            given = _words(rng, 3)
        holder = replace(holder, surname=surname, given_name=given)
    elif seed % 3 == 1:
        holder = replace(holder, surname="")
    sheet = draw_passport_of(replace(holder, name="홍길동"), rng, 1.0, state, nationality)
    return HostilePicture(png(sheet.image), "id-card", (_values(sheet),))


_STATES = (
    ("KOR", "REPUBLIC OF KOREA"), ("IND", "REPUBLIC OF INDIA"), ("THA", "THAI"), ("IDN", "INDONESIA"),
    ("D<<", "DEUTSCH"), ("VNM", "VIETNAMESE"), ("MNG", "MONGOLIAN"), ("USA", "UNITED STATES OF AMERICA"),
)  # fmt: skip


def _resident(holder: Person, rng: Random) -> HostilePicture:
    sheet = draw_card_of(holder, rng, 1.0)
    return HostilePicture(png(sheet.image), "id-card", (_values(sheet),))


def _values(sheet: Sheet) -> Values:
    return joined((field.key, field.value) for field in sheet.fields)


def joined(fields: Iterable[tuple[str, str]]) -> Values:
    """Return the values by key; the groups of a card's number are joined."""
    values: Values = {}
    for key, value in fields:
        values[key] = values.get(key, "") + value
    return values


def _words(rng: Random, count: int) -> str:
    letters = "ABCDEFGHIJKLMNOPRSTUVWYZ"
    return " ".join("".join(rng.choices(letters, k=rng.randint(4, 12))) for _ in range(count))


def png(picture: Image.Image) -> bytes:
    """Return a PNG file."""
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=1)
    return out.getvalue()
