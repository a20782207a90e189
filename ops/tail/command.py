"""The command ``tail``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ops.common.console import AsJson, print_line, print_report
from ops.common.errors import OpsError
from ops.common.options import find_stack
from ops.tail.formatting import message_lines, read_message
from ops.tail.peek import QueuePeeker
from workstation.sealed_messages import PrivateKeyFault

if TYPE_CHECKING:
    from workstation.sealed_messages import Opener

ShowValues = Annotated[
    bool, typer.Option("--show-values", help="Show recognised values and object keys. They are personal data.")
]
Looks = Annotated[
    int, typer.Option(metavar="NUMBER", min=1, help="How often one message may be received before the command ends.")
]
PrivateKey = Annotated[
    Path | None,
    typer.Option("--private-key", metavar="FILE", help="Open sealed messages with this private JWK or JWK set."),
]
OfReview = Annotated[bool, typer.Option("--review", help="Follow the queue of the results that a person must review.")]


def tail(
    ctx: typer.Context,
    show_values: ShowValues = False,
    looks: Looks = 2,
    review: OfReview = False,
    private_key: PrivateKey = None,
    as_json: AsJson = False,
) -> None:
    """Follow the results queue, or the one for review, without consuming its messages, until Ctrl-C.

    Cost: SQS has no peek operation, so every look is a receive. It hides nothing from consumers, because its visibility
    timeout is zero. But receives are counted: SQS leaves a message out of the oldest message's age, which an alarm
    watches, after three receives, and moves it to the dead-letter queue after 500. Therefore the command looks at a
    message that stays less and less often, and at most --looks times. Keep the default of two unless no consumer is at
    work yet. The command ends when a message reaches that number, or when half of a message's receives are used,
    including those of consumers.

    Limits: the command does not see a message that a consumer receives first. While consumers are at work you see a
    sample. `status` shows what happened to a document in any case.

    Without --show-values you see which fields were recognised and their confidence, but no value and no object key.

    Of a message that is sealed to its consumer (consumerPublicKeys) you see only the outcome, unless you have its
    --private-key. The file is read here and sent nowhere.
    """
    opener = _opener(private_key)
    stack = find_stack(ctx)
    queue = stack.review_queue if review else stack.outputs.results_queue_url
    peeker = QueuePeeker(stack.clients.sqs, queue, looks)
    print_line(
        f"Every look counts as one of the {peeker.max_receives} receives that a message has. Ctrl-C ends the command.",
        "dim",
    )
    try:
        for message in peeker.messages():
            report = read_message(message.body, show_values=show_values, opener=opener)
            for line in message_lines(report):
                print_line(line)
            print_report(report)
    except KeyboardInterrupt:
        return
    print_line(
        "Ended: a message stays on the queue and has been received often enough; --looks permits more.", "yellow"
    )


def _opener(path: Path | None) -> Opener | None:
    if path is None:
        return None
    # Its library is loaded only where messages are opened.
    from workstation.private_keys import PrivateKeys

    try:
        return PrivateKeys.from_file(path)
    except PrivateKeyFault as fault:
        raise OpsError(str(fault)) from None
