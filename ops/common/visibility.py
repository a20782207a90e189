"""Hides messages that were received, or shows them again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import translate_errors

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

# The most that SQS accepts or returns in a call.
BATCH_ENTRIES = 10


def hide(sqs: SQSClient, url: str, receipt_handles: Sequence[str], seconds: int) -> int:
    """Hide up to ten messages for ``seconds`` from now on. 0 makes them visible at once.

    Returns
    -------
    int
        How many messages SQS refused to hide or to show. They are visible already, or become so by themselves.

    Raises
    ------
    AwsError
        If SQS refuses or fails the whole call.
    """
    with translate_errors("ChangeMessageVisibilityBatch"):
        answer = sqs.change_message_visibility_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": seconds}
                for number, handle in enumerate(receipt_handles)
            ],
        )
    return len(answer.get("Failed", []))
