"""A queue of the stack."""

from __future__ import annotations

from tests.support.mailbox import Mailbox


class Queue(Mailbox):
    """A queue that may move messages to its dead-letter queue while the test holds them."""

    def show_hidden(self) -> None:
        """Make the messages in hand visible again."""
        for message in list(self.in_hand):
            try:
                self.sqs.change_message_visibility(
                    QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
                )
            except self.sqs.exceptions.ReceiptHandleIsInvalid:
                self.in_hand.remove(message)
