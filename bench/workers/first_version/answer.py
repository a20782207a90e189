"""The answer in pydantic's models, its values opened one by one."""

from __future__ import annotations

import base64
from collections.abc import Callable

from Crypto.Cipher import AES
from Crypto.Util.Padding import unpad
from pydantic import BaseModel


class Header(BaseModel):
    """``header``."""

    isSuccessful: bool
    resultCode: int
    resultMessage: str


class Box(BaseModel):
    """Four corners."""

    x1: int
    y1: int
    x2: int
    y2: int
    x3: int
    y3: int
    x4: int
    y4: int


class KeyValue(BaseModel):
    """One field of an ID card."""

    key: str
    value: str
    conf: float


class IdCard(BaseModel):
    """``result`` of an ID-card analysis."""

    fileType: str
    resolution: str
    idType: str
    keyValues: list[KeyValue]
    boxes: list[Box]


class CreditCard(BaseModel):
    """``result`` of a card's analysis, as far as it is used."""

    fileType: str
    resolution: str
    cardNums: list[KeyValue]
    cardNumBoxes: list[Box]


class CreditCardAnswer(BaseModel):
    """The whole answer for a card."""

    header: Header
    result: CreditCard


class IdCardAnswer(BaseModel):
    """The whole answer for an ID card."""

    header: Header
    result: IdCard


def decrypt(key: bytes, value: str) -> str:
    """Return a sealed value's text."""
    padded = AES.new(key, AES.MODE_CBC, key[:16]).decrypt(base64.b64decode(value))
    plain: bytes = unpad(padded, AES.block_size)
    return plain.decode()


def open_answer(body: bytes, key: bytes, decrypt: Callable[[bytes, str], str] = decrypt) -> IdCardAnswer:
    """Read an ID card's answer and open its values."""
    answer = IdCardAnswer.model_validate_json(body)
    if not answer.header.isSuccessful:
        raise RuntimeError(answer.header.resultMessage)
    for field in answer.result.keyValues:
        field.value = decrypt(key, field.value)
    return answer
