"""Sends the dead letters of a queue of results back to it, unopened."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import typer
from sealed_ocr.aws.errors import translate_errors

from ops.common.console import confirm, print_line, progress_bar
from ops.common.stack import DeployedStack
from ops.redrive.dead_letters import HIDDEN_SECONDS, receive_all
from ops.redrive.move_task import MoveTask, explain_interrupt, move_one_by_one
from workstation.terminal import pluralize

if TYPE_CHECKING:
    from types_boto3_sqs import SQSClient


class ResultsReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``redrive --queue results --json`` prints."""

    visible: int
    sent: int


def redrive_results(
    stack: DeployedStack, source: str, target: str, *, per_second: int | None, yes: bool, dry_run: bool
) -> ResultsReport:
    """Send every result that consumers failed to process from the queue ``source`` back to ``target``.

    Raises
    ------
    OpsError
        If a move task is already running, or ends before all messages are moved.
    AwsError
        If SQS fails or refuses.
    """
    sqs = stack.clients.sqs
    task = MoveTask(sqs, source, target)
    use_task = task.is_supported()
    visible, sent = _count_visible(sqs, source), 0
    if not visible:
        print_line("The dead-letter queue has no visible message.")
        print_line(f"(Messages in flight become visible again within {HIDDEN_SECONDS // 60} minutes.)")
        return ResultsReport(0, 0)
    print_line(f"{pluralize(visible, 'result')} to send back. Consumers receive them at once.")
    if dry_run:
        print_line("Nothing was sent (--dry-run).")
        return ResultsReport(visible, 0)
    if not confirm(f"Send back {pluralize(visible, 'result')}?", yes=yes):
        raise typer.Exit(1)
    with progress_bar() as bar:
        sending = bar.add_task("sending back", total=visible)
        if use_task:
            for sent in explain_interrupt(task.run(per_second)):
                bar.update(sending, completed=sent)
        else:
            for dead_letter in receive_all(sqs, source):
                for _ in move_one_by_one(sqs, source, target, [dead_letter]):
                    sent += 1
                    bar.advance(sending)
    print_line(f"Sent back: {pluralize(sent, 'result')}. If a consumer still fails on them, they return to this queue.")
    return ResultsReport(visible, sent)


def _count_visible(sqs: SQSClient, url: str) -> int:
    with translate_errors("GetQueueAttributes"):
        found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(found["Attributes"]["ApproximateNumberOfMessages"])
