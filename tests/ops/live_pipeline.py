"""The local pipeline that the tests of the operator tools use."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import boto3
from typer.testing import CliRunner, Result

from emulator.control.client import ControlClient
from emulator.specimens import draw
from ops.cli import app
from ops.common.stack import StackOutputs
from tests.support.polling import until
from tests.support.proxy import Proxy
from tests.support.terminal_runner import TerminalRunner

Service = Literal["cloudformation", "dynamodb", "ec2", "iam", "lambda", "logs", "s3", "secretsmanager", "sqs"]
ROOT = Path(__file__).resolve().parents[2]

specimen = functools.cache(draw)
"""Cached, because drawing an image takes long. Documents with the same image still differ by their key."""


@functools.cache
def _client(service: Service, url: str, region: str) -> Any:
    return boto3.client(
        service, endpoint_url=url, region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
    )


@dataclass(frozen=True)
class LivePipeline:
    """A running pipeline: the variables and outputs of `local up`, and clients for its emulated AWS."""

    environment: dict[str, str]
    outputs: StackOutputs
    ocr: ControlClient

    def client(self, service: Service) -> Any:
        return _client(service, self.environment["AWS_ENDPOINT_URL"], self.environment["AWS_REGION"])

    def run(self, *command: str, answer: str = "", **environment: str | None) -> Result:
        """Run a command of ``python -m ops`` with the variables that `local up` prints.

        With an ``answer`` its input is a terminal.
        """
        variables = {"AWS_PROFILE": None, "COLUMNS": "200", **self.environment, **environment}
        runner = TerminalRunner() if answer else CliRunner()
        return runner.invoke(app, list(command), input=answer, env=variables)

    def with_prices(self, folder: Path, prices: dict[str, float]) -> dict[str, str]:
        """Return the variables that select a stack with these prices of 1,000 calls."""
        outputs = json.loads(Path(self.environment["SEALED_OCR_OUTPUTS"]).read_text())
        changed = folder / "outputs.json"
        changed.write_text(json.dumps(outputs | {"PricesPerThousand": json.dumps(prices)}))
        return {"SEALED_OCR_OUTPUTS": str(changed)}

    def doctor(self, stack: str, unreserved: int = 1000) -> tuple[int, str]:
        """Run ``doctor`` for a stack that is found by its CloudFormation outputs; return its exit code and output.

        The account has ``unreserved`` executions: moto has no account settings.
        """
        settings = {"AccountLimit": {"UnreservedConcurrentExecutions": unreserved}}
        command = ("--stack", stack, "--region", self.environment["AWS_REGION"], "doctor")
        with Proxy(self.environment["AWS_ENDPOINT_URL"]) as proxy:
            asked = proxy.fault("GetObject", "answer", where=lambda call: call.path == "/2016-08-19/account-settings")
            asked.body = json.dumps(settings).encode()
            ended = self.run(*command, SEALED_OCR_OUTPUTS="", AWS_ENDPOINT_URL=proxy.url)
        return ended.exit_code, ended.output

    def wait_for(self, condition: Callable[[], Any]) -> Any:
        """Poll until ``condition`` returns something true; return it."""
        return until(condition)

    def item(self, document_id: str) -> dict[str, str]:
        """Return the document's item in the ledger, with its values as text."""
        found = self.client("dynamodb").get_item(
            TableName=self.outputs.documents_table_name, Key={"documentId": {"S": document_id}}, ConsistentRead=True
        )
        return {name: next(iter(value.values())) for name, value in found.get("Item", {}).items()}

    def write_item(self, document_id: str, **values: str | int) -> None:
        """Put an item into the ledger."""
        self.put_item(self.outputs.documents_table_name, document_id, values)

    def put_item(self, table: str, document_id: str, values: Mapping[str, str | int]) -> None:
        """Put an item into a table."""
        typed = {name: {"N": str(value)} if isinstance(value, int) else {"S": value} for name, value in values.items()}
        self.client("dynamodb").put_item(TableName=table, Item={"documentId": {"S": document_id}, **typed})

    def is_done(self, document_id: str) -> bool:
        return self.item(document_id).get("state") == "done"

    def upload(self, key: str, image: bytes) -> str:
        """Put an image into the bucket and return its ETag."""
        put = self.client("s3").put_object(Bucket=self.outputs.image_bucket_name, Key=key, Body=image)
        return str(put["ETag"])

    @contextmanager
    def without_notifications(self) -> Iterator[None]:
        """Switch the bucket's notifications off, as before the stack was deployed."""
        s3, bucket = self.client("s3"), self.outputs.image_bucket_name
        configured = s3.get_bucket_notification_configuration(Bucket=bucket)
        configured.pop("ResponseMetadata")
        s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={})
        try:
            yield
        finally:
            s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=configured)

    def paid_calls(self) -> int:
        return self.ocr.counters().paid.total

    def visible_dead_letters(self) -> list[dict[str, Any]]:
        """Return the visible dead letters of uploads without hiding them."""
        return self.peek(self.outputs.uploads_dead_letter_queue_url)

    def count_dead_letters(self) -> int:
        """Return the number of dead letters of uploads, including those in flight."""
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        url = self.outputs.uploads_dead_letter_queue_url
        found = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))

    def empty(self, url: str) -> None:
        """Delete the visible messages."""
        while messages := self.peek(url):
            for message in messages:
                self.client("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def peek(self, url: str) -> list[dict[str, Any]]:
        """Receive up to ten messages without hiding them."""
        received: list[dict[str, Any]] = self.client("sqs").receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
            MessageAttributeNames=["All"],
            MessageSystemAttributeNames=["All"],
        ).get("Messages", [])  # fmt: skip
        return received
