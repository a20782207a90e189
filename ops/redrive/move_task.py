"""Moves dead letters back to a queue: by SQS's own move task, or one by one where an emulated AWS has none."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.errors import AwsError, translate_errors

from ops.common.console import print_line
from ops.common.errors import OpsError
from ops.redrive.dead_letters import DeadLetter

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient

_POLL_SECONDS = 1.0
# An endpoint other than AWS's that does not know the operation answers one of these, or no error code of SQS.
_UNKNOWN_OPERATION = frozenset({"InvalidAction", "NotImplemented", "UnknownOperationException"})


class MoveTask:
    """SQS's redrive ("StartMessageMoveTask"). It moves visible messages, and continues when this process ends.

    Attributes
    ----------
    may_be_running
        Whether a task that this object started may be running.
    """

    def __init__(self, sqs: SQSClient, source_url: str, target_url: str) -> None:
        """``source_url`` is the dead-letter queue's."""
        self._sqs = sqs
        self._source = _arn(sqs, source_url)
        # The target must be named: the function sends parked documents here itself, so SQS knows no source queue.
        self._target = _arn(sqs, target_url)
        self._previous_start: Any = None
        self.may_be_running = False

    def is_supported(self) -> bool:
        """Return whether the endpoint has move tasks.

        Raises
        ------
        OpsError
            If a task is already running.
        """
        try:
            latest = self._latest()
        except AwsError as error:
            if error.code in _UNKNOWN_OPERATION or error.code.isdigit():
                return False
            raise
        if latest.get("Status") in {"RUNNING", "CANCELLING"}:
            raise OpsError("a move task of this dead-letter queue is under way already; try again when it has ended")
        self._previous_start = latest.get("StartedTimestamp")
        return True

    def run(self, per_second: int | None, sleep: Callable[[float], None] = time.sleep) -> Iterator[int]:
        """Start a task, and yield each second how many messages it has moved until it ends.

        ``per_second`` is the task's rate, 1 to 500, or None for as fast as possible.

        Raises
        ------
        OpsError
            If the task ends before all messages are moved.
        """
        rate: dict[str, Any] = {"MaxNumberOfMessagesPerSecond": per_second} if per_second else {}
        self.may_be_running = True
        try:
            with translate_errors("StartMessageMoveTask"):
                self._sqs.start_message_move_task(SourceArn=self._source, DestinationArn=self._target, **rate)
        except AwsError as failure:
            # Only a refusal proves that no task was started.
            self.may_be_running = not 400 <= failure.status < 500
            raise
        while True:
            task = self._latest()
            if self._previous_start and task.get("StartedTimestamp") == self._previous_start:
                # The list still shows the previous task, whose status is irrelevant.
                task = {}
            yield int(task.get("ApproximateNumberOfMessagesMoved", 0))
            match task.get("Status"):
                case "COMPLETED":
                    self.may_be_running = False
                    return
                case "FAILED" | "CANCELLED" as ended:
                    self.may_be_running = False
                    reason = task.get("FailureReason", "no reason was given")
                    raise OpsError(f"the move task ended as {ended} ({reason}); what it did not move is where it was")
            sleep(_POLL_SECONDS)

    def _latest(self) -> Any:
        with translate_errors("ListMessageMoveTasks"):
            tasks = self._sqs.list_message_move_tasks(SourceArn=self._source, MaxResults=1).get("Results", [])
        return tasks[0] if tasks else {}


def explain_interrupt(moved: Iterator[int]) -> Iterator[int]:
    """Pass on a task's progress. If the operator interrupts it, explain that the task continues."""
    try:
        yield from moved
    except KeyboardInterrupt:
        print_line("The move task continues on AWS. `aws sqs cancel-message-move-task` stops it.")
        raise


def move_one_by_one(
    sqs: SQSClient, source_url: str, target_url: str, dead_letters: Sequence[DeadLetter]
) -> Iterator[DeadLetter]:
    """Send each message, then delete it; yield it afterwards.

    This order loses nothing: the next redrive sends a message again that was sent but not deleted. The ledger prevents
    that an upload is paid for twice, and a repeated result has the same id.

    Raises
    ------
    AwsError
        If SQS fails or refuses.
    """
    for dead_letter in dead_letters:
        with translate_errors("SendMessage"):
            sqs.send_message(
                QueueUrl=target_url, MessageBody=dead_letter.body, MessageAttributes=dead_letter.attributes
            )
        with translate_errors("DeleteMessage"):
            sqs.delete_message(QueueUrl=source_url, ReceiptHandle=dead_letter.receipt_handle)
        yield dead_letter


def _arn(sqs: SQSClient, url: str) -> str:
    with translate_errors("GetQueueAttributes"):
        return sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
