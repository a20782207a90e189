"""The uploader's own id of an image, which every message about the image repeats.

It may be personal, so it goes into messages and nowhere else. It comes with the image: S3 returns the metadata with the
content, and no call is made for it. A message about an image that was not opened has none.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import UNSET, UnsetType

METADATA_NAME = "correlation-id"
PATTERN = "[!-~]{1,128}"
# S3 returns other characters than ASCII in the form of RFC 2047.
_ENCODED = re.compile(r"=\?.*\?=")

CorrelationId = str | UnsetType


class Correlation:
    """What one attempt learnt of the id. ``faulty`` if the uploader gave one that is ignored."""

    def __init__(self) -> None:
        self.id: CorrelationId = UNSET
        self.faulty = False

    def read(self, metadata: Mapping[str, str]) -> None:
        """Take the id from an object's metadata."""
        given = metadata.get(METADATA_NAME)
        if given is None:
            return
        if re.fullmatch(PATTERN, given) and not _ENCODED.fullmatch(given):
            self.id = given
        else:
            self.faulty = True
