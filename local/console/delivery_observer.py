"""What the event source tells of its deliveries, and the way of the messages past the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from sealed_ocr.aws.uploads import parse_event

from local.console.documents import Sighting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from types_boto3_sqs.type_defs import MessageTypeDef

    from local.console.documents import Document
    from local.console.record import Record
    from local.pipeline.pipeline import Pipeline


class Deliveries:
    """Watches the pipeline, into the record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.inbox = ""
        self._fetch: Callable[[str], bytes] = lambda _key: b""

    def deployed(self, pipeline: Pipeline) -> Mapping[str, str]:
        """Let messages pass the console on their way to the results queue: see ``Inbox``."""
        bucket, results = pipeline.output("ImageBucketName"), pipeline.output("ResultsQueueUrl")
        self._fetch = lambda key: pipeline.aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        largest = pipeline.aws.sqs.get_queue_attributes(QueueUrl=results, AttributeNames=["MaximumMessageSize"])
        name = f"{results.rpartition('/')[2]}-console"
        self.inbox = pipeline.aws.sqs.create_queue(QueueName=name, Attributes=largest["Attributes"])["QueueUrl"]
        return {"RESULTS_QUEUE_URL": self.inbox}

    def taken(self, message: MessageTypeDef) -> None:
        """Note that an upload event was received from the queue."""
        receives = int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))
        for upload in parse_event(message["Body"]).uploads:
            with self._record.uploaded(upload) as document:
                document.deliveries, document.handle = receives, None
                if document.outcome in ("waiting", "parked"):
                    document.outcome, document.ended = "underway", None
                document.saw(Sighting("queue", "done", f"delivery {receives}: taken by the event source"))
                unseen = not document.image
            if unseen:
                # Uploaded by somebody else; the OCR service's journal knows it by its bytes.
                self._look_at(document, upload.key)

    def invoked(self, batch: Sequence[MessageTypeDef]) -> None:
        """Note that the function was invoked."""
        others = f" with a batch of {len(batch)}" if len(batch) > 1 else ""
        for message in batch:
            for upload in parse_event(message["Body"]).uploads:
                with self._record.uploaded(upload) as document:
                    document.saw(Sighting("function", "active", f"invoked{others}"))

    def ended(self, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        """Note what became of the upload events."""
        for message in batch:
            again = message["MessageId"] in failed
            for upload in parse_event(message["Body"]).uploads:
                with self._record.uploaded(upload) as document:
                    if again:
                        document.handle = message["ReceiptHandle"]
                        if document.ended is None:
                            document.outcome = "waiting"
                        document.saw(Sighting("function", "waiting", "reported as not done"))
                        document.saw(Sighting("queue", "waiting", "put off; it stays in the queue"))
                    else:
                        document.saw(Sighting("function", "done", "done"))
                        document.saw(Sighting("queue", None, "the upload event is deleted"))

    def _look_at(self, document: Document, key: str) -> None:
        try:
            document.holds(self._fetch(key))
        except (BotoCoreError, ClientError):
            document.saw(Sighting("bucket", "failed", "S3 does not have it any more"))
        else:
            document.saw(Sighting("bucket", "done", "S3 has it"))
