"""Sends upload events to the uploads queue, ten in a call, and retries those that fail."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import translate_errors

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# The most entries that SendMessageBatch accepts.
MAX_BATCH_ENTRIES = 10
_RETRY_PAUSES = (0.5, 1.0, 2.0, 4.0)


def send_events(
    sqs: SQSClient, url: str, bodies: Sequence[str], sleep: Callable[[float], None] = time.sleep
) -> list[str]:
    """Send up to ten messages.

    Returns
    -------
    list of str
        The messages that failed in all of five tries.

    Raises
    ------
    AwsError
        If SQS refuses or fails the whole call. Some messages may then have been sent.
    """
    remaining = list(bodies)
    for pause in (*_RETRY_PAUSES, None):
        with translate_errors("SendMessageBatch"):
            answer = sqs.send_message_batch(
                QueueUrl=url,
                Entries=[{"Id": str(number), "MessageBody": body} for number, body in enumerate(remaining)],
            )
        remaining = [remaining[int(failed["Id"])] for failed in answer.get("Failed", [])]
        if not remaining or pause is None:
            break
        sleep(pause)
    return remaining
