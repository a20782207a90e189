"""Hypothesis strategies for error answers of AWS: in the form of each service, and in any other."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from hypothesis import strategies as st
from sealed_ocr.aws.error_codes import ERROR_CODES

from tests.support.documents import NAME

CANARY = "830417-sentinel-카나리아"
_CODES = sorted({code for codes in ERROR_CODES.values() for code in codes})
_DOCUMENTED_STATUSES = (400, 403, 404, 405, 409, 412, 413, 429, 500, 503)
_STATUSES = (*_DOCUMENTED_STATUSES, 200, 301, 307, 401, 408, 416, 502, 504, 511)


@dataclass(frozen=True)
class Answer:
    """An HTTP response. ``code`` is that of a documented error in the form of its service."""

    status: int
    headers: dict[str, str]
    body: bytes
    code: str = ""


def _xml(code: str, more: str) -> bytes:
    return f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{CANARY}</Message>{more}</Error>'.encode()


def _json(code: Any, more: dict[str, Any]) -> bytes:
    return json.dumps({"__type": code, "message": CANARY, **more}).encode()


_TEXTS = st.one_of(
    st.just(CANARY),
    st.just(f"credit-card/{NAME}.png"),
    st.text(max_size=30),
    st.sampled_from(("", "com.amazon.coral.service#X", "a:b", "NeverHeardOf")),
)
_ANY_CODES = st.one_of(st.sampled_from(_CODES), st.sampled_from(_CODES), _TEXTS)
_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), _TEXTS)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(("S", "N", "BOOL", "state", "Item", "Code", "__type", "Error")), inner, max_size=3
        ),
    ),
    max_leaves=8,
)
_NESTED = st.sampled_from(
    (
        f"<Key>{CANARY}</Key>",
        f"<Code>{CANARY}</Code>",
        f"<Error>{CANARY}</Error>",
        "<BucketName/>",
        "<Region>x</Region>",
    )
)
_BODIES = st.one_of(
    st.builds(_xml, _ANY_CODES.map(escape), _NESTED),
    st.builds(_xml, _NESTED, _NESTED),
    st.builds(_json, _ANY_CODES, st.dictionaries(st.sampled_from(("Item", "Error", "Code", "code")), _TREES)),
    st.builds(_json, _TREES, st.just({})),
    _TREES.map(lambda tree: json.dumps(tree).encode()),
    st.just(f"<html><body>{CANARY}</body></html>".encode()),
    st.just(f"<Error>{CANARY}</Error>".encode()),
    st.just(b""),
    st.just(b"[" * 100_000),
    st.binary(max_size=60),
)
# What botocore reads besides the body. A header holds ASCII.
_HEADERS = st.dictionaries(
    st.sampled_from(("x-amzn-ErrorType", "x-amzn-query-error", "x-amz-bucket-region", "ETag", "x-amz-checksum-crc32")),
    st.one_of(st.sampled_from(_CODES), st.sampled_from(("830417-sentinel", "830417-sentinel;Sender", "", "eu-west-1"))),
    max_size=2,
)
_ANY_ANSWERS = st.builds(Answer, st.sampled_from(_STATUSES), _HEADERS, _BODIES)


def _documented(operation: str) -> st.SearchStrategy[Answer]:
    def answer(status: int, code: str) -> Answer:
        body = _xml(code, f"<Key>{CANARY}</Key>") if operation == "GetObject" else _json(f"com.amazon#{code}", {})
        return Answer(status, {}, body, code)

    return st.builds(answer, st.sampled_from(_DOCUMENTED_STATUSES), st.sampled_from(sorted(ERROR_CODES[operation])))


CASES = st.sampled_from(sorted(ERROR_CODES)).flatmap(
    lambda operation: st.tuples(st.just(operation), st.one_of(_documented(operation), _ANY_ANSWERS))
)
