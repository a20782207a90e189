"""Uploaded images, streamed from S3: exactly the version that the event named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Literal

from sealed_ocr.aws.crc64nvme import Crc64Nvme
from sealed_ocr.aws.errors import AwsError, translate_errors
from sealed_ocr.common.document import Document

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CHUNK_BYTES = 256 * 1024

UnreadableCode = Literal["image-deleted", "image-overwritten", "image-archived", "image-unreadable-key"]

_DELETED: tuple[UnreadableCode, str] = ("image-deleted", "the object was deleted before it was read")
_OVERWRITTEN: tuple[UnreadableCode, str] = ("image-overwritten", "the object was overwritten before it was read")
# The rejection for each error of S3 that no repetition changes (``error_codes``).
UNREADABLE: Mapping[str, tuple[UnreadableCode, str]] = {
    "NoSuchKey": _DELETED,
    "NoSuchVersion": _DELETED,
    # The version is a delete marker.
    "MethodNotAllowed": _DELETED,
    # The bucket keeps no versions. The new object has an event of its own.
    "PreconditionFailed": _OVERWRITTEN,
    "InvalidObjectState": ("image-archived", "the object is in an archive class and must be restored to be read"),
    "InvalidRequest": ("image-unreadable-key", "the object is encrypted with a key that its uploader provided"),
}


class ImageUnreadableError(Exception):
    """The object will never be read. ``code`` is that of the rejection, and ``reason`` a sentence for it."""

    def __init__(self, code: UnreadableCode, reason: str) -> None:
        """Keep what the rejection says."""
        super().__init__(reason)
        self.code = code
        self.reason = reason


class S3Image:
    """One uploaded image: ``document``. The first read uses the response that gave the size; a later one asks again.

    ``metadata`` is what the uploader gave as ``x-amz-meta-…``, by its name in lower case without this prefix.
    """

    chunk_bytes = CHUNK_BYTES
    # The recogniser sets it once it knows the type. The name of the object may be that of a person.
    file_name = "image"

    def __init__(self, client: S3Client, document: Document) -> None:
        """Open the object.

        Raises
        ------
        ImageUnreadableError
            If that version is gone or cannot be read.
        AwsError
            If S3 fails otherwise.
        """
        self._client = client
        self.document = document
        self.size = self._open()
        self._ahead = b""
        self._fresh = True

    def head(self, size: int) -> bytes:
        """Return up to ``size`` bytes from the start of the image. ``chunks`` still yields them."""
        with translate_errors("GetObject"):
            while len(self._ahead) < size and (more := self._body.read(size - len(self._ahead))):
                self._ahead += more
        return self._ahead

    def chunks(self) -> Iterator[bytes]:
        """Yield the image in chunks of at most ``chunk_bytes``. It ends without an error only if S3's checksum holds.

        A composite checksum of a multipart upload is not checked: it is a checksum of the parts' checksums.

        Raises
        ------
        AwsError
            If reading fails or the checksum does not hold.
        """
        if self._fresh:
            self._fresh, ahead = False, self._ahead
        else:
            self._body.close()
            self._open()
            ahead = b""
        read = 0
        for piece in self._pieces(ahead):
            read += len(piece)
            if self._checksum is not None:
                self._checksum.update(piece)
            yield piece
        if read != self.size:
            raise AwsError("GetObject", "IncompleteBody")
        if self._checksum is not None and not self._checksum.holds():
            raise AwsError("GetObject", "FlexibleChecksumError")

    def _pieces(self, ahead: bytes) -> Iterator[bytes]:
        if ahead:
            yield ahead
        pieces = self._body.iter_chunks(CHUNK_BYTES)
        while True:
            # botocore checks all other checksums at the end of the body.
            with translate_errors("GetObject"):
                piece = next(pieces, None)
            if piece is None:
                return
            yield piece

    def close(self) -> None:
        """Return the connection to the pool, or drop it if the image was not read to its end."""
        self._body.close()

    def _open(self) -> int:
        """Request the object; return its size in bytes."""
        try:
            with translate_errors("GetObject"):
                opened = self._client.get_object(**_address(self.document))
                # Without it the response is not from S3: botocore accepts any page with status 200.
                _ = opened["ETag"]
                self._body, self._checksum = opened["Body"], Crc64Nvme.of(opened)
                self.metadata = opened.get("Metadata", {})
                return opened["ContentLength"]
        except AwsError as failure:
            if failure.code in UNREADABLE:
                raise ImageUnreadableError(*UNREADABLE[failure.code]) from None
            raise


def read_metadata(client: S3Client, document: Document) -> Mapping[str, str]:
    """Return the metadata of an image, without its content, by which a function may have been killed.

    Raises
    ------
    AwsError
        If S3 fails, or that version is gone.
    """
    with translate_errors("HeadObject"):
        opened = client.head_object(**_address(document))
        _ = opened["ETag"]
        return opened.get("Metadata", {})


def _address(document: Document) -> dict[str, Any]:
    which = (
        {"VersionId": document.version_id} if document.version_id else {"IfMatch": f'"{document.e_tag.strip(chr(34))}"'}
    )
    return {"Bucket": document.bucket, "Key": document.key, **which}
