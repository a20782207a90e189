"""The committed examples are what the pipeline says of the same images today, and keep their schemas."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from sealed_ocr.verification.problems import STATUSES, Problem

from local.pipeline.pipeline import Pipeline
from local.processes.child import ROOT
from schemas.message_examples import steady, take_answers

SCHEMAS = ROOT / "schemas"
MESSAGES = ("credit-card", "resident", "driver", "passport", "passport-alone", "rejected")
# These go by the image file's bytes, which another build of zlib makes otherwise, and by the bucket's name.
OF_THE_FILE = ("documentId", "bucket", "eTag", "size")


def example(name: str) -> dict[str, Any]:
    return json.loads((SCHEMAS / "examples" / f"{name}.json").read_text())


def said(message: dict[str, Any]) -> dict[str, Any]:
    message = steady(message)
    message["id"] = message["source"] = None
    message["data"]["document"] |= dict.fromkeys(OF_THE_FILE)
    return message


def test_there_is_an_example_of_every_message() -> None:
    assert {path.stem for path in (SCHEMAS / "examples").glob("*.json")} == {*MESSAGES, "answers"}
    events = [example(name) for name in MESSAGES]
    assert {event["data"]["document"]["kind"] for event in events} == {"credit-card", "id-card", "id-card/stand-alone"}
    assert {event["data"].get("result", {}).get("idType") for event in events} > {"resident", "driver", "passport"}


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_is_what_the_pipeline_says_today(came: dict[str, dict[str, Any]], name: str) -> None:
    assert said(came[name]) == said(example(name)), "take them again: make examples"


@pytest.mark.parametrize("name", MESSAGES)
def test_an_example_keeps_its_schema(name: str) -> None:
    event = example(name)
    schema = json.loads((SCHEMAS / f"{event['type'].removeprefix('sealed-ocr.')}.json").read_text())
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(event)


def test_the_answers_are_what_the_function_says_today(pipeline: Pipeline, came: dict[str, dict[str, Any]]) -> None:
    resident, driver = came["resident"], came["driver"]
    answers, examples = take_answers(pipeline, resident, driver), example("answers")
    assert answers.pop("verdict")["body"] == {"documentId": resident["id"], "isAuthenticity": True}
    verdict = examples.pop("verdict")
    assert (verdict["status"], verdict["body"]["isAuthenticity"]) == (200, True)
    assert answers == examples, "take them again: make examples"
    for name, answer in examples.items():
        assert answer["status"] == STATUSES[name]
        assert answer["body"].keys() >= Problem(name, "").body().keys()
