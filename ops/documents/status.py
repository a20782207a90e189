"""The command ``status``."""

from __future__ import annotations

import re
import time
from typing import Annotated

import typer
from sealed_ocr.aws.request_key_states import RequestKeyState
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.stored_request_key import StoredRequestKey
from sealed_ocr.aws.table import Item, Table

from ops.common.console import print_line
from ops.common.errors import OpsError
from ops.common.images import current_version, possible_events
from ops.common.ledger import OperatorLedger, describe_state, utc_time
from ops.common.options import find_stack
from ops.common.stack import DeployedStack
from ops.documents.calls import describe_calls, describe_month

DocumentArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="DOCUMENT", help="A documentId, or an object's key if --key is given. Without it: the stage's calls."
    ),
]
ByKey = Annotated[bool, typer.Option("--key", help="DOCUMENT is the key of an object in the image bucket.")]

_DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")
_REQUEST_KEY_STATES = {
    RequestKeyState.AVAILABLE: "available: a claim can be verified",
    RequestKeyState.SENDING: "in use: a claim is with the OCR service now",
    RequestKeyState.SPENT: "spent: a verdict was given, or lost",
    RequestKeyState.UNKNOWN: "unknown: a claim was sent and no answer arrived; it may be sent again",
    RequestKeyState.EXPIRED: "expired: only another analysis provides a new one",
    RequestKeyState.LOCKED: "unusable: the authority has locked the card",
}


def status(ctx: typer.Context, document: DocumentArgument = None, by_key: ByKey = False) -> None:
    """Show the state of a document in the ledger, and of its Request-Key.

    Without DOCUMENT, the command shows how many calls are left under maxCallsPerHour and maxCallsPerDay,
    and how many ID-card calls the month has, for the vendor's quota.

    The documentId is in every message, log line and ledger item. With --key the command computes it from the object's
    current version, as the pipeline does. It never shows recognised values, claims or Request-Keys.

    Exit code: 1 if the ledger does not know the document.
    """
    if document is None:
        stack = find_stack(ctx)
        for line in describe_calls(stack):
            print_line(line)
        print_line(describe_month(stack))
        return
    if not by_key and not _DOCUMENT_ID.fullmatch(document):
        raise OpsError("a documentId has 32 hexadecimal digits; pass --key for an object's key")
    stack = find_stack(ctx)
    ledger = OperatorLedger(stack.clients.dynamodb, stack.outputs.documents_table_name)
    ids = _document_ids(stack, document) if by_key else [document]
    items = {each: ledger.read(each) for each in ids}
    document_id = next((each for each, item in items.items() if item), ids[0])
    item = items[document_id]
    print_line(f"Document {document_id}")
    print_line(describe_state(item, time.time()))
    if item:
        _print_item(item)
    _print_request_key(stack, document_id)
    if item is None:
        raise typer.Exit(1)


def _document_ids(stack: DeployedStack, key: str) -> list[str]:
    version = current_version(stack.clients.s3, stack.outputs.image_bucket_name, key)
    return [event.document_id for event in possible_events(version)]


def _print_item(item: Item) -> None:
    print_line(f"  attempts that were or may have been billed: {item.get('attempts', 0)}")
    if reason := item.get("reason"):
        print_line(f"  reason: {reason}")
    if item.get("suspect"):
        print_line("  runs alone: its function was killed, or it was parked")
    print_line(f"  since: {utc_time(item, 'updatedAt')}")
    print_line(f"  kept until: {utc_time(item, 'expiresAt')}")


def _print_request_key(stack: DeployedStack, document_id: str) -> None:
    # The lease matters only for writing.
    keys = RequestKeys(Table(stack.clients.dynamodb, stack.outputs.request_keys_table_name), lease_seconds=0)
    held: StoredRequestKey | None = keys.read(document_id)
    if held is None:
        print_line("Request-Key: none. Only ID cards have one. It is valid for an hour and then deleted.")
        return
    print_line(f"Request-Key: {_REQUEST_KEY_STATES[held.state]}")
    print_line(f"  ends: {utc_time(held.item, 'keyExpiresAt')}")
