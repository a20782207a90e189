"""Images that were once misread, sent to the service with the reader ``ocr`` over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from emulator.readers.registry import READERS
from emulator.testing import Emulator
from tests.emulator.caller import Caller
from tests.support.polling import PATIENCE

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, dict[str, Any]] = json.loads((CASES / "expected.json").read_text())
NOT_FOUND = {"credit-card": 4000111, "id-card": 4000121}


@pytest.fixture(scope="module")
def caller() -> Iterator[Caller]:
    with Emulator(reader=replace(READERS["ocr"], workers=1), reading_seconds=PATIENCE) as emulator:
        yield Caller(emulator, timeout=PATIENCE)


def answer(caller: Caller, name: str) -> dict[str, str] | None:
    """Return the values that were read, or None if no document was found."""
    kind = EXPECTED[name]["kind"]
    response, sealed = caller.analyze(kind, (CASES / name).read_bytes())
    if response.code:
        assert response.code == NOT_FOUND[kind]
        return None
    if kind == "credit-card":
        number = sealed.open(response.result["totalCardNum"])
        return {"last4": number[-4:], "validThru": sealed.open(response.result["validThru"]["value"])}
    values = {value["key"]: sealed.open(value["value"]) for value in response.result["keyValues"]}
    return values | {"idType": response.result["idType"]}


@pytest.mark.parametrize("name", EXPECTED)
def test_no_field_is_wrong(caller: Caller, name: str) -> None:
    read, expected = answer(caller, name), EXPECTED[name]
    if expected.get("rejected"):
        assert read is None
    if "read" in expected:
        assert read is not None
        assert read["idType"] == expected["read"]
    if "fields" in expected:
        assert read is not None
        assert {key: read[key] for key in expected["fields"]} == expected["fields"]
    for key, whole in expected.get("whole_or_empty", {}).items():
        assert read is None or read[key].replace(" ", "") in {"", whole.replace(" ", "")}
    if read is not None and "one_of" in expected:
        candidates: list[dict[str, str]] = expected["one_of"]
        assert any(all(read.get(key) in {"", None, value} for key, value in one.items()) for one in candidates)
