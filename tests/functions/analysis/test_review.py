"""A result with doubtful or missing fields asks for a person, and goes to the queue for review if there is one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from sealed_ocr.analysis.review import review_of
from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.card_fields import FieldReading, credit_card_readings, id_card_readings
from sealed_ocr.ocr.kind_specs import KIND_SPECS

from emulator.faults.kinds import Variation
from tests.support.analyze_parts import Parts
from tests.support.documents import draw
from tests.support.proxy import Proxy
from tests.support.queue_client import QueueClient
from tests.support.stage import Stage

RESIDENT: dict[str, float | None] = {"name": 0.9, "residentNumber": 0.9, "issueDate": 0.9, "issuer": 0.9}


def id_card(id_type: str | None, confidences: Mapping[str, float | None]) -> dict[str, Any]:
    values = [{"key": name, "value": "x", "conf": confidence} for name, confidence in confidences.items()]
    return {"idType": id_type, "keyValues": values}


def why(result: dict[str, Any], missing: tuple[str, ...] = (), below: float = 0.5) -> dict[str, str]:
    kind = Kind.CREDIT_CARD if "cardNums" in result else Kind.ID_CARD
    review = review_of(KIND_SPECS[kind].readings(result), missing, below)
    assert review.required is bool(review.fields)
    return {field.name: field.why for field in review.fields}


@pytest.mark.unit
@pytest.mark.parametrize(
    ("result", "expected"),
    [
        (id_card("resident", RESIDENT), {}),
        (id_card("resident", RESIDENT | {"name": 0.49}), {"name": "low-confidence"}),
        (id_card("resident", RESIDENT | {"name": 0.5}), {}),
        (id_card("resident", RESIDENT | {"name": None}), {"name": "low-confidence"}),
        (id_card("resident", {"name": 0.9}), dict.fromkeys(("residentNumber", "issueDate", "issuer"), "missing")),
        (id_card("resident", RESIDENT | {"new": 0.1}), {"new": "low-confidence"}),
        (id_card("passport", {"MRZ1": 0.9, "MRZ2": 0.9}), {}),
        (id_card("passport", {"MRZ1": 0.9, "koreanName": 0.1}), {"koreanName": "low-confidence", "MRZ2": "missing"}),
        (id_card("alien", {"name": 0.9}), {"idType": "missing"}),
        (id_card(None, {}), {"idType": "missing"}),
        ({"idType": "resident", "keyValues": None}, dict.fromkeys(RESIDENT, "missing")),
        ({"idType": "resident", "keyValues": [None, {}]}, dict.fromkeys(RESIDENT, "missing")),
        ({"cardNums": [{"value": "1", "conf": 0.9}], "validThru": {"value": "05/33", "conf": 0.9}}, {}),
        (
            {"cardNums": [{"value": "1", "conf": 0.9}, {"value": "2", "conf": 0.4}], "validThru": {"value": ""}},
            {"cardNums": "low-confidence", "validThru": "missing"},
        ),
        ({"cardNums": [None, {}], "validThru": None}, {"cardNums": "missing", "validThru": "missing"}),
    ],
)
def test_doubtful_and_missing_fields_are_reviewed(result: dict[str, Any], expected: dict[str, str]) -> None:
    assert why(result) == expected


@pytest.mark.unit
def test_a_licence_without_condition_and_serial_number_is_complete() -> None:
    names = ("driverLicenseNumber", "licenseType", "name", "residentNumber", "issueDate", "issuer")
    assert why(id_card("driver", dict.fromkeys(names, 0.9))) == {}


@pytest.mark.unit
def test_a_field_that_the_claim_cannot_take_is_reviewed_once() -> None:
    assert why(id_card("resident", RESIDENT), ("issueDate",)) == {"issueDate": "claim"}
    assert why(id_card("resident", RESIDENT | {"issueDate": 0.1}), ("issueDate",)) == {"issueDate": "low-confidence"}


@pytest.mark.unit
def test_the_number_of_a_card_is_as_sure_as_its_least_sure_group() -> None:
    groups = [{"value": "1", "conf": 0.9}, {"value": "2", "conf": 0.4}, {"value": "", "conf": 0.1}]
    assert [*credit_card_readings({"cardNums": groups})] == [
        FieldReading("cardNums", 0.4),
        FieldReading("validThru", None),
    ]
    assert FieldReading("name", 0.0) in [*id_card_readings(id_card("resident", {"name": None}))]


def run(
    parts: Parts, stage: Stage, queue: QueueClient | None = None, *, doubtful: bool = False
) -> tuple[dict[str, Any], str | None]:
    """Deliver a card; return its message and the attribute ``review``."""
    if doubtful:
        stage.emulator.fault(Variation(form="null-values", operation="credit-card"))
    stage.announce(stage.upload(draw("credit-card"), "credit-card/a.png"))
    assert parts.deliver() == []
    if queue is not None:
        assert stage.collect() == []
        (record,) = queue.receive(10)
        stage.results.append(event := json.loads(record["Body"]))
        return event, record["MessageAttributes"]["review"]["StringValue"]
    (event,) = stage.collect()
    return event, stage.result_attributes[0].get("review")


@pytest.mark.parametrize(
    ("below", "expected"), [({}, None), ({Kind.ID_CARD: 1.0}, None), ({Kind.CREDIT_CARD: 0.0}, "none")]
)
def test_a_message_says_whether_a_person_must_look(
    make: Callable[..., Parts], stage: Stage, below: dict[Kind, float], expected: str | None
) -> None:
    event, attribute = run(make(review_below=below), stage)
    assert attribute == expected
    assert event["data"].get("review") == (None if expected is None else {"required": False, "fields": []})


def test_a_result_to_review_goes_to_the_results_queue_by_default(make: Callable[..., Parts], stage: Stage) -> None:
    event, attribute = run(make(review_below={Kind.CREDIT_CARD: 0.4}), stage, doubtful=True)
    assert attribute == "required"
    assert event["data"]["review"] == {
        "required": True,
        "fields": [{"name": name, "confidence": None, "why": "missing"} for name in ("cardNums", "validThru")],
    }


def test_with_a_queue_for_review_it_goes_there_instead(make: Callable[..., Parts], stage: Stage, proxy: Proxy) -> None:
    url = stage.aws.sqs.create_queue(QueueName=f"{stage.name}-review")["QueueUrl"]
    parts = make(review_below={Kind.CREDIT_CARD: 0.4}, review_url=url)
    event, attribute = run(parts, stage, QueueClient(stage.aws.sqs, url), doubtful=True)
    assert (attribute, event["data"]["review"]["required"]) == ("required", True)
    (sent,) = proxy.made("SendMessage")
    assert sent.resource == f"{stage.name}-review"


def test_a_result_without_doubt_and_a_rejection_stay_on_the_results_queue(
    make: Callable[..., Parts], stage: Stage
) -> None:
    url = stage.aws.sqs.create_queue(QueueName=f"{stage.name}-review")["QueueUrl"]
    parts = make(review_below={Kind.CREDIT_CARD: 0.0}, review_url=url)
    assert run(parts, stage)[1] == "none"
    stage.announce(stage.upload(b"no image", "credit-card/b.png"))
    assert parts.deliver() == []
    assert [event["type"] for event in stage.collect()][-1] == "sealed-ocr.document.rejected.v1"
    assert "review" not in stage.result_attributes[-1]
