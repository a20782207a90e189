"""ID cards of different persons, with their fields in the metadata of the image file."""

from __future__ import annotations

import io
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PIL import Image

from emulator.specimens import DocumentKind, Field, Specimen, embed

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME, SERIAL = "센티널카나리", "QZ7X9W"
_people = itertools.count(1)


@dataclass(frozen=True)
class Picture:
    """An image as the OCR client reads it."""

    content: bytes
    file_name: str = "image.png"
    chunk_bytes: int = 65_536

    @property
    def size(self) -> int:
        return len(self.content)

    def chunks(self) -> Iterator[bytes]:
        yield self.content


def picture(document: DocumentKind, person: int | None = None) -> Picture:
    """Return the ID card of ``person``, by default of a new one."""
    person = next(_people) if person is None else person
    drawn = io.BytesIO()
    Image.new("RGB", (40, 25), "white").save(drawn, "PNG")
    fields = (
        _CARD
        if document == "credit-card"
        else tuple(Field(key, value) for key, value in _FIELDS[document](person).items())
    )
    return Picture(embed(drawn.getvalue(), Specimen(document, fields)))


_CARD = (*(Field("cardNum", group) for group in ("4111", "1111", "1111", "1111")), Field("validThru", "04/29"))
_FIELDS = {
    "resident": lambda person: {
        "name": NAME,
        "residentNumber": f"810203-4{person:06}",
        "issueDate": "2015.3.2.",
        "issuer": "서울특별시",
    },
    "driver": lambda person: {
        "driverLicenseNumber": f"서울 09-{person:06}-78",
        "name": NAME,
        "residentNumber": f"810203-4{person:06}",
        "serialNum": SERIAL,
    },
    "passport": lambda person: {
        "passportNo": f"M{person:08}",
        "surName": "SENTINEL",
        "givenName": "CANARY",
        "koreanName": NAME,
        "dateOfBirthYMD": "19810203",
        "dateOfIssueYMD": "20200315",
        "dateOfExpiryYMD": "20300315",
    },
}
