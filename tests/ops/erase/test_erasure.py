"""An erasure removes a document from every place, whatever interrupts it, and leaves all others alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Any

import pytest
from sealed_ocr.analysis.erased import TYPE
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.ledger import ClaimRefusal, Refused

from ops.common.errors import OpsError
from tests.ops.erase.erasure_stage import QUEUES, ErasureStage, Stored
from tests.support.calls import Call
from tests.support.canary import assert_clean
from tests.support.proxy import Proxy

Bodies = dict[str, list[str]]
CHANGES = {
    *("UpdateItem", "DeleteItem", "ReceiveMessage", "DeleteMessage", "ChangeMessageVisibilityBatch"),
    *("SendMessage", "DELETE"),
}


def bodies_about(stage: ErasureStage, other: Stored) -> Bodies:
    """Return the messages about a document, by their queue."""
    bodies = {queue: sorted(body for body in stage.bodies(queue) if other.key in body) for queue in QUEUES[1:]}
    assert all(bodies.values())
    return bodies


def assert_erased(stage: ErasureStage, erased: Stored, other: Stored, messages: Bodies) -> None:
    """Check that nothing is stored of the one document, and everything of the other."""
    everything = stage.everything()
    assert_clean(everything, [*erased.secrets, erased.key])
    assert all(secret in everything for secret in other.secrets)
    assert bodies_about(stage, other) == messages
    found = stage.client("dynamodb").scan(TableName=stage.outputs.documents_table_name)["Items"]
    items = {item["documentId"]["S"]: item for item in found}
    assert items[erased.document_id].keys() == {"documentId", "state", "updatedAt", "expiresAt"}
    assert items[other.document_id]["state"] == {"S": "done"}
    for queue in ("results_queue_url", "review_queue_url"):
        announced = [json.loads(body) for body in stage.bodies(queue) if TYPE in body]
        assert {each["id"] for each in announced} == {f"{erased.document_id}-erased"}
        for each in announced:
            assert each["data"] == {"document": {"documentId": erased.document_id}}
            assert each.keys() == {"specversion", "id", "source", "time", "datacontenttype", "type", "data"}
    late = stage.ledger.claim(erased.document_id)
    assert late == Refused(ClaimRefusal.ERASED)


def test_an_erased_document_is_found_nowhere_and_another_one_is_untouched(stage: ErasureStage) -> None:
    mine, other = stage.store("hong-gildong"), stage.store("seong-chunhyang")
    messages = bodies_about(stage, other)
    receipt = stage.erase(mine.document_id)
    assert_erased(stage, mine, other, messages)
    assert receipt.complete
    assert receipt.scan.found == 0
    assert {look.queue: look.ended for look in receipt.scan.queues} == dict.fromkeys(
        [
            *("results", "review", "results-dead-letters", "review-dead-letters", "uploads-dead-letters"),
        ],
        "empty",
    )
    (erased,) = receipt.documents
    assert (erased.document_id, erased.state_before, erased.images) == (mine.document_id, "done", 1)
    assert erased.request_key
    assert erased.messages == {
        "results": 2,
        "review": 2,
        "results-dead-letters": 2,
        "review-dead-letters": 2,
        "uploads-dead-letters": 1,
    }
    assert receipt.identity.startswith("arn:aws:sts::")
    assert_clean(str(receipt), [*mine.secrets, mine.key])


def test_erasing_again_changes_nothing_but_tells_consumers_again(stage: ErasureStage) -> None:
    mine, other = stage.store("hong-gildong"), stage.store("seong-chunhyang")
    messages = bodies_about(stage, other)
    stage.erase(mine.document_id)
    receipt = stage.erase(mine.document_id)
    assert_erased(stage, mine, other, messages)
    assert receipt.complete
    (erased,) = receipt.documents
    assert (erased.state_before, erased.images, erased.request_key, erased.messages) == ("erased", 0, False, {})


class Interrupted(BaseException):
    """The operator presses Ctrl-C."""


@contextmanager
def refuse(stage: ErasureStage, proxy: Proxy, call: Call, number: int) -> Iterator[None]:
    """Let AWS refuse the call, which has no effect."""
    proxy.fault(call.operation, "refuse", 1, where=nth(number), code="AccessDenied", status=403)
    try:
        yield
    finally:
        proxy.reset()


@contextmanager
def interrupt(stage: ErasureStage, _: Proxy, call: Call, number: int) -> Iterator[None]:
    """Interrupt the command when the call has had its effect."""
    reached = nth(number)

    def end(model: Any, **_: Any) -> None:
        if model.name == {"DELETE": "DeleteObject"}.get(call.operation, call.operation) and reached(call):
            raise Interrupted

    clients = stage.stack.clients
    events = [client.meta.events for client in (clients.dynamodb, clients.s3, clients.sqs)]
    for each in events:
        each.register("after-call", end)
    try:
        yield
    finally:
        for each in events:
            each.unregister("after-call", end)


def nth(number: int) -> Callable[[Call], bool]:
    """Return a condition that is true of the call with this number, from 0."""
    seen = iter(range(1_000_000))
    return lambda _: next(seen) == number


# Messages that stay hidden then become visible by themselves, after minutes.
HIDES = [(interrupt, "ReceiveMessage"), (refuse, "ChangeMessageVisibilityBatch")]


def steps(calls: list[Call]) -> list[tuple[Call, int]]:
    """Return the first and the last call of each operation that changes something, with its number among them."""
    numbered: dict[str, list[tuple[Call, int]]] = {name: [] for name in CHANGES}
    for call in calls:
        if call.operation in CHANGES:
            found = numbered[call.operation]
            found.append((call, len(found)))
    assert all(numbered.values())
    return [
        step
        for found in numbered.values()
        for step in {number: (call, number) for call, number in (found[0], found[-1])}.values()
    ]


@pytest.mark.parametrize("end", [refuse, interrupt])
def test_an_erasure_that_is_interrupted_at_any_step_is_resumed(
    stage: ErasureStage, proxy: Proxy, end: Callable[..., AbstractContextManager[None]]
) -> None:
    mine, other = stage.store("a-rehearsal"), stage.store("seong-chunhyang")
    messages = bodies_about(stage, other)
    proxy.reset()
    stage.erase(mine.document_id)
    rehearsed = list(proxy.calls)
    purge_announcements(stage, mine)
    for number, step in enumerate(steps(rehearsed)):
        if (end, step[0].operation) in HIDES:
            continue
        mine = stage.store(f"hong-gildong-the-{number}")
        # Resumed by its id, which the command has printed.
        with suppress(AwsError, Interrupted), end(stage, proxy, *step):
            stage.erase(mine.document_id)
            pytest.fail(f"{step[0].operation} was not interrupted")
        assert stage.erase(mine.document_id).complete
        purge_announcements(stage, mine)
        assert_clean(stage.everything(), [*mine.secrets, mine.key])
        assert bodies_about(stage, other) == messages


def purge_announcements(stage: ErasureStage, erased: Stored) -> None:
    """Check that consumers were told, and take the message as they do."""
    for queue in ("results_queue_url", "review_queue_url"):
        url = getattr(stage.outputs, queue)
        told = [message for message in stage.peek(queue) if f"{erased.document_id}-erased" in message["Body"]]
        assert told
        for message in told:
            stage.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])


@pytest.mark.parametrize("state", ["sending", "claim"])
def test_what_is_being_sent_is_not_erased(stage: ErasureStage, state: str) -> None:
    mine = stage.store("hong-gildong")
    document_id = mine.document_id
    if state == "claim":
        stored = stage.request_keys.read(document_id)
        assert stored
        assert stage.request_keys.begin(document_id, stored, "", "", "invocation")
    else:
        stage.client("dynamodb").delete_item(
            TableName=stage.outputs.documents_table_name, Key={"documentId": {"S": document_id}}
        )
        stage.claim(document_id, 10, "")
    before = stage.everything()
    with pytest.raises(OpsError, match=r"is being sent.* Run the command again when .* has ended, after 20"):
        stage.erase(document_id)
    assert stage.everything() == before
    stage.clock.ahead = 151
    assert stage.erase(document_id).complete


@pytest.mark.parametrize("state", ["sending", "claim"])
def test_what_begins_to_be_sent_meanwhile_stops_the_erasure(stage: ErasureStage, proxy: Proxy, state: str) -> None:
    mine = stage.store("hong-gildong")
    document_id = mine.document_id

    def begin() -> None:
        if state == "sending":
            stage.client("dynamodb").update_item(
                TableName=stage.outputs.documents_table_name,
                Key={"documentId": {"S": document_id}},
                UpdateExpression="SET #state = :sending, leaseUntil = :later",
                ExpressionAttributeNames={"#state": "state"},
                ExpressionAttributeValues={
                    ":sending": {"S": "sending"},
                    ":later": {"N": str(int(stage.clock()) + 100)},
                },
            )
        else:
            stored = stage.request_keys.read(document_id)
            assert stored
            assert stage.request_keys.begin(document_id, stored, "", "", "invocation")

    proxy.fault("UpdateItem" if state == "sending" else "DeleteItem", "pass", 1, first=begin)
    with pytest.raises(OpsError, match="is being sent"):
        stage.erase(document_id)
    stage.clock.ahead = 151
    assert stage.erase(document_id).complete
    assert_clean(stage.everything(), [*mine.secrets, mine.key])


def test_what_a_running_function_sends_after_the_tombstone_is_erased_too(stage: ErasureStage) -> None:
    (upload,) = stage.put("hong-gildong")
    document = upload.document
    stage.claim(document.document_id, 200, "unknown")
    delayed: dict[str, Any] = {"data": {"document": {"documentId": document.document_id, "key": document.key}}}

    def park() -> None:
        stage.send("results_queue_url", json.dumps(delayed))
        stage.send("uploads_dead_letter_queue_url", upload.event(), reason="unknown-outcome")

    stage.while_waiting = park
    receipt = stage.erase(document.document_id)
    assert_clean(stage.everything(), ["hong-gildong"])
    assert receipt.documents[0].messages == {"results": 1, "uploads-dead-letters": 1}
