"""The answer as pydantic models. Each value is opened with a cipher of its own."""

from __future__ import annotations

import base64
from collections.abc import Callable

from Crypto.Cipher import AES
from Crypto.Util.Padding import unpad
from pydantic import BaseModel


class Header(BaseModel):
    """The ``header`` of an answer."""

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
    """The ``result`` of an ID-card analysis."""

    fileType: str
    resolution: str
    idType: str
    keyValues: list[KeyValue]
    boxes: list[Box]


class CreditCard(BaseModel):
    """The ``result`` of a credit-card analysis, without unused members."""

    fileType: str
    resolution: str
    cardNums: list[KeyValue]
    cardNumBoxes: list[Box]


class CreditCardAnswer(BaseModel):
    """The answer of a credit-card analysis."""

    header: Header
    result: CreditCard


class IdCardAnswer(BaseModel):
    """The answer of an ID-card analysis."""

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
