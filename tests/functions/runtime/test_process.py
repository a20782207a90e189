"""The analyze handler in a process of its own: cold, warm, killed during a batch, and out of time."""

from __future__ import annotations

import json
import os
import sys
import threading
from collections.abc import Callable
from pathlib import Path

from emulator.control.counters import digest
from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_function import AnalyzeProcess
from tests.support.analyze_parts import metrics
from tests.support.cards import CARD, upload_cards
from tests.support.documents import NAME, draw
from tests.support.polling import PATIENCE
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Start = Callable[..., AnalyzeProcess]


def test_a_mixed_batch_gives_each_document_its_outcome(start: Start, stage: Stage, emulator: Emulator) -> None:
    codes = {
        "credit-card/empty.png": (b"", "image-empty"),
        "credit-card/text.png": (b"good morning", "image-type-unsupported"),
        "id-card/cut.jpg": (draw(file_type="JPEG").content[:400], "ocr-rejected"),
        "elsewhere/card.png": (draw("credit-card").content, "unknown-document-kind"),
    }
    for key, (content, _) in codes.items():
        stage.announce(stage.upload(content, key))
    waits = draw("credit-card")
    emulator.fault(ResultCode(result_code=5000001, image=digest(waits.content)))
    stage.announce(stage.upload(waits, f"{CARD} 100% a+b.png"))
    read = {"id-card/resident.png": draw(), f"id-card/stand-alone/{NAME}.jpg": draw("driver", file_type="JPEG")}
    for key, drawn in read.items():
        stage.announce(stage.upload(drawn, key))
    stage.announce_text("good morning")
    function = start()
    outcome, again = function.deliver()
    assert (outcome.error_type, again) == (None, 1)
    codes_by_key = {event["subject"]: event["data"].get("rejection", {}).get("code") for event in stage.collect()}
    assert codes_by_key == {key: code for key, (_, code) in codes.items()} | dict.fromkeys(read)
    assert [dead_letter["reason"] for dead_letter in stage.collect_dead_letters()] == ["malformed-event"]
    stage.show_hidden()
    assert function.deliver()[1] == 0
    assert len(stage.collect()) == len(codes_by_key) + 1
    counts = metrics(function.log.read_text())
    assert counts == {
        "Analyzed:credit-card": 1,
        "Analyzed:id-card": 1,
        "Analyzed:id-card/stand-alone": 1,
        "Calls:credit-card": 1,
        "Calls:id-card": 2,
        "Calls:id-card/stand-alone": 1,
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
        "TransientShare": 8,
    }


def test_ten_documents_are_read_at_the_same_time(start: Start, stage: Stage, ocr_proxy: Proxy) -> None:
    together = threading.Barrier(10, timeout=PATIENCE)
    ocr_proxy.fault("Ocr", "pass", where=lambda call: call.resource == "credit-card", first=together.wait)
    upload_cards(stage, 10)
    assert start().deliver()[1] == 0
    assert not together.broken
    assert len(stage.collect()) == 10


def test_the_threads_of_a_function_stay_on_one_cpu(start: Start, stage: Stage) -> None:
    upload_cards(stage, 3)
    function = start()
    assert function.deliver()[1] == 0
    process = function.start()
    # Other systems have no CPU affinity, as in ``sealed_ocr.runtime.startup``.
    if sys.platform == "linux":
        threads = [int(thread.name) for thread in Path(f"/proc/{process.pid}/task").iterdir()]
        unpinned = [thread for thread in threads if len(os.sched_getaffinity(thread)) > 1]
        # One thread is not the function's: it started before the import and waits for the end of this process.
        assert (len(threads) > 3, len(unpinned)) == (True, 1)


def test_an_event_without_records_is_an_error(start: Start) -> None:
    process = start().start()
    for event in (b"{}", b'{"Records": null}', b'{"Records": "x"}'):
        outcome = process.invoke(event)
        assert outcome.error_type == "TypeError"
        assert json.loads(outcome.payload)["errorMessage"].startswith("the event has no Records")


def test_an_image_that_kills_its_function_does_not_affect_other_documents(
    start: Start, stage: Stage, proxy: Proxy, emulator: Emulator
) -> None:
    function = start()
    poison = f"{CARD}-poison.png"
    for key in (poison, f"{CARD}-1.png", f"{CARD}-2.png"):
        stage.announce(stage.upload(draw("credit-card"), key))
    # The other documents may be at any step: they must not be lost or paid more than twice.
    proxy.fault("GetObject", "drop-request", where=lambda call: call.resource == poison, first=function.close)
    outcome, again = function.deliver()
    assert (outcome.error_type, again) == ("Runtime.ExitError", 3)
    for _ in range(4):
        expire_leases(stage)
        stage.show_hidden()
        function.deliver()
    assert len(stage.uploads_queue) == 0
    assert {event["subject"] for event in stage.collect()} == {f"{CARD}-1.png", f"{CARD}-2.png"}
    (dead_letter,) = stage.collect_dead_letters()
    assert "poison" in dead_letter["body"]
    assert dead_letter["reason"] == "unknown-outcome"
    assert emulator.counters().paid.max_per_image <= 2


def expire_leases(stage: Stage) -> None:
    """Make every lease expire."""
    for item in stage.items(stage.documents):
        if item["state"] == "sending":
            stage.aws.dynamodb.update_item(
                TableName=stage.documents,
                Key={"documentId": {"S": item["documentId"]}},
                UpdateExpression="SET leaseUntil = :past",
                ExpressionAttributeValues={":past": {"N": "1"}},
            )


def test_a_document_of_a_killed_function_gets_one_more_attempt(
    start: Start, stage: Stage, ocr_proxy: Proxy, emulator: Emulator
) -> None:
    function = start()
    stage.announce(stage.upload(draw("credit-card"), f"{CARD}.png"))
    ocr_proxy.fault("Ocr", "pass", 1, where=lambda call: call.resource == "credit-card", first=function.close)
    assert function.deliver()[1] == 1
    assert stage.item()["state"] == "sending"
    stage.show_hidden()
    # The lease of the killed function has not expired, so the document counts as being worked on.
    assert function.deliver()[1] == 1
    assert emulator.counters().paid.total <= 1
    expire_leases(stage)
    stage.show_hidden()
    assert function.deliver()[1] == 0
    assert stage.collect()[0]["type"] == "sealed-ocr.document.analyzed.v1"
    assert emulator.counters().paid.total <= 2
    assert metrics(function.log.read_text())["PossiblyBilled"] == 1


def test_no_call_starts_without_enough_time(start: Start, stage: Stage, emulator: Emulator) -> None:
    stage.announce(stage.upload(draw("credit-card"), f"{CARD}.png"))
    # Lambda's timeout is shorter than the setting.
    assert start(timeout=20).deliver()[1] == 1
    assert (stage.items(stage.documents), emulator.counters().calls) == ([], {})


def test_a_document_with_two_untrusted_responses_becomes_a_dead_letter(
    start: Start, stage: Stage, emulator: Emulator
) -> None:
    emulator.fault(NotJson(operation="id-card", times=None))
    stage.announce(stage.upload(draw()))
    function = start()
    assert function.deliver()[1] == 1
    stage.show_hidden()
    assert function.deliver()[1] == 0
    assert [dead_letter["reason"] for dead_letter in stage.collect_dead_letters()] == ["unknown-outcome"]
    assert metrics(function.log.read_text())["PossiblyBilled"] == 2
