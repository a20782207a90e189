"""What the image bucket refuses to take, and which pages may send to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_iam as iam
from aws_cdk import aws_s3 as s3

if TYPE_CHECKING:
    from collections.abc import Mapping

# Those from which S3 returns an object at once. INTELLIGENT_TIERING archives only if the bucket is configured to.
READABLE_STORAGE_CLASSES = [
    "GLACIER_IR",
    "INTELLIGENT_TIERING",
    "ONEZONE_IA",
    "REDUCED_REDUNDANCY",
    "STANDARD",
    "STANDARD_IA",
]
# The headers of a signed PUT that a browser asks for. A form needs none.
_UPLOAD_HEADERS = ["content-type", "if-none-match", "x-amz-meta-correlation-id"]
_PREFLIGHT_SECONDS = 3600


def page_rules(origins: tuple[str, ...]) -> list[s3.CorsRule]:
    """Return the bucket's CORS rules: pages of ``origins`` may send signed uploads, and read nothing.

    Without one, a browser hides S3's answer to a form that a page's script sent, and sends no PUT.
    """
    if not origins:
        return []
    return [
        s3.CorsRule(
            id="signed-uploads",
            allowed_methods=[s3.HttpMethods.POST, s3.HttpMethods.PUT],
            allowed_origins=[*origins],
            allowed_headers=_UPLOAD_HEADERS,
            max_age=_PREFLIGHT_SECONDS,
        )
    ]


def refuse_other_keys(bucket: s3.Bucket, key_arn: str) -> None:
    """Deny uploads that name another key.

    The bucket's encryption applies only to uploads that name none, and ``aws:kms`` alone means a key of AWS's.
    """
    named = "s3:x-amz-server-side-encryption"
    _refuse_uploads(bucket, "OtherEncryption", named, {f"{named}-aws-kms-key-id": key_arn})


def refuse_archive_classes(bucket: s3.Bucket) -> None:
    """Deny uploads that name a storage class from which S3 returns no object at once."""
    named = "s3:x-amz-storage-class"
    _refuse_uploads(bucket, "OtherStorageClass", named, {named: READABLE_STORAGE_CLASSES})


def refuse_overwrites(bucket: s3.Bucket) -> None:
    """Deny uploads without ``If-None-Match``, to which S3 answers 412 if the key exists.

    S3 takes ``*`` alone as its value. Of an upload in parts, its start and the parts cannot have the header; its end
    has it.
    """
    _deny(
        bucket,
        "Overwrite",
        {"Null": {"s3:if-none-match": "true"}, "Bool": {"s3:ObjectCreationOperation": "true"}},
    )


def _refuse_uploads(bucket: s3.Bucket, sid: str, header: str, unless: Mapping[str, str | list[str]]) -> None:
    """Deny uploads that have ``header``, unless the conditions' keys have these values."""
    # Both must hold. By itself, StringNotEquals is also true of an upload without the header.
    _deny(bucket, sid, {"Null": {header: "false"}, "StringNotEquals": dict(unless)})


def _deny(bucket: s3.Bucket, sid: str, conditions: Mapping[str, object]) -> None:
    """Deny uploads for which all ``conditions`` hold."""
    bucket.add_to_resource_policy(
        iam.PolicyStatement(
            sid=sid,
            effect=iam.Effect.DENY,
            principals=[iam.AnyPrincipal()],
            actions=["s3:PutObject"],
            resources=[bucket.arn_for_objects("*")],
            conditions=conditions,
        )
    )
