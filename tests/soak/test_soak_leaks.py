"""The search for leaks covers every place that a run writes to, and finds keys by their fingerprints."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from soak.checks.leaks import search_for_leaks
from soak.checks.symmetric_keys import SymmetricKeys, keys_in
from soak.harness.testbed import SoakTestbed
from soak.harness.violation import GuaranteeViolation

VALUE = "왜가리-sentinel-0417"
KEY = bytes(range(7, 39))
FINGERPRINTS = {hashlib.sha256(KEY).hexdigest(): 1}


@contextmanager
def log(testbed: SoakTestbed, text: str) -> Iterator[None]:
    path = testbed.folder / "planted.log"
    path.write_text(text)
    yield
    path.unlink()


@contextmanager
def item(testbed: SoakTestbed, text: str) -> Iterator[None]:
    key = {"documentId": {"S": "planted"}}
    testbed.aws.dynamodb.put_item(TableName=testbed.request_keys, Item=key | {"planted": {"S": text}})
    yield
    testbed.aws.dynamodb.delete_item(TableName=testbed.request_keys, Key=key)


@contextmanager
def dead_letter(testbed: SoakTestbed, text: str) -> Iterator[None]:
    testbed.uploads_dlq.send(text, None)
    yield
    testbed.evidence.dead_letters.pop()


@pytest.mark.parametrize("plant", [log, item, dead_letter])
@pytest.mark.parametrize("encode", [str, quote, lambda text: base64.b64encode(b"x" + text.encode()).decode()])
def test_a_value_is_found_wherever_it_was_written(
    testbed: SoakTestbed, plant: Callable[[SoakTestbed, str], Iterator[None]], encode: Callable[[str], str]
) -> None:
    testbed.evidence.values.add(VALUE)
    search_for_leaks(testbed, "")
    with plant(testbed, encode(VALUE)), pytest.raises(AssertionError, match="stands in the text as"):  # type: ignore[attr-defined]
        search_for_leaks(testbed, "")
    search_for_leaks(testbed, "")


def test_the_console_is_searched_for_credentials_too(testbed: SoakTestbed) -> None:
    with pytest.raises(AssertionError, match="plain"):
        search_for_leaks(testbed, f"refused: {testbed.credentials['secretKey']}")


@pytest.mark.parametrize(
    "encoded",
    [
        KEY.hex(),
        KEY.hex(":").upper(),
        "0" + KEY.hex(),
        base64.b64encode(KEY).decode(),
        base64.urlsafe_b64encode(b"ab" + KEY + b"c").decode(),
        quote(base64.b64encode(KEY)),
        repr(KEY),
        repr({"key": KEY}),
    ],
)
def test_a_symmetric_key_is_found_in_any_encoding(encoded: str) -> None:
    assert keys_in(f'{{"message": "{encoded}"}}', FINGERPRINTS)
    assert not keys_in(f'{{"message": "{encoded}"}}', {hashlib.sha256(b"another").hexdigest()})


def test_a_symmetric_key_that_is_used_in_two_scenarios_is_noticed() -> None:
    keys = SymmetricKeys()
    assert keys.add({"a": 1, "b": 1}) == 2
    assert keys.add({"c": 1}) == 3
    with pytest.raises(GuaranteeViolation, match="1 symmetric keys"):
        keys.add({"d": 1, "b": 1})
    with pytest.raises(GuaranteeViolation, match="1 symmetric keys"):
        SymmetricKeys().add({"a": 2})
