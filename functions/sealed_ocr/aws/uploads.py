"""S3 events inside SQS messages: what the uploads queue delivers."""

from __future__ import annotations

import datetime as dt
import hashlib
import math
from typing import Any
from urllib.parse import unquote_plus

import msgspec
from msgspec import UNSET

from sealed_ocr.common.document import Document
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.redaction import Redacted

# The version id of objects that were put while versioning was suspended. Each of them overwrites the last.
_NO_VERSION = "null"


class _MalformedError(Exception):
    """Not an S3 event of created objects, or not a record of one. The text quotes nothing of it."""


class _Bucket(msgspec.Struct):
    name: str
    arn: str | None = None


class _Object(Redacted, frozen=True, rename="camel"):
    key: str
    e_tag: str = ""
    size: int = 0
    version_id: str | None = None


class _S3(Redacted, frozen=True):
    bucket: _Bucket
    object: _Object


class _Record(Redacted, frozen=True, rename="camel"):
    event_name: str
    s3: _S3
    event_time: str = ""


class Upload(Redacted, frozen=True):
    """One created object: the document, and where its event came from.

    ``created_at`` is in epoch seconds, and infinite if the event does not say it. ``record`` is the S3 record as it was
    received, for a dead letter that holds this document alone.
    """

    document: Document
    bucket_arn: str
    created_at: float
    record: dict[str, Any]

    def event(self) -> str:
        """Return an upload event that holds this document alone."""
        return msgspec.json.encode({"Records": [self.record]}).decode()


class UploadEvent(msgspec.Struct, frozen=True):
    """The content of an SQS message: its uploads, and ``fault`` if something in it is not a record of a created object.

    A malformed message is never retried. The text of ``fault`` quotes nothing of it.
    """

    uploads: list[Upload]
    fault: str | None = None


def parse_event(body: str, *, simulated: bool = False) -> UploadEvent:
    """Return the uploads in the body of an SQS message, also those beside a malformed record. Never raises.

    Test events and folder markers are skipped. With ``simulated`` the documents say so.
    """
    try:
        records = _records(body)
    except _MalformedError as malformed:
        return UploadEvent([], str(malformed))
    uploads: list[Upload] = []
    fault = None
    for record in records:
        try:
            uploads.append(_parse(record, simulated=simulated))
        except _MalformedError as malformed:
            fault = str(malformed)
    return UploadEvent([upload for upload in uploads if not _is_folder_marker(upload.document)], fault)


def _is_folder_marker(document: Document) -> bool:
    return document.key.endswith("/") and document.size == 0


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


def _parse(tree: Any, *, simulated: bool) -> Upload:
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
    document = Document(
        document_id=document_id(bucket.name, key, version_id or entry.e_tag),
        kind=Kind.of_key(key),
        bucket=bucket.name,
        key=key,
        version_id=UNSET if version_id is None else version_id,
        e_tag=entry.e_tag,
        size=entry.size,
        simulated=True if simulated else UNSET,
    )
    return Upload(document, bucket.arn or f"arn:aws:s3:::{bucket.name}", _epoch(record.event_time), tree)


def _epoch(time: str) -> float:
    try:
        moment = dt.datetime.fromisoformat(time)
    except ValueError:
        return math.inf
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).timestamp()


def document_id(bucket: str, key: str, version: str) -> str:
    """Hash the identity to 32 hexadecimal digits, which may appear in logs and URLs, as an object key must not.

    ``version`` is the object's version, or its ETag where the event names none.
    """
    return hashlib.sha256(msgspec.json.encode([bucket, key, version])).hexdigest()[:32]
