"""Permissions equal the calls that are made, in both directions, except for the permissions reviewed here.

The handlers run in their own processes. The calls are read from their requests, the permissions from the template that
was deployed.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from emulator.control.counters import digest
from emulator.faults.kinds import ResetAfterBody, ResultCode
from infra.package.service_models import OPERATIONS
from ops.common.images import current_version, possible_events
from tests.infra.deployed_functions import DeployedFunctions
from tests.infra.grants import Grant, allowed_by_endpoints, granted, needed
from tests.infra.template import STORE_KEY_ACTIONS
from tests.support.documents import draw
from tests.support.verify_function import event

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.infra.template import Template


# Permissions that AWS uses on behalf of a function, so that the function sends no request. Each has its reason.
BY_AWS: dict[str, dict[str, set[Grant]]] = {
    "analyze": {
        "the event source receives uploads, deletes those that succeeded, and reads how many wait": {
            Grant("sqs:ReceiveMessage", "uploads"),
            Grant("sqs:DeleteMessage", "uploads"),
            Grant("sqs:GetQueueAttributes", "uploads"),
        },
        "S3 checks it to answer 404 instead of 403 for a missing object": {Grant("s3:ListBucket", "images")},
        "S3 decrypts images with the key": {Grant("kms:Decrypt", "key", "s3")},
        "SQS decrypts uploads and encrypts results with the key": {
            Grant("kms:Decrypt", "key", "sqs"),
            Grant("kms:GenerateDataKey", "key", "sqs"),
        },
    },
    "verify": {},
}
BY_AWS_FOR_BOTH = {
    "Secrets Manager decrypts the secret with the key": {Grant("kms:Decrypt", "key", "secretsmanager")},
    "DynamoDB uses the key of an encrypted table on behalf of the caller": {
        Grant(action, "key", "dynamodb") for action in STORE_KEY_ACTIONS
    },
    "Lambda sends traces; X-Ray's actions have no resources": {
        Grant("xray:PutTraceSegments", "*"),
        Grant("xray:PutTelemetryRecords", "*"),
    },
}


@pytest.fixture(scope="module")
def sealing_template(synth: Callable[..., Template]) -> Template:
    """The template of a stage that withholds a field of claims, and so has every permission."""
    return synth(omitFields="id-card:resident=name")


@pytest.fixture(scope="module")
def deployed(sealing_template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeployedFunctions]:
    """A deployment whose functions have made every call that they can make."""
    with DeployedFunctions(sealing_template, tmp_path_factory.mktemp("privilege")) as deployed:
        analyses(deployed)
        verdicts(deployed)
        yield deployed


def analyses(deployed: DeployedFunctions) -> None:
    """Take every path to a message, back to the queue and to the dead letters."""
    s3, drawn = deployed.aws.s3, {name: draw("credit-card") for name in ("waits", "stale", "refused", "lost")}
    for name, image in drawn.items():
        s3.put_object(Bucket=deployed.bucket, Key=f"credit-card/{name}.png", Body=image.content)
    for name, code in (("waits", 5000001), ("stale", 4000301), ("refused", 4010001)):
        deployed.ocr.fault(ResultCode(result_code=code, image=digest(drawn[name].content)))
    deployed.ocr.fault(ResetAfterBody(operation="credit-card", image=digest(drawn["lost"].content), times=1))
    deployed.deliver()
    exhaust_attempts(deployed)
    s3.put_object(Bucket=deployed.bucket, Key="id-card/card.png", Body=draw("resident").content)
    s3.put_object(Bucket=deployed.bucket, Key="id-card/gone.png", Body=b"")
    gone = possible_events(current_version(s3, deployed.bucket, "id-card/gone.png"))
    s3.delete_object(Bucket=deployed.bucket, Key="id-card/gone.png")
    # Sent again with the version: the emulated S3 does not name it, the real one does.
    for announced in possible_events(current_version(s3, deployed.bucket, "id-card/card.png")) + gone:
        deployed.uploads.send(announced.body, None)
    deployed.uploads.send("good morning", None)
    for _ in range(3):
        deployed.deliver()
        deployed.uploads.show_hidden()
    assert len(deployed.uploads) == 0
    reasons = [message["MessageAttributes"]["reason"]["StringValue"] for message in deployed.dead_letters.drain()]
    assert sorted(reasons) == ["malformed-event", "unknown-outcome"]


def exhaust_attempts(deployed: DeployedFunctions) -> None:
    """Count the lost attempt as the last one, so that a delivery that has not opened the image parks the document."""
    tables = deployed.aws.dynamodb
    (table,) = (name for name, resource in deployed.resources.items() if resource == "documents")
    (item,) = (each for each in tables.scan(TableName=table)["Items"] if each.get("state") == {"S": "unknown"})
    tables.update_item(
        TableName=table,
        Key={"documentId": item["documentId"]},
        UpdateExpression="SET attempts = :all",
        ExpressionAttributeValues={":all": {"N": "2"}},
    )


def verdicts(deployed: DeployedFunctions) -> None:
    """Request a verdict, the same again, refused claims, a lost answer and an unknown card."""
    messages = [json.loads(message["Body"]) for message in deployed.results.drain()]
    types = [message["type"].split(".")[2] for message in messages]
    assert (types.count("analyzed"), types.count("rejected")) == (5, 2)
    first, second = (message for message in messages if "verification" in message["data"])
    name = draw("resident").values[0]
    claim = first["data"]["verification"]["request"] | {"name": name}
    sealed = {"sealedClaim": second["data"]["verification"]["sealedClaim"]}
    lost = ResetAfterBody(operation="id-card/authenticity")
    for document_id, body, status in (
        (first["id"], claim | {"issueDate": "20150230"}, 400),
        (first["id"], claim, 200),
        (first["id"], claim, 200),
        (first["id"], claim | {"issueDate": "20150303"}, 422),
        (second["id"], sealed, 504),
        (second["id"], sealed, 409),
        ("f" * 32, claim, 404),
    ):
        if status == 504:
            deployed.ocr.fault(lost)
        request = event(document_id, json.dumps(body).encode(), {"Idempotency-Key": document_id})
        answer = json.loads(deployed.invoke("verify", request).payload)
        assert answer["statusCode"] == status, answer


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_permissions_equal_calls(sealing_template: Template, deployed: DeployedFunctions, function: str) -> None:
    template = sealing_template
    may, did = granted(template, function), needed(deployed.proxy.calls, function, deployed.resources)
    log = template.render(template.properties_of(function)["LoggingConfig"]["LogGroup"])
    reviewed = {Grant("logs:CreateLogStream", log), Grant("logs:PutLogEvents", log)}
    for grants in (*BY_AWS[function].values(), *BY_AWS_FOR_BOTH.values()):
        reviewed |= grants
    assert did - may == set(), "called, but not granted"
    assert may - did - reviewed == set(), "granted, but not called"
    # No outdated reasons.
    assert reviewed - may == set()
    assert reviewed & did == set()


@pytest.mark.parametrize("function", ["analyze", "verify"])
def test_endpoint_policies_equal_calls(network_template: Template, deployed: DeployedFunctions, function: str) -> None:
    """In a private network, the endpoints let through what the function's own code calls, and nothing else."""
    did = {grant._replace(only="") for grant in needed(deployed.proxy.calls, function, deployed.resources)}
    by_s3_itself = {Grant("s3:ListBucket", "images")} if function == "analyze" else set()
    assert allowed_by_endpoints(network_template, function) == did | by_s3_itself


def test_every_operation_of_the_package_was_called(deployed: DeployedFunctions) -> None:
    """The trimmed service models allow no other operation, so no other call could need a permission."""
    did = needed(deployed.proxy.calls, "analyze", deployed.resources) | needed(
        deployed.proxy.calls, "verify", deployed.resources
    )
    operations = {grant.action.removesuffix("Version") for grant in did}
    # The same permission allows both.
    assert deployed.proxy.made("HeadObject")
    operations.add("s3:HeadObject")
    assert operations == {f"{service}:{name}" for service, names in OPERATIONS.items() for name in names}
