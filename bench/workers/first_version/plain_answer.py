"""The answer with the standard library's JSON and dataclasses. ``cryptography`` opens each value."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.padding import PKCS7


@dataclass
class Box:
    """Four corners."""

    x1: int
    y1: int
    x2: int
    y2: int
    x3: int
    y3: int
    x4: int
    y4: int


@dataclass
class KeyValue:
    """One field of an ID card."""

    key: str
    value: str
    conf: float


@dataclass
class IdCard:
    """``result`` of an ID-card analysis."""

    fileType: str
    resolution: str
    idType: str
    keyValues: list[KeyValue]
    boxes: list[Box]


def decrypt(key: bytes, value: str) -> str:
    """Return a sealed value's text."""
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    unpadder = PKCS7(128).unpadder()
    padded = cipher.update(base64.b64decode(value)) + cipher.finalize()
    return (unpadder.update(padded) + unpadder.finalize()).decode()


def open_answer(body: bytes, key: bytes) -> IdCard:
    """Read an ID card's answer and open its values."""
    answer = json.loads(body)
    if not answer["header"]["isSuccessful"]:
        raise RuntimeError(answer["header"]["resultMessage"])
    result = answer["result"]
    card = IdCard(
        result["fileType"],
        result["resolution"],
        result["idType"],
        [KeyValue(**field) for field in result["keyValues"]],
        [Box(**box) for box in result["boxes"]],
    )
    for field in card.keyValues:
        field.value = decrypt(key, field.value)
    return card
