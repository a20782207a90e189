"""The queues of the pipeline: send a result, defer a delivery, dead-letter an upload event."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import AwsError, translate_errors
from sealed_ocr.common.dead_letter_reason import DeadLetterReason

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_PAUSES = (0.5, 1.0, 2.0, 4.0)
# SQS accepts 1 MiB for body and attributes together. The attributes are a few words.
MAX_MESSAGE_BYTES = 1024 * 1024 - 1024
# The longest visibility time-out of SQS, counted from the receipt.
_MAX_VISIBILITY_SECONDS = 43_200


class Queues:
    """The uploads queue, its dead-letter queue, and the queues of results. Every method may raise ``AwsError``."""

    def __init__(
        self,
        client: SQSClient,
        uploads_url: str,
        dead_letters_url: str,
        results_url: str,
        sleep: Callable[[float], None] = time.sleep,
        review_url: str | None = None,
    ) -> None:
        """Results that a person must review go to ``review_url`` if there is one.

        ``sleep`` waits between the attempts of a send.
        """
        self._client = client
        self._uploads_url = uploads_url
        self._dead_letters_url = dead_letters_url
        self._results_url = results_url
        self._review_url = review_url or results_url
        self._sleep = sleep

    def send_result(self, body: str, attributes: Mapping[str, str], until: float, *, for_review: bool = False) -> None:
        """Send a message to the results queue, or to the one for review.

        A failed send is retried, because its content was paid for. No retry starts after ``until`` (of
        ``time.monotonic``).
        """
        url = self._review_url if for_review else self._results_url
        for pause in _PAUSES:
            try:
                return self._send(url, body, attributes)
            except AwsError:
                if time.monotonic() + pause > until:
                    raise
                self._sleep(pause)
        return self._send(url, body, attributes)

    def dead_letter(self, body: str, reason: DeadLetterReason) -> None:
        """Send an upload event to the dead-letter queue, with the reason as an attribute.

        A failed send is not retried here: the delivery comes back and nothing is lost, while retries of many deliveries
        would use up the invocation.
        """
        self._send(self._dead_letters_url, body, {"reason": reason})

    def defer(self, receipt_handle: str, seconds: int) -> None:
        """Make a delivery visible again in ``seconds``.

        If this fails, the delivery becomes visible after the visibility time-out of the queue.
        """
        with translate_errors("ChangeMessageVisibility"):
            self._client.change_message_visibility(
                QueueUrl=self._uploads_url,
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=min(max(seconds, 0), _MAX_VISIBILITY_SECONDS),
            )

    def _send(self, url: str, body: str, attributes: Mapping[str, str]) -> None:
        with translate_errors("SendMessage"):
            sent = self._client.send_message(
                QueueUrl=url,
                MessageBody=body,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
            # Without it the response is not from SQS: botocore accepts any page with status 200.
            _ = sent["MessageId"]
