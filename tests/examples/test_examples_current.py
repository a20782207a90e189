"""The committed examples equal what the pipeline sends for the same images, and satisfy their schemas."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sealed_ocr.verification.problems import STATUSES, Problem

from local.pipeline.pipeline import Pipeline
from local.processes.child import ROOT
from schemas.message_examples import collect_answers, normalize

SCHEMAS = ROOT / "schemas"
MESSAGES = ("credit-card", "resident", "driver", "passport", "passport-alone", "rejected", "delayed", "erased")
# These depend on the bucket's name and on the image file's bytes, which differ between builds of zlib.
VARYING_MEMBERS = {"documentId", "bucket", "eTag", "size"}


def example(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / "examples" / f"{name}.json").read_text())


def comparable(message: dict[str, Any]) -> dict[str, Any]:
    message = normalize(message)
    message["id"] = message["source"] = None
    document = message["data"]["document"]
    document |= dict.fromkeys(document.keys() & VARYING_MEMBERS)
    return message


def test_every_message_has_an_example() -> None:
    assert {path.stem for path in (SCHEMAS / "examples").glob("*.json")} == {*MESSAGES, "sealed", "answers"}
    events = [example(name) for name in MESSAGES]
    kinds = {event["data"]["document"].get("kind") for event in events}
    assert kinds == {"credit-card", "id-card", "id-card/stand-alone", None}
    assert {event["data"].get("result", {}).get("idType") for event in events} > {"resident", "driver", "passport"}


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_equals_the_pipelines_message(messages: dict[str, dict[str, Any]], name: str) -> None:
    assert comparable(messages[name]) == comparable(example(name)), "update them with: make examples"


@pytest.mark.parametrize("name", [*MESSAGES, "sealed"])
def test_an_example_satisfies_its_schema(name: str) -> None:
    event = example(name)
    schema = json.loads((SCHEMAS / f"{event['type'].removeprefix('sealed-ocr.')}.json").read_text())
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(event)


def test_the_example_answers_equal_the_functions_answers(
    pipeline: Pipeline, messages: dict[str, dict[str, Any]]
) -> None:
    resident, driver = messages["resident"], messages["driver"]
    answers, examples = collect_answers(pipeline, resident, driver), example("answers")
    given, verdict = answers.pop("verdict"), examples.pop("verdict")
    assert given["body"] == {"documentId": resident["id"], "isAuthenticity": True}
    assert given["headers"] == verdict["headers"]
    assert (verdict["status"], verdict["body"]["isAuthenticity"]) == (200, True)
    assert answers == examples, "update them with: make examples"
    for name, answer in examples.items():
        assert answer["status"] == STATUSES[name]
        assert answer["body"].keys() >= Problem(name, "").body().keys()
