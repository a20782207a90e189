"""AWS fails at each step: before the call no claim is sent, after the verdict the caller still gets it."""

from __future__ import annotations

import json
import threading

import pytest

from emulator.faults.kinds import ResultCode
from tests.support.calls import FaultAction
from tests.support.canary import assert_clean, values_of
from tests.support.proxy import Proxy
from tests.support.verification_world import AUTHENTICITY, LEASE_SECONDS, ManualClock, VerifierUnderTest, World
from tests.support.verify_function import VerifyProcess, event

WITH_IDEMPOTENCY_KEY = {"Idempotency-Key": "k-1"}
HANGING_SECONDS = 40


def fail(
    proxy: Proxy, operation: str, action: FaultAction, *, state: str = "", times: int | None = None, **more: object
) -> None:
    """Make an operation fail. With ``state``, only the updates that write this state fail."""
    proxy.fault(
        operation,
        action,
        times,
        where=lambda call: state in ("", call.to_state),
        code="InternalServerError",
        status=500,
        **more,
    )


@pytest.mark.parametrize("action", ["refuse", "drop-request", "drop-response"])
@pytest.mark.parametrize("operation", ["GetItem", "GenerateMac", "UpdateItem"])
def test_a_failure_of_aws_before_the_call_sends_no_claim(
    function: VerifyProcess, world: World, proxy: Proxy, operation: str, action: FaultAction
) -> None:
    card = world.card()
    fail(proxy, operation, action)
    response = function.post(card, headers=WITH_IDEMPOTENCY_KEY)
    assert (response.status, response.type, response.calls) == (503, "temporarily-unavailable", 0)
    assert int(response.headers["retry-after"]) > 0
    assert "nothing was sent" in response.body["detail"]
    proxy.reset()
    attempt_began = operation == "UpdateItem" and action == "drop-response"
    assert world.item(card)["state"] == ("sending" if attempt_began else "available")
    if attempt_began:  # the function did not see it begin, so its lease has to expire
        assert function.post(card, headers=WITH_IDEMPOTENCY_KEY).type == "verification-in-progress"
        assert (
            VerifierUnderTest(world, ManualClock(ManualClock().now + LEASE_SECONDS + 1)).verify(card, key="k-1").verdict
            is True
        )
    else:
        assert function.post(card, headers=WITH_IDEMPOTENCY_KEY).body["isAuthenticity"] is True


@pytest.mark.parametrize("action", ["refuse", "drop-request", "drop-response"])
def test_one_failure_of_dynamodb_is_retried(
    function: VerifyProcess, world: World, proxy: Proxy, action: FaultAction
) -> None:
    card, failed = world.card(), function.metrics().get("LedgerWriteFailed", 0)
    fail(proxy, "UpdateItem", action, times=1)
    assert function.post(card).body["isAuthenticity"] is True
    fail(proxy, "UpdateItem", action, state="spent", times=1)
    other = world.card()
    assert function.post(other).body["isAuthenticity"] is True
    assert [world.item(each)["state"] for each in (card, other)] == ["spent", "spent"]
    assert function.metrics().get("LedgerWriteFailed", 0) == failed


@pytest.mark.parametrize("action", ["refuse", "drop-request"])
def test_a_verdict_is_returned_although_it_cannot_be_written(
    start, world: World, proxy: Proxy, action: FaultAction
) -> None:
    function, card = start(), world.card()
    fail(proxy, "UpdateItem", action, state="spent")
    response = function.post(card, headers=WITH_IDEMPOTENCY_KEY)
    assert (response.body["isAuthenticity"], response.calls) == (True, 1)
    assert function.metrics()["LedgerWriteFailed"] == 1
    proxy.reset()
    assert function.post(card, headers=WITH_IDEMPOTENCY_KEY).type == "verification-in-progress"
    later = VerifierUnderTest(world, ManualClock(ManualClock().now + LEASE_SECONDS + 1)).verify(card, key="k-1")
    assert (later.type, later.calls) == ("request-key-spent", 1)
    assert "answer was lost" in later.problem.detail


def test_a_refusal_is_returned_although_it_cannot_be_written(
    function: VerifyProcess, world: World, proxy: Proxy
) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000123))
    fail(proxy, "UpdateItem", "refuse", state="locked")
    response = function.post(card)
    assert (response.type, response.calls) == ("card-locked", 1)


@pytest.mark.parametrize("action", ["refuse", "drop-request"])
def test_unreadable_credentials_release_the_request_key(start, world: World, proxy: Proxy, action: FaultAction) -> None:
    function, card = start(), world.card()
    fail(proxy, "GetSecretValue", action)
    response = function.post(card)
    assert (response.status, response.type, response.calls) == (503, "temporarily-unavailable", 0)
    assert world.item(card)["state"] == "available"
    proxy.reset()
    assert function.post(card).body["isAuthenticity"] is True


