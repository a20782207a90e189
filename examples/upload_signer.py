"""Signs uploads for browsers and phones, which then need no credentials of AWS.

Put ``UploadSigner`` behind your own sign-in: everyone who can reach it can cause paid calls.
"""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from botocore.config import Config

if TYPE_CHECKING:
    import boto3
    from types_boto3_s3.client import S3Client

KINDS = ("credit-card", "id-card", "id-card/stand-alone")
"""The folders: each is an API of the OCR service, with its own price."""
ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}
MAX_IMAGE_BYTES = 20_970_496
"""The stack's ``maxImageBytes``. Use its value if you set it, or the guide's host, which takes 4,998,976 bytes."""
VALID_SECONDS = 300
"""Until then the holder of a signed upload can use it. ``UploadSignerPolicyArn`` ends it after 15 minutes anyway."""
_CORRELATION_ID = re.compile(r"[!-~]{1,128}")


class InvalidUpload(ValueError):
    """What is to be uploaded would be refused or rejected. The text says what is wrong."""


@dataclass(frozen=True)
class SignedUpload:
    """A request that its holder may send without credentials.

    For POST, send a ``multipart/form-data`` form: all ``fields``, then the image as ``file``, and nothing else. For
    PUT, send ``headers`` and the image as the body.
    """

    method: str
    url: str
    key: str
    fields: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


class UploadSigner:
    """Signs uploads to ``bucket``, each for one image under a key of its own.

    Nothing that names encryption or a storage class is signed, so S3 refuses it: the bucket encrypts with its own key.
    Signing calls nothing. ``s3`` must come from ``s3_client``.
    """

    def __init__(self, s3: S3Client, bucket: str) -> None:
        self._s3, self._bucket = s3, bucket

    def form(self, kind: str, content_type: str, correlation_id: str | None = None) -> SignedUpload:
        """Return a form (presigned POST), which S3 takes with an image of 1 to ``MAX_IMAGE_BYTES`` bytes.

        S3 takes it again until it expires, and **each time is a document that is paid for**: see ``put``.

        Parameters
        ----------
        kind
            One of ``KINDS``.
        content_type
            The image's type, one of ``ENDINGS``.
        correlation_id
            1 to 128 visible ASCII characters; comes back in every message about the image.

        Raises
        ------
        InvalidUpload
            If an argument is none of these.
        """
        key = new_key(kind, content_type)
        fields = {"Content-Type": content_type, **_headers(correlation_id)}
        signed = self._s3.generate_presigned_post(
            self._bucket,
            key,
            Fields=fields,
            # S3 also refuses every field that has no condition.
            Conditions=[
                *({name: value} for name, value in fields.items()),
                ["content-length-range", 1, MAX_IMAGE_BYTES],
            ],
            ExpiresIn=VALID_SECONDS,
        )
        return SignedUpload("POST", signed["url"], key, fields=signed["fields"])

    def put(self, kind: str, content_type: str, size: int, correlation_id: str | None = None) -> SignedUpload:
        """Return a presigned PUT for an image of exactly ``size`` bytes, which S3 takes once.

        A repeat is answered 412, because ``If-None-Match`` is signed too. Forms cannot carry it. Arguments and errors
        are otherwise those of ``form``.
        """
        if not 0 < size <= MAX_IMAGE_BYTES:
            raise InvalidUpload(f"an image must have 1 to {MAX_IMAGE_BYTES} bytes")
        key = new_key(kind, content_type)
        request: Any = {"Bucket": self._bucket, "Key": key, "ContentType": content_type, "ContentLength": size}
        url = self._s3.generate_presigned_url(
            "put_object",
            Params=request | {"IfNoneMatch": "*", "Metadata": metadata(correlation_id)},
            ExpiresIn=VALID_SECONDS,
        )
        # Browsers send the length by themselves.
        return SignedUpload(
            "PUT", url, key, headers={"Content-Type": content_type, "If-None-Match": "*", **_headers(correlation_id)}
        )


def s3_client(session: boto3.Session) -> S3Client:
    """Return a client whose signatures a bucket with a KMS key accepts, at the address of the bucket's region."""
    return session.client(
        "s3",
        config=Config(
            signature_version="s3v4",
            # Without it the address is that of all regions, which redirects: browsers send no form or PUT on.
            s3={"addressing_style": "virtual"},
            # A presigned PUT would otherwise demand a checksum of the image from the browser.
            request_checksum_calculation="when_required",
        ),
    )


def new_key(kind: str, content_type: str) -> str:
    """Return a key that nobody has used.

    Raises
    ------
    InvalidUpload
        If the kind or the type is unknown.
    """
    if kind not in KINDS:
        raise InvalidUpload(f"the kind must be one of {', '.join(KINDS)}")
    if content_type not in ENDINGS:
        raise InvalidUpload(f"the image must be one of {', '.join(ENDINGS)}")
    # Keys appear in listings and audit trails, so they name nobody.
    return f"{kind}/{uuid.uuid4()}.{ENDINGS[content_type]}"


def metadata(correlation_id: str | None) -> dict[str, str]:
    """Return the object's metadata.

    Raises
    ------
    InvalidUpload
        If the correlation id has another form.
    """
    if correlation_id is None:
        return {}
    if not _CORRELATION_ID.fullmatch(correlation_id):
        raise InvalidUpload("a correlation id must have 1 to 128 visible ASCII characters")
    return {"correlation-id": correlation_id}


def _headers(correlation_id: str | None) -> dict[str, str]:
    return {f"x-amz-meta-{name}": value for name, value in metadata(correlation_id).items()}
