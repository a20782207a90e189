"""The command ``status``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

import msgspec
import typer
from sealed_ocr.aws.request_key_states import RequestKeyState
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.stored_request_key import StoredRequestKey
from sealed_ocr.aws.table import Table

from ops.common.console import AsJson, print_line, print_report
from ops.common.errors import OpsError
from ops.common.images import current_version, possible_events
from ops.common.ledger import OperatorLedger, utc_time
from ops.common.options import find_stack
from ops.common.stack import DeployedStack
from ops.documents.calls import print_calls
from ops.story.story import DocumentStory, tell

DocumentArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="DOCUMENT", help="A documentId, or an object's key if --key is given. Without it: the stage's calls."
    ),
]
ByKey = Annotated[bool, typer.Option("--key", help="DOCUMENT is the key of an object in the image bucket.")]

DOCUMENT_ID = re.compile(r"[0-9a-f]{32}")
_REQUEST_KEY_STATES = {
    RequestKeyState.AVAILABLE: "available: a claim can be verified",
    RequestKeyState.SENDING: "in use: a claim is with the OCR service now",
    RequestKeyState.SPENT: "spent: a verdict was given, or lost",
    RequestKeyState.UNKNOWN: "unknown: a claim was sent and no answer arrived; it may be sent again",
    RequestKeyState.EXPIRED: "expired: only another analysis provides a new one",
    RequestKeyState.LOCKED: "unusable: the authority has locked the card",
}


class RequestKeyReport(msgspec.Struct, rename="camel", frozen=True):
    """The Request-Key of an ID card, without the key."""

    state: RequestKeyState
    ends_at: str


class StatusReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``status DOCUMENT --json`` prints."""

    document: DocumentStory
    request_key: RequestKeyReport | None


def status(
    ctx: typer.Context, document: DocumentArgument = None, by_key: ByKey = False, as_json: AsJson = False
) -> None:
    """Show what the ledger knows of a document: its state, its last attempts, the next one, and its Request-Key.

    Without DOCUMENT, the command shows how many calls are left under maxCallsPerHour and maxCallsPerDay,
    and how many ID-card calls the month has, for the vendor's quota.

    The documentId is in every message, log line and ledger item. With --key the command computes it from the object's
    current version, as the pipeline does. It never shows recognised values, claims or Request-Keys.

    Exit code: 1 if the ledger does not know the document.
    """
    if document is None:
        print_calls(find_stack(ctx))
        return
    stack = find_stack(ctx)
    story = find_story(stack, document, by_key=by_key)
    request_key = _request_key(stack, story.document_id)
    for line in story_lines(story):
        print_line(line)
    _print_request_key(request_key)
    print_report(StatusReport(story, request_key))
    if story.state is None:
        raise typer.Exit(1)


def find_story(stack: DeployedStack, document: str, *, by_key: bool) -> DocumentStory:
    """Return the story of the document with this id, or with ``by_key`` of the object with this key.

    Raises
    ------
    OpsError
        If the text is no id.
    AwsError
        If DynamoDB or S3 fails or refuses.
    """
    if not by_key and not DOCUMENT_ID.fullmatch(document):
        raise OpsError("a documentId has 32 hexadecimal digits; pass --key for an object's key")
    ledger = OperatorLedger(stack.clients.dynamodb, stack.outputs.documents_table_name)
    ids = _document_ids(stack, document) if by_key else [document]
    items = {each: ledger.read(each) for each in ids}
    document_id = next((each for each, item in items.items() if item), ids[0])
    return tell(document_id, items[document_id], stack.clock())


def story_lines(story: DocumentStory) -> Iterator[str]:
    """Yield the story in lines."""
    yield f"Document {story.document_id}"
    yield story.sentence
    yield story.calls
    yield story.next_attempt.sentence
    if story.state is None:
        return
    if story.reason:
        yield f"  reason: {story.reason}"
    if story.runs_alone:
        yield "  runs alone: its function was killed, or it was parked"
    yield f"  since: {story.updated_at}"
    yield f"  kept until: {story.expires_at}"
    if story.attempts:
        yield "Its last attempts:"
    for attempt in story.attempts:
        name = f"attempt {attempt.attempt_id} (invocation {attempt.invocation_id or 'not known'}): "
        yield f"  {attempt.begun_at}  {name if attempt.attempt_id else ''}{attempt.sentence}"


def _document_ids(stack: DeployedStack, key: str) -> list[str]:
    version = current_version(stack.clients.s3, stack.outputs.image_bucket_name, key)
    return [event.document_id for event in possible_events(version)]


def _request_key(stack: DeployedStack, document_id: str) -> RequestKeyReport | None:
    # The lease matters only for writing.
    keys = RequestKeys(Table(stack.clients.dynamodb, stack.outputs.request_keys_table_name), lease_seconds=0)
    held: StoredRequestKey | None = keys.read(document_id)
    return RequestKeyReport(held.state, utc_time(held.item, "keyExpiresAt")) if held else None


def _print_request_key(held: RequestKeyReport | None) -> None:
    if held is None:
        print_line("Request-Key: none. Only ID cards have one. It is valid for an hour and then deleted.")
        return
    print_line(f"Request-Key: {_REQUEST_KEY_STATES[held.state]}")
    print_line(f"  ends: {held.ends_at}")
