"""The last attempts at a document, as its item in the ledger keeps them.

The attribute ``history`` is a list of strings, the oldest first. A string is an ``Attempt`` as a JSON array, which
takes half the bytes of a DynamoDB map: with ten of them most items stay below 1 KB, so a write costs no more than
before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from sealed_ocr.common.attempt_end import AttemptEnd, DeferralReason
from sealed_ocr.common.short_id import short_id

MAX_ATTEMPTS = 10

# What precedes a result code. The few codes with three digits are HTTP's, and mean nothing without the name.
_RESULT_CODE = re.compile(r"^[\w-]+\.(?=\d{7}$)")


class Deferral(msgspec.Struct, frozen=True):
    """A document is not delivered again for ``wait_seconds`` after an attempt ended."""

    wait_seconds: int
    why: DeferralReason


class Attempt(msgspec.Struct, frozen=True, array_like=True):
    """One attempt. The order of the members is the format; new ones are added at the end, with a default.

    Attributes
    ----------
    attempt_id, request_id
        The short forms of the ledger's ``attemptId`` and of the invocation's ``function_request_id``.
    begun
        When it was claimed, or freed, in epoch seconds.
    seconds
        How long it took, None if no end was recorded.
    end
        How it ended, None if no end was recorded.
    may_be_billed
        Whether a call may have been billed. True until it is proven otherwise.
    fault
        The service's result code; without one, the name of the error or the code of the rejection; "" after success.
    wait_seconds, why
        The planned wait from its end to the next delivery, and the reason; 0 and None if it was not deferred.
    """

    attempt_id: str
    request_id: str
    begun: int
    seconds: int | None = None
    end: AttemptEnd | None = None
    may_be_billed: bool = True
    fault: str = ""
    wait_seconds: int = 0
    why: DeferralReason | None = None

    @classmethod
    def begin(cls, attempt_id: str, request_id: str, now: int) -> Attempt:
        """Return an attempt that begins."""
        return cls(short_id(attempt_id), short_id(request_id), now)

    def ended(
        self, end: AttemptEnd, now: int, *, may_be_billed: bool, fault: str = "", deferral: Deferral | None = None
    ) -> Attempt:
        """Return the attempt with its end. Of a ``fault`` with a result code only the code is kept."""
        return Attempt(
            self.attempt_id,
            self.request_id,
            self.begun,
            now - self.begun,
            end,
            may_be_billed,
            _RESULT_CODE.sub("", fault),
            deferral.wait_seconds if deferral else 0,
            deferral.why if deferral else None,
        )

    def encode(self) -> str:
        """Return the text of an entry."""
        return _ENCODER.encode(self).decode()


# A type's description is built here, at import (docs/adr/0030-types-built-at-import.md).
_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Attempt)


def decode(history: Sequence[str]) -> list[Attempt]:
    """Return the last attempts of a history, the oldest first.

    Raises
    ------
    msgspec.DecodeError
        If an entry is none. A later version may have written it.
    """
    return [_DECODER.decode(entry) for entry in shortened(history)]


def shortened(history: Sequence[str]) -> list[str]:
    """Return the last entries of a history, each once: a write that botocore repeats may add one twice."""
    return list(dict.fromkeys(history))[-MAX_ATTEMPTS:]


_ENCODER.encode(Attempt("", "", 0))
