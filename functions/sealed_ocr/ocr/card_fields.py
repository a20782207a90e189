"""The fields of each ID card, by its ``idType`` ("List included in KeyValues …" of the API guide), in its order."""

from __future__ import annotations

ID_CARD_FIELDS: dict[str, tuple[str, ...]] = {
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
