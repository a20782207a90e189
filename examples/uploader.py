"""Uploads a file to Sealed OCR, or signs an upload that somebody else sends (see ``upload_signer``)."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError
from upload_signer import (
    ENDINGS,
    KINDS,
    MAX_IMAGE_BYTES,
    InvalidUpload,
    UploadSigner,
    metadata,
    new_key,
    s3_client,
)

if TYPE_CHECKING:
    from types_boto3_s3.client import S3Client

MULTIPART_BYTES = 8 * 1024 * 1024
"""Larger files are sent in parts, and a part that fails is sent again by itself."""
_TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


def upload_file(
    s3: S3Client, bucket: str, kind: str, path: Path, correlation_id: str | None = None, *, once: bool = False
) -> str:
    """Upload a file with credentials of your own (``UploaderPolicyArn``), and return its key.

    Parameters
    ----------
    once
        Whether a large file is also sent in one request. A stack with ``refuseOverwrite`` demands ``If-None-Match``,
        which the SDK does not send with a file in parts.

    Raises
    ------
    InvalidUpload
        If the file or an argument is not as ``UploadSigner.form`` says.
    """
    content_type = _TYPES.get(path.suffix.lower(), "")
    key = new_key(kind, content_type)
    size = path.stat().st_size
    if not 0 < size <= MAX_IMAGE_BYTES:
        raise InvalidUpload(f"an image must have 1 to {MAX_IMAGE_BYTES} bytes")
    attributes = {"ContentType": content_type, "Metadata": metadata(correlation_id)}
    if once or size <= MULTIPART_BYTES:
        _put_once(s3, path, {"Bucket": bucket, "Key": key, **attributes})
    else:
        parts = TransferConfig(multipart_threshold=MULTIPART_BYTES, multipart_chunksize=MULTIPART_BYTES)
        s3.upload_file(str(path), bucket, key, ExtraArgs=attributes, Config=parts)
    return key


def _put_once(s3: S3Client, path: Path, attributes: Any) -> None:
    """Put the file. ``If-None-Match`` keeps the SDK's own repeats from becoming a second document."""
    try:
        with path.open("rb") as image:
            s3.put_object(Body=image, IfNoneMatch="*", **attributes)
    except ClientError as error:
        # The key is new: an earlier try arrived, and its answer was lost.
        if error.response["ResponseMetadata"]["HTTPStatusCode"] != HTTPStatus.PRECONDITION_FAILED:
            raise


def main() -> None:
    """Print a signed upload as JSON, or upload a file and print its key."""
    options = _options()
    s3 = s3_client(boto3.Session())
    try:
        if options.file:
            text = upload_file(
                s3, options.bucket, options.kind, options.file, options.correlation_id, once=options.once
            )
        else:
            signer = UploadSigner(s3, options.bucket)
            arguments = (options.kind, options.content_type)
            signed = (
                signer.put(*arguments, options.size, options.correlation_id)
                if options.once
                else signer.form(*arguments, options.correlation_id)
            )
            text = json.dumps(asdict(signed), indent=2)
    except InvalidUpload as error:
        raise SystemExit(f"{error}.") from None
    print(text)  # noqa: T201 - the command's output


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Sign an upload for somebody else, or upload a file.")
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("file", nargs="?", type=Path, help="upload this file; without it an upload is signed")
    parser.add_argument("--bucket", required=True, help="the stack's output ImageBucketName")
    parser.add_argument("--correlation-id", help="comes back in every message about the image")
    parser.add_argument("--content-type", choices=ENDINGS, default="image/jpeg", help="of the image to sign for")
    parser.add_argument("--once", action="store_true", help="a PUT that S3 takes once, for refuseOverwrite")
    parser.add_argument("--size", type=int, default=0, metavar="BYTES", help="the image's size, with --once")
    return parser.parse_args()


if __name__ == "__main__":
    main()
