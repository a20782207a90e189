"""``tail``: what comes out, as it comes."""

from __future__ import annotations

from typing import Annotated

import typer

from ops.common.console import say
from ops.common.options import stack_of
from ops.tail.formatting import lines
from ops.tail.peek import Watch

ShowValues = Annotated[
    bool, typer.Option("--show-values", help="Show what was read, and object keys. They are personal data.")
]
Looks = Annotated[int, typer.Option(min=1, help="How often one message may be looked at before this ends.")]


def tail(ctx: typer.Context, show_values: ShowValues = False, looks: Looks = 2) -> None:
    """Follow the results queue without taking anything from it, until Ctrl-C.

    What it costs: SQS has no peek, so every look is a receive. It hides nothing from consumers (its visibility time-out
    is zero), but it counts: SQS leaves out of the oldest message's age, which an alarm watches, what was received three
    times, and gives a message up after 500. So a message that stays is looked at ever more seldom, and --looks times at
    most: two, unless you know better, as where no consumer is at work yet. Then this command ends; so it does once half
    of a message's receives are used, by whomever.

    What it can't show: a message that a consumer takes first. With consumers at work you see a sample; `status` tells
    what became of a document, whoever took its message.

    Without --show-values you see which fields were read and how sure the OCR service is, never a value or a key.
    """
    stack = stack_of(ctx)
    watch = Watch(stack.clients.sqs, stack.outputs.results_queue_url, looks)
    say(f"Every look counts as one of the {watch.permitted} receives that a message has. Ctrl-C ends this.", "dim")
    try:
        for message in watch.messages():
            for line in lines(message.body, show_values=show_values):
                say(line)
    except KeyboardInterrupt:
        return
    say("Ended: a message stays on the queue and has been looked at often enough; --looks permits more.", "yellow")
