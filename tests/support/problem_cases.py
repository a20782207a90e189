"""A request for each problem type of the verify function."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from emulator.faults.kinds import ResetAfterBody, ResultCode
from tests.support.verification_world import AUTHENTICITY, Card, World, read_stored
from tests.support.verify_function import VerifyProcess, VerifyResponse, event

# The problem types with a header Retry-After.
WITH_RETRY_AFTER = {"verification-in-progress", "rate-limited", "temporarily-unavailable"}


@dataclass(frozen=True)
class ProblemCase:
    """The function to call, the services behind it and the card."""

    function: VerifyProcess
    world: World
    card: Card


Provoke = Callable[[ProblemCase], VerifyResponse]
# The request that provokes each problem type. The tests run all of them.
PROBLEM_CASES: dict[str, Provoke] = {}


def provokes(type_: str) -> Callable[[Provoke], Provoke]:
    def register(provoke: Provoke) -> Provoke:
        assert type_ not in PROBLEM_CASES
        PROBLEM_CASES[type_] = provoke
        return provoke

    return register


@provokes("invalid-claim")
def _(case: ProblemCase) -> VerifyResponse:
    return case.function.post(case.card, issueDate="20150230")


@provokes("invalid-request")
def _(case: ProblemCase) -> VerifyResponse:
    return case.function.post(case.card, headers={"Idempotency-Key": "with spaces in it"})


@provokes("not-found")
def _(case: ProblemCase) -> VerifyResponse:
    return case.function.send(event(case.card.document_id, path="/documents"))


@provokes("unknown-document")
def _(case: ProblemCase) -> VerifyResponse:
    return case.function.send(event("f" * 32, json.dumps(case.card.claim).encode()))


@provokes("method-not-allowed")
def _(case: ProblemCase) -> VerifyResponse:
    return case.function.send(event(case.card.document_id, method="GET"))


@provokes("verification-in-progress")
def _(case: ProblemCase) -> VerifyResponse:
    keys = case.world.keys()
    keys.begin(case.card.document_id, read_stored(keys, case.card), "", "", "")
    return case.function.post(case.card)


@provokes("request-key-spent")
def _(case: ProblemCase) -> VerifyResponse:
    assert case.function.post(case.card).status == 200
    return case.function.post(case.card)


@provokes("lock-guard")
def _(case: ProblemCase) -> VerifyResponse:
    for _ in range(3):
        number = case.card.claim["residentNumber"]
        assert case.function.post(case.world.card(), residentNumber=number).body["isAuthenticity"] is False
    return case.function.post(case.card)


@provokes("request-key-expired")
def _(case: ProblemCase) -> VerifyResponse:
    return case.function.post(case.world.card(expires_at=1_700_000_000))


@provokes("claim-too-large")
def _(case: ProblemCase) -> VerifyResponse:
    return case.function.post(case.card, name="가" * 6000)


@provokes("idempotency-key-reused")
def _(case: ProblemCase) -> VerifyResponse:
    assert case.function.post(case.card, headers={"Idempotency-Key": "k-1"}).status == 200
    return case.function.post(case.card, headers={"Idempotency-Key": "k-1"}, issueDate="20150303")


@provokes("card-locked")
def _(case: ProblemCase) -> VerifyResponse:
    case.world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000123))
    return case.function.post(case.card)


@provokes("rate-limited")
def _(case: ProblemCase) -> VerifyResponse:
    case.world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000006))
    return case.function.post(case.card)


@provokes("internal-error")
def _(case: ProblemCase) -> VerifyResponse:
    # No step of the project can have written this item.
    case.world.aws.dynamodb.update_item(
        TableName=case.world.name,
        Key={"documentId": {"S": case.card.document_id}},
        UpdateExpression="SET #state = :state",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":state": {"S": "nobody knows"}},
    )
    return case.function.post(case.card)


@provokes("ocr-error")
def _(case: ProblemCase) -> VerifyResponse:
    case.world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000001))
    return case.function.post(case.card)


@provokes("temporarily-unavailable")
def _(case: ProblemCase) -> VerifyResponse:
    case.world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=5000001))
    return case.function.post(case.card)


@provokes("outcome-unknown")
def _(case: ProblemCase) -> VerifyResponse:
    case.world.emulator.fault(ResetAfterBody(operation=AUTHENTICITY))
    return case.function.post(case.card)
