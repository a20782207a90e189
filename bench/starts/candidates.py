"""The processes that ``bench.starts.measure`` starts: the two packaged functions, and their references."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.starts.native_package import installed_packages, native_package
from local.processes.aws_clients import REGION

_BOTO3 = ("boto3", "botocore", "s3transfer", "jmespath", "dateutil", "six", "urllib3")
_BARE = """
import boto3

clients = {name: boto3.client(name) for name in ("s3", "sqs", "dynamodb", "secretsmanager")}


def handler(event, context):
    clients["dynamodb"].get_item(TableName="documents", Key={"documentId": {"S": "x"}})
"""
_DOCUMENT = "0" * 32
_RECORD = {
    "eventName": "ObjectCreated:Put",
    "s3": {"bucket": {"name": "images"}, "object": {"key": "id-card/a.png", "size": 1, "eTag": "0"}},
}
_UPLOAD = {
    "messageId": "0",
    "receiptHandle": "0",
    "body": json.dumps({"Records": [_RECORD]}),
    "attributes": {"ApproximateReceiveCount": "1"},
}
_CLAIM = {
    "rawPath": f"/documents/{_DOCUMENT}/authenticity",
    "requestContext": {"http": {"method": "POST"}, "stage": "$default"},
    "headers": {},
    "body": json.dumps({"idType": "resident", "name": "x", "residentNumber": "0" * 13, "issueDate": "20200101"}),
}
SETTINGS = {
    "BATCH_SIZE": "10",
    "CLAIM_HMAC_KEY_ID": f"arn:aws:kms:{REGION}:123456789012:key/claims",
    "DOCUMENTS_TABLE": "documents",
    "FUNCTION_TIMEOUT_SECONDS": "120",
    "LOCK_GUARD_DAYS": "30",
    "MAX_IMAGE_BYTES": str(20 << 20),
    "MAX_UNKNOWN_ATTEMPTS": "2",
    "OCR_CALL_TIMEOUT_SECONDS": "40",
    "OCR_ENDPOINT": "https://ocr.example.com",
    "OCR_OAUTH_ENDPOINT": "https://oauth.example.com",
    "OCR_SECRET_ARN": f"arn:aws:secretsmanager:{REGION}:123456789012:secret:ocr",
    "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/bench",
    "REQUEST_KEYS_TABLE": "request-keys",
    "RESULTS_QUEUE_URL": "https://sqs.example.com/results",
    "UPLOADS_DLQ_URL": "https://sqs.example.com/dead",
    "UPLOADS_QUEUE_URL": "https://sqs.example.com/uploads",
}


@dataclass(frozen=True)
class Candidate:
    """A function to start.

    Attributes
    ----------
    handler
        Handler in Lambda's notation.
    path
        Folders to import from.
    event
        First event.
    """

    handler: str
    path: tuple[Path, ...]
    event: Mapping[str, Any] = field(default_factory=dict)


def install_candidates(folder: Path) -> dict[str, Candidate]:
    """Install the functions and their references below ``folder``.

    Returns
    -------
    dict of str to Candidate
        The candidates by name. ``runtime`` is a handler that does nothing: no function can start faster.
    """
    bare = installed_packages(_BOTO3, folder / "boto3")
    (bare / "bare.py").write_text(_BARE)
    (bare / "nothing.py").write_text("def handler(event, context):\n    pass\n")
    package = native_package(folder)
    return {
        "runtime": Candidate("nothing.handler", (bare,)),
        "boto3": Candidate("bare.handler", (bare,)),
        "analyze": Candidate("analyze.handler", (package,), {"Records": [_UPLOAD]}),
        "verify": Candidate("verify.handler", (package,), _CLAIM),
    }
