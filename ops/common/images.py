"""Images in the bucket, and the upload events that S3 would send of them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import msgspec
from sealed_ocr.analysis.messages import timestamp
from sealed_ocr.aws.errors import AwsError, clean
from sealed_ocr.aws.uploads import parse_event

from ops.common.errors import OpsError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# What S3 calls the version of an object that was put while its bucket kept none.
_NO_VERSION = "null"


@dataclass(frozen=True)
class Stored:
    """The current version of an object."""

    bucket: str
    region: str
    key: str = field(repr=False)
    version_id: str | None
    e_tag: str
    size: int


@dataclass(frozen=True)
class Announcement:
    """An upload event as it stands in a message's body, and the document that the pipeline knows it as."""

    document_id: str
    body: str = field(repr=False)


def current(s3: S3Client, bucket: str, key: str) -> Stored:
    """Return the object as it is now.

    Raises
    ------
    OpsError
        when there is none.
    AwsError
        when S3 fails or refuses.
    """
    try:
        with clean("HeadObject"):
            head = s3.head_object(Bucket=bucket, Key=key)
    except AwsError as failure:
        if failure.status == 404:
            raise OpsError("the image bucket has no object of that key (or it was deleted)") from None
        raise
    return _stored(s3, bucket, key, head.get("VersionId"), head["ETag"], head["ContentLength"])


def current_versions(s3: S3Client, bucket: str, prefix: str) -> Iterator[Stored]:
    """Yield the current version of every object below ``prefix``, in the order of their keys; folder markers aside.

    Raises
    ------
    AwsError
        when S3 fails or refuses.
    """
    pages = iter(s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix))
    while True:
        with clean("ListObjectVersions"):
            page = next(pages, None)
        if page is None:
            return
        for entry in page.get("Versions", []):
            marker = entry["Key"].endswith("/") and entry["Size"] == 0
            if entry["IsLatest"] and not marker:
                yield _stored(s3, bucket, entry["Key"], entry["VersionId"], entry["ETag"], entry["Size"])


def announcements(stored: Stored) -> list[Announcement]:
    """Return the events that S3 may have sent of this version, the likeliest first.

    By its version; and without one, by its ETag, as an image is known that was put before the bucket kept versions (and
    every image of the emulated S3, whose events name none).
    """
    events = [_event(stored, stored.version_id)] if stored.version_id else []
    bodies = [msgspec.json.encode(event).decode() for event in (*events, _event(stored, None))]
    return [Announcement(parse_event(body).uploads[0].document_id, body) for body in bodies]


def _stored(s3: S3Client, bucket: str, key: str, version_id: str | None, e_tag: str, size: int) -> Stored:
    version = None if version_id == _NO_VERSION else version_id
    return Stored(bucket, s3.meta.region_name, key, version, e_tag.strip('"'), size)


def _event(stored: Stored, version_id: str | None) -> dict[str, object]:
    """Write the event as "Event message structure" of the S3 user guide has it, version 2.1."""
    entry: dict[str, object] = {
        "key": quote_plus(stored.key, safe="/"),
        "size": stored.size,
        "eTag": stored.e_tag,
    }
    if version_id:
        entry["versionId"] = version_id
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": stored.region,
        "eventTime": timestamp(time.time()),
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            # Where S3 names the notification: whoever reads the event sees that it was sent by hand.
            "configurationId": "sealed-ocr-ops",
            "bucket": {"name": stored.bucket, "arn": f"arn:aws:s3:::{stored.bucket}"},
            "object": entry,
        },
    }
    return {"Records": [record]}
