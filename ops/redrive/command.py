"""``redrive``: dead letters back to the queue that they came from."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from ops.common.errors import OpsError
from ops.common.options import Yes, stack_of
from ops.redrive.results import redrive_results
from ops.redrive.uploads import redrive_uploads


class Queue(StrEnum):
    """Whose dead letters are meant."""

    UPLOADS = "uploads"
    RESULTS = "results"


Whose = Annotated[Queue, typer.Option("--queue", help="Whose dead letters.")]
PayAgain = Annotated[bool, typer.Option("--pay-again", help="Free the parked documents too, and send them.")]
PerSecond = Annotated[
    int | None, typer.Option(min=1, max=500, help="Letters a second for AWS's move task; else as fast as it can.")
]


def redrive(
    ctx: typer.Context,
    queue: Whose = Queue.UPLOADS,
    pay_again: PayAgain = False,
    yes: Yes = False,
    per_second: PerSecond = None,
) -> None:
    """Send dead letters back to their queue.

    UPLOADS: a letter is here because its document failed for more than five hours (a fault of the configuration, an
    outage), or because the function parked it. The first kind goes back; a document that is done already is
    acknowledged there without a call.

    Two kinds stay where they are, and are counted: PARKED documents, which have had every attempt that is permitted and
    may have been billed for each (with --pay-again they are freed in the ledger and sent, each for ONE more attempt);
    and MALFORMED events, which no redrive can mend: somebody sent what S3 never sends.

    RESULTS (--queue results): a consumer took them 500 times without deleting them. Mend it first; then all of them go
    back, as they are. Nothing is paid for and nothing of them is shown. A result keeps its id, by which a repeat is
    recognised.

    While letters are looked through they are hidden from others, for 15 minutes at most. The move is AWS's own task and
    goes on if you interrupt this command; where there is none (an emulated AWS), letters are sent and deleted one by
    one, which can repeat a letter but never lose one.
    """
    if queue is Queue.UPLOADS:
        redrive_uploads(stack_of(ctx), pay_again=pay_again, yes=yes, per_second=per_second)
    elif pay_again:
        raise OpsError("--pay-again is for uploads: sending a result again pays for nothing")
    else:
        redrive_results(stack_of(ctx), per_second=per_second)
