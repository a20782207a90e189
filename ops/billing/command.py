"""The command ``reconcile``."""

from __future__ import annotations

import re
import time
from typing import Annotated

import msgspec
import typer
from sealed_ocr.aws.ledger import RETENTION_SECONDS
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.runtime.call_counts import CallEnd

from ops.billing.month import Ends, PossiblyBilled, bounds, possibly_billed, read_month
from ops.common.console import AsJson, print_line, print_report
from ops.common.errors import OpsError
from ops.common.ledger import utc_time
from ops.common.options import find_stack
from workstation.terminal import pluralize

Month = Annotated[str, typer.Argument(metavar="MONTH", help="For example 2026-11. It begins and ends as in Korea.")]
Billed = Annotated[
    list[str],
    typer.Option(
        "--billed", metavar="KIND=CALLS", help=f"Calls on the bill. KIND is one of {', '.join(BilledCall)}. Repeat it."
    ),
]


class KindReport(msgspec.Struct, rename="camel", frozen=True):
    """The calls of a kind: on the bill (None if it was not given), and as they were counted by their end."""

    billed: int | None
    counted: dict[CallEnd, int]
    explained: bool | None


class DoubtfulReport(msgspec.Struct, rename="camel", frozen=True):
    """A document with ``calls`` that may have been billed."""

    document_id: str
    calls: int
    state: str
    reason: str | None
    updated_at: str


class ReconcileReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``reconcile --json`` prints."""

    month: str
    kinds: dict[BilledCall, KindReport]
    documents: list[DoubtfulReport]
    explained: bool


def reconcile(ctx: typer.Context, month: Month, billed: Billed, as_json: AsJson = False) -> None:
    """Hold the vendor's bill of a month against the calls that the functions counted.

    The command says for each kind on the bill how many calls were answered, how many may have been billed besides, and
    whether these explain the difference. Then it lists the documents with calls that may have been billed, as far as
    the ledger still knows them. It reads the whole ledger, and changes nothing.

    Exit code: 1 if a difference is not explained.
    """
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise OpsError("a month is given as 2026-11")
    bill = dict(_parse(entry) for entry in billed)
    stack, now = find_stack(ctx), time.time()
    counted = read_month(stack, month)
    kinds: dict[BilledCall, KindReport] = {}
    for call, calls in bill.items():
        sentence, holds = compare(calls, counted[call])
        print_line(f"{call}: {sentence}", "" if holds else "bold")
        kinds[call] = KindReport(calls, dict(counted[call]), holds)
    for call, ends in counted.items():
        if call not in bill and any(ends.values()):
            print_line(f"{call}: not on the bill that you gave; {ends[CallEnd.ANSWERED]:,} answered.")
            kinds[call] = KindReport(None, dict(ends), None)
    explained = all(kind.explained is not False for kind in kinds.values())
    print_line("")
    print_line("Calls that may have been billed, by the document's last change in the ledger:")
    documents = [_doubtful(each) for each in possibly_billed(stack, month, now)]
    for each in documents:
        why = f", {each.reason}" if each.reason else ""
        print_line(f"  {each.updated_at}  {each.document_id}  {pluralize(each.calls, 'call')}; it is {each.state}{why}")
    print_line(f"  {pluralize(sum(each.calls for each in documents), 'call')} in all")
    for line in _unknown(month, now):
        print_line(line)
    print_report(ReconcileReport(month, kinds, documents, explained))
    if not explained:
        raise typer.Exit(1)


def _doubtful(found: PossiblyBilled) -> DoubtfulReport:
    item = found.item
    return DoubtfulReport(
        item["documentId"], found.calls, item["state"], item.get("reason"), utc_time(item, "updatedAt")
    )


def compare(billed: int, ends: Ends) -> tuple[str, bool]:
    """Return a sentence about the difference between the bill and the counts, and whether it is explained."""
    more = billed - ends[CallEnd.ANSWERED]
    known = f"{billed:,} billed, {ends[CallEnd.ANSWERED]:,} answered"
    parts = {
        f"{ends[CallEnd.DOUBTFUL]:,} whose outcome is unknown": ends[CallEnd.DOUBTFUL],
        f"{ends[CallEnd.UNCONFIRMED]:,} that were counted once or twice": ends[CallEnd.UNCONFIRMED],
        f"{ends[CallEnd.WITHOUT_RESULT]:,} that were answered without a result": ends[CallEnd.WITHOUT_RESULT],
    }
    possible = ", ".join(text for text, number in parts.items() if number) or "none"
    if more == 0:
        return f"{known}: they agree. Other calls that may have been billed: {possible}.", True
    if more < 0:
        return f"{known}: {-more:,} fewer than were answered.", -more <= ends[CallEnd.UNCONFIRMED]
    unexplained = max(0, more - sum(parts.values()))
    rest = f"{unexplained:,} of them are not explained" if unexplained else "they are explained"
    return f"{known}, {more:,} more; {rest}. Calls that may have been billed: {possible}.", not unexplained


def _unknown(month: str, now: float) -> list[str]:
    lines = [
        "",
        "What the counts can't know:",
        "  A killed function loses what it had counted in that invocation, at most batchSize calls. The calls that it",
        "  was making are counted when their documents come again. Lambda's metric Errors bounds the killed functions.",
        "  A killed verification is not counted.",
        "  A count whose confirmation got lost on its way from DynamoDB may have been added twice.",
        "  A call in the last seconds of a month may be in the next one, here or on the bill.",
    ]
    oldest = int(now) - RETENTION_SECONDS
    if oldest > bounds(month)[0]:
        since = utc_time({"oldest": oldest}, "oldest")
        lines.append(f"  The ledger has forgotten documents that changed last before {since}; they are not listed.")
    return lines


def _parse(entry: str) -> tuple[BilledCall, int]:
    kind, _, number = entry.partition("=")
    if kind not in set(BilledCall) or not re.fullmatch(r"\d{1,12}", number):
        raise OpsError(
            f"--billed takes KIND=CALLS, for example credit-card=1200; KIND is one of {', '.join(BilledCall)}"
        )
    return BilledCall(kind), int(number)
