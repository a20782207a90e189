"""``status``: where one document stands."""

from __future__ import annotations

import re
import time
from typing import Annotated

import typer
from sealed_ocr.aws.request_key_states import State
from sealed_ocr.aws.request_keys import Held, RequestKeys
from sealed_ocr.aws.table import Item, Table

from ops.common.console import say
from ops.common.errors import OpsError
from ops.common.images import announcements, current
from ops.common.ledger import Documents, in_words, when
from ops.common.options import stack_of
from ops.common.stack import Stack

Document = Annotated[str, typer.Argument(metavar="DOCUMENT", help="A documentId; with --key, an object's key.")]
ByKey = Annotated[bool, typer.Option("--key", help="DOCUMENT is the key of an object in the image bucket.")]

_DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")
_OFFER = {
    State.AVAILABLE: "available: a claim can be verified",
    State.SENDING: "in use: a claim is with the OCR service now",
    State.SPENT: "spent: a verdict was given, or lost",
    State.UNKNOWN: "in doubt: a claim went out and no answer came; it may be sent again",
    State.EXPIRED: "expired: only another analysis brings a new one",
    State.LOCKED: "of no use: the authority has locked the card",
}


def status(ctx: typer.Context, document: Document, by_key: ByKey = False) -> None:
    """Say where a document stands: in the ledger, and its Request-Key.

    A documentId is in every message, log line and ledger item. With --key it is computed of the object's current
    version, as the pipeline does it. Nothing recognised, no claim and no Request-Key is ever shown.

    Exit code: 1 when the ledger does not know the document.
    """
    if not by_key and not _DOCUMENT_ID.fullmatch(document):
        raise OpsError("a documentId is 32 hexadecimal digits; for an object's key, say --key")
    stack = stack_of(ctx)
    documents = Documents(stack.clients.dynamodb, stack.outputs.documents_table_name)
    ids = _ids(stack, document) if by_key else [document]
    items = {each: documents.read(each) for each in ids}
    document_id = next((each for each, item in items.items() if item), ids[0])
    item = items[document_id]
    say(f"Document {document_id}")
    say(in_words(item, time.time()))
    if item:
        _tell(item)
    _tell_offer(stack, document_id)
    if item is None:
        raise typer.Exit(1)


def _ids(stack: Stack, key: str) -> list[str]:
    stored = current(stack.clients.s3, stack.outputs.image_bucket_name, key)
    return [each.document_id for each in announcements(stored)]


def _tell(item: Item) -> None:
    say(f"  attempts that were or may have been billed: {item.get('attempts', 0)}")
    if reason := item.get("reason"):
        say(f"  reason: {reason}")
    if item.get("suspect"):
        say("  runs alone: it was in a function that was killed, or was parked")
    say(f"  since: {when(item, 'updatedAt')}")
    say(f"  kept until: {when(item, 'expiresAt')}")


def _tell_offer(stack: Stack, document_id: str) -> None:
    # Only reading: the length of a lease is of no concern.
    keys = RequestKeys(Table(stack.clients.dynamodb, stack.outputs.request_keys_table_name), lease_seconds=0)
    held: Held | None = keys.read(document_id)
    if held is None:
        say("Request-Key: none (only ID cards have one, for an hour; it is forgotten a day later).")
        return
    say(f"Request-Key: {_OFFER[held.state]}")
    say(f"  ends: {when(held.item, 'keyExpiresAt')}")
