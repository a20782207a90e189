"""Every package that has to know the kinds of document knows all of them."""

from __future__ import annotations

import json

import pytest
from sealed_ocr.common.kinds import Kind

from emulator.domain.operations import ANALYSES
from local.pipeline.images import KINDS, specimens
from schemas.example_files import FOLDER

ALL = {str(kind) for kind in Kind}


@pytest.mark.unit
def test_the_emulator_analyses_every_kind() -> None:
    assert {*ANALYSES} == ALL


@pytest.mark.unit
def test_a_local_run_takes_images_of_every_kind() -> None:
    assert {*KINDS} == ALL


def test_a_local_run_has_a_specimen_of_every_kind() -> None:
    assert {image.kind for image in specimens(1)} == ALL


@pytest.mark.unit
def test_consumers_have_an_example_of_every_kind() -> None:
    examples = [json.loads(path.read_text()) for path in FOLDER.glob("*.json") if path.stem != "answers"]
    assert {example["data"]["document"]["kind"] for example in examples if "result" in example["data"]} == ALL
