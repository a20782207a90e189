"""Each result code of a verification gives a problem for the caller and a state of the Request-Key."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sealed_ocr.ocr.result_codes import RESULT_CODES

from emulator.faults.kinds import ResultCode
from emulator.testing import Emulator
from local.processes.aws_clients import AwsClients
from tests.support.verification_world import AUTHENTICITY, VerifierUnderTest, World

FREE = "available"
CODES = {
    4000122: (410, "request-key-expired", "expired"),
    4000123: (423, "card-locked", "locked"),
    **dict.fromkeys((4000006, 5000503), (429, "rate-limited", FREE)),
    **dict.fromkeys(
        (4000002, 4000003, 4000004, 4000111, 4000121, 4131000, 5003013, 5003023, 413), (502, "ocr-error", FREE)
    ),
    **dict.fromkeys((4000001, 4000005, 4000303, 400, 405, 415), (502, "ocr-error", FREE)),
    **dict.fromkeys(
        (4000401, 4000402, 4000403, 4000404, *range(4010002, 4010006), 4010007), (503, "temporarily-unavailable", FREE)
    ),
    **dict.fromkeys((404, 4041007), (503, "temporarily-unavailable", FREE)),
    **dict.fromkeys((-1, *range(5000001, 5000008)), (503, "temporarily-unavailable", FREE)),
    **dict.fromkeys((5003011, 5003012, 5003021, 5003022, 4999999), (503, "temporarily-unavailable", FREE)),
}
STALE = {
    **dict.fromkeys((4000301, 4000302), "temporarily-unavailable"),
    **dict.fromkeys((4010001, 4010006, 401, 403), "temporarily-unavailable"),
}


def test_every_result_code_of_the_client_has_a_row() -> None:
    assert not RESULT_CODES.keys() - CODES.keys() - STALE.keys()


@pytest.mark.parametrize("code", CODES)
def test_a_result_code_gives_its_problem_and_state(world: World, verifier: VerifierUnderTest, code: int) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=code))
    result = verifier.verify(card)
    status, type_, state = CODES[code]
    assert (result.problem.status, result.type, result.calls) == (status, type_, 1)
    assert (result.problem.retry_after is not None) == (status in {429, 503})
    item = world.item(card)
    assert item["state"] == state
    again = verifier.verify(card)
    if state == FREE:
        assert ("not spent" in result.problem.detail, again.verdict, again.calls) == (True, True, 1)
    else:
        assert "requestKey" not in item
        assert (again.type, again.calls) == (type_, 0)


def test_a_locked_card_problem_warns_against_a_retry(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000123))
    for result in (verifier.verify(card), verifier.verify(card)):
        assert result.problem.status == 423
        assert "do not try again" in result.problem.detail
        assert result.problem.retry_after is None


def test_five_wrong_issue_dates_lock_a_card_without_the_lock_guard(world: World) -> None:
    verifier = VerifierUnderTest(world, guarded=False)
    for day in range(10, 15):
        assert verifier.verify(world.card(person=999_999), issueDate=f"201001{day}").verdict is False
    assert verifier.verify(world.card(person=999_999)).type == "card-locked"
    assert verifier.verify(world.card()).verdict is True


@pytest.mark.parametrize("code", STALE)
def test_stale_keys_and_credentials_are_refreshed_and_the_claim_resent_once(
    world: World, verifier: VerifierUnderTest, code: int
) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=code))
    result = verifier.verify(card, most=2)
    assert (result.verdict, result.calls) == (True, 2)
    assert world.emulator.counters().repeated_symmetric_keys == 0


@pytest.mark.parametrize(("code", "type_"), STALE.items())
def test_a_second_stale_response_ends_the_attempt(
    world: World, verifier: VerifierUnderTest, code: int, type_: str
) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=code, times=9))
    result = verifier.verify(card, most=2)
    assert (result.type, result.calls) == (type_, 2)
    assert result.problem.retry_after
    assert world.item(card)["state"] == FREE
    world.emulator.clear_faults()
    assert verifier.verify(card).verdict is True


@pytest.fixture
def own_world(aws_url: str) -> Iterator[World]:
    """A world of the test's own. A replaced key stays, and would be unknown to the function that all tests share."""
    with Emulator() as emulator:
        yield World(AwsClients(aws_url), emulator)


def test_a_rotated_public_key_is_fetched_once(own_world: World) -> None:
    world, verifier = own_world, VerifierUnderTest(own_world)
    card = world.card()
    world.emulator.rotate("id-card")
    world.emulator.reset_counters()
    result = verifier.verify(card, most=2)
    assert (result.verdict, result.calls) == (True, 2)
    assert world.emulator.counters().public_key_fetches == {"id-card": 1}


def test_rotated_credentials_are_read_again_once(world: World, verifier: VerifierUnderTest) -> None:
    card = world.card()
    world.emulator.accept_credentials(secret_key="rotated-secret-key")
    world.aws.secrets.put_secret_value(
        SecretId=world.secret_arn, SecretString=world.credentials(secretKey="rotated-secret-key")
    )
    try:
        result = verifier.verify(card, most=2)
    finally:
        world.aws.secrets.put_secret_value(SecretId=world.secret_arn, SecretString=world.credentials())
    assert (result.verdict, result.calls) == (True, 2)


def test_a_configuration_error_has_a_retry_after_header(world: World) -> None:
    card, verifier = world.card(), VerifierUnderTest(world, ocr=world.ocr())
    world.aws.secrets.put_secret_value(SecretId=world.secret_arn, SecretString="{}")
    try:
        result = verifier.verify(card)
    finally:
        world.aws.secrets.put_secret_value(SecretId=world.secret_arn, SecretString=world.credentials())
    assert (result.type, result.calls) == ("temporarily-unavailable", 0)
    assert result.problem.retry_after
    assert verifier.verify(card).verdict is True
