"""The interface of a reader. The service does not depend on how a reader works."""

from __future__ import annotations

from typing import Protocol

from emulator.domain.key_pairs import KeyService
from emulator.domain.readings import Reading


class Reader(Protocol):
    """Reads an image that has been decoded once already, so it is known to be a whole PNG or JPEG."""

    def read(self, image: bytes, service: KeyService) -> Reading | None:
        """Return what stands on the image, or None if there is no document of this service on it.

        A document of the other service may be returned as well: it is answered as not found.
        """
        ...
