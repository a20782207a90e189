"""The whole pipeline, deployed from the template to an emulated AWS, for consumers of its messages."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from emulator.control.client import ControlClient
from local.pipeline.options import PipelineOptions
from local.pipeline.pipeline import Pipeline
from schemas.message_examples import collect_messages


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    with pytest.MonkeyPatch.context() as environment:
        # The user's own AWS profile must not affect these tests.
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        options = PipelineOptions(logs=tmp_path_factory.mktemp("pipeline"), slots=1, reader="specimen")
        with Pipeline(options, lambda _: None) as running:
            yield running


@pytest.fixture(scope="session")
def ocr(pipeline: Pipeline) -> ControlClient:
    """The control API of the emulated OCR service."""
    return ControlClient(pipeline.ocr_url)


@pytest.fixture(scope="session")
def messages(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """The message for each example's image."""
    return collect_messages(pipeline)


@pytest.fixture
def table(pipeline: Pipeline) -> str:
    name = f"inbox-{uuid.uuid4().hex}"
    pipeline.aws.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return name
