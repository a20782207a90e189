"""CRC-64/NVME, the checksum that S3 and the AWS CLI choose today. botocore checks it only with awscrt (4 MB)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from crcmod import Crc


class Crc64Nvme:
    """The checksum of an object's bytes so far, and the one that S3 expects of all of them."""

    def __init__(self, expected: str) -> None:
        """Start with no bytes. ``expected`` is the Base64 of eight bytes."""
        self._sum = _empty().copy()
        self._expected = expected

    @classmethod
    def of(cls, response: Mapping[str, Any]) -> Self | None:
        """Return the checksum of an object that S3 opened, or None if it has another one or none."""
        expected = response.get("ChecksumCRC64NVME")
        return None if expected is None else cls(expected)

    def update(self, piece: bytes) -> None:
        """Add the next bytes of the object."""
        self._sum.update(piece)

    def holds(self) -> bool:
        """Whether the bytes are those that were uploaded."""
        return base64.b64encode(self._sum.digest()).decode("ascii") == self._expected


@cache
def _empty() -> Crc:
    """Return the checksum of no bytes, with its table."""
    # Loaded with the first such object, not at each start.
    from crcmod import Crc

    # NVM Express, "NVM Command Set Specification", 64b CRC. The library counts ``initCrc`` after ``xorOut``.
    return Crc(0x1AD93D23594C93659, initCrc=0, rev=True, xorOut=0xFFFFFFFFFFFFFFFF)
