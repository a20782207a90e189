"""The form with the sealed image ("multipart/form-data", field ``image``), streamed in chunks."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from typing import Protocol

from sealed_ocr.ocr.envelope import Envelope, sealed_length
from sealed_ocr.ocr.request_body import Body


class Image(Protocol):
    """A plain image that can be read more than once, in chunks of at most ``chunk_bytes``."""

    @property
    def size(self) -> int:
        """Bytes of the plain image."""
        ...

    @property
    def file_name(self) -> str:
        """A file name for the form. It shows the type and is not the name of the object."""
        ...

    @property
    def chunk_bytes(self) -> int:
        """The largest chunk that ``chunks`` yields, in bytes."""
        ...

    def chunks(self) -> Iterable[bytes]:
        """Read the image from its start. An error raised here leaves the request incomplete, and reaches the caller."""
        ...


def sealed_form(image: Image, envelope: Envelope) -> Body:
    """Return the body of the request. Its length is known in advance, as that of a CBC ciphertext is."""
    boundary = secrets.token_hex(16)
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{image.file_name}"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode("ascii")
    tail = f"\r\n--{boundary}--\r\n".encode("ascii")

    def pieces() -> Iterator[bytes | memoryview]:
        yield head
        yield from envelope.seal_stream(image.chunks(), image.chunk_bytes, tail)

    length = len(head) + sealed_length(image.size) + len(tail)
    return Body(f"multipart/form-data; boundary={boundary}", length, pieces())
