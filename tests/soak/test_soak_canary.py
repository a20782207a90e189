"""The soak's canary sings wherever something was written, and keys are recognised by their fingerprints."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import pytest

from soak.checks.leaks import search
from soak.checks.symmetric_keys import SymmetricKeys, keys_in
from soak.harness.testbed import World
from soak.harness.violation import GuaranteeViolation

VALUE = "왜가리-sentinel-0417"
KEY = bytes(range(7, 39))
FINGERPRINTS = {hashlib.sha256(KEY).hexdigest(): 1}


@contextmanager
def log(world: World, text: str) -> Iterator[None]:
    path = world.folder / "planted.log"
    path.write_text(text)
    yield
    path.unlink()


@contextmanager
def item(world: World, text: str) -> Iterator[None]:
    key = {"documentId": {"S": "planted"}}
    world.aws.dynamodb.put_item(TableName=world.request_keys, Item=key | {"planted": {"S": text}})
    yield
    world.aws.dynamodb.delete_item(TableName=world.request_keys, Key=key)


@contextmanager
def letter(world: World, text: str) -> Iterator[None]:
    world.dead.send(text, None)
    yield
    world.evidence.letters.pop()


@pytest.mark.parametrize("plant", [log, item, letter])
@pytest.mark.parametrize("shown", [str, quote, lambda text: base64.b64encode(b"x" + text.encode()).decode()])
def test_a_value_is_found_wherever_it_was_written(
    world: World, plant: Callable[[World, str], Iterator[None]], shown: Callable[[str], str]
) -> None:
    world.evidence.values.add(VALUE)
    search(world, "")
    with plant(world, shown(VALUE)), pytest.raises(AssertionError, match="stands in the text as"):  # type: ignore[attr-defined]
        search(world, "")
    search(world, "")


def test_the_console_is_searched_for_credentials_too(world: World) -> None:
    with pytest.raises(AssertionError, match="plain"):
        search(world, f"refused: {world.credentials['secretKey']}")


@pytest.mark.parametrize(
    "shown",
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
def test_a_symmetric_key_is_found_in_any_disguise(shown: str) -> None:
    assert keys_in(f'{{"message": "{shown}"}}', FINGERPRINTS)
    assert not keys_in(f'{{"message": "{shown}"}}', {hashlib.sha256(b"another").hexdigest()})


def test_a_symmetric_key_that_came_in_two_scenarios_is_noticed() -> None:
    keys = SymmetricKeys()
    assert keys.add({"a": 1, "b": 1}) == 2
    assert keys.add({"c": 1}) == 3
    with pytest.raises(GuaranteeViolation, match="1 symmetric keys"):
        keys.add({"d": 1, "b": 1})
    with pytest.raises(GuaranteeViolation, match="1 symmetric keys"):
        SymmetricKeys().add({"a": 2})
