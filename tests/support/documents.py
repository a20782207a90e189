"""Documents with unique values, which may appear only in their messages."""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image

from emulator.specimens.metadata import DocumentKind, Field, Specimen, embed

CARD = {"cardNum": ["9436157280", "9436157281", "9436157282", "9436157283"], "validThru": ["validity-11/31"]}
RESIDENT = {
    "name": ["갈매기끼룩"],
    "residentNumber": ["830417-2958164"],
    "issueDate": ["2017.11.29."],
    "issuer": ["달빛군수리부엉이"],
}
DRIVER = {
    "driverLicenseNumber": ["17-83-592614-07"],
    "licenseType": ["특수면허쐐기"],
    "name": ["너구리살금"],
    "residentNumber": ["790623-1846275"],
    "condition": ["안경너머조건"],
    "serialNum": ["Q7W9ZK"],
    "issueDate": ["2016.10.28."],
    "issuer": ["별빛경찰청두루미"],
}
PASSPORT = {
    "passportNo": ["M70481953"],
    "surName": ["QUOKKASURNAME"],
    "givenName": ["WOMBATGIVEN"],
    "koreanName": ["오소리총총"],
    "dateOfBirthYMD": ["19770813"],
    "dateOfIssueYMD": ["20210519"],
    "dateOfExpiryYMD": ["20310519"],
    "MRZ1": ["PMKORQUOKKASURNAME<<WOMBATGIVEN"],
}
_VALUES: dict[DocumentKind, dict[str, list[str]]] = {
    "credit-card": CARD,
    "resident": RESIDENT,
    "driver": DRIVER,
    "passport": PASSPORT,
}
# The name of an object may be that of a person.
NAME = "청솔모바스락"
CORRELATION_ID = "hong-gildong@example.com/4711"


@dataclass(frozen=True)
class Drawn:
    """An image file and the values that the OCR service reads from it."""

    content: bytes
    values: tuple[str, ...]


def draw(document: DocumentKind = "resident", *, file_type: str = "PNG", size: int = 0, **changed: str) -> Drawn:
    """Return a unique image of a document, padded after its end to ``size`` bytes."""
    values = _VALUES[document] | {key: [value] for key, value in changed.items()}
    fields = tuple(Field(key, value) for key, group in values.items() for value in group)
    content = embed(_picture(file_type), Specimen(document, fields)) + os.urandom(16)
    content += b"\0" * (size - len(content))
    return Drawn(content, tuple(field.value for field in fields))


@lru_cache
def _picture(file_type: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (64, 48), "white").save(out, file_type)
    return out.getvalue()
