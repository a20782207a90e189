"""Symmetric keys, of which the service tells the fingerprints: whether one came twice, whether one stands in a text."""

from __future__ import annotations

import ast
import base64
import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from soak.harness.violation import GuaranteeViolation

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

_BYTES = 32
_HEX = re.compile(r"[0-9a-fA-F]{2}(?:[ :]?[0-9a-fA-F]{2}){31,}[0-9a-fA-F]?")
_BASE64 = re.compile(r"[A-Za-z0-9+/_-]{43,}")
_LITERAL = re.compile(r"""b'(?:[^'\\\n]|\\.)*'|b"(?:[^"\\\n]|\\.)*\"""")
_STANDARD = str.maketrans("-_", "+/")


class SymmetricKeys:
    """Those of several scenarios. ``add`` after each."""

    def __init__(self) -> None:
        self._seen: set[str] = set()

    def add(self, came: Mapping[str, int]) -> int:
        """Take how often each fingerprint came in one scenario; return how many keys there were in all.

        Raises: GuaranteeViolation when one came twice, in this scenario or in one before.
        """
        twice = sum(times > 1 or fingerprint in self._seen for fingerprint, times in came.items())
        if twice:
            raise GuaranteeViolation(f"{twice} symmetric keys came more than once over all scenarios")
        self._seen.update(came)
        return len(self._seen)


def keys_in(text: str, fingerprints: Container[str]) -> int:
    """Return how many keys stand in a text, as hex, Base64 (also within more, or URL-encoded) or a bytes literal."""
    found = 0
    for content in _contents(text):
        windows = (content[at : at + _BYTES] for at in range(len(content) - _BYTES + 1))
        found += sum(hashlib.sha256(window).hexdigest() in fingerprints for window in windows)
    return found


def _contents(text: str) -> Iterator[bytes]:
    """Yield what could be bytes that somebody wrote down."""
    for run in _HEX.findall(text):
        digits = re.sub("[ :]", "", run)
        yield from (bytes.fromhex(digits[start : start + (len(digits) - start) // 2 * 2]) for start in range(2))
    for shown in {text, unquote(text)}:
        for run in _BASE64.findall(shown):
            standard = run.translate(_STANDARD)
            for start in range(4):
                whole = standard[start : start + (len(standard) - start) // 4 * 4]
                rest = standard[start + len(whole) :]
                yield base64.b64decode(whole + (f"{rest}{'=' * (4 - len(rest))}" if len(rest) > 1 else ""))
    for literal in _LITERAL.findall(text):
        yield ast.literal_eval(literal)
