"""The local pipeline of a simulated stage, without the waits between attempts."""

from __future__ import annotations

import json
import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest
from sealed_ocr.aws.circuit_breaker import CIRCUITS, circuit_item

from emulator.control.client import ControlClient
from local.pipeline.observer import NullObserver, ObservedStack
from local.pipeline.options import PipelineOptions
from local.pipeline.pipeline import Pipeline
from local.processes.aws_clients import CREDENTIALS, REGION
from ops.common.stack import StackOutputs
from tests.ops.live_pipeline import LivePipeline

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef


class Hasty(NullObserver):
    """Ends every wait: deferred deliveries return at once, and an open circuit lets the next request through."""

    def deployed(self, stack: ObservedStack) -> dict[str, str]:
        self._aws = stack.aws
        self._queue, self._table = stack.output("UploadsQueueUrl"), stack.output("DocumentsTableName")
        return {}

    def completed(self, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        for message in batch:
            if message["MessageId"] in failed:
                self._aws.sqs.change_message_visibility(
                    QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
        for circuit in CIRCUITS:
            self._aws.dynamodb.update_item(
                TableName=self._table,
                Key={"documentId": {"S": circuit_item(circuit)}},
                UpdateExpression="SET askedAt = :long_ago",
                ExpressionAttributeValues={":long_ago": {"N": "0"}},
            )


@contextmanager
def simulated_stage(folder: Path) -> Iterator[LivePipeline]:
    """Run the pipeline of a simulated stage; its logs are in ``folder``."""
    with pytest.MonkeyPatch.context() as environment:
        # The user's own AWS profile must not affect these tests.
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            environment.delenv(name)
        options = PipelineOptions(
            logs=folder, slots=1, reader="specimen", observer=Hasty(), settings={"simulate": "true"}
        )
        with Pipeline(options, lambda _: None) as running:
            outputs = folder / "outputs.json"
            outputs.write_text(json.dumps(running.outputs()))
            variables = {
                "AWS_ENDPOINT_URL": running.aws.url,
                "AWS_DEFAULT_REGION": REGION,
                "AWS_REGION": REGION,
                **CREDENTIALS,
                "SEALED_OCR_OUTPUTS": str(outputs),
            }
            yield LivePipeline(
                variables, msgspec.convert(running.outputs(), StackOutputs), ControlClient(running.ocr_url)
            )
