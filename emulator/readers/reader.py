"""The interface of a reader. The service does not depend on how a reader works."""

from __future__ import annotations

from typing import Protocol

from emulator.domain.key_pairs import KeyService
from emulator.domain.readings import DocumentReading


class Reader(Protocol):
    """Reads images. The pool has already decoded each image, so it is a complete PNG or JPEG."""

    def read(self, image: bytes, service: KeyService) -> DocumentReading | None:
        """Return the document on the image, or None without a document of this service.

        A reader may also return a document of the other service. The response is then "not found".
        """
        ...
