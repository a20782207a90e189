"""Resident registration cards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.specimens.people import random_date, random_person
from emulator.specimens.sheet import Sheet

if TYPE_CHECKING:
    from random import Random

    from emulator.specimens.people import Person

VARIANTS = ("standard",)
HANJA = "金李朴崔鄭姜趙尹張林民書俊智宇賢秀妍永珍浩恩"


def draw(rng: Random, scale: float, _variant: str) -> Sheet:
    """Draw a card. Its fields are those of the guide's idType ``resident``, in the guide's order."""
    return draw_card_of(random_person(rng), rng, scale)


def draw_card_of(holder: Person, rng: Random, scale: float) -> Sheet:
    """Draw the card of a person."""
    issued = random_date(rng, 2000, 2025)
    sheet = Sheet((1000, 630), scale, rng, rng.choice(((226, 232, 222), (222, 230, 238), (236, 230, 220))))
    sheet.text((90, 50), "주민등록증", 64)
    sheet.portrait((690, 70), (230, 300))
    sheet.text((90, 165), holder.name, 54, key="name")
    if rng.random() < 0.6:
        hanja = "".join(rng.choices(HANJA, k=len(holder.name)))
        sheet.text((110 + 54 * len(holder.name), 178), f"({hanja})", 36)
    sheet.text((90, 250), holder.resident_number, 48, key="residentNumber")
    sheet.text((90, 345), f"{holder.city} {holder.district}", 34)
    sheet.text((90, 392), f"{rng.choice(('세종대로', '한강로', '중앙로', '충무로'))} {rng.randint(2, 390)}", 34)
    day = f"{issued:%Y}.{issued.month}.{issued.day}." if rng.random() < 0.6 else f"{issued:%Y.%m.%d}"
    sheet.text((360, 485), day, 36, key="issueDate")
    chief = f"{holder.city} {holder.district}{'청' if holder.district.endswith('구') else ''}장"
    sheet.text((250, 540), chief, 44, key="issuer")
    sheet.box((300 + 42 * len(chief), 538), (62, 62), (214, 120, 110))
    return sheet
