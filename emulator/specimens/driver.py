"""Driver's licences. Old ones print the region's name, new ones its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from emulator.specimens.people import random_date, random_person
from emulator.specimens.sheet import Sheet

if TYPE_CHECKING:
    from random import Random

VARIANTS = ("old", "new")
REGIONS = {
    "서울": "11", "부산": "12", "경기": "13", "강원": "14", "충북": "15", "충남": "16", "전북": "17", "전남": "18",
    "경북": "19", "경남": "20", "제주": "21", "대구": "22", "인천": "23", "광주": "24", "대전": "25", "울산": "26",
}  # fmt: skip
POLICE = ("서울", "부산", "대구", "인천", "광주", "대전", "울산", "경기남부", "강원", "충북", "전남", "제주")
TYPES = ("1종보통", "2종보통", "1종대형", "1종특수", "2종소형", "2종보통 2종소형", "1종대형 1종보통")
CONDITIONS = ("A", "B", "C", "D", "E", "A, B")


def licence_number(rng: Random, variant: str) -> str:
    """Return a number as printed. No existing licence has its year of first issue (30 to 49)."""
    region = rng.choice(list(REGIONS))
    first = f"{region} " if variant == "old" else f"{REGIONS[region]}-"
    return f"{first}{rng.randint(30, 49)}-{rng.randrange(10**6):06d}-{rng.randrange(100):02d}"


def draw(rng: Random, scale: float, variant: str) -> Sheet:
    """Draw a licence. Its fields are those of the guide's idType ``driver``, in the guide's order."""
    holder, issued = (
        random_person(rng),
        random_date(rng, 2005 if variant == "old" else 2019, 2018 if variant == "old" else 2025),
    )
    sheet = Sheet((1000, 630), scale, rng, (226, 234, 240) if variant == "new" else (238, 236, 214))
    sheet.text((330, 36), "자동차운전면허증", 52)
    if variant == "new":
        sheet.text((760, 58), "(Driver's License)", 26)
    sheet.portrait((60, 110), (230, 290))
    sheet.text((330, 178), licence_number(rng, variant), 46, key="driverLicenseNumber")
    kinds = rng.choice(TYPES)
    sheet.text((330, 112), kinds, 44, key="licenseType", value=kinds.replace(" ", "/"))
    sheet.text((330, 248), holder.name, 46, key="name")
    sheet.text((330, 312), holder.resident_number, 42, key="residentNumber")
    sheet.text((330, 372), f"{holder.city} {holder.district} 중앙로 {rng.randint(2, 390)}", 30)
    _condition(sheet, rng)
    serial = "".join(rng.choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=rng.choice((5, 6, 6))))
    sheet.text((60, 425), "암호일련번호", 24)
    sheet.text((75, 456), serial, 36, key="serialNum")
    sheet.text((400, 500), f"{issued:%Y.%m.%d}", 36, key="issueDate")
    police = f"{rng.choice(POLICE)}지방경찰청장" if variant == "old" else f"{rng.choice(POLICE)}경찰청장"
    sheet.text((360, 550), police, 42, key="issuer")
    sheet.box((400 + 40 * len(police), 546), (58, 58), (214, 120, 110))
    return sheet


def _condition(sheet: Sheet, rng: Random) -> None:
    term = random_date(rng, 2027, 2034)
    sheet.text((330, 420), f"갱신기간 : {term.year}.01.01. ~ {term.year}.12.31.", 28)
    if rng.random() < 0.5:
        sheet.text((330, 458), "조건 :", 28)
        sheet.text((420, 458), rng.choice(CONDITIONS), 28, key="condition")
    else:
        sheet.add_absent_field("condition", "none")
