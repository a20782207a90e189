"""Looking at the results queue without taking anything from it.

SQS has no peek: a look is a receive. With a visibility time-out of zero the message is there for its consumer at once,
but its receive count has risen, and the queue sends what was received too often to its dead-letter queue. So looks are
few, and end long before that.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec
from sealed_ocr.aws.errors import clean

from ops.common.errors import OpsError

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 60.0
_NO_LIMIT = 1 << 31


class _RedrivePolicy(msgspec.Struct, rename="camel"):
    # CloudFormation writes a number, other tools the number as text.
    max_receive_count: int | str


@dataclass(frozen=True)
class Seen:
    """A message that was looked at; ``body`` is the CloudEvent's JSON."""

    message_id: str
    body: str = field(repr=False)


class Watch:
    """Follows one queue."""

    def __init__(self, sqs: SQSClient, queue_url: str, looks: int, sleep: Callable[[float], None] = time.sleep) -> None:
        """``looks`` is how often a message may be looked at.

        Raises
        ------
        OpsError
            when the queue lets a message be received so seldom that looking would do harm.
        AwsError
            when SQS fails or refuses.
        """
        self._sqs = sqs
        self._url = queue_url
        self._looks = looks
        self._sleep = sleep
        self.permitted = _permitted_receives(sqs, queue_url)
        # The other half of its receives stays with its consumers, whoever else may be looking.
        self._ceiling = self.permitted // 2
        if looks > self._ceiling:
            raise OpsError(
                f"the queue sends a message to its dead letters after {self.permitted} receives, and every look is "
                f"one; at most {self._ceiling} looks (--looks) leave enough to the consumers"
            )

    def messages(self) -> Iterator[Seen]:
        """Yield every message that is seen, once; end when one has been looked at too often.

        Raises
        ------
        AwsError
            when SQS fails or refuses.
        """
        looked: Counter[str] = Counter()
        pause = _FIRST_PAUSE
        while True:
            with clean("ReceiveMessage"):
                received = self._sqs.receive_message(
                    QueueUrl=self._url,
                    MaxNumberOfMessages=10,
                    VisibilityTimeout=0,
                    WaitTimeSeconds=1,
                    MessageSystemAttributeNames=["ApproximateReceiveCount"],
                ).get("Messages", [])
            fresh = [message for message in received if message["MessageId"] not in looked]
            looked.update(message["MessageId"] for message in received)
            for message in fresh:
                yield Seen(message["MessageId"], message["Body"])
            if any(
                looked[message["MessageId"]] >= self._looks
                or int(message["Attributes"]["ApproximateReceiveCount"]) >= self._ceiling
                for message in received
            ):
                return
            # What is still there has no consumer, and gains nothing by being looked at again soon.
            pause = _FIRST_PAUSE if fresh or not received else min(pause * 2, _LONGEST_PAUSE)
            self._sleep(pause)


def _permitted_receives(sqs: SQSClient, queue_url: str) -> int:
    with clean("GetQueueAttributes"):
        found = sqs.get_queue_attributes(QueueUrl=queue_url, AttributeNames=["RedrivePolicy"]).get("Attributes", {})
    if "RedrivePolicy" not in found:
        return _NO_LIMIT
    return int(msgspec.json.decode(found["RedrivePolicy"], type=_RedrivePolicy).max_receive_count)
