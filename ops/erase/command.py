"""The command ``erase``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ops.common.console import AsJson, confirm, print_line, print_report, progress_bar
from ops.common.errors import OpsError
from ops.common.options import Yes, find_stack
from ops.common.stack import DeployedStack
from ops.documents.status import DOCUMENT_ID
from ops.erase.busy import require_idle
from ops.erase.erasure import Erasure
from ops.erase.finder import Finder
from ops.erase.look import LOOK_SECONDS, MOST_HIDDEN, Bounds
from ops.erase.queues import count_messages, places
from ops.erase.receipt import require_new_file
from ops.erase.summary import EraseReport, plan, print_plan, print_receipt
from ops.erase.target import Target
from workstation.terminal import pluralize

_LONGEST_LOOK_SECONDS = 36_000

DocumentArgument = Annotated[str | None, typer.Argument(metavar="DOCUMENT", help="A documentId.")]
Key = Annotated[
    str | None,
    typer.Option(metavar="KEY", help="The key of an object: all its versions, or with DOCUMENT the one that it is."),
]
CorrelationId = Annotated[
    str | None, typer.Option(metavar="ID", help="The id that the uploader gave as x-amz-meta-correlation-id.")
]
Prefix = Annotated[
    str, typer.Option(metavar="PREFIX", help="Where in the bucket to look for DOCUMENT or ID. Default: everywhere.")
]
Seconds = Annotated[
    int, typer.Option(metavar="NUMBER", min=1, max=_LONGEST_LOOK_SECONDS, help="The longest time for one queue.")
]
Messages = Annotated[
    int, typer.Option(metavar="NUMBER", min=1, max=MOST_HIDDEN, help="The most messages of one queue.")
]
ReceiptFile = Annotated[
    Path | None, typer.Option("--receipt", metavar="FILE", help="Write the receipt to this new file, as JSON.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be erased. Erase nothing.")]


def erase(
    ctx: typer.Context,
    document: DocumentArgument = None,
    key: Key = None,
    correlation_id: CorrelationId = None,
    prefix: Prefix = "",
    seconds: Seconds = LOOK_SECONDS,
    messages: Messages = MOST_HIDDEN,
    receipt: ReceiptFile = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Erase a document everywhere: images, ledger, Request-Key, results and dead letters. It cannot be undone.

    The command first replaces the ledger's entry by a tombstone, which holds the documentId, so that no late delivery
    is paid for. Then it deletes the Request-Key, every message about the document that it can see, and every version of
    the image. Consumers get the message `sealed-ocr.document.erased.v1` and have to erase what they hold. The receipt
    says what was erased, by whom, and what could not be seen. It holds no object key.

    A document that is being sent, or whose claim is, is left alone. An interrupted command can be run again: every step
    can be repeated. It waits for up to two minutes, until no running function may send a message about the document.

    Cost: a documentId does not lead to its key. Without --key the bucket is listed, 1,000 versions in a call. For
    --correlation-id S3 is also asked for the metadata of each version. --prefix narrows both. In the queues of results
    and of dead letters every message is received, once or twice. Each is hidden from consumers until all have been
    seen, and has one receive less of its 500. Messages in the uploads queue are not looked at.

    Exit code: 1 if something was still found, or a look at a queue ended at --seconds or --messages. Run it again then.
    """
    if (key is not None or document is not None) == (correlation_id is not None):
        raise OpsError("name what to erase: DOCUMENT, --key KEY, both of them, or --correlation-id ID alone")
    if document is not None and not DOCUMENT_ID.fullmatch(document):
        raise OpsError("a documentId has 32 hexadecimal digits; pass --key for an object's key")
    if receipt is not None:
        require_new_file(receipt)
    stack = find_stack(ctx)
    targets, unreadable = _find(stack, document, key, correlation_id, prefix)
    waiting = {name: count_messages(stack, url) for name, url in places(stack).items()}
    planned = plan(targets)
    print_plan(planned, waiting)
    require_idle(targets, stack.clock())
    if dry_run:
        print_line("Nothing was erased (--dry-run).")
        print_report(EraseReport(planned, waiting))
        return
    if not confirm(f"Erase {pluralize(len(targets), 'document')}? This cannot be undone.", yes=yes):
        raise typer.Exit(1)
    done = Erasure(stack, targets, Bounds(seconds, messages)).run(unreadable)
    print_receipt(done)
    print_report(EraseReport(planned, waiting, done))
    if receipt is not None:
        done.write(receipt)
        print_line(f"The receipt is in {receipt}.")
    if not done.complete:
        raise typer.Exit(1)


def _find(
    stack: DeployedStack, document: str | None, key: str | None, correlation_id: str | None, prefix: str
) -> tuple[list[Target], int]:
    with progress_bar() as bar:
        looking = bar.add_task("looking through the bucket", total=None)
        finder = Finder(stack, lambda number: bar.advance(looking, number))
        if document is not None:
            found = finder.by_document(document, key, prefix)
        elif key is not None:
            found = finder.by_key(key)
        else:
            found = finder.by_correlation_id(correlation_id or "", prefix)
    return found, finder.unreadable
