"""The command ``backfill``."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec
import typer
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.kinds import Kind

from ops.backfill.backfill_plan import Eligibility, candidates, eligible_batches
from ops.backfill.rate_limiter import RateLimiter
from ops.common.console import AsJson, confirm, print_line, print_report, progress_bar
from ops.common.errors import OpsError
from ops.common.images import current_versions
from ops.common.ledger import OperatorLedger
from ops.common.options import Yes, find_stack
from ops.common.prices import describe_charge
from ops.common.stack import DeployedStack
from ops.common.uploads_queue import MAX_BATCH_ENTRIES, send_events
from workstation.terminal import pluralize

Prefix = Annotated[
    str, typer.Argument(metavar="PREFIX", help='Which keys, for example "credit-card/", "id-card/2026/", or "".')
]
PerSecond = Annotated[
    float, typer.Option(metavar="NUMBER", min=0.01, max=1000, help="Average number of images to send per second.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Count and estimate, but send nothing.")]


class BackfillReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``backfill --json`` prints: images by ``Eligibility``, calls by kind, and what was sent."""

    images: dict[str, int]
    calls: dict[Kind, int]
    sent: int
    failed: int


def backfill(
    ctx: typer.Context,
    prefix: Prefix,
    per_second: PerSecond = 10,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Send images through the pipeline that were in the bucket before it. Each one is PAID FOR.

    The command puts an upload event for the current version of every object below PREFIX into the uploads queue, in the
    format of S3. It counts the images, says what they cost at the stack's prices, and asks before it sends anything.

    The ledger decides which images are sent. The command skips images that are done, parked, being sent or erased,
    and images whose folder names no kind. The ledger forgets a document after 30 days: an image that was analyzed
    before that is sent, and paid for, again.

    If the command is interrupted, run it again. It skips what is done by then. An event that was sent but not yet
    processed is sent once more; this costs a message but no call. New uploads wait in the same queue behind the events
    of this command, so choose --per-second below the pipeline's throughput.

    Exit code: 1 if some events could not be sent. Run the same command again to send them.
    """
    stack = find_stack(ctx)
    ledger = OperatorLedger(stack.clients.dynamodb, stack.outputs.documents_table_name)
    images, kinds = _count(stack, ledger, prefix)
    calls = {kind: number for kind, number in kinds.items() if kind}
    total = kinds.total()
    if total:
        _print_estimate(stack, kinds, per_second)
    if dry_run or not total:
        print_report(BackfillReport(images, calls, 0, 0))
        return
    if not confirm(f"Send {pluralize(total, 'image')}?", yes=yes):
        raise typer.Exit(1)
    sent, failed = 0, 0
    limiter = RateLimiter(per_second)
    with progress_bar() as bar:
        sending = bar.add_task("sending", total=total)
        found = candidates(current_versions(stack.clients.s3, stack.outputs.image_bucket_name, prefix), ledger)
        for bodies in eligible_batches(found, MAX_BATCH_ENTRIES):
            limiter.wait(len(bodies))
            unsent = send_events(stack.clients.sqs, stack.outputs.uploads_queue_url, bodies)
            sent, failed = sent + len(bodies) - len(unsent), failed + len(unsent)
            bar.update(sending, completed=sent)
    print_line(f"Sent: {pluralize(sent, 'image')}.")
    print_report(BackfillReport(images, calls, sent, failed))
    if failed:
        raise OpsError(f"{pluralize(failed, 'image')} could not be sent; run the command again")


def _count(stack: DeployedStack, ledger: OperatorLedger, prefix: str) -> tuple[dict[str, int], Counter[Kind | None]]:
    by_eligibility: Counter[Eligibility] = Counter()
    kinds: Counter[Kind | None] = Counter()
    with progress_bar() as bar:
        counting = bar.add_task("counting", total=None)
        for each in candidates(current_versions(stack.clients.s3, stack.outputs.image_bucket_name, prefix), ledger):
            by_eligibility[each.eligibility] += 1
            kinds[each.kind] += each.eligibility is Eligibility.ELIGIBLE
            bar.advance(counting)
    for eligibility in Eligibility:
        if by_eligibility[eligibility] or eligibility is Eligibility.ELIGIBLE:
            print_line(f"{pluralize(by_eligibility[eligibility], 'image')} {eligibility.value}")
    return {each.name.lower(): by_eligibility[each] for each in Eligibility}, +kinds


def _print_estimate(stack: DeployedStack, kinds: Counter[Kind | None], per_second: float) -> None:
    total = kinds.total()
    print_line("Calls of the OCR service: " + ", ".join(f"{calls} {kind}" for kind, calls in kinds.items()))
    print_line(f"Sending takes {_duration(total / per_second)} at {per_second:g} images a second.")
    print_line(describe_charge(stack, {BilledCall(kind): calls for kind, calls in kinds.items() if kind}))
    print_line("docs/costs.md has the formula for the AWS costs.")


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"
