"""Dead letters of the results: all of them back to the consumers. None is opened, and none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import clean

from ops.common.console import counted, progress, say
from ops.common.stack import Stack
from ops.redrive.dead_letters import IN_HAND_SECONDS, take
from ops.redrive.move_task import MoveTask, one_by_one, unless_interrupted

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


def redrive_results(stack: Stack, *, per_second: int | None) -> None:
    """Send every result that consumers have given up back to the results queue.

    Raises
    ------
    OpsError
        when a move task is under way, or ends before its work is done.
    AwsError
        when SQS fails or refuses.
    """
    sqs = stack.clients.sqs
    source, target = stack.outputs.results_dead_letter_queue_url, stack.outputs.results_queue_url
    task = MoveTask(sqs, source, target)
    by_aws = task.check()
    waiting, sent = _waiting(sqs, source), 0
    if not waiting:
        say("No result that can be seen is among the dead letters.")
        say(f"(What somebody has in hand comes back within {IN_HAND_SECONDS // 60} minutes.)")
        return
    with progress() as bar:
        sending = bar.add_task("sending back", total=waiting)
        if by_aws:
            for sent in unless_interrupted(task.run(per_second)):
                bar.update(sending, completed=sent)
        else:
            for letter in take(sqs, source):
                for _ in one_by_one(sqs, source, target, [letter]):
                    sent += 1
                    bar.advance(sending)
    say(f"Sent back: {counted(sent, 'result')}. A consumer that still fails on them brings them here again.")


def _waiting(sqs: SQSClient, url: str) -> int:
    with clean("GetQueueAttributes"):
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])