def test_a_cached_secret_is_used_while_secrets_manager_fails(
    function: VerifyProcess, world: World, proxy: Proxy
) -> None:
    assert function.post(world.card()).status == 200
    fail(proxy, "GetSecretValue", "refuse")
    assert function.post(world.card()).status == 200


@pytest.mark.parametrize(("operation", "state", "status"), [("GetItem", "", 503), ("UpdateItem", "spent", 200)])
def test_a_hanging_dynamodb_still_gets_the_caller_a_response(
    function: VerifyProcess, world: World, proxy: Proxy, operation: str, state: str, status: int
) -> None:
    stopping = threading.Event()
    fail(proxy, operation, "drop-request", state=state, first=lambda: stopping.wait(HANGING_SECONDS))
    try:
        assert function.post(world.card()).status == status
    finally:
        stopping.set()


def test_an_unknown_document_needs_no_mac(function: VerifyProcess, world: World, proxy: Proxy) -> None:
    fail(proxy, "GenerateMac", "refuse")
    body = json.dumps(world.card().claim).encode()
    assert function.send(event("f" * 32, body, WITH_IDEMPOTENCY_KEY)).type == "unknown-document"


def test_without_the_lock_guard_a_claim_needs_no_mac_and_two_writes(start, world: World, proxy: Proxy) -> None:
    function = start(LOCK_GUARD_DAYS="0")
    fail(proxy, "GenerateMac", "refuse")
    response = function.post(world.card())
    assert (response.status, "attempts-left" in response.headers) == (200, False)
    assert len(proxy.made("UpdateItem", world.name)) == 3  # one of them counts the call for the month


def test_without_a_mac_the_lock_guard_sends_nothing(function: VerifyProcess, world: World, proxy: Proxy) -> None:
    card = world.card()
    fail(proxy, "GenerateMac", "refuse")
    response = function.post(card)
    assert (response.type, response.calls, world.item(card)["state"]) == ("temporarily-unavailable", 0, "available")


def fail_guard(proxy: Proxy, action: FaultAction, *, part: str, times: int | None = None) -> None:
    """Make the lock guard's writes fail whose expression begins with ``part``."""
    proxy.fault(
        "UpdateItem",
        action,
        times,
        where=lambda call: (
            call.request["Key"]["documentId"]["S"].startswith("guard:")
            and call.request["UpdateExpression"].startswith(part)
        ),
        code="InternalServerError",
        status=500,
    )


@pytest.mark.parametrize("action", ["refuse", "drop-request", "drop-response"])
def test_a_claim_that_cannot_be_counted_is_not_sent(
    function: VerifyProcess, world: World, proxy: Proxy, action: FaultAction
) -> None:
    card = world.card()
    fail_guard(proxy, action, part="SET")
    response = function.post(card)
    assert (response.status, response.type, response.calls) == (503, "temporarily-unavailable", 0)
    assert "nothing was sent" in response.body["detail"]
    item = world.item(card)
    assert item["state"] == "available"
    # If it was counted, it was released again.
    assert "held" not in world.item(f"guard:{item['person']}")
    proxy.reset()
    response = function.post(card)
    assert (response.body["isAuthenticity"], response.headers["attempts-left"]) == (True, "3")


@pytest.mark.parametrize("action", ["refuse", "drop-request", "drop-response"])
def test_one_failure_of_the_lock_guard_is_retried(
    function: VerifyProcess, world: World, proxy: Proxy, action: FaultAction
) -> None:
    card = world.card()
    fail_guard(proxy, action, part="", times=1)
    response = function.post(card, issueDate="20100101")
    assert (response.body["isAuthenticity"], response.headers["attempts-left"]) == (False, "2")
    item = world.item(f"guard:{world.item(card)['person']}")
    assert len(item["held"]) == len(item["false"]) == 1


@pytest.mark.parametrize(("part", "edited"), [("DELETE", {}), ("ADD", {"issueDate": "20100101"})])
def test_a_verdict_is_returned_although_the_lock_guard_cannot_write_its_end(
    start, world: World, proxy: Proxy, part: str, edited: dict[str, str]
) -> None:
    function, card = start(), world.card()
    fail_guard(proxy, "refuse", part=part)
    response = function.post(card, **edited)
    assert (response.body["isAuthenticity"], response.calls) == (not edited, 1)
    assert len(world.item(f"guard:{world.item(card)['person']}")["held"]) == 1
    assert "lock_guard.write_failed" in function.log()
    assert_clean(function.log(), values_of({name: card.claim[name] for name in ("name", "residentNumber")}))
