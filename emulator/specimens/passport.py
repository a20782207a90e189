"""Passports: the data page with a machine readable zone of format TD3 (ICAO 9303, part 4)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from emulator.specimens.people import random_date, random_person
from emulator.specimens.sheet import Sheet

if TYPE_CHECKING:
    from datetime import date
    from random import Random

    from emulator.specimens.people import Person

VARIANTS = ("standard",)
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
# The size of values, and the letters of this size before the next column. Longer names are printed smaller.
_SIZE, _ROOM = 36, 18
VALUES = {character: value for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")} | {"<": 0}


def check_digit(text: str) -> str:
    """Return the check digit of a field (ICAO 9303, part 3, 4.9): weights 7, 3, 1, modulo 10."""
    return str(sum(VALUES[character] * (7, 3, 1)[at % 3] for at, character in enumerate(text)) % 10)


def td3(
    kind: str, state: str, names: str, number: str, born: str, sex: str, expires: str, personal: str
) -> tuple[str, str]:
    """Return both lines of 44 characters. Dates are YYMMDD, and `names` is ``SURNAME<<GIVEN<NAMES``."""
    fields = (number.ljust(9, "<"), born, expires, personal.ljust(14, "<"))
    number, born, expires, personal = (field + check_digit(field) for field in fields)
    composite = check_digit(number + born + expires + personal)
    first = f"{kind:<2}{state}{names}".replace(" ", "<")
    return first[:44].ljust(44, "<"), f"{number}{state}{born}{sex}{expires}{personal}{composite}"


def draw(rng: Random, scale: float, _variant: str) -> Sheet:
    """Draw a passport. Its fields are those of the guide's idType ``passport``, in the guide's order."""
    return draw_passport_of(random_person(rng), rng, scale)


def draw_passport_of(
    holder: Person, rng: Random, scale: float, state: str = "KOR", nationality: str = "REPUBLIC OF KOREA"
) -> Sheet:
    """Draw the passport of a person. A surname may be empty."""
    issued = random_date(rng, 2016, 2024)
    expires = issued.replace(year=issued.year + 10, day=min(issued.day, 28)) - timedelta(days=1)
    kind = rng.choice(("PM", "PS"))
    number = f"Z{rng.randrange(10**3):03d}{rng.choice('ABCDEFGHJKLMNPRSTUVWXYZ0123456789')}{rng.randrange(10**4):04d}"
    personal = holder.resident_number[7:] if rng.random() < 0.7 else ""
    names = f"{holder.surname}<<{holder.given_name.replace(' ', '<')}"
    lines = td3(kind, state, names, number, f"{holder.born:%y%m%d}", holder.sex, f"{expires:%y%m%d}", personal)
    sheet = Sheet((1200, 845), scale, rng, rng.choice(((226, 234, 236), (236, 232, 224), (230, 226, 238))))
    sheet.text((60, 26), "대한민국  REPUBLIC OF KOREA" if state == "KOR" else nationality, 34)
    sheet.text((820, 34), "여권 PASSPORT", 28)
    sheet.portrait((60, 120), (300, 390))
    _labelled(sheet, (400, 100), "종류/Type", kind, "passportType")
    _labelled(sheet, (560, 100), "발행국/Country code", state.rstrip("<"), "countryCode")
    _labelled(sheet, (860, 100), "여권번호/Passport No.", number, "passportNo")
    _labelled(sheet, (400, 186), "성/Surname", holder.surname, "surName")
    size = round(_SIZE * min(1.0, _ROOM / max(1, len(holder.given_name))))
    _labelled(sheet, (400, 272), "이름/Given names", holder.given_name, "givenName", size)
    _labelled(sheet, (400, 358), "국적/Nationality", nationality, "nationality")
    _date(sheet, (400, 444), "생년월일/Date of birth", holder.born, "dateOfBirth")
    _labelled(sheet, (760, 444), "성별/Sex", holder.sex, "sex")
    _date(sheet, (400, 530), "발급일/Date of issue", issued, "dateOfIssue")
    _date(sheet, (400, 616), "기간만료일/Date of expiry", expires, "dateOfExpiry")
    _labelled(sheet, (860, 272), "한글성명/Name in Korean", holder.name, "koreanName")
    if personal:
        _labelled(sheet, (860, 444), "주민등록번호/Personal No.", personal, "personalNo")
    else:
        sheet.add_absent_field("personalNo", "")
    sheet.text((860, 530), "발행관청/Authority", 20)
    sheet.text((760, 556), "MINISTRY OF FOREIGN AFFAIRS", 28)
    for at, line in enumerate(lines):
        sheet.text((58, 722 + 52 * at), line, 34, face="ocr-b", key=f"MRZ{at + 1}")
    return sheet


def _labelled(sheet: Sheet, at: tuple[float, float], label: str, value: str, key: str, size: int = _SIZE) -> None:
    sheet.text(at, label, 20)
    sheet.text((at[0], at[1] + 24), value, size, key=key)


def _date(sheet: Sheet, at: tuple[float, float], label: str, day: date, key: str) -> None:
    """Print ``02 MAR 2015``. The guide also lists each date as YYYYMMDD."""
    _labelled(sheet, at, label, f"{day.day:02d} {MONTHS[day.month - 1]} {day.year}", key)
    sheet.add_absent_field(f"{key}YMD", f"{day:%Y%m%d}")
