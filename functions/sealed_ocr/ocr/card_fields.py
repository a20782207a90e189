"""The fields of each card ("List included in KeyValues …" of the API guide), and what was read of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple


class FieldReading(NamedTuple):
    """What was read of one field. ``confidence`` is None if nothing was read, though every such card has the field."""

    name: str
    confidence: float | None


CREDIT_CARD_FIELDS: dict[str, bool] = {"cardNums": True, "totalCardNum": True, "validThru": True}
# In the guide's order. Whether every card has the field, so that it was not read if it is missing: of a passport, only
# the machine-readable zone is promised ("Passports" of the API's facts).
ID_CARD_FIELDS: dict[str, dict[str, bool]] = {
    "resident": {"name": True, "residentNumber": True, "issueDate": True, "issuer": True},
    "driver": {
        "driverLicenseNumber": True,
        "licenseType": True,
        "name": True,
        "residentNumber": True,
        "condition": False,
        "serialNum": False,
        "issueDate": True,
        "issuer": True,
    },
    "passport": {
        "passportType": False,
        "countryCode": False,
        "passportNo": False,
        "surName": False,
        "givenName": False,
        "nationality": False,
        "dateOfBirth": False,
        "dateOfBirthYMD": False,
        "sex": False,
        "dateOfIssue": False,
        "dateOfIssueYMD": False,
        "dateOfExpiry": False,
        "dateOfExpiryYMD": False,
        "koreanName": False,
        "personalNo": False,
        "MRZ1": True,
        "MRZ2": True,
    },
}


def credit_card_readings(result: dict[str, Any]) -> Iterator[FieldReading]:
    """Yield what was read of a credit card. The number is as sure as its least sure group."""
    groups = [group for group in result.get("cardNums") or () if group and group.get("value")]
    yield FieldReading("cardNums", min((group.get("conf") or 0.0 for group in groups), default=None))
    valid_thru = result.get("validThru")
    yield FieldReading("validThru", valid_thru.get("conf") or 0.0 if valid_thru and valid_thru.get("value") else None)


def id_card_readings(result: dict[str, Any]) -> Iterator[FieldReading]:
    """Yield what was read of an ID card. Of an ``idType`` that the guide does not name, no field is expected."""
    id_type = result.get("idType")
    expected = ID_CARD_FIELDS.get(id_type) if isinstance(id_type, str) else None
    if expected is None:
        yield FieldReading("idType", None)
    read: set[str] = set()
    for field in result.get("keyValues") or ():
        if field and field.get("key") and field.get("value"):
            read.add(field["key"])
            yield FieldReading(field["key"], field.get("conf") or 0.0)
    for name, always in (expected or {}).items():
        if always and name not in read:
            yield FieldReading(name, None)
