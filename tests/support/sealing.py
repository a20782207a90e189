"""Messages to be sealed, and jwcrypto to open them, which shares no code with the library that seals."""

from __future__ import annotations

import base64
import json
from typing import Any

import msgspec
from sealed_ocr.analysis import messages
from sealed_ocr.analysis.encoding import message_encoder
from sealed_ocr.common.document import Document
from sealed_ocr.common.kinds import Kind

from tests.support.consumer_keys import Jwk, jwk_set, public
from tests.support.documents import CORRELATION_ID, NAME

_FINISHED_AT = 1_795_000_000
_TYPES: dict[str, type[messages.Message]] = {
    f"sealed-ocr.document.{kind.__name__.lower()}.v1": kind
    for kind in (messages.Analyzed, messages.Rejected, messages.Delayed)
}


def message(result: dict[str, Any] | None = None) -> messages.Analyzed:
    """Return the message of a document that was read."""
    return messages.analyzed(
        _document(), "arn:b", _FINISHED_AT, result or {"name": "갈매기끼룩"}, None, None, CORRELATION_ID
    )


def rejection(code: messages.RejectionCode, result_code: int | None = None) -> messages.Rejected:
    """Return the message of a document that will never be read."""
    why = messages.new_rejection(code, "because", result_code)
    return messages.rejected(_document(), "arn:b", _FINISHED_AT, why, CORRELATION_ID)


def large_message() -> messages.Analyzed:
    """Return a message whose sealed form is about as large as SQS accepts."""
    return message({"more": "x" * 780_000})


def seal(event: dict[str, Any], key: Jwk) -> str:
    """Return the body of a message, which is given decoded, sealed to ``key``."""
    decoded = msgspec.convert(event, _TYPES[event["type"]])
    return message_encoder(jwk_set(public(key))).encode(decoded).body


def header(body: str) -> dict[str, Any]:
    """Return the protected header of the JWE in a sealed message."""
    encoded = json.loads(body)["data"]["sealed"].partition(".")[0]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(encoded + "=="))
    return found


def open_with_jwcrypto(body: str, *keys: Jwk) -> str:
    """Return the message in a sealed one, to one of these keys."""
    # Only the environment of the tests has it.
    from jwcrypto.jwe import JWE
    from jwcrypto.jwk import JWK

    (key,) = (key for key in keys if key["kid"] == header(body)["kid"])
    token = JWE(algs=["RSA-OAEP-256", "ECDH-ES+A256KW", "A256GCM"])
    token.deserialize(json.loads(body)["data"]["sealed"], JWK(**key))
    return str(token.payload.decode())


def _document() -> Document:
    return Document(
        document_id="0" * 32,
        kind=Kind.ID_CARD,
        bucket="images",
        key=f"id-card/{NAME}.png",
        e_tag="etag",
        size=7,
    )
