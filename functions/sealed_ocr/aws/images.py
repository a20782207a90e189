"""Uploaded images, read from S3 a chunk at a time: exactly the version that the event spoke of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.errors import AwsError, clean
from sealed_ocr.aws.uploads import Upload

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

CHUNK_BYTES = 256 * 1024

_DELETED = frozenset({"NoSuchKey", "NoSuchVersion", "MethodNotAllowed", "404"})
_OVERWRITTEN = frozenset({"PreconditionFailed", "412"})


class ImageDeletedError(Exception):
    """The object was deleted before it was read. It will not come back."""


class ImageOverwrittenError(Exception):
    """The bucket keeps no versions, and the object was overwritten before it was read; its successor has its event."""


class S3Image:
    """One uploaded image. The first reading uses the response that told the size; a later one asks S3 again."""

    chunk_bytes = CHUNK_BYTES
    # Set by whoever finds out the type; the object's own name may be a person's.
    file_name = "image"

    def __init__(self, client: S3Client, upload: Upload) -> None:
        """Open the object.

        Raises
        ------
        ImageDeletedError, ImageOverwrittenError
            when that version can't be had any more.
        AwsError
            when S3 fails otherwise.
        """
        self._client = client
        self._upload = upload
        opened = self._open()
        self.size = opened["ContentLength"]
        self._body = opened["Body"]
        self._ahead = b""
        self._fresh = True

    def head(self, size: int) -> bytes:
        """Return up to ``size`` bytes of the image's start; ``chunks`` still yields them."""
        with clean("GetObject"):
            while len(self._ahead) < size and (more := self._body.read(size - len(self._ahead))):
                self._ahead += more
        return self._ahead

    def chunks(self) -> Iterator[bytes]:
        """Yield the image in pieces of at most ``chunk_bytes``; the end comes only if S3's checksum holds.

        Raises
        ------
        AwsError
            when reading fails or the checksum does not hold.
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
            with clean("GetObject"):
                piece = next(pieces, None)
            if piece is None:
                break
            read += len(piece)
            yield piece
        if read != self.size:
            raise AwsError("GetObject", "IncompleteBody")

    def close(self) -> None:
        """Give the connection back, or drop it when the image was not read to its end."""
        self._body.close()

    def _open(self) -> Any:
        which: dict[str, Any] = (
            {"VersionId": self._upload.version_id}
            if self._upload.version_id
            else {"IfMatch": f'"{self._upload.e_tag.strip(chr(34))}"'}
        )
        try:
            with clean("GetObject"):
                return self._client.get_object(Bucket=self._upload.bucket, Key=self._upload.key, **which)
        except AwsError as failure:
            if failure.code in _DELETED:
                raise ImageDeletedError from None
            if failure.code in _OVERWRITTEN:
                raise ImageOverwrittenError from None
            raise
