"""The uploader's own id of an image, which every message about the image repeats.

It may be personal, so it goes into messages and nowhere else. It comes with the image: S3 returns the metadata with the
content, and no call is made for it. Only a document that is parked by another delivery than the one that opened its
image has its metadata read again, without the image. A rejection of an image that was not opened has no id.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec
from msgspec import UNSET, UnsetType

METADATA_NAME = "correlation-id"
PATTERN = "[!-~]{1,128}"
# S3 returns other characters than ASCII in the form of RFC 2047.
_ENCODED = re.compile(r"=\?.*\?=")

CorrelationId = str | UnsetType


class Correlation(msgspec.Struct):
    """What one delivery learnt of the id.

    Attributes
    ----------
    id
        The id. UNSET if the uploader gave none, or as long as nobody looked.
    is_known
        Somebody looked.
    faulty
        The uploader gave one that is ignored.
    """

    id: CorrelationId = UNSET
    is_known: bool = False
    faulty: bool = False

    def read(self, metadata: Mapping[str, str]) -> None:
        """Take the id from an object's metadata."""
        self.is_known = True
        given = metadata.get(METADATA_NAME)
        if given is None:
            return
        if re.fullmatch(PATTERN, given) and not _ENCODED.fullmatch(given):
            self.id = given
        else:
            self.faulty = True

    def __repr__(self) -> str:
        """Return the name of the type: the id may be personal."""
        return "Correlation()"
