"""AWS failing at each step: before the call nothing is sent, after the verdict the caller still gets it."""

from __future__ import annotations

import json

import pytest

from emulator.faults import ResultCode
from tests.verification.asking import Lambda, event
from tests.verification.faulty_aws import FaultyAws
from tests.verification.world import AUTHENTICITY, LEASE_SECONDS, Clock, Desk, World

KEYED = {"Idempotency-Key": "k-1"}


@pytest.mark.parametrize("how", ["refused", "not-written", "written-unanswered"])
@pytest.mark.parametrize("operation", ["GetItem", "GenerateMac", "UpdateItem"])
def test_before_the_call_nothing_is_sent(
    function: Lambda, world: World, faulty_aws: FaultyAws, operation: str, how: str
) -> None:
    card = world.card()
    faulty_aws.fail(operation, how)
    answered = function.post(card, headers=KEYED)
    assert (answered.status, answered.type, answered.calls) == (503, "temporarily-unavailable", 0)
    assert int(answered.headers["retry-after"]) > 0
    assert "nothing was sent" in answered.body["detail"]
    faulty_aws.clear()
    began = operation == "UpdateItem" and how == "written-unanswered"
    assert world.item(card)["state"] == ("sending" if began else "available")
    if began:  # and nobody knows of it: its lease has to lapse
        assert function.post(card, headers=KEYED).type == "verification-in-progress"
        assert Desk(world, Clock(Clock().now + LEASE_SECONDS + 1)).ask(card, key="k-1").verdict is True
    else:
        assert function.post(card, headers=KEYED).body["isAuthenticity"] is True


@pytest.mark.parametrize("how", ["refused", "not-written", "written-unanswered"])
def test_one_failure_of_dynamodb_is_not_noticed(
    function: Lambda, world: World, faulty_aws: FaultyAws, how: str
) -> None:
    card = world.card()
    faulty_aws.fail("UpdateItem", how, times=1)
    assert function.post(card).body["isAuthenticity"] is True
    faulty_aws.fail("UpdateItem", how, times=1, after=1)
    other = world.card()
    assert function.post(other).body["isAuthenticity"] is True
    assert [world.item(each)["state"] for each in (card, other)] == ["spent", "spent"]
    assert "LedgerWriteFailed" not in function.log()


@pytest.mark.parametrize("how", ["refused", "not-written"])
def test_after_the_verdict_the_caller_still_gets_it(start, world: World, faulty_aws: FaultyAws, how: str) -> None:
    function, card = start(), world.card()
    faulty_aws.fail("UpdateItem", how, after=1)
    answered = function.post(card, headers=KEYED)
    assert (answered.body["isAuthenticity"], answered.calls) == (True, 1)
    assert function.metrics()["LedgerWriteFailed"] == 1
    faulty_aws.clear()
    assert function.post(card, headers=KEYED).type == "verification-in-progress"
    later = Desk(world, Clock(Clock().now + LEASE_SECONDS + 1)).ask(card, key="k-1")
    assert (later.type, later.calls) == ("request-key-spent", 1)
    assert "answer was lost" in later.problem.detail


def test_what_a_refused_claim_says_is_told_though_it_cannot_be_written(
    function: Lambda, world: World, faulty_aws: FaultyAws
) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000123))
    faulty_aws.fail("UpdateItem", "refused", after=1)
    answered = function.post(card)
    assert (answered.type, answered.calls) == ("card-locked", 1)


@pytest.mark.parametrize("how", ["refused", "not-written"])
def test_without_credentials_the_key_is_free_again(start, world: World, faulty_aws: FaultyAws, how: str) -> None:
    function, card = start(), world.card()
    faulty_aws.fail("GetSecretValue", how)
    answered = function.post(card)
    assert (answered.status, answered.type, answered.calls) == (503, "temporarily-unavailable", 0)
    assert world.item(card)["state"] == "available"
    faulty_aws.clear()
    assert function.post(card).body["isAuthenticity"] is True


def test_a_held_secret_serves_on(function: Lambda, world: World, faulty_aws: FaultyAws) -> None:
    assert function.post(world.card()).status == 200
    faulty_aws.fail("GetSecretValue", "refused")
    assert function.post(world.card()).status == 200


@pytest.mark.parametrize(("operation", "after", "status"), [("GetItem", 0, 503), ("UpdateItem", 1, 200)])
def test_the_answer_is_ours_when_dynamodb_does_not_answer_at_all(
    start, world: World, faulty_aws: FaultyAws, operation: str, after: int, status: int
) -> None:
    # Lambda kills after what is left of its time when an OCR call has taken as long as it may.
    function, card = start(lambda_seconds=30), world.card()
    function.warm_up()
    faulty_aws.fail(operation, "hanging", after=after)
    assert function.post(card).status == status


def test_a_card_that_nobody_may_verify_needs_no_mac(function: Lambda, world: World, faulty_aws: FaultyAws) -> None:
    faulty_aws.fail("GenerateMac", "refused")
    assert function.post(world.card()).status == 200
    body = json.dumps(world.card().claim).encode()
    assert function.send(event("f" * 32, body, KEYED)).type == "unknown-document"
