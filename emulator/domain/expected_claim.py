"""The expected claim of a document: its recognised fields, in the names and formats of a verification request.

See the facts, table "From an analysis to a verification request".
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from emulator.domain.readings import DocumentReading

# Old licences print the name of the issuing region instead of its number. 27 is not in use.
REGIONS = {
    "서울": "11",
    "부산": "12",
    "경기": "13",
    "강원": "14",
    "충북": "15",
    "충남": "16",
    "전북": "17",
    "전남": "18",
    "경북": "19",
    "경남": "20",
    "제주": "21",
    "대구": "22",
    "인천": "23",
    "광주": "24",
    "대전": "25",
    "울산": "26",
    "경기북부": "28",
}
_DATE = re.compile(r"([0-9]{4})\D+([0-9]{1,2})\D+([0-9]{1,2})\D*")


def expected_claim(reading: DocumentReading) -> dict[str, str]:
    """Return the claim that matches an ID document.

    An illegible field is missing, so that no claim with this field matches.

    Raises
    ------
    ValueError
        The document is a credit card.
    """
    read = {field.key: field.value for field in reading.fields if field.value.strip()}
    match reading.document:
        case "resident":
            claim = {
                "name": read.get("name", ""),
                "residentNumber": _digits(read.get("residentNumber", ""), 13),
                "issueDate": date_digits(read.get("issueDate", "")),
            }
        case "driver":
            claim = {
                "name": read.get("name", ""),
                "residentNumber": _digits(read.get("residentNumber", ""))[:7],
                "driverLicenseNumber": licence_digits(read.get("driverLicenseNumber", "")),
                "serialNum": "".join(read.get("serialNum", "").split()),
            }
        case "passport":
            claim = {
                "name": read.get("koreanName") or f"{read.get('givenName', '')} {read.get('surName', '')}",
                "passportNumber": read.get("passportNo", ""),
                "issueDate": date_digits(read.get("dateOfIssueYMD", "")),
                "birthDate": date_digits(read.get("dateOfBirthYMD", "")),
                "expirationDate": date_digits(read.get("dateOfExpiryYMD", "")),
            }
        case _:
            raise ValueError("a credit card cannot be verified")
    return {key: normalized(value) for key, value in claim.items() if value.strip()}


def normalized(value: str) -> str:
    """Return a text in Unicode form NFC, with single spaces."""
    return " ".join(unicodedata.normalize("NFC", value).split())


def date_digits(printed: str) -> str:
    """Return YYYYMMDD for ``2015.3.2.``, ``2015.03.02`` or ``20150302``, and an empty text otherwise."""
    if parts := _DATE.fullmatch(printed.strip()):
        year, month, day = parts.groups()
        return f"{year}{month:0>2}{day:0>2}"
    return _digits(printed, 8)


def licence_digits(printed: str) -> str:
    """Return the 12 digits of a licence number. The name of a region becomes its two digits."""
    compact = "".join(unicodedata.normalize("NFC", printed).split())
    region = max((name for name in REGIONS if compact.startswith(name)), key=len, default="")
    return _digits(REGIONS.get(region, "") + compact.removeprefix(region), 12)


def _digits(printed: str, count: int | None = None) -> str:
    """Return the digits, or an empty text if their number is not `count`."""
    digits = re.sub("[^0-9]", "", printed)
    return digits if count in (None, len(digits)) else ""
