"""Results of the simulated service, in the form of the real ones, with values that no person has.

A person is born in the year 1800. Six digits tell persons apart; they follow from the object's key, so another upload
of the same key shows the same person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

NAME = "홍길동"
# Published for tests, and never issued.
_CARD_GROUPS = ("4111", "1111", "1111", "1111")
_LATIN_NAME = ("HONG", "GILDONG")
_CONFIDENCE = 1.0


def person_of(key: str) -> str:
    """Return the six digits of the person that the object with this key shows."""
    return f"{int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % 1_000_000:06}"


def result_of(document: str, person: str, file_type: str) -> dict[str, Any]:
    """Return the decrypted ``result`` for a ``document``: ``card``, or an ID card's ``idType``."""
    result: dict[str, Any] = {"fileType": file_type, "resolution": "normal"}
    if document in _FIELDS:
        fields = _FIELDS[document](person)
        boxes = [_box(row) for row in range(len(fields))]
        pairs = zip(fields.items(), boxes, strict=True)
        values = [{"key": key, "value": value, "conf": _CONFIDENCE, "bbox": box} for (key, value), box in pairs]
        return result | {"idType": document, "keyValues": values, "boxes": boxes}
    return result | {
        "cardNums": [_recognised(group) for group in _CARD_GROUPS],
        "totalCardNum": "".join(_CARD_GROUPS),
        "cardNumBoxes": [_box(row) for row in range(len(_CARD_GROUPS))],
        "validThru": _recognised("12/99"),
        "validThruBox": _box(len(_CARD_GROUPS)),
    }


def _recognised(value: str) -> dict[str, Any]:
    return {"value": value, "conf": _CONFIDENCE}


def _box(row: int) -> dict[str, int]:
    left, right, top, bottom = 20, 220, 20 + 40 * row, 50 + 40 * row
    return {"x1": left, "y1": top, "x2": right, "y2": top, "x3": right, "y3": bottom, "x4": left, "y4": bottom}


def _resident_number(person: str) -> str:
    # The digit 9 belongs to men who were born from 1800 to 1899.
    return f"000101-9{person}"


def _resident(person: str) -> dict[str, str]:
    return {
        "name": NAME,
        "residentNumber": _resident_number(person),
        "issueDate": "2020.1.2.",
        "issuer": "서울특별시 시험구청장",
    }


def _driver(person: str) -> dict[str, str]:
    return {
        "driverLicenseNumber": f"11-00-{person}-00",
        "licenseType": "1종보통",
        "name": NAME,
        "residentNumber": _resident_number(person),
        "condition": "none",
        "serialNum": "TEST00",
        "issueDate": "2020.01.02",
        "issuer": "시험지방경찰청장",
    }


def _passport(person: str) -> dict[str, str]:
    surname, given = _LATIN_NAME
    number = f"Z00{person}"
    return {
        "passportType": "PM",
        "countryCode": "KOR",
        "passportNo": number,
        "surName": surname,
        "givenName": given,
        "nationality": "REPUBLIC OF KOREA",
        "dateOfBirth": "01 JAN 1800",
        "dateOfBirthYMD": "18000101",
        "sex": "M",
        "dateOfIssue": "02 JAN 2020",
        "dateOfIssueYMD": "20200102",
        "dateOfExpiry": "02 JAN 2099",
        "dateOfExpiryYMD": "20990102",
        "koreanName": NAME,
        "personalNo": "",
        "MRZ1": f"PMKOR{surname}<<{given}".ljust(44, "<"),
        "MRZ2": f"{number}0KOR0001010M9901020".ljust(44, "<"),
    }


_FIELDS: dict[str, Callable[[str], dict[str, str]]] = {
    "resident": _resident,
    "driver": _driver,
    "passport": _passport,
}
