"""Least privilege, both ways: no call without a grant, and no grant without a call but those that are reviewed here.

The handlers run in processes of their own; what they ask of AWS is read off their requests, and what they may ask off
the template that these very resources were deployed from.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from emulator.control.counters import digest
from emulator.faults.kinds import ResetAfterBody, ResultCode
from infra.package.service_models import OPERATIONS
from ops.common.images import current_version, possible_events
from tests.infra.deployed_functions import World
from tests.infra.grants import Grant, granted, needed
from tests.infra.template import STORE
from tests.support.documents import draw
from tests.support.verify_function import event

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.infra.template import Template


# What AWS does in a function's name, and no request of ours is seen for; whoever adds one gives its reason.
BY_AWS: dict[str, dict[str, set[Grant]]] = {
    "analyze": {
        "the event source receives uploads, deletes what succeeded, and looks how much waits": {
            Grant("sqs:ReceiveMessage", "uploads"),
            Grant("sqs:DeleteMessage", "uploads"),
            Grant("sqs:GetQueueAttributes", "uploads"),
        },
        "S3 looks at it to answer 404 instead of 403 for an object that is gone": {Grant("s3:ListBucket", "images")},
        "S3 opens images with the key": {Grant("kms:Decrypt", "key", "s3")},
        "SQS opens uploads and seals results with the key": {
            Grant("kms:Decrypt", "key", "sqs"),
            Grant("kms:GenerateDataKey", "key", "sqs"),
        },
    },
    "verify": {},
}
BY_AWS_FOR_BOTH = {
    "Secrets Manager opens the secret with the key": {Grant("kms:Decrypt", "key", "secretsmanager")},
    "DynamoDB uses the key of an encrypted table in the caller's name": {
        Grant(action, "key", "dynamodb") for action in STORE
    },
    "Lambda sends traces; X-Ray knows no resources": {
        Grant("xray:PutTraceSegments", "*"),
        Grant("xray:PutTelemetryRecords", "*"),
    },
}


@pytest.fixture(scope="module")
def world(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A deployment whose functions have done everything that they ever do."""
    with World(template, tmp_path_factory.mktemp("privilege")) as world:
        analyses(world)
        verdicts(world)
        yield world


def analyses(world: World) -> None:
    """Every way to a message, back into the queue or to the dead letters."""
    s3, drawn = world.aws.s3, {name: draw("credit-card") for name in ("waits", "stale", "refused", "lost")}
    for name, image in drawn.items():
        s3.put_object(Bucket=world.bucket, Key=f"credit-card/{name}.png", Body=image.content)
    for name, code in (("waits", 5000503), ("stale", 4000301), ("refused", 4010001)):
        world.ocr.fault(ResultCode(result_code=code, image=digest(drawn[name].content)))
    world.ocr.fault(ResetAfterBody(operation="credit-card", image=digest(drawn["lost"].content), times=2))
    world.deliver()
    s3.put_object(Bucket=world.bucket, Key="id-card/card.png", Body=draw("resident").content)
    s3.put_object(Bucket=world.bucket, Key="id-card/gone.png", Body=b"")
    gone = possible_events(current_version(s3, world.bucket, "id-card/gone.png"))
    s3.delete_object(Bucket=world.bucket, Key="id-card/gone.png")
    # The emulated S3 names no version, the real one does; what the second says is a repeat.
    for announced in possible_events(current_version(s3, world.bucket, "id-card/card.png")) + gone:
        world.uploads.send(announced.body, None)
    world.uploads.send("good morning", None)
    for _ in range(3):
        world.deliver()
        world.uploads.show_hidden()
    assert len(world.uploads) == 0
    letters = [letter["MessageAttributes"]["reason"]["StringValue"] for letter in world.dead_letters.drain()]
    assert sorted(letters) == ["malformed-event", "unknown-outcome"]


def verdicts(world: World) -> None:
    """A verdict, the same again, claims that are refused, a lost answer and a card that nobody knows."""
    told = [json.loads(message["Body"]) for message in world.results.drain()]
    types = [message["type"].split(".")[2] for message in told]
    assert (types.count("analyzed"), types.count("rejected")) == (5, 2)
    first, second = (message for message in told if "verification" in message["data"])
    claim = first["data"]["verification"]["request"]
    lost = ResetAfterBody(operation="id-card/authenticity")
    for document_id, body, status in (
        (first["id"], claim | {"issueDate": "20150230"}, 400),
        (first["id"], claim, 200),
        (first["id"], claim, 200),
        (first["id"], claim | {"issueDate": "20150303"}, 422),
        (second["id"], claim, 504),
        (second["id"], claim, 409),
        ("f" * 32, claim, 404),
    ):
        if status == 504:
            world.ocr.fault(lost)
        asked = event(document_id, json.dumps(body).encode(), {"Idempotency-Key": document_id})
        answered = json.loads(world.invoke("verify", asked).payload)
        assert answered["statusCode"] == status, answered


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_no_call_without_a_grant_and_no_grant_without_a_call(template: Template, world: World, function: str) -> None:
    may, did = granted(template, function), needed(world.proxy.calls, function, world.things)
    log = template.say(template.thing(function)["LoggingConfig"]["LogGroup"])
    reviewed = {Grant("logs:CreateLogStream", log), Grant("logs:PutLogEvents", log)}
    for grants in (*BY_AWS[function].values(), *BY_AWS_FOR_BOTH.values()):
        reviewed |= grants
    assert did - may == set(), "called, and not granted"
    assert may - did - reviewed == set(), "granted, and not called"
    # A reason that nothing needs any more is no reason.
    assert reviewed - may == set()
    assert reviewed & did == set()


def test_everything_that_the_package_can_call_was_called(world: World) -> None:
    """Its service models are cut down to these operations: there is no other call that could want a grant."""
    did = needed(world.proxy.calls, "analyze", world.things) | needed(world.proxy.calls, "verify", world.things)
    operations = {grant.action.removesuffix("Version") for grant in did}
    assert operations == {f"{service}:{name}" for service, names in OPERATIONS.items() for name in names}
