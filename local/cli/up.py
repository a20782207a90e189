"""What a pipeline that stays up tells: where everything is, and how to use it from a shell."""

from __future__ import annotations

import json
import shlex
import sys
import threading
from typing import TYPE_CHECKING

from local.cli.run import print_line, upload
from local.pipeline.images import Image, keyed, new_run
from local.pipeline.messages import Message, messages
from local.pipeline.verdicts import verdict_url
from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT

if TYPE_CHECKING:
    from pathlib import Path

    from local.pipeline.pipeline import Pipeline

_EXAMPLE_SECONDS = 60


def analyzed_example(pipeline: Pipeline, image: Image) -> Message | None:
    """Bring one image through the pipeline, so that there is a document to verify; None when none came back."""
    by_key = keyed([image], new_run())
    upload(pipeline, by_key)
    return next(messages(pipeline.aws.sqs, pipeline.output("ResultsQueueUrl"), by_key, _EXAMPLE_SECONDS), None)


def describe(pipeline: Pipeline, logs: Path, example: Message | None) -> None:
    """Print endpoints and names, and lines for a shell that use them; ``example`` is a document to verify."""
    names = {
        "OCR service": pipeline.ocr_url,
        "  its control": f"{pipeline.ocr_url}/_emulator/" if pipeline.emulated else "none: it is not the emulator",
        "uploads queue": pipeline.output("UploadsQueueUrl"),
        "  its dead letters": pipeline.output("UploadsDeadLetterQueueUrl"),
        "results' dead letters": pipeline.output("ResultsDeadLetterQueueUrl"),
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
    print_line("\n# In another shell:")
    for name, value in exports.items():
        print_line(f"export {name}={shlex.quote(value)}")
    print_line("unset AWS_PROFILE AWS_SESSION_TOKEN")
    print_line('aws s3 cp IMAGE.png "s3://$IMAGES/id-card/"   # or credit-card/, id-card/stand-alone/')
    # The first AWS CLI overrules the variable for SQS by the real service's name; the option it obeys.
    receive = 'aws sqs receive-message --queue-url "$RESULTS" --wait-time-seconds 20'
    print_line(f'{receive} --endpoint-url "$AWS_ENDPOINT_URL"')
    # That shell may be in another folder, and know another Python.
    tools = f"(cd {shlex.quote(str(ROOT))} && {shlex.quote(sys.executable)} -m ops doctor)"
    print_line(f"{tools}   # and the operator's other tools, which find everything by SEALED_OCR_OUTPUTS")
    if example:
        print_line("\n# Is this specimen authentic? (An offer is spent by the first verdict.)")
        print_line(curl_line(pipeline.verify_url, example))


def curl_line(verify_url: str, message: Message) -> str:
    """Return the command that posts the claim which the message offers."""
    url = shlex.quote(verdict_url(verify_url, str(message.event["id"])))
    claim = shlex.quote(json.dumps(message.claim, ensure_ascii=False))
    return f"curl -sS {url} -H 'Content-Type: application/json' --data {claim}"


def wait_for_the_end() -> None:
    """Wait until the command is interrupted."""
    threading.Event().wait()
