"""Image files with the fields of a document in their metadata. The pictures themselves are blank."""

import io
import os

from PIL import Image

from emulator.specimens.metadata import DocumentKind, Field, Specimen, embed

BOX = ((10, 20), (110, 20), (110, 50), (10, 50))

CARD = {"cardNum": ["4111", "1111", "1111", "1111"], "validThru": ["04/29"]}
RESIDENT = {
    "name": ["홍길동"],
    "residentNumber": ["800101-1234567"],
    "issueDate": ["2015.3.2."],
    "issuer": ["서울특별시 종로구청장"],
}
DRIVER = {
    "driverLicenseNumber": ["11-09-123456-78"],
    "licenseType": ["1종보통/2종소형"],
    "name": ["김철수"],
    "residentNumber": ["900202-2345678"],
    "serialNum": ["7X8Y9Z"],
    "issueDate": ["2019.12.31."],
    "issuer": ["서울지방경찰청장"],
}
PASSPORT = {
    "passportType": ["PM"],
    "passportNo": ["M12345678"],
    "surName": ["HONG"],
    "givenName": ["GILDONG"],
    "koreanName": ["홍길동"],
    "dateOfBirthYMD": ["19800101"],
    "dateOfIssueYMD": ["20200315"],
    "dateOfExpiryYMD": ["20300315"],
}
DOCUMENTS: dict[DocumentKind, dict[str, list[str]]] = {
    "credit-card": CARD,
    "resident": RESIDENT,
    "driver": DRIVER,
    "passport": PASSPORT,
}


def picture(size=(800, 500), file_type="PNG", noise=False) -> bytes:
    drawn = (
        Image.frombytes("RGB", size, os.urandom(size[0] * size[1] * 3)) if noise else Image.new("RGB", size, "white")
    )
    out = io.BytesIO()
    drawn.save(out, file_type)
    return out.getvalue()


def specimen(document: DocumentKind, size=(800, 500), file_type="PNG", **changed: str) -> bytes:
    values = DOCUMENTS[document] | {key: [value] for key, value in changed.items()}
    fields = tuple(Field(key, value, BOX) for key, group in values.items() for value in group)
    return embed(picture(size, file_type), Specimen(document, fields))
