"""The handler in a process of its own: started, warm, killed in the middle, out of time, badly set."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sealed_ocr.environment import SettingsError
from sealed_ocr.settings import analyze_settings

from emulator.counters import digest
from emulator.faults import NotJson, ResultCode
from emulator.testing import Emulator
from tests.integration.documents import NAME, draw
from tests.integration.lambdas import Analyze, settings
from tests.integration.parts import emf, metrics
from tests.integration.proxy import Proxy
from tests.integration.stage import Stage

Start = Callable[..., Analyze]
CARD = f"credit-card/{NAME}"
# What CloudWatch is told; a dimension is a kind or the service, never a document.
METRICS = {
    "Analyzed",
    "ConfigurationError",
    "ContractError",
    "LedgerWriteFailed",
    "MalformedEvent",
    "OcrLatency",
    "OfferNotKept",
    "Parked",
    "ParkFailed",
    "PossiblyBilled",
    "PublicKeyFetched",
    "Rejected",
    "Transient",
    "WeakPublicKey",
}
KINDS = {"credit-card", "id-card", "id-card/stand-alone", "unknown", None}


@pytest.fixture
def start(stage: Stage, proxy: Proxy, ocr_proxy: Proxy, tmp_path: Path) -> Iterator[Start]:
    """Make the function, reaching AWS and the OCR service by the proxies; its processes' output joins the audit."""
    log = tmp_path / "analyze.log"
    log.touch()
    made: list[Analyze] = []

    def start(**more: Any) -> Analyze:
        made.append(Analyze(stage, proxy.url, ocr_proxy.url, log, **more))
        return made[-1]

    yield start
    for function in made:
        function.close()
    written = log.read_text()
    for _, kind, metric in emf(written):
        assert metric["Name"] in METRICS
        assert kind in KINDS
    stage.written += written


def test_a_batch_of_all_sorts_ends_as_it_should(start: Start, stage: Stage, emulator: Emulator) -> None:
    codes = {
        "credit-card/empty.png": (b"", "image-empty"),
        "credit-card/text.png": (b"good morning", "image-type-unsupported"),
        "id-card/cut.jpg": (draw(file_type="JPEG").content[:400], "ocr-rejected"),
        "elsewhere/card.png": (draw("credit-card").content, "unknown-document-kind"),
    }
    for key, (content, _) in codes.items():
        stage.announce(stage.upload(content, key))
    waits = draw("credit-card")
    emulator.fault(ResultCode(result_code=5000503, image=digest(waits.content)))
    stage.announce(stage.upload(waits, f"{CARD} 100% a+b.png"))
    read = {"id-card/resident.png": draw(), f"id-card/stand-alone/{NAME}.jpg": draw("driver", file_type="JPEG")}
    for key, drawn in read.items():
        stage.announce(stage.upload(drawn, key))
    stage.announce_text("good morning")
    function = start()
    outcome, again = function.deliver()
    assert (outcome.error_type, again) == (None, 1)
    told = {event["subject"]: event["data"].get("rejection", {}).get("code") for event in stage.collect()}
    assert told == {key: code for key, (_, code) in codes.items()} | dict.fromkeys(read)
    assert [letter["reason"] for letter in stage.collect_dead()] == ["malformed-event"]
    stage.show_hidden()
    assert function.deliver()[1] == 0
    assert len(stage.collect()) == len(told) + 1
    counts = metrics(function.log.read_text())
    assert counts == {
        "Analyzed:credit-card": 1,
        "Analyzed:id-card": 1,
        "Analyzed:id-card/stand-alone": 1,
        "MalformedEvent": 1,
        "OcrLatency:credit-card": 2,
        "OcrLatency:id-card": 2,
        "OcrLatency:id-card/stand-alone": 1,
        "Parked": 1,
        "PublicKeyFetched": 2,
        "Rejected:credit-card": 2,
        "Rejected:id-card": 1,
        "Rejected:unknown": 1,
        "Transient:credit-card": 1,
    }


@pytest.mark.parametrize("event", ["{}", '{"Records": null}', '{"Records": "x"}'])
def test_an_event_that_is_not_the_queue_s_is_an_error(start: Start, event: str) -> None:
    outcome = start().start().invoke(event.encode())
    assert outcome.error_type == "TypeError"
    assert json.loads(outcome.payload)["errorMessage"].startswith("the event has no Records")


