"""The tables of every card's fields in docs/messages.md: their form here, and their values from the examples."""

from __future__ import annotations

from sealed_ocr.ocr.card_fields import ID_CARD_FIELDS

from schemas.example_files import read_example

_DATE = "a date as printed, mostly `YYYY.M.D.`"
_RESIDENT_NUMBER = "6 digits, a dash, 7 digits"
_MRZ = "44 characters: `A` to `Z`, digits, `<`"
_PRINTED_DATE, _YMD = "a date as printed: `DD MON YYYY`", "`YYYYMMDD`"

FORMS: dict[str, dict[str, str]] = {
    "resident": {
        "name": "the name as printed; Hanja in brackets may follow",
        "residentNumber": _RESIDENT_NUMBER,
        "issueDate": _DATE,
        "issuer": "the office that issued the card",
    },
    "driver": {
        "driverLicenseNumber": "12 digits with dashes; old licences have a region's name in place of the first two",
        "licenseType": "the classes, with `/` between them",
        "name": "the name as printed",
        "residentNumber": _RESIDENT_NUMBER,
        "condition": "the licence's conditions; `none` without any",
        "serialNum": "5 or 6 letters and digits",
        "issueDate": _DATE,
        "issuer": "the office that issued the licence",
    },
    "passport": {
        "passportType": "1 or 2 letters",
        "countryCode": "3 letters (ICAO)",
        "passportNo": "9 letters and digits",
        "surName": "Latin letters",
        "givenName": "Latin letters",
        "nationality": "in English",
        "dateOfBirth": _PRINTED_DATE,
        "dateOfBirthYMD": _YMD,
        "sex": "`M` or `F`",
        "dateOfIssue": _PRINTED_DATE,
        "dateOfIssueYMD": _YMD,
        "dateOfExpiry": _PRINTED_DATE,
        "dateOfExpiryYMD": _YMD,
        "koreanName": "Hangul",
        "personalNo": "7 digits; empty on newer passports",
        "MRZ1": _MRZ,
        "MRZ2": _MRZ,
    },
}
_CREDIT_CARD = {
    "cardNums[].value": "a group of the number, as printed: digits",
    "totalCardNum": "the whole number: digits, as a string or a list of strings",
    "validThru.value": "the month and year of expiry, `MM/YY`",
}


def field_table(name: str) -> str:
    """Return the table of an ``idType``, or of ``credit-card``.

    Raises
    ------
    KeyError
        If there is no such card.
    """
    if name == "credit-card":
        result = read_example(name)["data"]["result"]
        values = (result["cardNums"][0]["value"], result["totalCardNum"], result["validThru"]["value"])
        rows = [
            f"| `{member}` | yes | {form} | {_shown(value)} |"
            for (member, form), value in zip(_CREDIT_CARD.items(), values, strict=True)
        ]
    else:
        read = {field["key"]: field["value"] for field in read_example(name)["data"]["result"]["keyValues"]}
        rows = [
            f"| `{key}` | {'yes' if always else 'no'} | {FORMS[name][key]} | {_shown(read[key])} |"
            for key, always in ID_CARD_FIELDS[name].items()
        ]
    return "\n".join(["| field | on every card | form | example |", "|---|---|---|---|", *rows, ""])


def _shown(value: str) -> str:
    return f"`{value}`" if value else "(empty)"
