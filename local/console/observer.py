"""Observes deliveries, and directs the results messages through the console."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError
from sealed_ocr.aws.uploads import parse_event
from sealed_ocr.common.setting_name import Setting

from local.console.documents import Observation

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from types_boto3_sqs.type_defs import MessageTypeDef

    from local.console.documents import TrackedDocument
    from local.console.record import Record
    from local.pipeline.observer import ObservedStack


class ConsoleObserver:
    """A pipeline observer that writes to the record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self.forwarder_queue = ""
        self._fetch: Callable[[str], bytes] = lambda _key: b""

    def deployed(self, stack: ObservedStack) -> Mapping[str, str]:
        """Create a queue between the function and the results queue (see ``ResultsForwarder``)."""
        bucket, results = stack.output("ImageBucketName"), stack.output("ResultsQueueUrl")
        self._fetch = lambda key: stack.aws.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        max_size = stack.aws.sqs.get_queue_attributes(QueueUrl=results, AttributeNames=["MaximumMessageSize"])
        name = f"{results.rpartition('/')[2]}-console"
        self.forwarder_queue = stack.aws.sqs.create_queue(QueueName=name, Attributes=max_size["Attributes"])["QueueUrl"]
        return {Setting.RESULTS_QUEUE_URL: self.forwarder_queue}

    def received(self, message: MessageTypeDef) -> None:
        """Record that an upload event was received from the queue."""
        receives = int(message.get("Attributes", {}).get("ApproximateReceiveCount", "1"))
        for upload in parse_event(message["Body"]).uploads:
            with self._record.change_uploaded(upload) as document:
                document.deliveries, document.receipt_handle = receives, None
                if document.outcome in ("waiting", "parked", "erased"):
                    document.outcome, document.ended = "underway", None
                document.observe(Observation("queue", "done", f"delivery {receives}: received by the event source"))
                content_unknown = not document.image
            if content_unknown:
                # Another client uploaded it. The OCR service's journal identifies an image by its bytes.
                self._fetch_content(document, upload.document.key)

    def invoked(self, batch: Sequence[MessageTypeDef]) -> None:
        """Record that the function was invoked."""
        batch_size = f" with a batch of {len(batch)}" if len(batch) > 1 else ""
        for message in batch:
            for upload in parse_event(message["Body"]).uploads:
                with self._record.change_uploaded(upload) as document:
                    document.observe(Observation("function", "active", f"invoked{batch_size}"))

    def completed(self, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        """Record which upload events stay in the queue and which are deleted."""
        for message in batch:
            stays = message["MessageId"] in failed
            for upload in parse_event(message["Body"]).uploads:
                with self._record.change_uploaded(upload) as document:
                    if stays:
                        document.receipt_handle = message["ReceiptHandle"]
                        if document.ended is None:
                            document.outcome = "waiting"
                        document.observe(Observation("function", "waiting", "reported as failed"))
                        document.observe(
                            Observation("queue", "waiting", "deferred; the upload event stays in the queue")
                        )
                    else:
                        document.observe(Observation("function", "done", "done"))
                        document.observe(Observation("queue", None, "the upload event is deleted"))

    def _fetch_content(self, document: TrackedDocument, key: str) -> None:
        try:
            document.set_content(self._fetch(key))
        except (BotoCoreError, ClientError):
            document.observe(Observation("bucket", "failed", "the object is no longer in the bucket"))
        else:
            document.observe(Observation("bucket", "done", "stored in the bucket"))
