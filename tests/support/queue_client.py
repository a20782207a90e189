"""An SQS queue for tests: send, receive, drain, and end visibility timeouts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types_boto3_sqs.client import SQSClient


@dataclass
class QueueClient:
    """Client of one queue. ``in_flight`` holds the messages that were received and not deleted."""

    sqs: SQSClient
    url: str
    in_flight: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.url.rpartition("/")[2]

    def send(self, body: str, reason: str | None) -> None:
        attributes: Any = {"reason": {"DataType": "String", "StringValue": reason}} if reason else {}
        self.sqs.send_message(QueueUrl=self.url, MessageBody=body, MessageAttributes=attributes)

    def receive(self, at_most: int) -> list[Any]:
        """Receive up to ``at_most`` visible messages."""
        messages: list[Any] = []
        while len(messages) < at_most:
            more = self.sqs.receive_message(
                QueueUrl=self.url,
                MaxNumberOfMessages=min(at_most - len(messages), 10),
                MessageSystemAttributeNames=["All"],
                MessageAttributeNames=["All"],
            ).get("Messages", [])
            if not more:
                break
            messages += more
        again = {message["MessageId"] for message in messages}
        self.in_flight = [message for message in self.in_flight if message["MessageId"] not in again] + messages
        return messages

    def delete(self, message_id: str, receipt_handle: str) -> None:
        self.sqs.delete_message(QueueUrl=self.url, ReceiptHandle=receipt_handle)
        self.in_flight = [message for message in self.in_flight if message["MessageId"] != message_id]

    def drain(self) -> list[Any]:
        """Receive and delete all visible messages."""
        messages = self.receive(1000)
        for message in messages:
            self.delete(message["MessageId"], message["ReceiptHandle"])
        return messages

    def show_hidden(self) -> None:
        """Make the messages in flight visible again, as if their visibility timeouts had ended."""
        for message in self.in_flight:
            self.sqs.change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0
            )

    def __len__(self) -> int:
        """Return how many messages there are, visible or not."""
        names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=self.url, AttributeNames=names)["Attributes"]
        return sum(int(number) for number in found.values())
