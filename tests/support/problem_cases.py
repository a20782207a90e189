"""A request for each problem type of the verify function."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from emulator.faults.kinds import ResetAfterBody, ResultCode
from tests.support.verification_world import AUTHENTICITY, Card, World, read_stored
from tests.support.verify_function import Answered, Lambda, event

# The problem types with a header Retry-After.
COME_BACK = {"verification-in-progress", "rate-limited", "temporarily-unavailable"}


@dataclass(frozen=True)
class Ask:
    """The function to call, the services behind it and the card."""

    function: Lambda
    world: World
    card: Card


Way = Callable[[Ask], Answered]
# The request that provokes each problem type. The tests run all of them.
ANSWERED: dict[str, Way] = {}


def answers(type_: str) -> Callable[[Way], Way]:
    def keep(ask: Way) -> Way:
        assert type_ not in ANSWERED
        ANSWERED[type_] = ask
        return ask

    return keep


@answers("invalid-claim")
def _(ask: Ask) -> Answered:
    return ask.function.post(ask.card, issueDate="20150230")


@answers("invalid-request")
def _(ask: Ask) -> Answered:
    return ask.function.post(ask.card, headers={"Idempotency-Key": "with spaces in it"})


@answers("not-found")
def _(ask: Ask) -> Answered:
    return ask.function.send(event(ask.card.document_id, path="/documents"))


@answers("unknown-document")
def _(ask: Ask) -> Answered:
    return ask.function.send(event("f" * 32, json.dumps(ask.card.claim).encode()))


@answers("method-not-allowed")
def _(ask: Ask) -> Answered:
    return ask.function.send(event(ask.card.document_id, method="GET"))


@answers("verification-in-progress")
def _(ask: Ask) -> Answered:
    keys = ask.world.keys()
    keys.begin(ask.card.document_id, read_stored(keys, ask.card), "", "")
    return ask.function.post(ask.card)


@answers("request-key-spent")
def _(ask: Ask) -> Answered:
    assert ask.function.post(ask.card).status == 200
    return ask.function.post(ask.card)


@answers("request-key-expired")
def _(ask: Ask) -> Answered:
    return ask.function.post(ask.world.card(expires_at=1_700_000_000))


@answers("claim-too-large")
def _(ask: Ask) -> Answered:
    return ask.function.post(ask.card, name="가" * 6000)


@answers("idempotency-key-reused")
def _(ask: Ask) -> Answered:
    assert ask.function.post(ask.card, headers={"Idempotency-Key": "k-1"}).status == 200
    return ask.function.post(ask.card, headers={"Idempotency-Key": "k-1"}, issueDate="20150303")


@answers("card-locked")
def _(ask: Ask) -> Answered:
    ask.world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000123))
    return ask.function.post(ask.card)


@answers("rate-limited")
def _(ask: Ask) -> Answered:
    ask.world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000006))
    return ask.function.post(ask.card)


@answers("internal-error")
def _(ask: Ask) -> Answered:
    # No step of the project can have written this item.
    ask.world.aws.dynamodb.update_item(
        TableName=ask.world.name,
        Key={"documentId": {"S": ask.card.document_id}},
        UpdateExpression="SET #state = :state",
        ExpressionAttributeNames={"#state": "state"},
        ExpressionAttributeValues={":state": {"S": "nobody knows"}},
    )
    return ask.function.post(ask.card)


@answers("ocr-error")
def _(ask: Ask) -> Answered:
    ask.world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=4000001))
    return ask.function.post(ask.card)


@answers("temporarily-unavailable")
def _(ask: Ask) -> Answered:
    ask.world.emulator.fault(ResultCode(operation=AUTHENTICITY, result_code=5000503))
    return ask.function.post(ask.card)


@answers("outcome-unknown")
def _(ask: Ask) -> Answered:
    ask.world.emulator.fault(ResetAfterBody(operation=AUTHENTICITY))
    return ask.function.post(ask.card)
