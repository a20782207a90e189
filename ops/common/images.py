"""Images in the bucket, and the upload events that S3 would send for them."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import msgspec
from sealed_ocr.aws.errors import AwsError, translate_errors
from sealed_ocr.aws.uploads import parse_event
from sealed_ocr.common.timestamps import timestamp

from ops.common.errors import OpsError

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

# S3's version id for an object that was put before the bucket kept versions.
_NULL_VERSION = "null"


@dataclass(frozen=True)
class ObjectVersion:
    """The current version of an object."""

    bucket: str
    region: str
    key: str = field(repr=False)
    version_id: str | None
    e_tag: str
    size: int


@dataclass(frozen=True)
class PreparedEvent:
    """The body of an upload event, and the documentId that the pipeline derives from it."""

    document_id: str
    body: str = field(repr=False)


def put_version(s3: S3Client, bucket: str, key: str, image: bytes) -> ObjectVersion:
    """Put an object under a new key, and return its version.

    Raises
    ------
    AwsError
        If S3 fails or refuses, or the key exists.
    """
    with translate_errors("PutObject"):
        # Demanded by `refuseOverwrite`; without it, the SDK's own repeat could be a second document.
        put = s3.put_object(Bucket=bucket, Key=key, Body=image, IfNoneMatch="*")
        return _object_version(s3, bucket, key, put.get("VersionId"), put["ETag"], len(image))


def current_version(s3: S3Client, bucket: str, key: str) -> ObjectVersion:
    """Return the current version of one object.

    Raises
    ------
    OpsError
        If there is no such object.
    AwsError
        If S3 fails or refuses.
    """
    try:
        with translate_errors("HeadObject"):
            head = s3.head_object(Bucket=bucket, Key=key)
    except AwsError as error:
        if error.status == 404:
            raise OpsError("the image bucket has no object with this key (or it was deleted)") from None
        raise
    return _object_version(s3, bucket, key, head.get("VersionId"), head["ETag"], head["ContentLength"])


def current_versions(s3: S3Client, bucket: str, prefix: str) -> Iterator[ObjectVersion]:
    """Yield the current version of every object below ``prefix`` in key order, without folder markers.

    Raises
    ------
    AwsError
        If S3 fails or refuses.
    """
    pages = iter(s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix))
    while True:
        with translate_errors("ListObjectVersions"):
            page = next(pages, None)
        if page is None:
            return
        for entry in page.get("Versions", []):
            marker = entry["Key"].endswith("/") and entry["Size"] == 0
            if entry["IsLatest"] and not marker:
                yield _object_version(s3, bucket, entry["Key"], entry["VersionId"], entry["ETag"], entry["Size"])


def possible_events(version: ObjectVersion) -> list[PreparedEvent]:
    """Return the events that S3 may have sent for this version, the most likely first.

    The first event names the version. The second one names only the ETag: it stands for images that were put before
    the bucket kept versions, and for the emulated S3, whose events name no version.
    """
    events = [_event(version, version.version_id)] if version.version_id else []
    bodies = [msgspec.json.encode(event).decode() for event in (*events, _event(version, None))]
    return [PreparedEvent(parse_event(body).uploads[0].document.document_id, body) for body in bodies]


def _object_version(
    s3: S3Client, bucket: str, key: str, version_id: str | None, e_tag: str, size: int
) -> ObjectVersion:
    version = None if version_id == _NULL_VERSION else version_id
    return ObjectVersion(bucket, s3.meta.region_name, key, version, e_tag.strip('"'), size)


def _event(version: ObjectVersion, version_id: str | None) -> dict[str, object]:
    """Build the event as described under "Event message structure" in the S3 user guide, version 2.1."""
    entry: dict[str, object] = {
        "key": quote_plus(version.key, safe="/"),
        "size": version.size,
        "eTag": version.e_tag,
    }
    if version_id:
        entry["versionId"] = version_id
    record = {
        "eventVersion": "2.1",
        "eventSource": "aws:s3",
        "awsRegion": version.region,
        "eventTime": timestamp(time.time()),
        "eventName": "ObjectCreated:Put",
        "s3": {
            "s3SchemaVersion": "1.0",
            # S3 puts the notification's name here. This name marks events that an operator sent.
            "configurationId": "sealed-ocr-ops",
            "bucket": {"name": version.bucket, "arn": f"arn:aws:s3:::{version.bucket}"},
            "object": entry,
        },
    }
    return {"Records": [record]}
