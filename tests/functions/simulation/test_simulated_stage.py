"""A simulated stage in the functions' own processes: outcomes by key, nothing sent to the OCR service."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from emulator.testing import Emulator
from tests.support.analyze_function import AnalyzeProcess, settings
from tests.support.analyze_parts import metrics
from tests.support.documents import NAME, draw
from tests.support.log_lines import lines_of
from tests.support.proxy import Proxy
from tests.support.stage import Stage

FUNCTIONS = Path(__file__).parents[3] / "functions"
Start = Callable[..., AnalyzeProcess]


@pytest.fixture
def simulated(start: Start, stage: Stage, proxy: Proxy, ocr_proxy: Proxy, emulator: Emulator):
    """The function of a simulated stage. Afterwards: it read no secret and called no OCR service."""
    yield start(settings=settings(stage, ocr_proxy.url) | {"SIMULATE": "true"})
    assert not proxy.made("GetSecretValue")
    assert not ocr_proxy.calls
    assert emulator.counters().calls == {}


def upload(stage: Stage, folder: str, content: bytes | None = None) -> str:
    key = f"{folder}/{NAME}.png"
    # The canary looks for what is invented, too.
    stage.personal_values |= {"홍길동", "4111111111111111", "GILDONG"}
    stage.announce(stage.upload(draw("credit-card") if content is None else content, key))
    return key


def ends(stage: Stage) -> dict[str, str]:
    """Return how each document ended, by its key."""
    return {event["subject"]: end(event) for event in [*stage.collect(), *stage.delays]}


def end(event: dict[str, Any]) -> str:
    assert event["data"]["document"]["simulated"] is True
    rejection = event["data"].get("rejection", {})
    words = [event["type"].split(".")[2], rejection.get("code"), rejection.get("resultCode")]
    return " ".join(str(word) for word in words if word is not None)


def deliver_until_ended(function: AnalyzeProcess, stage: Stage, deliveries: int) -> None:
    """Deliver so often, without the waits between attempts; the last delivery must end everything."""
    for number in range(1, deliveries + 1):
        outcome, again = function.deliver()
        assert outcome.error_type is None, outcome
        assert bool(again) is (number < deliveries)
        stage.show_hidden()


def test_each_outcome_arrives_as_its_key_says(simulated: AnalyzeProcess, stage: Stage) -> None:
    expected = {
        "credit-card/simulate/analyzed-card": "analyzed",
        "id-card/simulate/analyzed-driver": "analyzed",
        "id-card/stand-alone/simulate/analyzed-passport": "analyzed",
        "id-card/simulate/rejected-4000121": "rejected ocr-rejected 4000121",
        "credit-card/simulate/rejected-4131000": "rejected image-too-large 4131000",
        "credit-card/simulate/rejected-5003013": "rejected ocr-rejected 5003013",
        "id-card/simulate/delayed": "delayed",
        "id-card/simulate/lost": "analyzed",
        "id-card/stand-alone/simulate/engine-failed": "analyzed",
        "credit-card/simulate/limit": "analyzed",
        "credit-card/simulate/unavailable": "analyzed",
        "id-card/stand-alone/simulate/misconfigured": "analyzed",
    }
    keys = {upload(stage, folder): text for folder, text in expected.items()}
    deliver_until_ended(simulated, stage, 3)
    assert ends(stage) == keys
    assert [letter["reason"] for letter in stage.collect_dead_letters()] == ["unknown-outcome"]
    counts = metrics(simulated.log.read_text())
    assert counts["LimitExceeded"] == 1
    assert counts["ConfigurationError"] == 1
    # Two lost answers of the delayed one, and one of the lost.
    assert counts["PossiblyBilled"] == 3


def test_a_parked_document_is_analyzed_after_it_was_freed(simulated: AnalyzeProcess, stage: Stage) -> None:
    upload(stage, "id-card/simulate/delayed")
    deliver_until_ended(simulated, stage, 2)
    (letter,) = stage.collect_dead_letters()
    item = stage.item()
    stage.aws.dynamodb.update_item(
        TableName=stage.documents,
        Key={"documentId": {"S": item["documentId"]}},
        UpdateExpression="SET #state = :free, freed = :true",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":free": {"S": "free"}, ":true": {"BOOL": True}},
    )
    stage.announce_text(letter["body"], letter["reason"])
    deliver_until_ended(simulated, stage, 1)
    assert {end(event) for event in stage.collect()} == {"analyzed"}


def test_with_one_attempt_a_lost_answer_parks_at_once(start: Start, stage: Stage) -> None:
    function = start(
        settings=settings(stage, "https://ocr.example") | {"SIMULATE": "true", "MAX_UNKNOWN_ATTEMPTS": "1"}
    )
    keys = [upload(stage, f"credit-card/simulate/{name}") for name in ("lost", "engine-failed")]
    deliver_until_ended(function, stage, 1)
    assert ends(stage) == dict(zip(keys, ["delayed", "rejected ocr-rejected 5003013"], strict=True))


def test_another_key_is_rejected_and_never_looks_recognised(simulated: AnalyzeProcess, stage: Stage) -> None:
    for folder in ("credit-card", "id-card/simulate/analyzed", "id-card/simulate/rejected-4000301"):
        upload(stage, folder)
    deliver_until_ended(simulated, stage, 1)
    assert set(ends(stage).values()) == {"rejected ocr-rejected"}
    reasons = sorted(event["data"]["rejection"]["reason"] for event in stage.results)
    assert reasons[0].startswith(
        "the key names no outcome that can be simulated; of id-card there are analyzed-resident"
    )
    assert reasons[2].startswith("this stage is simulated and reads no document")


def test_images_are_checked_as_ever(simulated: AnalyzeProcess, stage: Stage) -> None:
    for name, content in (("empty", b""), ("text", b"good morning")):
        upload(stage, f"credit-card/simulate/analyzed-card/{name}", content)
    deliver_until_ended(simulated, stage, 1)
    assert sorted(ends(stage).values()) == ["rejected image-empty", "rejected image-type-unsupported"]


def test_the_image_is_read_from_s3_to_its_end(simulated: AnalyzeProcess, stage: Stage, proxy: Proxy) -> None:
    upload(stage, "id-card/simulate/analyzed-resident", draw(size=600_000).content)
    proxy.fault("GetObject", "cut", 1)
    deliver_until_ended(simulated, stage, 2)
    assert set(ends(stage).values()) == {"analyzed"}


def test_a_call_that_takes_too_long_has_no_answer(start: Start, stage: Stage) -> None:
    quick = settings(stage, "https://ocr.example") | {"SIMULATE": "true", "OCR_CALL_TIMEOUT_SECONDS": "1"}
    function = start(settings=quick)
    key = upload(stage, "id-card/simulate/slow-2")
    deliver_until_ended(function, stage, 2)
    assert ends(stage) == {key: "delayed"}
    answers = [line["event"] for line in lines_of(function.log.read_text()) if line["event"].startswith("ocr.")]
    assert answers == ["ocr.unanswered"] * 2


def test_the_end_of_a_call_is_in_the_log(simulated: AnalyzeProcess, stage: Stage) -> None:
    upload(stage, "id-card/simulate/unavailable")
    deliver_until_ended(simulated, stage, 2)
    lines = [line for line in lines_of(simulated.log.read_text()) if line["event"] == "ocr.answered"]
    assert [(line["operation"], line["resultCode"]) for line in lines] == [("id-card", 5000001), ("id-card", 0)]


def test_a_card_s_request_key_is_stored_with_its_verdict(simulated: AnalyzeProcess, stage: Stage) -> None:
    upload(stage, "id-card/simulate/analyzed-resident/verdict-locked")
    upload(stage, "id-card/stand-alone/simulate/analyzed-resident")
    deliver_until_ended(simulated, stage, 1)
    offered = ["verification" in event["data"] for event in stage.collect()]
    assert sorted(offered) == [False, True]
    (item,) = stage.items(stage.request_keys)
    assert item["requestKey"].startswith("simulated locked-")


@pytest.mark.parametrize("handler", ["analyze", "verify"])
def test_nothing_of_it_is_loaded_in_another_stage(handler: str) -> None:
    environment = {
        **dict.fromkeys(
            ("UPLOADS_QUEUE_URL", "UPLOADS_DLQ_URL", "RESULTS_QUEUE_URL", "OCR_ENDPOINT", "OCR_OAUTH_ENDPOINT"),
            "https://example.com",
        ),
        **dict.fromkeys(("OCR_SECRET_ARN", "REQUEST_KEYS_TABLE", "DOCUMENTS_TABLE", "CLAIM_HMAC_KEY_ID"), "name"),
        "FUNCTION_TIMEOUT_SECONDS": "120",
        "OCR_CALL_TIMEOUT_SECONDS": "40",
        "BATCH_SIZE": "10",
        "LOCK_GUARD_DAYS": "30",
        "MAX_IMAGE_BYTES": "1000",
        "MAX_UNKNOWN_ATTEMPTS": "2",
        "POWERTOOLS_SERVICE_NAME": handler,
        "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/test",
        "AWS_DEFAULT_REGION": "ap-northeast-2",
        "AWS_CONFIG_FILE": os.devnull,
        "PATH": os.environ["PATH"],
    }
    program = f"import sys, {handler}; print(sorted(name for name in sys.modules if 'simulation' in name))"

    def loaded(**more: str) -> str:
        command = [sys.executable, "-c", program]
        ended = subprocess.run(
            command, env=environment | more, cwd=FUNCTIONS, capture_output=True, text=True, check=True
        )
        return ended.stdout.strip()

    assert loaded() == "[]"
    assert "sealed_ocr.simulation.service" in loaded(SIMULATE="true")
