"""The kinds of faults, and the calls to which a fault applies. README.md describes them."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from emulator.domain.operations import Operation

VariationForm = Literal["total-card-num-list", "unknown-members", "null-values", "empty-values", "malformed-boxes"]


class CallFault(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel", tag_field="kind"
):
    """The members that all kinds of faults have.

    Parameters
    ----------
    operation
        The operation to which the fault applies; ``*`` means all.
    times
        The number of calls; None means until a reset.
    image
        The SHA-256 (hex) of a plain image. The fault then applies only to this image.
    delay
        The seconds between the operation and the response.
    worked
        Whether the operation runs before the fault: the analysis counts as paid, or the Request-Key is consumed.
    """

    operation: Operation | Literal["*"] = "*"
    times: Annotated[int, Meta(ge=1)] | None = 1
    image: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] | None = None
    delay: Annotated[float, Meta(ge=0)] = 0.0
    worked: bool = True

    def applies_to(self, operation: Operation) -> bool:
        """Return whether the fault applies to the operation."""
        return self.operation in ("*", operation)


class ResultCode(CallFault, frozen=True, kw_only=True, tag="code"):
    """Another result code in a valid response. The operation does not run, and nothing is paid."""

    result_code: int
    result_message: str = "ON DEMAND"
    worked: bool = False


class Delay(CallFault, frozen=True, kw_only=True, tag="delay"):
    """The right response, late."""


class ResetBeforeBody(CallFault, frozen=True, kw_only=True, tag="reset-before-body"):
    """The connection is reset before the body is read."""

    worked: bool = False


class ResetAfterBody(CallFault, frozen=True, kw_only=True, tag="reset-after-body"):
    """The connection is reset instead of a response."""


class HalfBody(CallFault, frozen=True, kw_only=True, tag="half-body"):
    """The connection ends in the middle of the response's body."""


class HttpStatus(CallFault, frozen=True, kw_only=True, tag="http-status"):
    """A gateway's HTML page with any HTTP status."""

    status: int = 502
    worked: bool = False


class GatewayRefusal(CallFault, frozen=True, kw_only=True, tag="gateway"):
    """The gateway's JSON header under a real HTTP status. The operation does not run by default."""

    status: int = 429
    result_code: int = 4291000
    result_message: str = "ON DEMAND"
    worked: bool = False


class Redirect(CallFault, frozen=True, kw_only=True, tag="redirect"):
    """A redirect to another host."""

    location: str = "https://elsewhere.invalid/"
    status: Literal[301, 302, 303, 307, 308] = 307
    worked: bool = False


class NotJson(CallFault, frozen=True, kw_only=True, tag="not-json"):
    """HTTP 200 with a text that is not JSON."""


class TruncatedJson(CallFault, frozen=True, kw_only=True, tag="truncated-json"):
    """A complete HTTP response with the first half of the JSON."""


class WrongTypes(CallFault, frozen=True, kw_only=True, tag="wrong-types"):
    """JSON with another type than the guide's in the part `part`."""

    part: Literal["body", "header", "result-code", "result", "values"] = "result"


class Undecryptable(CallFault, frozen=True, kw_only=True, tag="undecryptable"):
    """Encrypted values that cannot be decrypted: another key, no Base64, an incomplete block, or no UTF-8."""

    flaw: Literal["key", "base64", "blocks", "utf-8"] = "key"


class Variation(CallFault, frozen=True, kw_only=True, tag="variation"):
    """A response that the guide neither shows nor excludes."""

    form: VariationForm


class Endless(CallFault, frozen=True, kw_only=True, tag="endless"):
    """The right response, followed by white space up to `size` bytes, or until the client disconnects."""

    size: int | None = None


class Drip(CallFault, frozen=True, kw_only=True, tag="drip"):
    """The response's headers or body arrive byte by byte, one byte every `interval` seconds."""

    part: Literal["headers", "body"] = "body"
    interval: float = 0.1


AnyFault = (
    ResultCode
    | Delay
    | ResetBeforeBody
    | ResetAfterBody
    | HalfBody
    | HttpStatus
    | GatewayRefusal
    | Redirect
    | NotJson
    | TruncatedJson
    | WrongTypes
    | Undecryptable
    | Variation
    | Endless
    | Drip
)
