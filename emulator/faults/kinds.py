"""Faults on demand: what can go wrong with a call, and which calls it is to happen to. See README.md."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from emulator.domain.operations import Operation


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel", tag_field="kind"):
    """Which calls a fault happens to; every kind has these.

    `times` is None for as long as the faults are not reset. `image` is the SHA-256 (hex) of the plain image that alone
    is concerned. `delay` (seconds) passes before the answer, after the work. `worked` tells whether the service does
    its work first and counts it as paid, or spends the Request-Key, as the case may be.
    """

    operation: Operation | Literal["*"] = "*"
    times: Annotated[int, Meta(ge=1)] | None = 1
    image: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None
    delay: Annotated[float, Meta(ge=0)] = 0.0
    worked: bool = True

    def applies_to(self, operation: Operation) -> bool:
        """Tell whether the fault is meant for this operation."""
        return self.operation in ("*", operation)


class ResultCode(Fault, frozen=True, kw_only=True, tag="code"):
    """Another result code, as a real answer: nothing is done and nothing paid."""

    result_code: int
    result_message: str = "ON DEMAND"
    worked: bool = False


class Delay(Fault, frozen=True, kw_only=True, tag="delay"):
    """The right answer, late."""


class ResetBeforeBody(Fault, frozen=True, kw_only=True, tag="reset-before-body"):
    """The connection is reset before the body was read."""

    worked: bool = False


class ResetAfterBody(Fault, frozen=True, kw_only=True, tag="reset-after-body"):
    """The connection is reset instead of an answer."""


class HalfBody(Fault, frozen=True, kw_only=True, tag="half-body"):
    """The connection ends in the middle of the answer's body."""


class HttpStatus(Fault, frozen=True, kw_only=True, tag="http-status"):
    """A gateway's HTML page under any HTTP status."""

    status: int = 502
    worked: bool = False


class Redirect(Fault, frozen=True, kw_only=True, tag="redirect"):
    """Another host is named to go to."""

    location: str = "https://elsewhere.invalid/"
    status: Literal[301, 302, 303, 307, 308] = 307
    worked: bool = False


class NotJson(Fault, frozen=True, kw_only=True, tag="not-json"):
    """HTTP 200 with a text that is no JSON."""


class TruncatedJson(Fault, frozen=True, kw_only=True, tag="truncated-json"):
    """A complete HTTP answer, its JSON cut in half."""


class WrongTypes(Fault, frozen=True, kw_only=True, tag="wrong-types"):
    """JSON of other types than the guide's, in the part that is named."""

    part: Literal["body", "header", "result-code", "result", "values"] = "result"


class Undecryptable(Fault, frozen=True, kw_only=True, tag="undecryptable"):
    """Encrypted values that do not open: another key's, no Base64, cut blocks, or bytes that are no UTF-8."""

    flaw: Literal["key", "base64", "blocks", "utf-8"] = "key"


class Variation(Fault, frozen=True, kw_only=True, tag="variation"):
    """An answer that the guide does not show but does not rule out either."""

    form: Literal["total-card-num-list", "unknown-members", "null-values", "empty-values"]


class Endless(Fault, frozen=True, kw_only=True, tag="endless"):
    """A right answer that goes on with white space: for `size` bytes, or for as long as the client reads."""

    size: int | None = None


class Drip(Fault, frozen=True, kw_only=True, tag="drip"):
    """The answer's headers or its body come one byte at a time, one every `interval` seconds."""

    part: Literal["headers", "body"] = "body"
    interval: float = 0.1


AnyFault = (
    ResultCode
    | Delay
    | ResetBeforeBody
    | ResetAfterBody
    | HalfBody
    | HttpStatus
    | Redirect
    | NotJson
    | TruncatedJson
    | WrongTypes
    | Undecryptable
    | Variation
    | Endless
    | Drip
)
