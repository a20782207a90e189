"""Each result code of a verification gives a problem for the caller and a state of the Request-Key."""

from __future__ import annotations

import pytest
from sealed_ocr.ocr.result_codes import RESULT_CODES

from emulator.faults.kinds import ResultCode
from tests.support.verification_world import AUTHENTICITY, Desk, World

FREE = "available"
CODES = {
    4000122: (410, "request-key-expired", "expired"),
    4000123: (423, "card-locked", "locked"),
    4000006: (429, "rate-limited", FREE),
    **dict.fromkeys(
        (4000002, 4000003, 4000004, 4000111, 4000121, 4131000, 5003013, 5003023, 413), (502, "ocr-error", FREE)
    ),
    **dict.fromkeys((4000001, 4000005, 4000303, 400, 405, 415), (502, "ocr-error", FREE)),
    **dict.fromkeys((4000401, 4000402, 4000403, *range(4010002, 4010008)), (503, "temporarily-unavailable", FREE)),
    **dict.fromkeys((404, 4041007), (503, "temporarily-unavailable", FREE)),
    **dict.fromkeys((-1, *range(5000001, 5000008), 5000503), (503, "temporarily-unavailable", FREE)),
    **dict.fromkeys((5003011, 5003012, 5003021, 5003022, 4999999), (503, "temporarily-unavailable", FREE)),
}
RENEWED = {
    **dict.fromkeys((4000301, 4000302), "temporarily-unavailable"),
    **dict.fromkeys((4010001, 401, 403), "temporarily-unavailable"),
}


def test_every_result_code_of_the_client_has_a_row() -> None:
    assert not RESULT_CODES.keys() - CODES.keys() - RENEWED.keys()


@pytest.mark.parametrize("code", CODES)
def test_a_result_code_gives_its_problem_and_state(world: World, desk: Desk, code: int) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=code))
    told = desk.ask(card)
    status, type_, state = CODES[code]
    assert (told.problem.status, told.type, told.calls) == (status, type_, 1)
    assert (told.problem.retry_after is not None) == (status in {429, 503})
    item = world.item(card)
    assert item["state"] == state
    again = desk.ask(card)
    if state == FREE:
        assert ("not spent" in told.problem.detail, again.verdict, again.calls) == (True, True, 1)
    else:
        assert "requestKey" not in item
        assert (again.type, again.calls) == (type_, 0)


def test_a_locked_card_problem_warns_against_a_retry(world: World, desk: Desk) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000123))
    for told in (desk.ask(card), desk.ask(card)):
        assert told.problem.status == 423
        assert "do not try again" in told.problem.detail
        assert told.problem.retry_after is None


def test_five_wrong_issue_dates_lock_a_card(world: World, desk: Desk) -> None:
    for day in range(10, 15):
        assert desk.ask(world.card(person=999_999), issueDate=f"201001{day}").verdict is False
    assert desk.ask(world.card(person=999_999)).type == "card-locked"
    assert desk.ask(world.card()).verdict is True


@pytest.mark.parametrize("code", RENEWED)
def test_stale_keys_and_credentials_are_refreshed_and_the_claim_resent_once(
    world: World, desk: Desk, code: int
) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=code))
    told = desk.ask(card, most=2)
    assert (told.verdict, told.calls) == (True, 2)
    assert world.emulator.counters().repeated_symmetric_keys == 0


@pytest.mark.parametrize(("code", "type_"), RENEWED.items())
def test_a_second_stale_response_ends_the_attempt(world: World, desk: Desk, code: int, type_: str) -> None:
    card = world.card()
    world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=code, times=9))
    told = desk.ask(card, most=2)
    assert (told.type, told.calls) == (type_, 2)
    assert told.problem.retry_after
    assert world.item(card)["state"] == FREE
    world.emulator.clear_faults()
    assert desk.ask(card).verdict is True


def test_a_rotated_public_key_is_fetched_once(world: World, desk: Desk) -> None:
    card = world.card()
    world.emulator.rotate("id-card")
    world.emulator.reset_counters()
    told = desk.ask(card, most=2)
    assert (told.verdict, told.calls) == (True, 2)
    assert world.emulator.counters().public_key_fetches == {"id-card": 1}


def test_rotated_credentials_are_read_again_once(world: World, desk: Desk) -> None:
    card = world.card()
    world.emulator.accept_credentials(secret_key="rotated-secret-key")
    world.aws.secrets.put_secret_value(
        SecretId=world.secret_arn, SecretString=world.credentials(secretKey="rotated-secret-key")
    )
    try:
        told = desk.ask(card, most=2)
    finally:
        world.aws.secrets.put_secret_value(SecretId=world.secret_arn, SecretString=world.credentials())
    assert (told.verdict, told.calls) == (True, 2)


def test_a_configuration_error_has_a_retry_after_header(world: World) -> None:
    card, desk = world.card(), Desk(world, ocr=world.ocr())
    world.aws.secrets.put_secret_value(SecretId=world.secret_arn, SecretString="{}")
    try:
        told = desk.ask(card)
    finally:
        world.aws.secrets.put_secret_value(SecretId=world.secret_arn, SecretString=world.credentials())
    assert (told.type, told.calls) == ("temporarily-unavailable", 0)
    assert told.problem.retry_after
    assert desk.ask(card).verdict is True
