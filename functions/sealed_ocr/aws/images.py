"""Uploaded images, streamed from S3: exactly the version that the event named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.errors import AwsError, translate_errors
from sealed_ocr.common.document import Document

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CHUNK_BYTES = 256 * 1024

_DELETED = frozenset({"NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "404"})
_OVERWRITTEN = frozenset({"PreconditionFailed", "412"})


class ImageDeletedError(Exception):
    """The object was deleted before it was read."""


class ImageOverwrittenError(Exception):
    """The bucket keeps no versions, and the object was overwritten before it was read. The new one has an event."""


class S3Image:
    """One uploaded image. The first read uses the response that gave the size; a later read requests it again."""

    chunk_bytes = CHUNK_BYTES
    # The recogniser sets it once it knows the type. The name of the object may be that of a person.
    file_name = "image"

    def __init__(self, client: S3Client, document: Document) -> None:
        """Open the object.

        Raises
        ------
        ImageDeletedError, ImageOverwrittenError
            If that version no longer exists.
        AwsError
            If S3 fails otherwise.
        """
        self._client = client
        self._document = document
        opened = self._open()
        self.size = opened["ContentLength"]
        self._body = opened["Body"]
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

        Raises
        ------
        AwsError
            If reading fails or the checksum does not hold.
        """
        if self._fresh:
            self._fresh, ahead = False, self._ahead
        else:
            self._body.close()
            self._body, ahead = self._open()["Body"], b""
        read = len(ahead)
        if ahead:
            yield ahead
        pieces = self._body.iter_chunks(CHUNK_BYTES)
        while True:
            with translate_errors("GetObject"):
                piece = next(pieces, None)
            if piece is None:
                break
            read += len(piece)
            yield piece
        if read != self.size:
            raise AwsError("GetObject", "IncompleteBody")

    def close(self) -> None:
        """Return the connection to the pool, or drop it if the image was not read to its end."""
        self._body.close()

    def _open(self) -> Any:
        which: dict[str, Any] = (
            {"VersionId": self._document.version_id}
            if self._document.version_id
            else {"IfMatch": f'"{self._document.e_tag.strip(chr(34))}"'}
        )
        try:
            with translate_errors("GetObject"):
                return self._client.get_object(Bucket=self._document.bucket, Key=self._document.key, **which)
        except AwsError as failure:
            if failure.code in _DELETED:
                raise ImageDeletedError from None
            if failure.code in _OVERWRITTEN:
                raise ImageOverwrittenError from None
            raise
