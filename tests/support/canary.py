"""The canary: searches texts for secrets and personal values, plain or in a common encoding.

`assert_clean(text, secrets)` checks output of a component: exceptions, reprs, log lines, items, dead letters.
`exception_text(error)` returns an exception with its whole chain, and `log_text(records)` the log records with
their arguments, extras and tracebacks.
"""

import base64
import html
import json
import logging
import traceback
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus

# A shorter text may occur by chance. A Korean name of three syllables has nine bytes.
MIN_SECRET_BYTES = 4
_ENCODINGS = ("utf-8", "utf-16-le", "cp949")
_STANDARD_ATTRIBUTES = frozenset(vars(logging.makeLogRecord({})))


def assert_clean(text: str | bytes, secrets: Iterable[str | bytes]) -> None:
    """Fail if `text` holds one of `secrets`, plain or as Base64, URL encoding, hex or a JSON escape."""
    shown = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    folded = shown.casefold()
    for number, secret in enumerate(secrets):
        for form, encoded in encoded_forms(secret):
            haystack, needle = (folded, encoded.casefold()) if form in {"plain", "hex", "URL"} else (shown, encoded)
            # The message gives the number of the secret, because quoting it would leak it.
            assert needle not in haystack, f"secret number {number} stands in the text as {form}"


def encoded_forms(secret: str | bytes) -> Iterator[tuple[str, str]]:
    """Yield the encoded forms of a secret, each with its name."""
    contents = [secret] if isinstance(secret, bytes) else [*_encoded(secret)]
    assert _long_enough(secret), "a canary this short would be found by chance"
    if isinstance(secret, str):
        yield "plain", secret
        yield "JSON", json.dumps(secret)[1:-1]
        yield "escaped", secret.encode("unicode_escape").decode()
        yield "HTML", html.escape(secret)
        yield "URL", quote(secret, safe="")
        yield "URL", quote(secret)
        yield "URL", quote_plus(secret)
    for content in contents:
        yield "bytes", repr(content)[2:-1]
        yield "hex", content.hex()
        yield "hex", content.hex(" ")
        yield "hex", content.hex(":")
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            for shift in range(3):
                yield "Base64", _inner_base64(encode(bytes(shift) + content).decode(), shift, len(content))


def _long_enough(secret: str | bytes) -> bool:
    return len(secret.encode() if isinstance(secret, str) else secret) >= MIN_SECRET_BYTES


def _encoded(secret: str) -> Iterator[bytes]:
    for encoding in _ENCODINGS:
        try:
            yield secret.encode(encoding)
        except UnicodeEncodeError:
            continue


def _inner_base64(encoded: str, shift: int, length: int) -> str:
    """Return the characters of `encoded` that depend only on the secret, not on the bytes around it."""
    first = -(-shift * 8 // 6)
    return encoded[first : (shift + length) * 8 // 6]


def exception_text(error: BaseException) -> str:
    """Return everything that a log could show of an exception: texts, arguments, attributes and traceback."""
    shown = "".join(traceback.format_exception(error))
    return "\n".join([shown, str(error), repr(error), repr(error.args), repr(vars(error))])


def log_text(records: Iterable[logging.LogRecord]) -> str:
    """Return the messages, arguments, extras and tracebacks of log records."""
    lines = []
    for record in records:
        extras = {name: value for name, value in vars(record).items() if name not in _STANDARD_ATTRIBUTES}
        lines += [record.getMessage(), repr(record.msg), repr(record.args), repr(extras)]
        if record.exc_info and record.exc_info[1]:
            lines.append(exception_text(record.exc_info[1]))
    return "\n".join(lines)


def values_of(*trees: object) -> list[str]:
    """Return every text in nested mappings and lists that is long enough to search for."""
    found: list[str] = []
    for tree in trees:
        if isinstance(tree, str):
            found += [tree] if _long_enough(tree) else []
        elif isinstance(tree, Mapping):
            found += values_of(*tree.values())
        elif isinstance(tree, list | tuple | set):
            found += values_of(*tree)
    return found
