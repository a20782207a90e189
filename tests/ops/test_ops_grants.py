"""The AWS actions that each command uses, compared with the table in docs/permissions.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from ops.common.images import current_version, possible_events
from tests.docs.test_tools_json import REPORTS
from tests.ops.documents.test_ops_lock_guard import count, entries
from tests.ops.live_pipeline import ROOT, LivePipeline, specimen
from tests.support.calls import Call
from tests.support.proxy import Proxy

# Used on AWS only: by the move task, by CloudFormation and Lambda, and by encrypted queues.
ONLY_ON_AWS = {
    "redrive": {"sqs:StartMessageMoveTask", "lambda:GetFunctionConfiguration"},
    "doctor": {
        "cloudwatch:DescribeAlarmHistory",
        "cloudwatch:GetMetricStatistics",
        "lambda:GetAccountSettings",
        "lambda:GetFunctionConfiguration",
        "lambda:ListEventSourceMappings",
        "sns:GetTopicAttributes",
        # For functions in a network.
        "ec2:DescribeNatGateways",
        "ec2:DescribeRouteTables",
        "ec2:DescribeSecurityGroups",
        "ec2:DescribeSubnets",
        "ec2:DescribeVpcEndpoints",
    },
    "every command": {"cloudformation:DescribeStacks", "kms:Decrypt", "kms:GenerateDataKey"},
    # S3 checks this permission before it reports a missing object.
    "status": {"s3:ListBucket", "lambda:GetFunctionConfiguration"},
    # A local pipeline has log files instead.
    "why": {"s3:ListBucket", "lambda:GetFunctionConfiguration", "logs:FilterLogEvents"},
    "reanalyze": {"s3:ListBucket"},
    # The claims go to the Function URL.
    "simulate": {"lambda:InvokeFunction", "lambda:InvokeFunctionUrl"},
}


@pytest.fixture(scope="module")
def documented() -> dict[str, set[str]]:
    """The actions in the page's table by the command's first word."""
    chapter = (ROOT / "docs" / "permissions.md").read_text().split("| for | actions |")[1].split("\n\n")[0]
    rows: dict[str, set[str]] = {}
    for command, actions in re.findall(r"^\| `?(every command|[\w-]+)[^|]*\|(.*)\|$", chapter, re.MULTILINE):
        rows.setdefault(command, set()).update(re.findall(r"`(\w+:\w+)`", actions))
    return rows


@pytest.fixture
def proxy(pipeline: LivePipeline) -> Iterator[Proxy]:
    with Proxy(pipeline.environment["AWS_ENDPOINT_URL"]) as proxy:
        yield proxy


def action(call: Call) -> str:
    scope = re.search(r"/(?P<service>\w+)/aws4_request", call.signature)
    assert scope, "an unsigned request"
    if scope["service"] == "sts":
        return "sts:GetCallerIdentity"
    if scope["service"] != "s3":
        return f"{scope['service']}:{call.operation.removesuffix('Batch')}"
    query = set(parse_qs(urlsplit(call.path).query, keep_blank_values=True))
    if "versioning" in query:
        return "s3:GetBucketVersioning"
    if "notification" in query:
        return "s3:GetBucketNotification"
    if "cors" in query:
        return "s3:GetBucketCORS"
    if "versions" in query:
        return "s3:ListBucketVersions"
    assert call.resource, "a request for the bucket itself"
    verb = {"GetObject": "Get", "HeadObject": "Get", "PUT": "Put", "DELETE": "Delete"}[call.operation]
    return f"s3:{verb}Object" + ("Version" if "versionId" in query else "")


def test_every_command_uses_exactly_the_documented_actions(
    pipeline: LivePipeline, documented: dict[str, set[str]], proxy: Proxy, folder: str, tmp_path: Path
) -> None:
    image, old = tmp_path / "card.png", f"credit-card/{folder}/old.png"
    image.write_bytes(specimen("credit-card", 1))
    with pipeline.without_notifications():
        pipeline.upload(old, image.read_bytes())
    send_dead_letters(pipeline, old)
    count(pipeline, folder, held=entries(4_000_000_000), busyUntil=0)
    put_erasable(pipeline, f"id-card/{folder}/two.png", "order-4711")
    commands = {
        "doctor": [["doctor", "--image", str(image), "--kind", "credit-card"]],
        "status": [["status", "--key", old], ["status"]],
        "why": [["why", "--key", old]],
        "dead-letters": [["dead-letters"]],
        "tail": [["tail"]],
        "redrive": [["redrive", "--pay-again", "--yes"], ["redrive", "--queue", "results", "--yes"]],
        "reanalyze": [["reanalyze", old, "--yes"]],
        "lock-guard": [["lock-guard", folder], ["lock-guard", folder, "--release", "--yes"]],
        "backfill": [["backfill", f"credit-card/{folder}/", "--yes"]],
        "reconcile": [["reconcile", "2025-01", "--billed", "id-card=0"]],
        "erase": [
            ["erase", put_erasable(pipeline, f"id-card/{folder}/one.png", "order-4710"), "--yes"],
            ["erase", "--correlation-id", "order-4711", "--prefix", f"id-card/{folder}/", "--yes"],
        ],
    }
    assert commands.keys() == documented.keys() - {"every command", "simulate"}
    for command, lines in commands.items():
        if command == "backfill":
            with pipeline.without_notifications():
                pipeline.upload(f"credit-card/{folder}/new.png", image.read_bytes())
        if command == "erase":
            # One to delete, and one to show again.
            send_dead_letters(pipeline, f"id-card/{folder}/one.png", state="done")
        proxy.reset()
        for line in lines:
            ended = pipeline.run(*line, "--json", AWS_ENDPOINT_URL=proxy.url)
            assert ended.exit_code == 0, ended.output
            assert_documented_json(line, ended.stdout)
        used = {action(call) for call in proxy.calls}
        assert used <= documented[command], command
        assert documented[command] - used == ONLY_ON_AWS.get(command, set()), command
    assert documented["every command"] == ONLY_ON_AWS["every command"]


def test_simulate_uses_exactly_the_documented_actions(
    simulated_pipeline: LivePipeline, documented: dict[str, set[str]]
) -> None:
    line = ["simulate", "--only", "rejected-4000121", "--only", "analyzed-driver"]
    with Proxy(simulated_pipeline.environment["AWS_ENDPOINT_URL"]) as proxy:
        ended = simulated_pipeline.run(*line, "--json", AWS_ENDPOINT_URL=proxy.url)
        assert ended.exit_code == 0, ended.output
        used = {action(call) for call in proxy.calls}
        keys = {call.resource for call in proxy.calls if action(call) == "s3:PutObject"}
    assert_documented_json(line, ended.stdout)
    assert used == documented["simulate"] - ONLY_ON_AWS["simulate"]
    assert all("/simulate/" in key for key in keys)


def assert_documented_json(line: list[str], printed: str) -> None:
    """Check that each line is a report of the documented shape, without members that the page does not show."""
    title = {"status": "`status DOCUMENT`" if line[1:] else "`status`", "why": "`why DOCUMENT`"}.get(
        line[0], f"`{line[0]} --queue results`" if "results" in line else f"`{line[0]}`"
    )
    reports = printed.splitlines()
    assert reports
    for report in reports:
        found = json.loads(report)
        read = msgspec.to_builtins(msgspec.convert(found, REPORTS[title]), str_keys=True)
        assert read == found


def put_erasable(pipeline: LivePipeline, key: str, correlation_id: str) -> str:
    """Put an image that was analyzed long ago; return its documentId."""
    with pipeline.without_notifications():
        pipeline.client("s3").put_object(
            Bucket=pipeline.outputs.image_bucket_name, Key=key, Body=b"x", Metadata={"correlation-id": correlation_id}
        )
    event = possible_events(current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key))[0]
    pipeline.write_item(event.document_id, state="done", attempts=1, updatedAt=1)
    return event.document_id


def send_dead_letters(pipeline: LivePipeline, key: str, state: str = "parked") -> None:
    """Fill the dead-letter queues with a parked document, a malformed event, an upload and a result."""
    event = possible_events(current_version(pipeline.client("s3"), pipeline.outputs.image_bucket_name, key))[0]
    pipeline.write_item(event.document_id, state=state, attempts=2, reason="unknown-outcome", updatedAt=1)
    uploads, results = pipeline.outputs.uploads_dead_letter_queue_url, pipeline.outputs.results_dead_letter_queue_url
    for url, body, why in (
        (uploads, event.body, "unknown-outcome"),
        (uploads, "no event", "malformed-event"),
        (uploads, event.body, "none"),
        (results, "a result", "none"),
    ):
        reason = {"reason": {"DataType": "String", "StringValue": why}}
        pipeline.client("sqs").send_message(QueueUrl=url, MessageBody=body, MessageAttributes=reason)
