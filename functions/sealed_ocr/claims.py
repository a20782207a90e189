"""From the result of an ID card's analysis to a claim that is ready to be verified.

The two APIs name and format the same facts differently ("From an analysis to a verification request" of the API's
facts). A field that cannot be converted is left out and named, so that the consumer can ask the person for it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any, NamedTuple

from sealed_ocr.common.claim_text import canonical, unwanted

# Old licences have the name of the region in place of its number.
REGIONS = {
    "경기북부": "28",
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
}

_MAX_NAME_LENGTH = 100
# Between the numbers stand only known separators. Anything else may be a digit that was misread: "2015.l2.3".
_SEPARATOR = r"[\s.,\-/년월일]"
_DATE = re.compile(
    rf"([0-9]{{4}})(?:{_SEPARATOR}+([0-9]{{1,2}}){_SEPARATOR}+([0-9]{{1,2}})|([0-9]{{2}})([0-9]{{2}})){_SEPARATOR}*"
)
_RESIDENT = re.compile(r"([0-9]{6})\s*-?\s*([0-9])([0-9]{6})?(?![0-9])", re.ASCII)
_HANJA = re.compile(r"\s*[(\uff08][\u3400-\u9fff\uf900-\ufaff\s]+[)\uff09]$")


class Offer(NamedTuple):
    """A claim that is ready to send, and the fields that are missing."""

    request: dict[str, str]
    missing: list[str]

    def __repr__(self) -> str:
        """Show the names of the missing fields, and no value."""
        return f"Offer(missing={self.missing})"


def offer(result: dict[str, Any]) -> Offer | None:
    """Return the claim of ``result`` (an ID card's, decrypted), or None if its type cannot be verified."""
    id_type = result.get("idType")
    mapping = _MAPPINGS.get(id_type) if isinstance(id_type, str) else None
    if mapping is None:
        return None
    read: dict[str, str] = {}
    for field in result.get("keyValues") or ():
        if field and field.get("key") and isinstance(field.get("value"), str):
            read.setdefault(field["key"], canonical(field["value"]))
    request, missing = {"idType": str(id_type)}, []
    for name, convert in mapping.items():
        value = convert(read)
        if value:
            request[name] = value
        elif name not in _OPTIONAL or read.get(name):
            missing.append(name)
    return Offer(request, missing)


def compact_date(printed: str) -> str | None:
    """Return a date as YYYYMMDD, from ``2015.3.2.``, ``2015.03.02``, ``2015-03-02`` or ``20150302``.

    >>> compact_date("2015.3.2.")
    '20150302'
    """
    match = _DATE.fullmatch(printed.strip())
    if not match:
        return None
    year, month, day = match[1], match[2] or match[4], match[3] or match[5]
    try:
        return dt.date(int(year), int(month), int(day)).isoformat().replace("-", "")
    except ValueError:
        return None


def licence_number(printed: str) -> str | None:
    """Return the 12 digits of a licence number, from ``11-09-123456-78`` or ``서울 09-123456-78``."""
    compact = re.sub(r"[\s-]", "", printed)
    for region, number in REGIONS.items():
        if compact.startswith(region):
            compact = number + compact.removeprefix(region)
            break
    return _full(compact, r"[0-9]{12}")


def is_name(text: str) -> bool:
    """Whether ``text``, which is canonical, can be the name in a claim: 1 to 100 characters, none of them unwanted."""
    return 0 < len(text) <= _MAX_NAME_LENGTH and unwanted(text) is None


def _full(text: str, pattern: str) -> str | None:
    return text if re.fullmatch(pattern, text, re.ASCII) else None


def _name(read: dict[str, str]) -> str | None:
    return _named(_HANJA.sub("", read.get("name", "")))


def _resident_number(read: dict[str, str]) -> str | None:
    match = _RESIDENT.fullmatch(read.get("residentNumber", ""))
    return match[1] + match[2] + match[3] if match and match[3] else None


def _birth_and_sex(read: dict[str, str]) -> str | None:
    match = _RESIDENT.match(read.get("residentNumber", ""))
    return match[1] + match[2] if match else None


def _passport_name(read: dict[str, str]) -> str | None:
    latin = f"{read.get('givenName', '')} {read.get('surName', '')}"
    return _named(read.get("koreanName") or (latin if read.get("givenName") and read.get("surName") else ""))


def _named(text: str) -> str | None:
    return text if is_name(text) else None


def _date(key: str) -> Callable[[dict[str, str]], str | None]:
    return lambda read: compact_date(read.get(key, ""))


_OPTIONAL = frozenset({"serialNum"})
_MAPPINGS: dict[str, dict[str, Callable[[dict[str, str]], str | None]]] = {
    "resident": {
        "name": _name,
        "residentNumber": _resident_number,
        "issueDate": _date("issueDate"),
    },
    "driver": {
        "name": _name,
        "residentNumber": _birth_and_sex,
        "driverLicenseNumber": lambda read: licence_number(read.get("driverLicenseNumber", "")),
        "serialNum": lambda read: _full(read.get("serialNum", "").replace(" ", ""), r"[0-9A-Za-z]{5,6}"),
    },
    "passport": {
        "name": _passport_name,
        "issueDate": _date("dateOfIssueYMD"),
        "passportNumber": lambda read: _full(read.get("passportNo", "").replace(" ", ""), r"[0-9A-Z]{9}"),
        "birthDate": _date("dateOfBirthYMD"),
        "expirationDate": _date("dateOfExpiryYMD"),
    },
}
