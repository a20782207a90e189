"""The command ``reanalyze``."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer
from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import existing_item
from sealed_ocr.common.billed_call import BilledCall
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.kinds import Kind

from ops.common.console import AsJson, confirm, print_line, print_report
from ops.common.errors import OpsError
from ops.common.images import current_version, possible_events
from ops.common.ledger import OperatorLedger
from ops.common.options import Yes, find_stack
from ops.common.prices import describe_charge
from ops.common.stack import DeployedStack
from ops.common.uploads_queue import send_events
from ops.story.story import DocumentStory, tell

_RUNS_ALONE = {DocumentState.PARKED, DocumentState.SENDING}

KeyArgument = Annotated[str, typer.Argument(metavar="KEY", help="The object's key in the image bucket.")]


class ReanalyzeReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``reanalyze --json`` prints: the document as it was before it was freed."""

    before: DocumentStory


def reanalyze(ctx: typer.Context, key: KeyArgument, yes: Yes = False, as_json: AsJson = False) -> None:
    """Analyze an image once more, although it was analyzed before. It is PAID FOR AGAIN.

    The command frees the document in the ledger for ONE more attempt, and puts an upload event for the object's current
    version into the uploads queue, in the format of S3. The message on the results queue has the same documentId, so
    consumers that recognise repeats ignore it.

    An ID card gets a new Request-Key, unless a verdict was given already. In that case the message offers no
    verification.

    The command leaves a document alone that is with the OCR service now. A document that is parked, or whose function
    was killed during the last attempt, runs alone: its image may have killed the function.
    """
    stack = find_stack(ctx)
    ledger = OperatorLedger(stack.clients.dynamodb, stack.outputs.documents_table_name, stack.clock)
    events = possible_events(current_version(stack.clients.s3, stack.outputs.image_bucket_name, key))
    states = ledger.states([event.document_id for event in events])
    event = next((event for event in events if event.document_id in states), events[0])
    print_line(f"Document {event.document_id}")
    story = tell(event.document_id, ledger.read(event.document_id), stack.clock())
    print_line(story.sentence)
    print_line(story.calls)
    if kind := Kind.of_key(key):
        print_line(describe_charge(stack, {BilledCall(kind): 1}))
    if not confirm("The OCR service will be paid for analyzing it again. Continue?", yes=yes):
        raise typer.Exit(1)
    _free(stack, ledger, event.document_id, alone=states.get(event.document_id) in _RUNS_ALONE)
    if send_events(stack.clients.sqs, stack.outputs.uploads_queue_url, [event.body]):
        raise OpsError("the event could not be sent; the document is free, so run the command again")
    print_line("Its upload event is in the uploads queue. Follow it with `status`.")
    print_report(ReanalyzeReport(story))


def _free(stack: DeployedStack, ledger: OperatorLedger, document_id: str, *, alone: bool) -> None:
    try:
        ledger.free(document_id, "reanalyze", alone=alone)
    except ConditionFailed as failure:
        story = tell(document_id, existing_item(failure), stack.clock())
        raise OpsError(f"nothing was changed. {story.sentence}") from None
