"""Letters back to a queue: by AWS's own move task, or one by one where an emulated AWS has none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.errors import AwsError, clean

from ops.common.console import say
from ops.common.errors import OpsError
from ops.redrive.dead_letters import Letter

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_LOOK_SECONDS = 1.0
# What an endpoint answers that is not AWS's and doesn't know the operation: no error code of SQS, or one of these.
_UNKNOWN_OPERATION = frozenset({"InvalidAction", "NotImplemented", "UnknownOperationException"})


class MoveTask:
    """SQS's own redrive ("StartMessageMoveTask"). It moves what is visible, and goes on when this process ends."""

    def __init__(self, sqs: SQSClient, source_url: str, target_url: str) -> None:
        """``source_url`` is the dead-letter queue's."""
        self._sqs = sqs
        self._source = _arn(sqs, source_url)
        # Named, because the function sends parked letters here itself: they have no queue that they came from.
        self._target = _arn(sqs, target_url)
        self._former: Any = None

    def check(self) -> bool:
        """Return whether there is such a thing here.

        Raises
        ------
        OpsError
            when a task is under way already.
        """
        try:
            latest = self._latest()
        except AwsError as failure:
            if failure.code in _UNKNOWN_OPERATION or failure.code.isdigit():
                return False
            raise
        if latest.get("Status") in {"RUNNING", "CANCELLING"}:
            raise OpsError("a move task of this dead-letter queue is under way already; try again when it has ended")
        self._former = latest.get("StartedTimestamp")
        return True

    def run(self, per_second: int | None, sleep: Callable[[float], None] = time.sleep) -> Iterator[int]:
        """Start a task; yield each second how many letters it has moved, until it has ended.

        ``per_second`` is from 1 to 500.

        Raises
        ------
        OpsError
            when it ends before its work is done.
        """
        pace: dict[str, Any] = {"MaxNumberOfMessagesPerSecond": per_second} if per_second else {}
        with clean("StartMessageMoveTask"):
            self._sqs.start_message_move_task(SourceArn=self._source, DestinationArn=self._target, **pace)
        while True:
            task = self._latest()
            if self._former and task.get("StartedTimestamp") == self._former:
                # Not in the list yet: how the one before ended says nothing.
                task = {}
            yield int(task.get("ApproximateNumberOfMessagesMoved", 0))
            match task.get("Status"):
                case "COMPLETED":
                    return
                case "FAILED" | "CANCELLED" as ended:
                    reason = task.get("FailureReason", "no reason was given")
                    raise OpsError(f"the move task ended as {ended} ({reason}); what it did not move is where it was")
            sleep(_LOOK_SECONDS)

    def _latest(self) -> Any:
        with clean("ListMessageMoveTasks"):
            tasks = self._sqs.list_message_move_tasks(SourceArn=self._source, MaxResults=1).get("Results", [])
        return tasks[0] if tasks else {}


def unless_interrupted(moved: Iterator[int]) -> Iterator[int]:
    """Yield what a task tells; say what becomes of it when the operator stops looking."""
    try:
        yield from moved
    except KeyboardInterrupt:
        say("AWS goes on moving; `aws sqs cancel-message-move-task` would stop it.")
        raise


def one_by_one(sqs: SQSClient, source_url: str, target_url: str, letters: Sequence[Letter]) -> Iterator[Letter]:
    """Send each letter, then delete it; yield it when that is done.

    In this order nothing is lost: a letter that was sent and not deleted is sent again by the next redrive. The ledger
    sees to it that an upload is not paid for twice; a result has its id.

    Raises
    ------
    AwsError
        when SQS fails or refuses.
    """
    for letter in letters:
        with clean("SendMessage"):
            sqs.send_message(QueueUrl=target_url, MessageBody=letter.body, MessageAttributes=letter.attributes)
        with clean("DeleteMessage"):
            sqs.delete_message(QueueUrl=source_url, ReceiptHandle=letter.receipt_handle)
        yield letter


def _arn(sqs: SQSClient, url: str) -> str:
    with clean("GetQueueAttributes"):
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
