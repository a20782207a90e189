"""A queue of the stack."""

from __future__ import annotations

from tests.support.queue_client import QueueClient


class Queue(QueueClient):
    """A queue that may move messages to its dead-letter queue while the test holds them."""

    def show_hidden(self) -> None:
        """Make the messages in hand visible again."""
        for message in list(self.in_flight):
            try:
                self.sqs.change_message_visibility(
                    QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
            except self.sqs.exceptions.ReceiptHandleIsInvalid:
                self.in_flight.remove(message)
