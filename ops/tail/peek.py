"""Looks at the messages of a queue without consuming them.

SQS has no peek operation, so every look is a receive. A visibility timeout of zero leaves the message available to its
consumer, but the receive count rises, and the queue moves a message that was received too often to its dead-letter
queue. Therefore looks are few and end long before that.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from sealed_ocr.aws.errors import translate_errors

from ops.common.errors import OpsError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_NO_LIMIT = 1 << 31


class _RedrivePolicy(msgspec.Struct, rename="camel"):
    # CloudFormation writes a number, other tools write the number as text.
    max_receive_count: int | str


@dataclass(frozen=True)
class PeekedMessage:
    """A message that was received without being consumed; ``body`` is the CloudEvent's JSON."""

    message_id: str
    body: str = field(repr=False)


class QueuePeeker:
    """Follows one queue."""

    def __init__(self, sqs: SQSClient, queue_url: str, looks: int, sleep: Callable[[float], None] = time.sleep) -> None:
        """Read the queue's redrive policy. ``looks`` is how often one message may be received here.

        Raises
        ------
        OpsError
            If the queue permits so few receives that this many looks would do harm.
        AwsError
            If SQS fails or refuses.
        """
        self._sqs = sqs
        self._url = queue_url
        self._looks = looks
        self._sleep = sleep
        self.max_receives = _max_receive_count(sqs, queue_url)
        # The other half of the receives is left to the consumers.
        self._ceiling = self.max_receives // 2
        if looks > self._ceiling:
            raise OpsError(
                f"the queue moves a message to its dead-letter queue after {self.max_receives} receives, and every "
                f"look is one; at most {self._ceiling} looks (--looks) leave enough for the consumers"
            )

    def messages(self) -> Iterator[PeekedMessage]:
        """Yield every message once; end when one of them has been received too often.

        Raises
        ------
        AwsError
            If SQS fails or refuses.
        """
        looks: Counter[str] = Counter()
        pause = _FIRST_PAUSE
        while True:
            with translate_errors("ReceiveMessage"):
                received = self._sqs.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=10,
                    VisibilityTimeout=0,
                    WaitTimeSeconds=1,
                    MessageSystemAttributeNames=["ApproximateReceiveCount"],
                ).get("Messages", [])
            new = [message for message in received if message["MessageId"] not in looks]
            looks.update(message["MessageId"] for message in received)
            for message in new:
                yield PeekedMessage(message["MessageId"], message["Body"])
            if any(
                looks[message["MessageId"]] >= self._looks
                or int(message["Attributes"]["ApproximateReceiveCount"]) >= self._ceiling
                for message in received
            ):
                return
            # No consumer receives what is still there, so there is no use in looking at it again soon.
            pause = _FIRST_PAUSE if new or not received else min(pause * 2, _LONGEST_PAUSE)
            self._sleep(pause)


def _max_receive_count(sqs: SQSClient, queue_url: str) -> int:
    with translate_errors("GetQueueAttributes"):
        found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"]).get("Attributes", {})
    if "RedrivePolicy" not in found:
        return _NO_LIMIT
    return int(msgspec.json.decode(found["RedrivePolicy"], type=_RedrivePolicy).max_receive_count)
