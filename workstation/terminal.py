"""Text of strangers on a terminal.

An uploader chooses an object's key, and in effect the values that are recognised. Printed as they are, control
characters in them move the cursor, change the window's title, or write to the clipboard, and bidirectional controls
show digits in another order than they have.
"""

from __future__ import annotations

import codecs
import io
import sys


def escape_unencodable() -> None:
    r"""Let standard output and error show a character that their encoding lacks as JSON's escape: ``\uac00``.

    On an ASCII terminal, Python raises an error otherwise. JSON stays the same JSON.
    """
    codecs.register_error("json-escape", _escape_for_codec)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="json-escape")


def pluralize(number: int, noun: str, plural: str = "") -> str:
    """Return for example "1 image" or "3 images"."""
    return f"{number} {noun}" if number == 1 else f"{number} {plural or noun + 's'}"


def visible(text: str) -> str:
    r"""Return one line for people: invisible characters become Python's escapes, for instance ``\x1b``.

    These are control and format characters, line and paragraph separators, surrogates, private and unassigned
    characters, and every space but the usual one. A backslash is doubled, so that no text looks like an escape.
    """
    return "".join(
        char if char.isprintable() and char != "\\" else char.encode("unicode_escape").decode() for char in text
    )


def visible_json(text: str) -> str:
    r"""Return one line that is JSON, or contains it, with the same characters as JSON's escapes: ``\u001b``.

    Outside its strings, the JSON must have no white space but the usual space.
    """
    return "".join(char if char.isprintable() else _json_escape(char) for char in text)


def _escape_for_codec(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_json_escape, error.object[error.start : error.end])), error.end


def _json_escape(char: str) -> str:
    units = char.encode("utf-16-be", "surrogatepass").hex()
    return "".join(f"\\u{units[at : at + 4]}" for at in range(0, len(units), 4))
