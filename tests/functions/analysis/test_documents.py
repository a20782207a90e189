"""The message of a readable upload holds its result and, for ID cards, an offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from emulator.faults.kinds import Variation
from emulator.specimens.metadata import DocumentKind
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.documents import DRIVER, NAME, draw
from tests.support.large_results import grow_results
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]


def run(parts: Parts, content: Any, key: str) -> dict[str, Any]:
    """Deliver one upload and return its message."""
    parts.stage.announce(parts.stage.upload(content, key))
    assert parts.deliver() == []
    (event,) = parts.stage.collect()
    return event


def test_a_message_holds_the_document_and_the_result(parts: Parts, stage: Stage) -> None:
    key = f"credit-card/2026/{NAME} 1+1=2 100%.png"
    event = run(parts, draw("credit-card"), key)
    assert event["specversion"] == "1.0"
    assert event["type"] == "sealed-ocr.document.analyzed.v1"
    assert event["source"] == f"arn:aws:s3:::{stage.bucket}"
    assert event["subject"] == key
    document = event["data"]["document"]
    assert document["documentId"] == event["id"] == stage.item()["documentId"]
    assert (document["kind"], document["bucket"], document["key"]) == ("credit-card", stage.bucket, key)
    assert event["data"]["result"]["totalCardNum"] == "9436157280943615728194361572829436157283"
    assert event["data"]["result"]["validThru"]["value"] == "validity-11/31"
    assert stage.result_attributes == [{"type": "sealed-ocr.document.analyzed.v1", "kind": "credit-card"}]


@pytest.mark.parametrize("name", ["a b.png", "a+b.png", "100%.png", "%2F.png", "홍길동.png", "a&b=c;d.png", "..png"])
def test_an_object_with_any_name_is_found_in_the_bucket(parts: Parts, stage: Stage, name: str) -> None:
    event = run(parts, draw("credit-card"), f"credit-card/{name}")
    assert event["type"] == "sealed-ocr.document.analyzed.v1"
    assert event["subject"] == f"credit-card/{name}"


def test_a_key_with_characters_that_sqs_refuses_is_escaped(parts: Parts, proxy: Proxy) -> None:
    assert run(parts, draw("credit-card"), "credit-card/\uffff.png")["subject"] == "credit-card/\uffff.png"
    (sent,) = proxy.made("SendMessage")
    assert "\uffff" not in sent.request["MessageBody"]


@pytest.mark.parametrize(
    ("folder", "document", "kind", "operation"),
    [
        ("credit-card", "credit-card", "credit-card", "credit-card"),
        ("id-card", "resident", "id-card", "id-card"),
        ("id-card/sub", "driver", "id-card", "id-card"),
        ("id-card/stand-alone", "resident", "id-card/stand-alone", "id-card/stand-alone"),
        ("id-card/stand-alone-not", "resident", "id-card", "id-card"),
    ],
)
def test_the_folder_determines_the_ocr_call(
    parts: Parts, emulator: Emulator, folder: str, document: DocumentKind, kind: str, operation: str
) -> None:
    event = run(parts, draw(document), f"{folder}/{NAME}.png")
    assert event["data"]["document"]["kind"] == kind
    calls = emulator.counters().calls
    assert {name: number for name, number in calls.items() if name != "public-keys"} == {operation: 1}


def test_unknown_members_are_passed_on(parts: Parts, emulator: Emulator) -> None:
    emulator.fault(Variation(form="unknown-members", operation="id-card"))
    result = run(parts, draw("driver"), f"id-card/{NAME}.png")["data"]["result"]
    assert result["futureMember"] == {"nested": [1, 2.5, None, "text"]}
    read = {field["key"]: field["value"] for field in result["keyValues"]}
    assert read == {key: value for key, (value,) in DRIVER.items()}


def test_a_resident_card_is_offered_for_verification(parts: Parts, stage: Stage, proxy: Proxy) -> None:
    verification = run(parts, draw(), f"id-card/{NAME}.jpg")["data"]["verification"]
    (kept,) = stage.items(stage.request_keys)
    assert (kept["state"], kept["idType"]) == ("available", "resident")
    assert kept["documentId"] == stage.item()["documentId"]
    expires_at = dt.datetime.fromisoformat(verification["expiresAt"])
    assert expires_at.timestamp() == int(kept["keyExpiresAt"])
    assert verification["missing"] == []
    assert verification["request"] == {
        "idType": "resident",
        "name": "갈매기끼룩",
        "residentNumber": "8304172958164",
        "issueDate": "20171129",
    }
    moves = [call.to_state or call.operation for call in proxy.calls if call.operation in {"UpdateItem", "SendMessage"}]
    assert moves == ["sending", "available", "SendMessage", "done"]


@pytest.mark.parametrize(("folder", "document"), [("id-card/stand-alone", "resident"), ("id-card", "passport")])
def test_a_document_without_a_request_key_gets_no_offer(
    parts: Parts, stage: Stage, folder: str, document: DocumentKind
) -> None:
    event = run(parts, draw(document), f"{folder}/{NAME}.png")
    assert event["type"] == "sealed-ocr.document.analyzed.v1"
    assert "verification" not in event["data"]
    assert stage.items(stage.request_keys) == []


def test_unreadable_fields_are_listed_as_missing_in_the_offer(parts: Parts) -> None:
    drawn = draw("resident", issueDate="미상의발급일자")
    verification = run(parts, drawn, f"id-card/{NAME}.png")["data"]["verification"]
    assert verification["missing"] == ["issueDate"]


def test_a_message_has_no_offer_if_the_request_key_cannot_be_stored(
    parts: Parts, stage: Stage, proxy: Proxy, counted: Counted
) -> None:
    proxy.fault("UpdateItem", "refuse", where=lambda call: call.resource == stage.request_keys)
    event = run(parts, draw(), f"id-card/{NAME}.png")
    assert event["type"] == "sealed-ocr.document.analyzed.v1"
    assert "verification" not in event["data"]
    assert stage.item()["state"] == "done"
    assert counted()["OfferNotKept"] == 1


@pytest.mark.parametrize("state", ["sending", "spent"])
def test_an_offer_never_replaces_a_verdict(parts: Parts, stage: Stage, counted: Counted, state: str) -> None:
    stage.announce(stage.upload(draw(), f"id-card/{NAME}.png"))
    (document_id,) = {upload.document_id for upload in stage.documents_announced()}
    stage.aws.dynamodb.put_item(
        TableName=stage.request_keys, Item={"documentId": {"S": document_id}, "state": {"S": state}}
    )
    assert parts.deliver() == []
    (event,) = stage.collect()
    assert "verification" not in event["data"]
    assert stage.items(stage.request_keys) == [{"documentId": document_id, "state": state}]
    assert counted()["OfferNotKept"] == 1


def test_a_result_too_large_for_a_message_is_a_rejection(
    make: Callable[..., Parts], stage: Stage, emulator: Emulator, ocr_proxy: Proxy
) -> None:
    grow_results(ocr_proxy, "credit-card")
    rejection = run(make(ocr_proxy.url), draw("credit-card"), f"credit-card/{NAME}.png")["data"]["rejection"]
    assert rejection["code"] == "result-too-large"
    assert stage.item()["state"] == "done"
    assert emulator.counters().paid.total == 1
