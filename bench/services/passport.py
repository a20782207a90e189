"""The largest answer of the ID-card analysis: a passport's 17 fields with their boxes (guide, "ID Card Analysis")."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

FIELDS = {
    "passportType": "PM",
    "countryCode": "KOR",
    "passportNo": "Z00A0000",
    "surName": "SPECIMEN",
    "givenName": "GIL DONG",
    "nationality": "REPUBLIC OF KOREA",
    "dateOfBirth": "01 1월/JAN 1990",
    "dateOfBirthYMD": "19900101",
    "sex": "M",
    "dateOfIssue": "01 1월/JAN 2020",
    "dateOfIssueYMD": "20200101",
    "dateOfExpiry": "31 12월/DEC 2029",
    "dateOfExpiryYMD": "20291231",
    "koreanName": "견본",
    "personalNo": "0000000",
    "MRZ1": "PMKORSPECIMEN<<GIL<DONG<<<<<<<<<<<<<<<<<<<<<",
    "MRZ2": "Z00A00000KOR9001011M2912311<<<<<<<<<<<<<<<00",
}


def passport(seal: Callable[[str], str]) -> dict[str, Any]:
    """Return the ``result``, with every value sealed by ``seal``."""
    return {
        "fileType": "png",
        "resolution": "normal",
        "idType": "passport",
        "keyValues": [{"key": key, "value": seal(value), "conf": 0.97} for key, value in FIELDS.items()],
        "boxes": [_box(40 + 30 * line) for line in range(len(FIELDS))],
    }


def _box(top: int) -> dict[str, int]:
    return {"x1": 280, "y1": top, "x2": 454, "y2": top, "x3": 454, "y3": top + 25, "x4": 280, "y4": top + 25}
