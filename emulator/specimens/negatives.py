"""Pictures without a document, which a reader must refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.specimens import credit_card, driver, passport, resident
from emulator.specimens.sheet import Sheet

if TYPE_CHECKING:
    from random import Random

VARIANTS = ("blank", "landscape", "letter", "receipt", "cut-off")


def draw(rng: Random, scale: float, variant: str) -> Sheet:
    """Draw a picture without fields."""
    if variant == "cut-off":
        return _cut_off(rng, scale)
    sheet = Sheet((1000, 630), scale, rng, (200, 214, 226) if variant == "landscape" else (246, 246, 242))
    if variant == "landscape":
        _landscape(sheet, rng)
    if variant == "letter":
        for row in range(9):
            sheet.text((80, 60 + 60 * row), rng.choice(_SENTENCES), 28)
    if variant == "receipt":
        _receipt(sheet, rng)
    return sheet


_SENTENCES = (
    "Thank you for your letter of 12 March 2021; the parcel has arrived.",
    "안녕하세요. 다음 주 회의는 수요일 오후 3시에 열립니다.",
    "SPECIMEN: this page is about nothing in particular.",
    "주문하신 물건은 3일 안에 도착할 예정입니다.",
    "The museum is open from 09:00 to 18:00, Monday to Friday.",
)


def _landscape(sheet: Sheet, rng: Random) -> None:
    sheet.box((0, 420), (1000, 210), (96, 138, 84))
    for _ in range(40):
        grey = rng.randint(60, 190)
        corner, size = (rng.randint(0, 940), rng.randint(200, 560)), (rng.randint(10, 130), rng.randint(10, 150))
        sheet.box(corner, size, (grey, rng.randint(60, 200), rng.randint(40, 160)))


def _receipt(sheet: Sheet, rng: Random) -> None:
    """Draw a receipt. It mentions a card and a date, but is no document."""
    sheet.text((300, 40), "영수증 RECEIPT", 40)
    for row in range(4):
        sheet.text((260, 120 + 50 * row), f"Item {rng.randint(100, 999)}", 30)
        sheet.text((640, 120 + 50 * row), f"{rng.randint(1, 90)},{rng.randint(0, 999):03d}", 30)
    sheet.text((260, 360), f"합계 {rng.randint(10, 400)},{rng.randint(0, 999):03d}원", 34)
    sheet.text((260, 430), f"CARD ****-****-****-{rng.randint(0, 9999):04d}", 30)
    sheet.text((260, 490), f"2025.{rng.randint(1, 12):02d}.{rng.randint(1, 28):02d} 14:{rng.randint(10, 59)}", 30)


def _cut_off(rng: Random, scale: float) -> Sheet:
    """Draw a document of which only the right part, or only the lower part, is in the picture."""
    document, variants = rng.choice(
        (
            (credit_card, credit_card.VARIANTS[:2]),
            (resident, resident.VARIANTS),
            (driver, driver.VARIANTS),
            (passport, passport.VARIANTS),
        )
    )
    sheet = document.draw(rng, scale, rng.choice(variants))
    width, height = sheet.image.size
    corners = (0.62, 0) if document is not passport else (0, 0)
    low = 1.0 if document is not passport else 0.3
    box = (round(corners[0] * width), round(corners[1] * height), width, round(low * height))
    # Paste it on a dark table, so that the picture keeps the size of a document.
    table = Sheet((1000, 630), scale, rng, (52, 44, 40))
    table.image.paste(sheet.image.crop(box), (0, round(20 * scale)))
    return table
