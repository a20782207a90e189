"""Consumers receive CloudEvents. Unset members are absent, not null."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sealed_ocr.analysis import messages
from sealed_ocr.analysis.messages import (
    Analyzed,
    Rejected,
    Rejection,
    Verification,
)
from sealed_ocr.analysis.queue_message import encode, queue_message
from sealed_ocr.common.document import Document

from tests.support.canary import assert_clean

pytestmark = pytest.mark.unit

ARN = "arn:aws:s3:::images-bucket"
RESULT = {"idType": "resident", "keyValues": [{"key": "name", "value": "홍길동", "conf": 0.9}], "new": None}
OFFER = Verification(expires_at="2026-11-23T01:00:00.000Z", request={"idType": "resident"}, missing=["name"])


def document(**changed):
    members: dict[str, Any] = {
        "document_id": "0" * 32,
        "kind": "id-card",
        "bucket": "images-bucket",
        "key": "id-card/홍길동.png",
        "e_tag": "e",
        "size": 7,
    }
    return Document(**members | changed)


def analyzed(result, verification, **changed):
    return messages.analyzed(document(**changed), ARN, 1_795_000_000.1236, result, verification)


def rejected(code, reason, **more):
    document_changes = {name: more.pop(name) for name in ("kind", "key") if name in more}
    rejection = Rejection(code=code, reason=reason, **more)
    return messages.rejected(document(**document_changes), ARN, 1_795_000_000.1236, rejection)


def tree(message):
    return json.loads(encode(message))


def test_an_analyzed_event_holds_document_result_and_offer() -> None:
    assert tree(analyzed(RESULT, OFFER, version_id="v")) == {
        "specversion": "1.0",
        "id": "0" * 32,
        "source": ARN,
        "subject": "id-card/홍길동.png",
        "time": "2026-11-18T11:06:40.123Z",
        "datacontenttype": "application/json",
        "type": "sealed-ocr.document.analyzed.v1",
        "data": {
            "document": {
                "documentId": "0" * 32,
                "kind": "id-card",
                "bucket": "images-bucket",
                "key": "id-card/홍길동.png",
                "versionId": "v",
                "eTag": "e",
                "size": 7,
            },
            "result": RESULT,
            "verification": {
                "expiresAt": "2026-11-23T01:00:00.000Z",
                "request": {"idType": "resident"},
                "missing": ["name"],
            },
        },
    }


def test_a_rejected_event_holds_document_and_rejection() -> None:
    message = tree(rejected("ocr-rejected", "no ID card was found", result_code=4000121))
    assert message["type"] == "sealed-ocr.document.rejected.v1"
    assert message["data"]["rejection"] == {
        "code": "ocr-rejected",
        "resultCode": 4000121,
        "reason": "no ID card was found",
    }
    assert "result" not in message["data"]


def test_a_delayed_event_has_an_id_of_its_own() -> None:
    message = messages.delayed(document(), ARN, 1_795_000_000.1236)
    assert tree(message) | {"data": None} == {
        "specversion": "1.0",
        "id": f"{'0' * 32}-delayed",
        "source": ARN,
        "subject": "id-card/홍길동.png",
        "time": "2026-11-18T11:06:40.123Z",
        "datacontenttype": "application/json",
        "type": "sealed-ocr.document.delayed.v1",
        "data": None,
    }
    data = tree(message)["data"]
    assert data["document"]["documentId"] == "0" * 32
    assert data["delay"].keys() == {"code", "mayStillBeAnalyzed", "reason"}
    assert queue_message(message).attributes == {"type": "sealed-ocr.document.delayed.v1", "kind": "id-card"}
    shown = f"{message!r}{message.data!r}{message.data.delay!r}{queue_message(message)!r}"
    assert_clean(shown, ["홍길동", "images-bucket"])


def test_unset_members_are_absent() -> None:
    assert "verification" not in tree(analyzed(RESULT, None))["data"]
    assert "versionId" not in tree(analyzed(RESULT, None))["data"]["document"]
    assert "resultCode" not in tree(rejected("image-empty", "x"))["data"]["rejection"]
    assert tree(rejected("ocr-rejected", "x", result_code=0))["data"]["rejection"]["resultCode"] == 0


def test_a_rejection_survives_encoding_and_decoding() -> None:
    message = rejected("image-too-large", "x", result_code=4131000)
    assert msgspec.json.decode(encode(message), type=Rejected) == message


def test_an_unknown_kind_is_null_in_the_message_and_unknown_in_the_attributes() -> None:
    message = rejected("unknown-document-kind", "x", kind=None)
    assert tree(message)["data"]["document"]["kind"] is None
    assert queue_message(message).attributes == {"type": "sealed-ocr.document.rejected.v1", "kind": "unknown"}


@pytest.mark.parametrize("kind", ["credit-card", "id-card", "id-card/stand-alone"])
def test_attributes_hold_type_and_kind(kind) -> None:
    expected = {"type": "sealed-ocr.document.analyzed.v1", "kind": kind}
    assert queue_message(analyzed(RESULT, None, kind=kind)).attributes == expected


# JSON can hold any text without lone surrogates.
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS | st.sampled_from(["\ufffe", "\uffff", "\x00\x1f\x7f", "\\ufffe", "\\"]),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(TEXTS, children, max_size=4),
    max_leaves=10,
)  # fmt: skip
RESULTS = st.dictionaries(TEXTS, VALUES, max_size=4)


def sqs_accepts(character):
    """SQS: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF."""
    code = ord(character)
    return code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF


@given(RESULTS, TEXTS)
def test_any_result_and_key_are_encoded_in_characters_that_sqs_accepts(result, key) -> None:
    message = analyzed(result, OFFER, key=key)
    body = encode(message)
    assert all(map(sqs_accepts, body))
    received = json.loads(body)
    assert received["data"]["result"] == result
    assert received["subject"] == received["data"]["document"]["key"] == key
    assert msgspec.json.decode(body, type=Analyzed) == message


@pytest.mark.parametrize("text", ["\ufffe", "\uffff", "홍\ufffe길\uffff동"])
def test_characters_that_sqs_refuses_are_escaped(text) -> None:
    body = encode(analyzed({"value": text}, None, key=text))
    assert "\ufffe" not in body
    assert "\uffff" not in body
    assert json.loads(body)["data"]["result"] == {"value": text}


def test_the_repr_of_a_message_hides_its_content() -> None:
    messages = [
        analyzed(RESULT, msgspec.structs.replace(OFFER, request={"name": "홍길동"})),
        rejected("ocr-rejected", "x"),
    ]
    for message in messages:
        parts = [message, message.data, message.data.document]
        parts += [message.data.verification] if isinstance(message, Analyzed) else [message.data.rejection]
        assert_clean("".join(map(repr, parts)) + str(message) + f"{messages}", ["홍길동", "images-bucket"])
