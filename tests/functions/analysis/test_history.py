"""What the ledger's history says of an attempt agrees with what the function did with the delivery."""

from __future__ import annotations

import pytest
from sealed_ocr.aws.attempt_history import Attempt, decode
from sealed_ocr.common.attempt_end import AttemptEnd, DeferralReason

from emulator.faults.kinds import NotJson, ResultCode
from emulator.testing import Emulator
from tests.support.analyze_parts import LEASE, Parts
from tests.support.cards import CARD, upload_cards
from tests.support.proxy import Proxy
from tests.support.stage import Stage


def history(stage: Stage) -> list[Attempt]:
    return decode([entry["S"] for entry in stage.item()["history"]])


@pytest.mark.parametrize(("code", "why"), [(4000006, DeferralReason.LIMIT), (5000001, DeferralReason.BACK_OFF)])
def test_a_deferred_attempt_says_until_when_and_why(
    parts: Parts, stage: Stage, emulator: Emulator, proxy: Proxy, code: int, why: DeferralReason
) -> None:
    upload_cards(stage, 1)
    emulator.fault(ResultCode(result_code=code, operation="credit-card"))
    parts.ledger.begin_invocation("6f1c2d3e-0000-4000-8000-000000000000")
    parts.deliver()
    (attempt,) = history(stage)
    (deferred,) = proxy.made("ChangeMessageVisibility")
    assert attempt.wait_seconds == deferred.request["VisibilityTimeout"]
    assert (attempt.why, attempt.end, attempt.fault) == (why, AttemptEnd.UNBILLED, str(code))
    assert not attempt.may_be_billed
    assert attempt.attempt_id == stage.item()["attemptId"][:8]
    assert attempt.request_id == "6f1c2d3e"


def test_a_document_that_was_called_twice_says_why(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    upload_cards(stage, 1)
    emulator.fault(NotJson(operation="credit-card"))
    parts.deliver()
    stage.show_hidden()
    parts.deliver()
    first, second = history(stage)
    assert (first.end, first.fault, first.may_be_billed) == (AttemptEnd.UNKNOWN, "OutcomeUnknown", True)
    assert (first.why, second.why) == (DeferralReason.BACK_OFF, None)
    assert (second.end, second.fault, second.may_be_billed) == (AttemptEnd.ANALYZED, "", True)


def test_the_history_costs_no_write(parts: Parts, stage: Stage, proxy: Proxy) -> None:
    upload_cards(stage, 1)
    parts.deliver()
    document_id = stage.item()["documentId"]
    writes = [call for call in proxy.made("UpdateItem") if call.request["Key"]["documentId"]["S"] == document_id]
    assert [call.to_state for call in writes] == ["sending", "done"]


def test_a_killed_attempt_has_no_end(parts: Parts, stage: Stage) -> None:
    upload_cards(stage, 1)
    parts.ledger.claim(stage.documents_announced()[0].document_id)
    parts.clock.ahead = LEASE + 5
    parts.deliver()
    first, second = history(stage)
    assert (first.end, first.seconds, first.may_be_billed) == (None, None, True)
    assert second.end is AttemptEnd.ANALYZED
    assert second.begun - first.begun == pytest.approx(LEASE + 5, abs=60)


def test_a_last_attempt_that_is_parked_is_not_deferred(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    upload_cards(stage, 1)
    emulator.fault(NotJson(operation="credit-card", times=2))
    parts.deliver()
    stage.show_hidden()
    parts.deliver()
    assert stage.item()["state"] == "parked"
    assert [attempt.why for attempt in history(stage)] == [DeferralReason.BACK_OFF, None]


@pytest.mark.parametrize(
    ("content", "code", "fault"), [(b"", None, "image-empty"), (None, 4000111, "4000111")], ids=["ours", "theirs"]
)
def test_a_rejection_may_be_billed_if_the_service_made_it(
    parts: Parts, stage: Stage, emulator: Emulator, content: bytes | None, code: int | None, fault: str
) -> None:
    if content is None:
        upload_cards(stage, 1)
    else:
        stage.announce(stage.upload(content, f"{CARD}.png"))
    if code:
        emulator.fault(ResultCode(result_code=code, operation="credit-card"))
    parts.deliver()
    (attempt,) = history(stage)
    assert (attempt.end, attempt.fault) == (AttemptEnd.REJECTED, fault)
    assert attempt.may_be_billed is (code is not None)
