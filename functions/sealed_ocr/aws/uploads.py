"""What the uploads queue delivers: S3 events inside SQS messages."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import unquote_plus

import msgspec

from sealed_ocr.common.redaction import Quiet

# The version of whatever was put while the bucket's versions were suspended: each such object overwrites the last.
_NO_VERSION = "null"


class _MalformedError(Exception):
    """Not an S3 event of created objects, or not a record of one. The text quotes nothing of it."""


class _Bucket(msgspec.Struct):
    name: str
    arn: str | None = None


class _Object(msgspec.Struct, rename="camel"):
    key: str
    e_tag: str = ""
    size: int = 0
    version_id: str | None = None


class _S3(msgspec.Struct):
    bucket: _Bucket
    object: _Object


class _Record(msgspec.Struct, rename="camel"):
    event_name: str
    s3: _S3


class Upload(Quiet, frozen=True):
    """One object version that was put into the bucket."""

    document_id: str
    bucket: str
    bucket_arn: str
    key: str
    version_id: str | None
    e_tag: str
    size: int
    # The S3 record as it came, for a message that holds this document alone.
    record: dict[str, Any]


class Event(msgspec.Struct, frozen=True):
    """What an SQS message tells: its uploads, and ``fault`` where something in it is not S3's word of a created object.

    What is malformed will always be; retrying it is of no use. The text quotes nothing of it.
    """

    uploads: list[Upload]
    fault: str | None = None


def parse_event(body: str) -> Event:
    """Read the uploads of an SQS message's body, those beside a malformed one too; never raises.

    Test events and folder markers yield none.
    """
    try:
        records = _records(body)
    except _MalformedError as malformed:
        return Event([], str(malformed))
    uploads: list[Upload] = []
    fault = None
    for record in records:
        try:
            uploads.append(_parse(record))
        except _MalformedError as malformed:
            fault = str(malformed)
    return Event([upload for upload in uploads if not (upload.key.endswith("/") and upload.size == 0)], fault)


def _records(body: str) -> list[Any]:
    try:
        event = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise _MalformedError("the message is not JSON") from None
    if not isinstance(event, dict):
        raise _MalformedError("the message is not a JSON object")
    if event.get("Event") == "s3:TestEvent":
        return []
    records = event.get("Records")
    if not isinstance(records, list) or not records:
        raise _MalformedError("the message has no S3 records")
    return records


def _parse(tree: Any) -> Upload:
    try:
        record = msgspec.convert(tree, _Record)
    except msgspec.ValidationError:
        raise _MalformedError("a record is not an S3 event") from None
    bucket, entry = record.s3.bucket, record.s3.object
    version_id = None if entry.version_id == _NO_VERSION else entry.version_id
    if not record.event_name.removeprefix("s3:").startswith("ObjectCreated:"):
        raise _MalformedError("a record is not of a created object")
    if not bucket.name or not entry.key or not (version_id or entry.e_tag):
        raise _MalformedError("a record lacks its bucket, its key or its version")
    key = unquote_plus(entry.key)
    return Upload(
        document_id=_document_id(bucket.name, key, version_id or entry.e_tag),
        bucket=bucket.name,
        bucket_arn=bucket.arn or f"arn:aws:s3:::{bucket.name}",
        key=key,
        version_id=version_id,
        e_tag=entry.e_tag,
        size=entry.size,
        record=tree,
    )


def _document_id(bucket: str, key: str, version: str) -> str:
    """Hash the identity: 32 hex digits that can stand in logs and paths, where an object key must not."""
    return hashlib.sha256(msgspec.json.encode([bucket, key, version])).hexdigest()[:32]
