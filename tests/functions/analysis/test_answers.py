"""Each response of the OCR service leads to an outcome of the document."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

import pytest

from emulator.faults.kinds import (
    AnyFault,
    Endless,
    GatewayRefusal,
    HalfBody,
    HttpStatus,
    NotJson,
    Redirect,
    ResetAfterBody,
    ResetBeforeBody,
    ResultCode,
    TruncatedJson,
    Undecryptable,
    WrongTypes,
)
from emulator.testing import Emulator
from tests.support.analyze_parts import Parts
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]
UNKNOWN: dict[str, AnyFault] = {
    "no JSON": NotJson(operation="id-card", times=None),
    "half a JSON": TruncatedJson(operation="id-card", times=None),
    "half an answer": HalfBody(operation="id-card", times=None),
    "HTML with 502": HttpStatus(operation="id-card", times=None, worked=True),
    "HTML with 200": HttpStatus(operation="id-card", times=None, status=200, worked=True),
    "HTML with 401": HttpStatus(operation="id-card", times=None, status=401, worked=True),
    "a redirect": Redirect(operation="id-card", times=None, worked=True),
    "a list": WrongTypes(operation="id-card", times=None, part="body"),
    "a text as header": WrongTypes(operation="id-card", times=None, part="header"),
    "a text as result code": WrongTypes(operation="id-card", times=None, part="result-code"),
    "a list as result": WrongTypes(operation="id-card", times=None, part="result"),
    "numbers as values": WrongTypes(operation="id-card", times=None, part="values"),
    "another key's values": Undecryptable(operation="id-card", times=None, flaw="key"),
    "values that are no Base64": Undecryptable(operation="id-card", times=None, flaw="base64"),
    "values with cut blocks": Undecryptable(operation="id-card", times=None, flaw="blocks"),
    "values that are no UTF-8": Undecryptable(operation="id-card", times=None, flaw="utf-8"),
    "far too much": Endless(operation="id-card", times=None, size=2_000_000),
    "nothing": ResetAfterBody(operation="id-card", times=None),
    **{
        f"the gateway's {status}": GatewayRefusal(
            operation="id-card", times=None, status=status, result_code=code, worked=True
        )
        for status, code in ((502, 5020001), (503, 5030001), (504, 5040001))
    },
}


@pytest.mark.parametrize("response", UNKNOWN)
def test_a_document_with_untrusted_responses_is_paid_at_most_twice(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted, response: str
) -> None:
    emulator.fault(UNKNOWN[response])
    stage.announce(stage.upload(draw("driver"), f"id-card/{NAME}.png"))
    assert len(parts.deliver()) == 1
    assert (stage.item()["state"], stage.item()["reason"]) == ("unknown", "OutcomeUnknown")
    for _ in range(3):
        stage.show_hidden()
        assert parts.deliver() == []
    (dead_letter,) = stage.collect_dead_letters()
    assert dead_letter["reason"] == "unknown-outcome"
    assert stage.collect() == []
    counters = emulator.counters()
    assert (counters.calls["id-card"], counters.paid.total, counters.repeated_symmetric_keys) == (2, 2, 0)
    counts = counted()
    assert (counts["PossiblyBilled"], counts["Parked"]) == (2, 1)


def test_the_second_attempt_after_an_unknown_outcome_may_succeed(
    parts: Parts, stage: Stage, emulator: Emulator
) -> None:
    emulator.fault(NotJson(operation="id-card"))
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    stage.show_hidden()
    assert parts.deliver() == []
    assert [event["type"] for event in stage.collect()] == ["sealed-ocr.document.analyzed.v1"]
    assert emulator.counters().paid.total == 2


def test_an_outage_with_untrusted_responses_parks_no_document(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted
) -> None:
    stage.announce(stage.upload(draw("driver"), f"id-card/{NAME}-before.png"))
    assert parts.deliver() == []
    stage.collect()
    stage.announce(stage.upload(draw("driver"), f"id-card/{NAME}.png"))
    # A gateway's error page for every request, while a public key is cached.
    emulator.fault(HttpStatus(times=None, status=502))
    for _ in range(4):
        assert len(parts.deliver()) == 1
        stage.show_hidden()
    assert emulator.counters().calls["id-card"] == 2
    emulator.clear_faults()
    assert parts.deliver() == []
    assert len(stage.collect()) == 2
    assert stage.collect_dead_letters() == []
    counts = counted()
    assert counts["PossiblyBilled"] == 1


UNBILLED: dict[str, tuple[AnyFault, str]] = {
    "reset before the body": (ResetBeforeBody(operation="id-card", times=6), "Transient:id-card"),
    "call limit": (ResultCode(operation="id-card", times=6, result_code=4000006), "LimitExceeded"),
    "unavailable": (ResultCode(operation="id-card", times=6, result_code=5000503), "LimitExceeded"),
    "an engine that waits": (ResultCode(operation="id-card", times=6, result_code=5003022), "Transient:id-card"),
    "a code that nobody knows": (ResultCode(operation="id-card", times=6, result_code=123), "Transient:id-card"),
    "invalid parameter": (ResultCode(operation="id-card", times=6, result_code=4000001), "ContractError"),
    "not enabled": (ResultCode(operation="id-card", times=6, result_code=4000401), "ConfigurationError"),
    "unknown address": (ResultCode(operation="id-card", times=6, result_code=4041007), "ConfigurationError"),
    **{
        f"the gateway's {status} {code}": (
            GatewayRefusal(operation="id-card", times=6, status=status, result_code=code),
            metric,
        )
        for status, code, metric in (
            (400, 4000003, "ConfigurationError"),
            (400, 4000006, "ConfigurationError"),
            (401, 4031010, "ConfigurationError"),
            (403, 4031007, "ConfigurationError"),
            (404, 4041007, "ConfigurationError"),
            (429, 4291000, "LimitExceeded"),
        )
    },
}


@pytest.mark.parametrize("response", UNBILLED)
def test_a_proven_unbilled_attempt_is_retried_until_it_succeeds(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted, response: str
) -> None:
    fault, metric = UNBILLED[response]
    emulator.fault(fault)
    # More bytes than the socket buffers hold, so that the reset comes during the body.
    stage.announce(
        stage.upload(draw(size=8_000_000 if isinstance(fault, ResetBeforeBody) else 0), f"id-card/{NAME}.png")
    )
    for _ in range(3):
        assert len(parts.deliver()) == 1
        assert (stage.item()["state"], stage.item()["attempts"]) == ("free", "0")
        stage.show_hidden()
    emulator.clear_faults()
    assert parts.deliver() == []
    assert len(stage.collect()) == 1
    assert emulator.counters().paid.total == 1
    assert counted()[metric] == 3


@pytest.mark.parametrize(
    ("result_code", "code"),
    [
        (4000002, "ocr-rejected"),
        (4000003, "ocr-rejected"),
        (4000004, "ocr-rejected"),
        (4000121, "ocr-rejected"),
        (4131000, "image-too-large"),
    ],
)
def test_a_rejection_message_holds_the_service_s_result_code(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted, result_code: int, code: str
) -> None:
    emulator.fault(ResultCode(operation="id-card", result_code=result_code, result_message=NAME))
    stage.announce(stage.upload(draw()))
    assert parts.deliver() == []
    (event,) = stage.collect()
    rejection = event["data"]["rejection"]
    assert (rejection["code"], rejection["resultCode"]) == (code, result_code)
    assert NAME not in rejection["reason"]
    assert counted()["Rejected:id-card"] == 1
    assert stage.item()["outcome"] == "rejected"


@pytest.mark.parametrize(("kind", "code"), [("id-card", 5003023), ("credit-card", 5003013)])
def test_an_engine_that_fails_gets_one_more_attempt(
    parts: Parts, stage: Stage, emulator: Emulator, kind: Literal["id-card", "credit-card"], code: int
) -> None:
    emulator.fault(ResultCode(operation=kind, result_code=code, times=None))
    stage.announce(stage.upload(draw("credit-card" if kind == "credit-card" else "resident"), f"{kind}/{NAME}.png"))
    assert len(parts.deliver()) == 1
    # Nobody promises that such an answer is free, so it counts as one of the document's attempts.
    assert (stage.item()["state"], stage.item()["attempts"]) == ("unknown", "1")
    stage.show_hidden()
    assert parts.deliver() == []
    (event,) = stage.collect()
    rejection = event["data"]["rejection"]
    assert (rejection["code"], rejection["resultCode"]) == ("ocr-rejected", code)
    assert stage.collect_dead_letters() == []
    assert emulator.counters().calls[kind] == 2


def test_an_engine_that_failed_once_may_succeed(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    emulator.fault(ResultCode(operation="id-card", result_code=5003023))
    stage.announce(stage.upload(draw()))
    assert len(parts.deliver()) == 1
    stage.show_hidden()
    assert parts.deliver() == []
    assert [event["type"] for event in stage.collect()] == ["sealed-ocr.document.analyzed.v1"]


def test_an_image_too_large_for_the_gateway_is_a_rejection(parts: Parts, stage: Stage, emulator: Emulator) -> None:
    emulator.fault(HttpStatus(operation="id-card", status=413))
    stage.announce(stage.upload(draw()))
    assert parts.deliver() == []
    assert stage.collect()[0]["data"]["rejection"]["code"] == "image-too-large"


def test_an_internal_error_after_the_call_is_possibly_billed_and_reveals_no_value(
    parts: Parts, stage: Stage, emulator: Emulator, counted: Counted
) -> None:
    drawn = draw()

    def broken_clock() -> float:
        raise RuntimeError(f"{drawn.values} {NAME} {emulator.secret_key}")

    parts.message_clock.now = broken_clock
    stage.announce(stage.upload(drawn))
    assert len(parts.deliver()) == 1
    assert stage.item()["reason"] == "RuntimeError"
    stage.show_hidden()
    # The message that announces the parked document fails too.
    assert len(parts.deliver()) == 1
    parts.message_clock.now = time.time
    stage.show_hidden()
    assert parts.deliver() == []
    assert stage.collect_dead_letters()[0]["reason"] == "unknown-outcome"
    assert emulator.counters().paid.total == 2
    counts = counted()
    assert (counts["ContractError"], counts["PossiblyBilled"]) == (3, 2)


@pytest.mark.parametrize("of_an_id_card", [b"true", b'"a text"', b"[1]"])
def test_a_credit_card_result_with_members_of_an_id_card_offers_no_claim(
    make: Callable[..., Parts], stage: Stage, ocr_proxy: Proxy, of_an_id_card: bytes
) -> None:
    def with_members(body: bytes) -> bytes:
        return body.replace(b'"result":{', b'"result":{"idType":"resident","keyValues":%s,' % of_an_id_card)

    ocr_proxy.fault("Ocr", "change", where=lambda call: call.resource == "credit-card", change=with_members)
    stage.announce(stage.upload(draw("credit-card"), f"credit-card/{NAME}.png"))
    assert make(ocr_proxy.url).deliver() == []
    (event,) = stage.collect()
    assert event["data"]["result"]["idType"] == "resident"
    assert "verification" not in event["data"]