def test_an_image_that_kills_its_function_harms_nobody_else(
    start: Start, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    function = start()
    poison = f"{CARD}-poison.png"
    for key in (poison, f"{CARD}-1.png", f"{CARD}-2.png"):
        stage.announce(stage.upload(draw("credit-card"), key))
    # The others have answered, or are about to be sent, or neither: they only must not be lost or paid for twice over.
    proxy.fault("GetObject", "drop-request", where=lambda call: call.resource == poison, first=function.close)
    outcome, again = function.deliver()
    assert (outcome.error_type, again) == ("Runtime.ExitError", 3)
    for _ in range(4):
        lapse(stage)
        stage.show_hidden()
        function.deliver()
    assert stage.waiting() == 0
    assert {event["subject"] for event in stage.collect()} == {f"{CARD}-1.png", f"{CARD}-2.png"}
    (letter,) = stage.collect_dead()
    assert "poison" in letter["body"]
    assert letter["reason"] == "unknown-outcome"
    assert emulator.counters().paid.max_per_image <= 2


def lapse(stage: Stage) -> None:
    """Let every lease lapse, as time does."""
    for item in stage.items(stage.documents):
        if item["state"] == "sending":
            stage.aws.dynamodb.update_item(
                TableName=stage.documents,
                Key={"documentId": {"S": item["documentId"]}},
                UpdateExpression="SET leaseUntil = :past",
                ExpressionAttributeValues={":past": {"N": "1"}},
            )


def test_a_function_killed_while_the_service_works_leaves_one_attempt_more(
    start: Start, stage: Stage, ocr_proxy: Proxy, emulator: Emulator
) -> None:
    function = start()
    stage.announce(stage.upload(draw("credit-card"), f"{CARD}.png"))
    ocr_proxy.fault("Ocr", "pass", 1, where=lambda call: call.resource == "credit-card", first=function.close)
    assert function.deliver()[1] == 1
    assert stage.item()["state"] == "sending"
    stage.show_hidden()
    # Its lease is still its own: for all that anyone knows it is being worked on.
    assert function.deliver()[1] == 1
    assert emulator.counters().paid.total <= 1
    lapse(stage)
    stage.show_hidden()
    assert function.deliver()[1] == 0
    assert stage.collect()[0]["type"] == "sealed-ocr.document.analyzed.v1"
    assert emulator.counters().paid.total <= 2
    assert metrics(function.log.read_text())["PossiblyBilled"] == 1


def test_without_the_time_for_a_call_nothing_is_started(start: Start, stage: Stage, emulator: Emulator) -> None:
    stage.announce(stage.upload(draw("credit-card"), f"{CARD}.png"))
    # Lambda's own limit is nearer than the settings say.
    assert start(timeout=20).deliver()[1] == 1
    assert (stage.items(stage.documents), emulator.counters().calls) == ([], {})


@pytest.mark.parametrize("function_seconds", [21, 60, 900])
def test_with_the_longest_call_that_the_settings_allow_documents_are_still_read(
    start: Start, stage: Stage, emulator: Emulator, function_seconds: int
) -> None:
    longest = {
        "FUNCTION_TIMEOUT_SECONDS": str(function_seconds),
        "OCR_CALL_TIMEOUT_SECONDS": str(function_seconds - 20),
    }
    function = start(timeout=function_seconds, settings=settings(stage, emulator.url) | longest)
    stage.announce(stage.upload(draw("credit-card"), f"{CARD}.png"))
    assert function.deliver()[1] == 0
    assert len(stage.collect()) == 1


@pytest.mark.parametrize(("function_seconds", "call_seconds"), [("21", "2"), ("120", "101"), ("20", "1")])
def test_a_call_that_could_never_be_started_stops_the_function(
    start: Start, stage: Stage, emulator: Emulator, function_seconds: str, call_seconds: str
) -> None:
    wrong = {"FUNCTION_TIMEOUT_SECONDS": function_seconds, "OCR_CALL_TIMEOUT_SECONDS": call_seconds}
    outcome = start(settings=settings(stage, emulator.url) | wrong).start().invoke(b'{"Records": []}')
    assert outcome.error_type == "SettingsError"


def test_every_setting_that_is_missing_is_named_at_once(start: Start, stage: Stage) -> None:
    outcome = start(settings={"MAX_IMAGE_BYTES": " "}).start().invoke(b"{}")
    assert outcome.error_type == "SettingsError"
    message = json.loads(outcome.payload)["errorMessage"]
    assert all(f"{name} must be " in message for name in settings(stage, ""))
    assert message.count("; it is missing") == len(settings(stage, ""))


WRONG = {
    "BATCH_SIZE": ["0", "ten", "1001"],
    "DOCUMENTS_TABLE": ["two words"],
    "MAX_IMAGE_BYTES": ["0", "20MB"],
    "MAX_UNKNOWN_ATTEMPTS": ["0", "11"],
    "OCR_ENDPOINT": ["ftp://ocr.example", "http://ocr.example", "https://ocr.example/v2.0", "https://a@ocr.example"],
    "UPLOADS_QUEUE_URL": ["uploads"],
}


def test_settings_that_are_wrong_are_named_without_their_values(stage: Stage) -> None:
    right = settings(stage, "https://ocr.example")
    for turn in range(4):
        wrong = {name: values[turn] for name, values in WRONG.items() if turn < len(values)}
        with pytest.raises(SettingsError) as fault:
            analyze_settings(right | wrong)
        assert str(fault.value).count("; it is something else") == len(wrong)
        assert all(f"{name} must be " in str(fault.value) for name in wrong)
        assert not any(value in str(fault.value) for value in wrong.values() if len(value) > 4)
    assert analyze_settings(right).ocr.endpoint == "https://ocr.example"


def test_answers_that_cannot_be_trusted_end_in_the_dead_letters(start: Start, stage: Stage, emulator: Emulator) -> None:
    emulator.fault(NotJson(operation="id-card", times=None))
    stage.announce(stage.upload(draw()))
    function = start()
    assert function.deliver()[1] == 1
    stage.show_hidden()
    assert function.deliver()[1] == 0
    assert [letter["reason"] for letter in stage.collect_dead()] == ["unknown-outcome"]
    assert metrics(function.log.read_text())["PossiblyBilled"] == 2
