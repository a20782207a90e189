"""The command ``redrive``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ops.common.console import AsJson, print_report
from ops.common.errors import OpsError
from ops.common.options import Yes, find_stack
from ops.redrive.results import redrive_results
from ops.redrive.uploads import redrive_uploads


class RedriveQueue(StrEnum):
    """The queue whose dead letters are sent back."""

    UPLOADS = "uploads"
    RESULTS = "results"
    REVIEW = "review"


QueueOption = Annotated[RedriveQueue, typer.Option("--queue", help="The queue whose dead letters are sent back.")]
PayAgain = Annotated[bool, typer.Option("--pay-again", help="Also free the parked documents, and send them.")]
PerSecond = Annotated[
    int | None,
    typer.Option(metavar="NUMBER", min=1, max=500, help="Rate of AWS's move task. Default: as fast as possible."),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be sent and what would wait. Send nothing.")]
Follow = Annotated[bool, typer.Option("--follow", help="Afterwards wait until each document has ended, of uploads.")]


def redrive(
    ctx: typer.Context,
    queue: QueueOption = RedriveQueue.UPLOADS,
    pay_again: PayAgain = False,
    yes: Yes = False,
    per_second: PerSecond = None,
    dry_run: DryRun = False,
    follow: Follow = False,
    as_json: AsJson = False,
) -> None:
    """Send dead letters back to their queue.

    UPLOADS: a dead letter is here because its document failed for more than five hours (wrong configuration, an
    outage), or because the function parked the document. Documents that failed are sent back. A document that is done
    already is acknowledged without a call.

    Two kinds of dead letters stay, and are counted. PARKED documents have used every permitted attempt, and each
    attempt may have been billed. With --pay-again the command frees them in the ledger and sends them, each for ONE
    more attempt. MALFORMED events are messages that S3 never sends. A redrive cannot fix them.

    RESULTS (--queue results, or --queue review for those that a person must review): a consumer received them 500 times
    without deleting them. Fix the consumer first. Then all of them are sent back unchanged. Nothing is paid for, and no
    content is shown. A result keeps its id, so consumers recognise repeats.

    The command says first what will happen: which documents are called for at once, and which wait, until when and
    why. Then it asks. With --follow it shows their progress until each is analyzed, rejected or parked. If an outage
    goes on, that takes hours; Ctrl-C ends the following, and nothing else.

    While the command reads dead letters, they are hidden from others for at most 15 minutes. The move is a task of AWS
    and continues if you interrupt this command. The dead letters that stay are then hidden for 11 hours, so that the
    task cannot take them. An emulated AWS has no such task: there, the command sends and deletes the dead letters one
    by one. This can repeat a message but never lose one.

    Exit code: 1 if you decline, 2 if there is no terminal to ask on and no --yes.
    """
    if queue is RedriveQueue.UPLOADS:
        print_report(
            redrive_uploads(
                find_stack(ctx), pay_again=pay_again, yes=yes, per_second=per_second, dry_run=dry_run, following=follow
            )
        )
    elif pay_again or follow:
        raise OpsError("--pay-again and --follow are for uploads: sending a result again pays for nothing")
    else:
        stack = find_stack(ctx)
        source, target = stack.outputs.results_dead_letter_queue_url, stack.outputs.results_queue_url
        if queue is RedriveQueue.REVIEW:
            source, target = stack.review_dead_letters, stack.review_queue
        print_report(redrive_results(stack, source, target, per_second=per_second, yes=yes, dry_run=dry_run))
