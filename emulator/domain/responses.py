"""What an operation answers, before it becomes bytes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from emulator.domain.envelope import Envelope
from emulator.domain.result_codes import Code

Seal = Callable[[str], Any]


class EncryptedValue:
    """A value that the guide marks as encrypted; it is sealed when the answer is rendered.

    No dataclass, because msgspec would write one out as it is instead of asking how to encode it.
    """

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


@dataclass(frozen=True)
class ApiResponse:
    """Header and result of the guide's response body; `envelope` seals the `Secret` leaves of the result."""

    code: int
    message: str
    result: Any = None
    envelope: Envelope | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def success(
        cls, result: Any, envelope: Envelope | None = None, headers: Mapping[str, str] | None = None
    ) -> ApiResponse:
        """Return an answer with result code 0."""
        return cls(Code.SUCCESS, Code.SUCCESS.message, result, envelope, headers or {})

    @classmethod
    def refusal(cls, code: Code) -> ApiResponse:
        """Return an answer that has a header alone."""
        return cls(code, code.message)

    def tree(self) -> dict[str, Any]:
        """Return the response body as the guide shapes it."""
        succeeded = self.code == Code.SUCCESS
        header = {"isSuccessful": succeeded, "resultCode": int(self.code), "resultMessage": self.message}
        return {"header": header} if self.result is None else {"header": header, "result": self.result}


def render(tree: Any, seal: Seal) -> bytes:
    """Return the tree as JSON in UTF-8, every `Secret` in it sealed."""

    def encrypt(value: Any) -> Any:
        if isinstance(value, EncryptedValue):
            return seal(value.text)
        raise TypeError(f"{type(value).__name__} has no JSON form")

    return msgspec.json.encode(tree, enc_hook=encrypt)
