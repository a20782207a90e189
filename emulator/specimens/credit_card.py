"""Credit cards: embossed, flat and vertical."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stdnum import luhn

from emulator.specimens.people import random_person
from emulator.specimens.sheet import Colour, Sheet

if TYPE_CHECKING:
    from random import Random

# Ranges that the networks and payment services publish for testing.
TEST_RANGES = ("411111", "400000", "424242", "555555", "510510", "222300", "378282", "371449", "353011", "601111")
BANKS = ("SEALED BANK", "EXAMPLE CARD", "HANEUL CARD", "MUSEUM BANK", "BADA BANK")
DARK: tuple[Colour, ...] = ((38, 52, 92), (70, 30, 60), (30, 72, 66), (48, 48, 54), (92, 46, 34))
LIGHT: tuple[Colour, ...] = ((226, 226, 230), (236, 222, 190), (200, 220, 232), (216, 232, 214))
VARIANTS = ("embossed", "flat", "vertical")


def card_number(rng: Random) -> tuple[str, ...]:
    """Return the groups (4-4-4-4 or 4-6-5) of a number from a test range, with a valid Luhn digit."""
    prefix = rng.choice(TEST_RANGES)
    sizes = (4, 6, 5) if prefix[:2] in ("37", "34") else (4, 4, 4, 4)
    digits = prefix + "".join(rng.choices("0123456789", k=sum(sizes) - len(prefix) - 1))
    digits += luhn.calc_check_digit(digits)
    return tuple(digits[sum(sizes[:at]) : sum(sizes[: at + 1])] for at in range(len(sizes)))


def draw(rng: Random, scale: float, variant: str) -> Sheet:
    """Draw a card. Its fields are ``cardNum`` for each group, and ``validThru`` as MM/YY."""
    groups = card_number(rng)
    expiry = f"{rng.randint(1, 12):02d}/{rng.randint(27, 34)}"
    holder = random_person(rng)
    owner = f"{holder.given_name.replace(' ', '')} {holder.surname}"
    return {"embossed": _embossed, "flat": _flat, "vertical": _vertical}[variant](rng, scale, groups, expiry, owner)


def _embossed(rng: Random, scale: float, groups: tuple[str, ...], expiry: str, owner: str) -> Sheet:
    sheet = Sheet((1000, 630), scale, rng, rng.choice(DARK))
    metal = rng.choice(((205, 205, 210), (222, 196, 130)))
    _front(sheet, rng, (240, 240, 240), (90, 215))
    left = 80.0
    for group in groups:
        sheet.embossed((left, 345), group, 62, metal=metal, key="cardNum")
        left += len(group) * 45 + 40
    sheet.text((380, 432), "VALID", 17, fill=(230, 230, 230))
    sheet.text((380, 452), "THRU", 17, fill=(230, 230, 230))
    sheet.embossed((455, 436), expiry, 40, metal=metal, key="validThru")
    sheet.embossed((80, 520), owner, 36, metal=metal)
    return sheet


def _flat(rng: Random, scale: float, groups: tuple[str, ...], expiry: str, owner: str) -> Sheet:
    sheet = Sheet((1000, 630), scale, rng, rng.choice(LIGHT))
    ink: Colour = (40, 40, 46)
    _front(sheet, rng, ink, (90, 190))
    left, size = 80.0, rng.choice((46, 52, 58))
    for group in groups:
        sheet.text((left, 345), group, size, fill=ink, key="cardNum")
        left += (len(group) * 0.57 + 0.5) * size
    sheet.text((80, 452), rng.choice(("VALID THRU", "GOOD THRU", "EXPIRES")), 20, fill=ink)
    sheet.text((215, 440), expiry, 36, fill=ink, key="validThru")
    sheet.text((80, 520), owner, 34, fill=ink)
    return sheet


def _vertical(rng: Random, scale: float, groups: tuple[str, ...], expiry: str, owner: str) -> Sheet:
    dark = rng.random() < 0.5
    sheet = Sheet((630, 1000), scale, rng, rng.choice(DARK if dark else LIGHT))
    ink: Colour = (238, 238, 238) if dark else (40, 40, 46)
    _front(sheet, rng, ink, (255, 190))
    if rng.random() < 0.5:
        for row, group in enumerate(groups):
            sheet.text((70, 470 + 72 * row), group, 56, fill=ink, key="cardNum")
    else:
        left = 60.0
        for group in groups:
            sheet.text((left, 560), group, 46, fill=ink, key="cardNum")
            left += (len(group) * 0.57 + 0.4) * 46
    sheet.text((70, 800), "VALID THRU", 20, fill=ink)
    sheet.text((205, 788), expiry, 36, fill=ink, key="validThru")
    sheet.text((70, 870), owner, 34, fill=ink)
    return sheet


def _front(sheet: Sheet, rng: Random, ink: Colour, chip: tuple[float, float]) -> None:
    """Draw the issuer, the chip and the word SPECIMEN."""
    sheet.text((60, 50), rng.choice(BANKS), 44, fill=ink)
    sheet.text((60, 110), "SPECIMEN", 30, fill=(214, 70, 70))
    sheet.box(chip, (118, 88), (206, 178, 104))
    sheet.box((chip[0] + 36, chip[1]), (6, 88), (150, 124, 70))
    sheet.box((chip[0] + 78, chip[1]), (6, 88), (150, 124, 70))
