"""Analysis results in the guide's format, built from readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emulator.domain.key_pairs import KeyService
from emulator.domain.responses import EncryptedValue

if TYPE_CHECKING:
    from emulator.domain.image_properties import ImageProperties
    from emulator.domain.readings import Box, DocumentKind, DocumentReading, ReadField

KEY_ORDER: dict[DocumentKind, tuple[str, ...]] = {
    "resident": ("name", "residentNumber", "issueDate", "issuer"),
    "driver": (
        "driverLicenseNumber",
        "licenseType",
        "name",
        "residentNumber",
        "condition",
        "serialNum",
        "issueDate",
        "issuer",
    ),
    "passport": (
        "passportType",
        "countryCode",
        "passportNo",
        "surName",
        "givenName",
        "nationality",
        "dateOfBirth",
        "dateOfBirthYMD",
        "sex",
        "dateOfIssue",
        "dateOfIssueYMD",
        "dateOfExpiry",
        "dateOfExpiryYMD",
        "koreanName",
        "personalNo",
        "MRZ1",
        "MRZ2",
    ),
}
NO_CONDITION = "none"


def belongs_to_service(document: DocumentKind, service: KeyService) -> bool:
    """Return whether the key service handles the kind of document: credit cards or ID documents."""
    return (document == "credit-card") == (service == "credit-card")


def build_result(image_properties: ImageProperties, reading: DocumentReading) -> dict[str, Any]:
    """Return the `result` of an analysis, with an `EncryptedValue` wherever the guide encrypts."""
    head = {"fileType": image_properties.file_type, "resolution": image_properties.resolution}
    return head | (_credit_card(reading) if reading.document == "credit-card" else _id_card(reading))


def _credit_card(reading: DocumentReading) -> dict[str, Any]:
    """See the guide, "Credit Card Analysis API". An unread value is empty, and its box is null."""
    groups = [field for field in reading.fields if field.key == "cardNum"]
    valid_thru = next((field for field in reading.fields if field.key == "validThru"), None)
    return {
        "cardNums": [{"value": EncryptedValue(field.value), "conf": field.conf} for field in groups],
        "totalCardNum": EncryptedValue("".join(field.value for field in groups)),
        "cardNumBoxes": [_corners(field.box) for field in groups if field.box],
        "validThru": {
            "value": EncryptedValue(valid_thru.value if valid_thru else ""),
            "conf": valid_thru.conf if valid_thru else 0.0,
        },
        "validThruBox": _corners(valid_thru.box) if valid_thru and valid_thru.box else None,
    }


def _id_card(reading: DocumentReading) -> dict[str, Any]:
    """See the guide, "ID Card Analysis API"; `bbox` follows the vendor's later documentation (facts).

    Every key of the guide's list is present, in the guide's order. An unread value is empty, except a driver's
    condition: "none".
    """
    read = {field.key: field for field in reading.fields}
    return {
        "idType": reading.document,
        "keyValues": [_key_value(key, read.get(key)) for key in KEY_ORDER[reading.document]],
        "boxes": [_corners(read[key].box) for key in KEY_ORDER[reading.document] if key in read and read[key].box],
    }


def _key_value(key: str, field: ReadField | None) -> dict[str, Any]:
    value, conf = (field.value, field.conf) if field else ("", 0.0)
    if key == "condition" and not value:
        value = NO_CONDITION
    bbox = {"bbox": _corners(field.box)} if field and field.box else {}
    return {"key": key, "value": EncryptedValue(value), "conf": conf} | bbox


def _corners(box: Box) -> dict[str, int]:
    """Return the four corners under the guide's names: x1, y1 to x4, y4."""
    return {
        f"{axis}{number}": value for number, point in enumerate(box, 1) for axis, value in zip("xy", point, strict=True)
    }
