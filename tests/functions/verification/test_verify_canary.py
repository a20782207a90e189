"""Logs, metrics, items and problems of the verification hold no recognised value, claim, key or credential."""

from __future__ import annotations

import json

import pytest

from emulator.faults.kinds import AnyFault, Delay, HalfBody, HttpStatus, NotJson, ResultCode, WrongTypes
from tests.support.canary import assert_clean, exception_text, values_of
from tests.support.problem_cases import PROBLEM_CASES, ProblemCase
from tests.support.proxy import Proxy
from tests.support.verification_world import AUTHENTICITY, Card, VerifierUnderTest, World
from tests.support.verify_function import VerifyProcess

IDEMPOTENCY_KEY = "canary-idempotency-key"
FAULTS: list[AnyFault] = [
    Delay(operation=AUTHENTICITY, delay=30),
    HalfBody(operation=AUTHENTICITY),
    HttpStatus(operation=AUTHENTICITY),
    NotJson(operation=AUTHENTICITY),
    WrongTypes(operation=AUTHENTICITY),
    ResultCode(operation=AUTHENTICITY, result_code=4010001, times=2),
    ResultCode(operation="public-keys", result_code=-1),
]


def secrets(world: World, card: Card) -> list[str]:
    personal = values_of({name: value for name, value in card.claim.items() if name != "idType"})
    return [*personal, card.request_key.split()[-1], world.emulator.app_key, world.emulator.secret_key]


@pytest.mark.parametrize("type_", PROBLEM_CASES)
def test_no_response_of_any_type_holds_a_secret(function: VerifyProcess, world: World, type_: str) -> None:
    card = world.card("resident")
    response = PROBLEM_CASES[type_](ProblemCase(function, world, card))
    texts = json.dumps([response.body, response.headers], ensure_ascii=False) + function.log()
    assert_clean(texts, secrets(world, card))
    hidden = secrets(world, card)
    if world.item(card)["state"] not in {"spent", "expired", "locked"}:
        hidden.remove(card.request_key.split()[-1])
    assert_clean(json.dumps(world.item(card), ensure_ascii=False), hidden)


def test_a_claim_with_an_invisible_character_is_refused_without_its_values(
    function: VerifyProcess, world: World
) -> None:
    card = world.card("resident")
    edited = {name: f"{value[:2]}\u3164{value[2:]}" for name, value in card.claim.items() if name != "idType"}
    response = function.post(card, card.claim | edited)
    assert (response.type, response.calls) == ("invalid-claim", 0)
    assert all("U+3164 HANGUL FILLER" in fault["reason"] for fault in response.body["errors"])
    assert len(response.body["errors"]) == len(edited)
    texts = json.dumps(response.body, ensure_ascii=False) + function.log()
    assert_clean(texts, [*secrets(world, card), *edited.values()])


def test_no_failure_of_the_service_or_of_aws_reveals_a_secret(
    function: VerifyProcess, world: World, proxy: Proxy
) -> None:
    cards = [world.card("resident"), world.card("driver"), world.card("passport")]
    texts: list[object] = [function.post(card, headers={"Idempotency-Key": IDEMPOTENCY_KEY}).body for card in cards]
    for fault in FAULTS:
        cards.append(world.card("driver"))
        world.emulator.fault(fault)
        texts.append(function.post(cards[-1], most=2).body)
        world.emulator.clear_faults()
    for operation in ("GetItem", "UpdateItem", "GenerateMac"):
        proxy.fault(operation, "refuse")
        cards.append(world.card("passport"))
        texts.append(function.post(cards[-1], headers={"Idempotency-Key": IDEMPOTENCY_KEY}).body)
        proxy.reset()
    world.emulator.clear_faults()
    # The lock guard counts, refuses, and cannot write its end.
    person = world.card("resident")
    cards.append(person)
    for place in range(4):
        if place == 1:
            proxy.fault("UpdateItem", "refuse", where=lambda call: call.request["UpdateExpression"].startswith("ADD"))
        cards.append(world.card("resident"))
        number = person.claim["residentNumber"]
        response = function.post(cards[-1], residentNumber=number)
        texts.append([response.body, response.headers])
        proxy.reset()
    assert response.type in {"lock-guard", "verification-in-progress"}
    texts.append(str(world.item(f"guard:{world.item(cards[-1])['person']}")))
    for card in cards:
        assert_clean(json.dumps(texts, ensure_ascii=False) + function.log(), [*secrets(world, card), IDEMPOTENCY_KEY])
        assert_clean(json.dumps(world.item(card), ensure_ascii=False), [card.claim["name"], IDEMPOTENCY_KEY])


def test_no_exception_holds_a_secret(world: World) -> None:
    faults: list[AnyFault] = [
        HttpStatus(operation=AUTHENTICITY),
        ResultCode(operation=AUTHENTICITY, result_code=4000123),
    ]
    for fault in faults:
        card, verifier = world.card("passport"), VerifierUnderTest(world)
        world.emulator.fault(fault)
        problem = verifier.verify(card, key=IDEMPOTENCY_KEY).problem
        assert_clean(exception_text(problem) + verifier.log.getvalue(), [*secrets(world, card), IDEMPOTENCY_KEY])


def test_an_invalid_secret_is_not_quoted(start, world: World) -> None:
    world.aws.secrets.put_secret_value(SecretId=world.secret_arn, SecretString='{"appKey": "half-a-canary')
    try:
        function, card = start(), world.card()
        response = function.post(card)
    finally:
        world.aws.secrets.put_secret_value(SecretId=world.secret_arn, SecretString=world.credentials())
    assert response.type == "temporarily-unavailable"
    assert_clean(json.dumps(response.body) + function.log(), ["half-a-canary"])
    assert "ConfigurationError" in function.metrics()
