"""Upload events into the uploads queue: ten at a time, what fails again, no faster than is wanted."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import clean

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# The most entries that SendMessageBatch takes.
BATCH = 10
_PAUSES = (0.5, 1.0, 2.0, 4.0)


def send(sqs: SQSClient, url: str, bodies: Sequence[str], sleep: Callable[[float], None] = time.sleep) -> list[str]:
    """Send up to ten messages; return those that failed for good, each after five tries.

    Raises
    ------
    AwsError
        when SQS fails or refuses altogether; whether it took any is then unknown.
    """
    left = list(bodies)
    for pause in (*_PAUSES, None):
        with clean("SendMessageBatch"):
            answer = sqs.send_message_batch(
                QueueUrl=url,
                Entries=[{"Id": str(number), "MessageBody": body} for number, body in enumerate(left)],
            )
        left = [left[int(failed["Id"])] for failed in answer.get("Failed", [])]
        if not left or pause is None:
            break
        sleep(pause)
    return left


class Pace:
    """Holds a sender back to so many a second, on average over what it has sent."""

    def __init__(
        self,
        per_second: float,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``clock`` gives seconds."""
        self._seconds_each = 1 / per_second
        self._clock = clock
        self._sleep = sleep
        self._next = clock()

    def wait(self, number: int) -> None:
        """Wait until ``number`` more may be sent. A pause of the sender's own is not made up for by haste."""
        now = self._clock()
        if self._next > now:
            self._sleep(self._next - now)
        self._next = max(self._next, now) + number * self._seconds_each
