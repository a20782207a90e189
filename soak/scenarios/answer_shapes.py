"""Hypothesis strategies for bodies of answers: any bytes, any JSON, any shape of a result."""

from __future__ import annotations

import json

from hypothesis import strategies as st

CANARY = "sentinel-카나리아-in-an-answer"
_NAMES = st.sampled_from(
    (
        "cardNums",
        "totalCardNum",
        "validThru",
        "value",
        "conf",
        "keyValues",
        "key",
        "idType",
        "boxes",
        "resolution",
        "name",
    )
)
_TEXTS = st.one_of(
    st.just(CANARY),
    st.text(max_size=20),
    st.sampled_from(("resident", "driver", "passport", "none", "", "name", "\ud800")),
)
_LEAVES = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), _TEXTS)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.one_of(_NAMES, st.text(max_size=5)), inner, max_size=5)
    ),
    max_leaves=12,
)
HEADER = {"isSuccessful": True, "resultCode": 0, "resultMessage": "SUCCESS"}
_HEADERS = st.one_of(st.just(HEADER), st.fixed_dictionaries({"isSuccessful": _LEAVES, "resultCode": _LEAVES}), _TREES)


def written(tree: object) -> bytes:
    """Return a tree as JSON."""
    return json.dumps(tree).encode()


def _answer(result: object) -> bytes:
    return written({"header": HEADER, "result": result})


def _deep(levels: int, opening: str) -> bytes:
    closing = "]" if opening == "[" else "}"
    inner = (opening * levels) + "null" + (closing * levels)
    return f'{{"header": {json.dumps(HEADER)}, "result": {{"keyValues": {inner}}}}}'.encode()


BODIES = st.one_of(
    st.binary(max_size=200),
    st.builds(lambda header, result: written({"header": header, "result": result}), _HEADERS, _TREES),
    st.builds(_answer, st.dictionaries(_NAMES, _TREES, max_size=6)),
    st.builds(_deep, st.integers(1, 100_000), st.sampled_from(("[", '{"a":'))),
    st.builds(lambda digits: b'{"header":{"resultCode":' + b"9" * digits + b'},"result":{}}', st.integers(1, 100_000)),
    st.builds(lambda size: _answer({"key": CANARY * size}), st.integers(1, 20_000)),
    st.builds(
        lambda result, at, byte: _answer(result)[:at] + byte,
        _TREES, st.integers(0, 150), st.binary(min_size=1, max_size=3),
    ),
)  # fmt: skip
