"""What the pipeline does with its queues: send results, put a delivery off, park a document."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import AwsError, clean

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_PAUSES = (0.5, 1.0, 2.0, 4.0)
# SQS takes 1 MiB, of body and attributes together; the attributes are a few words.
LARGEST_MESSAGE = 1024 * 1024 - 1024
# The longest that SQS lets a delivery be hidden, counted from its receipt.
_LONGEST_VISIBILITY = 43_200


class Queues:
    """The uploads queue, its dead-letter queue, and the results queue."""

    def __init__(
        self,
        client: SQSClient,
        uploads_url: str,
        dead_letters_url: str,
        results_url: str,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``sleep`` waits the pauses between the tries of a send."""
        self._client = client
        self._uploads_url = uploads_url
        self._dead_letters_url = dead_letters_url
        self._results_url = results_url
        self._sleep = sleep

    def send_result(self, body: str, attributes: Mapping[str, str], until: float) -> None:
        """Put a message onto the results queue; a failed send is tried again, since what it holds was paid for.

        No try but the first begins after ``until`` (of ``time.monotonic``).

        Raises
        ------
        AwsError
            when it has failed for good.
        """
        for pause in _PAUSES:
            try:
                return self._send(self._results_url, body, attributes)
            except AwsError:
                if time.monotonic() + pause > until:
                    raise
                self._sleep(pause)
        return self._send(self._results_url, body, attributes)

    def park(self, body: str, reason: str) -> None:
        """Put an upload event into the dead-letter queue, with the reason as an attribute.

        It is not tried again here: nothing is lost with it, and many that wait in turn would use up the invocation.

        Raises
        ------
        AwsError
            when it has failed for good.
        """
        self._send(self._dead_letters_url, body, {"reason": reason})

    def put_off(self, receipt_handle: str, seconds: int) -> None:
        """Let a delivery come back in ``seconds``.

        Raises
        ------
        AwsError
            when SQS refuses; the delivery then comes back after the queue's own visibility time-out.
        """
        with clean("ChangeMessageVisibility"):
            self._client.change_message_visibility(
                QueueUrl=self._uploads_url,
                ReceiptHandle=receipt_handle,
                VisibilityTimeout=min(max(seconds, 0), _LONGEST_VISIBILITY),
            )

    def _send(self, url: str, body: str, attributes: Mapping[str, str]) -> None:
        with clean("SendMessage"):
            sent = self._client.send_message(
                QueueUrl=url,
                MessageBody=body,
                MessageAttributes={
                    name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
                },
            )
            # An answer without it is not SQS's, though botocore takes any page of status 200 for one.
            _ = sent["MessageId"]
