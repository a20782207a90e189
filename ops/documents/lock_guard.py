"""The command ``lock-guard``."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from sealed_ocr.aws.false_claims import MAX_FALSE_CLAIMS, FalseClaims, FalseClaimsTable
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.table import Table
from sealed_ocr.common.timestamps import timestamp

from ops.common.console import AsJson, confirm, print_line, print_report
from ops.common.errors import OpsError
from ops.common.options import Yes, find_stack
from ops.common.stack import DeployedStack
from ops.documents.status import DOCUMENT_ID
from workstation.terminal import pluralize

DocumentArgument = Annotated[
    str, typer.Argument(metavar="DOCUMENT", help="The documentId of a card that was claimed about.")
]
Release = Annotated[bool, typer.Option("--release", help="Stop counting the person's claims. Asks first.")]


class LockGuardReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``lock-guard --json`` prints: what counted before a release, and whether it was released."""

    document_id: str
    false_claims: int
    unknown_claims: int
    attempts_left: int
    counted_until: str | None
    locked_until: str | None
    released: bool


def lock_guard(
    ctx: typer.Context, document: DocumentArgument, release: Release = False, yes: Yes = False, as_json: AsJson = False
) -> None:
    """Show how many false claims the lock guard counts for the person of a document, or release the person.

    After three of them the verify function sends no further claim about that person, because the authority locks a card
    after five wrong issue dates. The document leads to the person of its last claim, until a day after its verdict, or
    else until its Request-Key ends. Of an older document nothing is known: upload the image again and send its claim,
    which is refused and leads to the person.

    Release a person only if you know why the claims were false, for example from a test, or if the authority has
    confirmed that the card is not about to be locked. The next false claims are sent again.
    """
    if not DOCUMENT_ID.fullmatch(document):
        raise OpsError("a documentId has 32 hexadecimal digits")
    stack = find_stack(ctx)
    # Only for reading and releasing: the days and the lease matter for counting.
    counts = FalseClaimsTable(_table(stack), days=0, lease_seconds=0, clock=stack.clock)
    person = _person(stack, document)
    counted = counts.read(person)
    for line in _lines(counted):
        print_line(line)
    released = release and _release(counts, person, counted, yes=yes)
    print_report(
        LockGuardReport(
            document,
            counted.false,
            counted.open,
            counted.left,
            _time(counted.counted_until),
            _time(counted.locked_until),
            released,
        )
    )


def _table(stack: DeployedStack) -> Table:
    return Table(stack.clients.dynamodb, stack.outputs.request_keys_table_name)


def _person(stack: DeployedStack, document_id: str) -> str:
    stored = RequestKeys(_table(stack), lease_seconds=0, clock=stack.clock).read(document_id)
    if stored is None or not stored.person:
        raise OpsError(
            "no claim about this document is known. Its entry is kept until a day after its verdict, or until its "
            "Request-Key ends; lockGuardDays may be 0"
        )
    return stored.person


def _lines(counted: FalseClaims) -> list[str]:
    lines = [
        f"False claims about the person: {counted.false} of {MAX_FALSE_CLAIMS}",
        f"Claims whose end is not known, which count as false: {counted.open}",
        f"More claims that are let through: {counted.left}",
    ]
    if counted.counted_until:
        lines.append(f"The last claim counts until {timestamp(counted.counted_until)}")
    if counted.locked_until:
        lines.append(f"The authority has locked the card; no claim is sent until {timestamp(counted.locked_until)}")
    return lines


def _release(counts: FalseClaimsTable, person: str, counted: FalseClaims, *, yes: bool) -> bool:
    if not (counted.false or counted.open or counted.locked_until):
        print_line("There is nothing to release.")
        return False
    number = pluralize(counted.false + counted.open, "claim")
    if not confirm(f"Forget {number} about this person? The authority may lock the card. Continue?", yes=yes):
        raise typer.Exit(1)
    if not counts.forget(person):
        raise OpsError("nothing was changed: a claim was sent in the last six minutes and may be under way; try later")
    print_line("Released: claims about this person are sent again.")
    return True


def _time(seconds: int) -> str | None:
    return timestamp(seconds) if seconds else None
