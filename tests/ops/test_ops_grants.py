"""What each command asks of AWS, against what docs/operations.md tells operators to be granted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from ops.common.images import announcements, current
from tests.ops.live_pipeline import ROOT, Here, specimen
from tests.support.calls import Call
from tests.support.proxy import Proxy

# Needed on AWS alone: by the move task, by a stack that CloudFormation knows and Lambda runs, by an encrypted queue.
NOT_HERE = {
    "redrive": {"sqs:StartMessageMoveTask"},
    "doctor": {"lambda:GetFunctionConfiguration", "lambda:ListEventSourceMappings"},
    "every command": {"cloudformation:DescribeStacks", "kms:Decrypt", "kms:GenerateDataKey"},
    # Asked by S3 itself, to tell that an object is gone.
    "status": {"s3:ListBucket"},
    "reanalyze": {"s3:ListBucket"},
}


@pytest.fixture(scope="module")
def told() -> dict[str, set[str]]:
    """Of the page's table: the actions by the command's first word."""
    chapter = (ROOT / "docs" / "operations.md").read_text().split("| for | actions |")[1].split("\n\n")[0]
    rows: dict[str, set[str]] = {}
    for command, actions in re.findall(r"^\| `?(every command|\w+)[^|]*\|(.*)\|$", chapter, re.MULTILINE):
        rows.setdefault(command, set()).update(re.findall(r"`(\w+:\w+)`", actions))
    return rows


@pytest.fixture
def proxy(here: Here) -> Iterator[Proxy]:
    with Proxy(here.environment["AWS_ENDPOINT_URL"]) as proxy:
        yield proxy


def action(call: Call) -> str:
    scope = re.search(r"/(?P<service>\w+)/aws4_request", call.signature)
    assert scope, "an unsigned request"
    if scope["service"] != "s3":
        return f"{scope['service']}:{call.operation.removesuffix('Batch')}"
    asked = set(parse_qs(urlsplit(call.path).query, keep_blank_values=True))
    if "versioning" in asked:
        return "s3:GetBucketVersioning"
    if "notification" in asked:
        return "s3:GetBucketNotification"
    if "versions" in asked:
        return "s3:ListBucketVersions"
    assert call.resource, "a request for the bucket itself"
    return {"GetObject": "s3:GetObject", "HeadObject": "s3:GetObject", "PUT": "s3:PutObject"}[call.operation]


def test_every_command_asks_for_what_the_page_tells_and_the_page_for_no_more(
    here: Here, told: dict[str, set[str]], proxy: Proxy, folder: str, tmp_path: Path
) -> None:
    image, old = tmp_path / "card.png", f"credit-card/{folder}/old.png"
    image.write_bytes(specimen("credit-card", 1))
    with here.unheard():
        here.put(old, image.read_bytes())
    dead_letters(here, old)
    commands = {
        "doctor": [["doctor", "--image", str(image), "--kind", "credit-card"]],
        "status": [["status", "--key", old]],
        "tail": [["tail"]],
        "redrive": [["redrive", "--pay-again", "--yes"], ["redrive", "--queue", "results"]],
        "reanalyze": [["reanalyze", old, "--yes"]],
        "backfill": [["backfill", f"credit-card/{folder}/", "--yes"]],
    }
    assert commands.keys() == told.keys() - {"every command"}
    for command, lines in commands.items():
        if command == "backfill":
            with here.unheard():
                here.put(f"credit-card/{folder}/unheard.png", image.read_bytes())
        proxy.reset()
        for line in lines:
            ended = here.ops(*line, AWS_ENDPOINT_URL=proxy.url)
            assert ended.exit_code == 0, ended.output
        did = {action(call) for call in proxy.calls}
        assert did <= told[command], command
        assert told[command] - did == NOT_HERE.get(command, set()), command
    assert told["every command"] == NOT_HERE["every command"]


def dead_letters(here: Here, key: str) -> None:
    """Put the letter of a parked document, one that is to stay, and a result's where they lie after all has failed."""
    event = announcements(current(here.client("s3"), here.outputs.image_bucket_name, key))[0]
    here.write(event.document_id, state="parked", attempts=2, reason="unknown-outcome")
    uploads, results = here.outputs.uploads_dead_letter_queue_url, here.outputs.results_dead_letter_queue_url
    for url, body, why in (
        (uploads, event.body, "unknown-outcome"),
        (uploads, "no event", "malformed-event"),
        (results, "a result", "none"),
    ):
        reason = {"reason": {"DataType": "String", "StringValue": why}}
        here.client("sqs").send_message(QueueUrl=url, MessageBody=body, MessageAttributes=reason)
