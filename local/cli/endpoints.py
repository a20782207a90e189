"""Prints the endpoints of a running pipeline and shell commands that use them."""

from __future__ import annotations

import json
import shlex
import sys
from typing import TYPE_CHECKING

from local.cli.output import print_line
from local.pipeline.verdicts import verdict_url
from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from local.pipeline.messages import Message
    from local.pipeline.pipeline import Pipeline


def print_endpoints(pipeline: Pipeline, logs: Path, example: Message | None) -> None:
    """Print endpoints, resource names and shell commands. ``example`` is a document that can be verified."""
    names = {
        "OCR service": pipeline.ocr_url,
        "  its control": f"{pipeline.ocr_url}/_emulator/" if pipeline.emulated else "none: it is not the emulator",
        "uploads queue": pipeline.output("UploadsQueueUrl"),
        "  its dead letters": pipeline.output("UploadsDeadLetterQueueUrl"),
        "results' dead letters": pipeline.output("ResultsDeadLetterQueueUrl"),
        **_review_queues(pipeline),
        "documents table": pipeline.output("DocumentsTableName"),
        "Request-Keys table": pipeline.output("RequestKeysTableName"),
        "verification": verdict_url(pipeline.verify_url, "{documentId}"),
        "logs": str(logs),
    }
    for name, value in names.items():
        print_line(f"# {name:<22}{value}")
    outputs = logs / "outputs.json"
    outputs.write_text(json.dumps(pipeline.outputs(), indent=2), encoding="utf-8")
    exports = {
        "AWS_ENDPOINT_URL": pipeline.aws.url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        **CREDENTIALS,
        "IMAGES": pipeline.output("ImageBucketName"),
        "RESULTS": pipeline.output("ResultsQueueUrl"),
        "VERIFY": pipeline.verify_url,
        "SEALED_OCR_OUTPUTS": str(outputs),
    }
    print_line()
    print_line("# In another shell:")
    for name, value in exports.items():
        print_line(f"export {name}={shlex.quote(value)}")
    print_line("unset AWS_PROFILE AWS_SESSION_TOKEN")
    print_line('aws s3 cp IMAGE.png "s3://$IMAGES/id-card/"   # or credit-card/, id-card/stand-alone/')
    # Version 1 of the AWS CLI replaces AWS_ENDPOINT_URL by the host of a queue URL, but respects the option.
    receive = 'aws sqs receive-message --queue-url "$RESULTS" --wait-time-seconds 20'
    print_line(f'{receive} --endpoint-url "$AWS_ENDPOINT_URL"')
    # The other shell may be in another folder and use another Python.
    tools = f"(cd {shlex.quote(str(ROOT))} && {shlex.quote(sys.executable)} -m ops doctor)"
    print_line(f"{tools}   # the operator's tools find everything through SEALED_OCR_OUTPUTS")
    if example:
        print_line()
        print_line("# Is this specimen authentic? (The first verdict uses up the offer.)")
        print_line(_curl_command(pipeline.verify_url, example))


def _review_queues(pipeline: Pipeline) -> dict[str, str]:
    """Return the queue for review and its dead letters, if the stage has one."""
    outputs = pipeline.outputs()
    if "ReviewQueueUrl" not in outputs:
        return {}
    return {"queue for review": outputs["ReviewQueueUrl"], "review's dead letters": outputs["ReviewDeadLetterQueueUrl"]}


def _curl_command(verify_url: str, message: Message) -> str:
    """Return the command that posts the message's ready-made claim."""
    url = shlex.quote(verdict_url(verify_url, str(message.event["id"])))
    claim = shlex.quote(json.dumps(message.claim, ensure_ascii=False))
    signature = f'--aws-sigv4 aws:amz:{REGION}:lambda --user "$AWS_ACCESS_KEY_ID:$AWS_SECRET_ACCESS_KEY"'
    return f"curl -sS {url} {signature} -H 'Content-Type: application/json' --data {claim}"
