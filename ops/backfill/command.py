"""``backfill``: images that were in the bucket before anybody listened."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import typer
from sealed_ocr.common.kinds import Kind

from ops.backfill.backfill_plan import Standing, candidates, going
from ops.common.console import agreed, counted, progress, say
from ops.common.errors import OpsError
from ops.common.images import current_versions
from ops.common.ledger import Documents
from ops.common.options import Yes, stack_of
from ops.common.stack import Stack
from ops.common.uploads_queue import BATCH, Pace, send

Prefix = Annotated[str, typer.Argument(metavar="PREFIX", help='Which keys: "credit-card/", "id-card/2026/", or "".')]
PerSecond = Annotated[float, typer.Option(min=0.01, max=1000, help="How many images a second are sent, on average.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count and estimate, and send nothing.")]
Price = Annotated[float | None, typer.Option(min=0, help="What the OCR service asks for 1,000 calls, in any currency.")]


def backfill(
    ctx: typer.Context,
    prefix: Prefix,
    per_second: PerSecond = 10,
    dry_run: DryRun = False,
    price_per_thousand: Price = None,
    yes: Yes = False,
) -> None:
    """Send images through the pipeline that were in the bucket before: each one is PAID FOR.

    The current version of every object below PREFIX is put into the uploads queue, as an upload event in the shape of
    S3's. First everything is counted and you are asked.

    The ledger decides what goes. Passed over are images that are done, parked or being sent, and those whose folder
    names no kind. It forgets after 30 days: an image that was analyzed before that is sent, and paid for, again.

    Interrupted, it is resumed by giving the same command again: what was done meanwhile is passed over, and what was
    sent but not yet worked on is sent once more, which costs a message and no call. Uploads of today wait in the same
    queue behind what you send, so choose --per-second below what the pipeline does.

    Exit code: 1 when some could not be sent; the same command sends them.
    """
    stack = stack_of(ctx)
    documents = Documents(stack.clients.dynamodb, stack.outputs.documents_table_name)
    kinds = _count(stack, documents, prefix)
    number = kinds.total()
    if number:
        _estimate(kinds, per_second, price_per_thousand)
    if dry_run or not number:
        return
    if not agreed(f"Send {counted(number, 'image')}?", yes=yes):
        raise typer.Exit(1)
    sent, failed = 0, 0
    pace = Pace(per_second)
    with progress() as bar:
        sending = bar.add_task("sending", total=number)
        found = candidates(current_versions(stack.clients.s3, stack.outputs.image_bucket_name, prefix), documents)
        for bodies in going(found, BATCH):
            pace.wait(len(bodies))
            left = send(stack.clients.sqs, stack.outputs.uploads_queue_url, bodies)
            sent, failed = sent + len(bodies) - len(left), failed + len(left)
            bar.update(sending, completed=sent)
    say(f"Sent: {counted(sent, 'image')}.")
    if failed:
        raise OpsError(f"{counted(failed, 'image')} could not be sent; give the command again")


def _count(stack: Stack, documents: Documents, prefix: str) -> Counter[Kind | None]:
    standings: Counter[Standing] = Counter()
    kinds: Counter[Kind | None] = Counter()
    with progress() as bar:
        counting = bar.add_task("counting", total=None)
        for each in candidates(current_versions(stack.clients.s3, stack.outputs.image_bucket_name, prefix), documents):
            standings[each.standing] += 1
            kinds[each.kind] += each.standing is Standing.GOES
            bar.advance(counting)
    for standing in Standing:
        if standings[standing] or standing is Standing.GOES:
            say(f"{counted(standings[standing], 'image')} {standing.value}")
    return +kinds


def _estimate(kinds: Counter[Kind | None], per_second: float, price: float | None) -> None:
    number = kinds.total()
    say("Calls of the OCR service: " + ", ".join(f"{calls} {kind}" for kind, calls in kinds.items()))
    say(f"It takes {_duration(number / per_second)} at {per_second:g} a second.")
    if price is None:
        say("The OCR service's price is not known here: say --price-per-thousand for an estimate.")
    else:
        say(f"The OCR service asks about {number * price / 1000:,.2f} for it.")
    say("AWS's own share is in docs/operations.md, with the formula.")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"
