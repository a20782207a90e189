"""The claim of a verification request: its fields, their formats, and the comparison with a document.

See the field table in the guide, "Verify Authenticity API". serialNum is optional (facts).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from emulator.domain.envelope import Envelope
from emulator.domain.readings import DocumentKind
from emulator.domain.result_codes import Code, Refusal

DATE = re.compile("[0-9]{8}")


@dataclass(frozen=True)
class ClaimField:
    """One row of the field table."""

    name: str
    pattern: re.Pattern[str]
    encrypted: bool = True
    required: bool = True


_NAME = ClaimField("name", re.compile(r"(?s).*\S.*"))
FIELDS: dict[DocumentKind, tuple[ClaimField, ...]] = {
    "resident": (
        _NAME,
        ClaimField("residentNumber", re.compile("[0-9]{13}")),
        ClaimField("issueDate", DATE),
    ),
    "driver": (
        _NAME,
        ClaimField("residentNumber", re.compile("[0-9]{7}")),
        ClaimField("driverLicenseNumber", re.compile("[0-9]{12}")),
        ClaimField("serialNum", re.compile("[0-9A-Za-z]{5,6}"), required=False),
    ),
    "passport": (
        _NAME,
        ClaimField("passportNumber", re.compile("[0-9A-Z]{9}")),
        ClaimField("issueDate", DATE),
        ClaimField("birthDate", DATE),
        ClaimField("expirationDate", DATE, encrypted=False),
    ),
}


@dataclass(frozen=True, repr=False)
class Claim:
    """A decrypted claim whose fields have the right formats. Their values are not yet verified."""

    document: DocumentKind
    values: Mapping[str, str]

    def mismatched_fields(self, expected: Mapping[str, str]) -> set[str]:
        """Return the names of the fields whose values differ from the expected claim.

        Texts are compared code point by code point: another Unicode form, or another blank, is another text.
        """
        return {name for name, value in self.values.items() if expected.get(name) != value}


def parse_claim_body(body: bytes) -> tuple[DocumentKind, Mapping[str, Any]]:
    """Return the idType and the members of a request body.

    Raises
    ------
    Refusal
        INVALID_PARAMETER if the body is not a JSON object or its idType is unknown.
    """
    try:
        members = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refusal(Code.INVALID_PARAMETER) from None
    for document in FIELDS:
        if members.get("idType") == document:
            return document, members
    raise Refusal(Code.INVALID_PARAMETER)


def decrypt_claim(document: DocumentKind, members: Mapping[str, Any], envelope: Envelope) -> Claim:
    """Return the claim. Members that the table does not list for this kind of document are ignored.

    Raises
    ------
    Refusal
        INVALID_PARAMETER for a missing or malformed field.
    DecryptionError
        A field cannot be decrypted.
    """
    values = {
        field.name: _decrypt_field(field, members.get(field.name), envelope)
        for field in FIELDS[document]
        if field.required or members.get(field.name) is not None
    }
    return Claim(document, values)


def _decrypt_field(field: ClaimField, raw: Any, envelope: Envelope) -> str:
    if not isinstance(raw, str) or not raw:
        raise Refusal(Code.INVALID_PARAMETER)
    value = envelope.open_text(raw) if field.encrypted else raw
    if not field.pattern.fullmatch(value) or (field.pattern is DATE and not _is_date(value)):
        raise Refusal(Code.INVALID_PARAMETER)
    return value


def _is_date(digits: str) -> bool:
    try:
        datetime.strptime(digits, "%Y%m%d")  # noqa: DTZ007 - a date printed on a card has no time zone
    except ValueError:
        return False
    return True
