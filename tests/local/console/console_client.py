"""A console over moto's bucket and queues and an emulated OCR service, without functions in between."""

from __future__ import annotations

import io
import json
import threading
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, cast

import urllib3
from PIL import Image as Picture

from local.console.guard import TOKEN_HEADER
from local.console.server import Console
from tests.support.polling import PATIENCE

if TYPE_CHECKING:
    from types_boto3_sqs.type_defs import MessageTypeDef

    from emulator.testing import Emulator
    from local.pipeline.pipeline import Pipeline
    from local.processes.aws_clients import AwsClients
    from workstation.sealed_messages import Opener

_FILE = io.BytesIO()
Picture.new("RGB", (3, 2)).save(_FILE, "PNG")
IMAGE = _FILE.getvalue()


def upload_event(key: str = "id-card/own/Hong Gildong.png") -> MessageTypeDef:
    """Return an upload event that is received for the third time."""
    entry = {"key": key.replace(" ", "+"), "eTag": "0" * 32, "size": len(IMAGE)}
    record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": entry}}
    return {
        "Attributes": {"ApproximateReceiveCount": "3"},
        "MessageId": "m",
        "ReceiptHandle": "h",
        "Body": json.dumps({"Records": [record]}),
    }


class FakePipeline:
    """The part of a pipeline that the console uses, with moto's queues and bucket."""

    verify_url = "http://127.0.0.1:9/"

    def __init__(self, aws: AwsClients, emulator: Emulator | None) -> None:
        name = uuid.uuid4().hex
        self.aws, self.emulated, self.reader = aws, emulator is not None, "specimen" if emulator else None
        self.ocr_url = emulator.url if emulator else "https://ocr.example"
        queues = ("Uploads", "UploadsDeadLetter", "Results", "ResultsDeadLetter")
        self._outputs = {
            f"{queue}QueueUrl": aws.sqs.create_queue(QueueName=f"{name}-{queue}")["QueueUrl"] for queue in queues
        }
        self._outputs["ImageBucketName"] = self._outputs["DocumentsTableName"] = name
        aws.dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": "documentId", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "documentId", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "ap-northeast-2"})

    def output(self, name: str) -> str:
        return self._outputs[name]


class ConsoleClient:
    """Sends HTTP requests to a running console, like its page."""

    def __init__(self, pipeline: FakePipeline, logs: Path, opener: Opener | None = None) -> None:
        self.pipeline, self.console = pipeline, Console()
        self.environment = self.console.observer.deployed(pipeline)
        self.console.attach(cast("Pipeline", pipeline), logs, opener)
        self._pool = urllib3.PoolManager(retries=False, timeout=PATIENCE)

    def __enter__(self) -> Self:
        self.console.__enter__()
        self.origin, _, self.token = self.console.url.partition("/#")
        return self

    def __exit__(self, *_: object) -> None:
        self.console.__exit__(None, None, None)

    def request(self, method: str, path: str, body: object = None, **headers: str | None) -> urllib3.BaseHTTPResponse:
        """Send a request with the token. A header given as None is omitted; `_` in a name means a hyphen."""
        given = {TOKEN_HEADER: self.token} | {name.replace("_", "-"): value for name, value in headers.items()}
        sent = {name: value for name, value in given.items() if value is not None}
        content = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        return self._pool.request(method, self.origin + path, body=content, headers=sent)

    def events(self, until: str, name: str = "") -> list[tuple[str, Any]]:
        """Return the console's events up to the first one (of that ``name``) whose text contains ``until``."""
        response = self._pool.request(
            "GET", f"{self.origin}/api/events", headers={TOKEN_HEADER: self.token}, preload_content=False
        )
        timer = threading.Timer(PATIENCE, response.close)
        timer.start()
        text = ""
        found: list[tuple[str, Any]] = []
        try:
            while True:
                more = response.read1(65536)
                assert more, f"the events ended before {until!r}: {found}"
                text += more.decode("ascii")
                *whole, text = text.split("\n\n")
                for event in whole:
                    kind, _, data = event.removeprefix("event: ").partition("\ndata: ")
                    found.append((kind, json.loads(data)))
                    if until in event and name in ("", kind):
                        return found
        finally:
            timer.cancel()
            response.close()

    def wait_for_document(self, until: str) -> dict[str, Any]:
        """Return the first published document that contains ``until``."""
        return self.events(until, "document")[-1][1]

    def upload_image(self) -> str:
        """Upload an image through the console and return its key."""
        assert self.request("POST", "/api/documents?kind=id-card&name=Hong+Gildong.png", IMAGE).status == 201
        (entry,) = self.pipeline.aws.s3.list_objects_v2(Bucket=self.pipeline.output("ImageBucketName"))["Contents"]
        return entry["Key"]
