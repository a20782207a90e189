"""``reanalyze``: one document once more, on purpose."""

from __future__ import annotations

import time
from typing import Annotated

import typer
from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.table import met

from ops.common.console import agreed, say
from ops.common.errors import OpsError
from ops.common.images import announcements, current
from ops.common.ledger import Documents, in_words
from ops.common.options import Yes, stack_of
from ops.common.uploads_queue import send

Key = Annotated[str, typer.Argument(metavar="KEY", help="The object's key in the image bucket.")]


def reanalyze(ctx: typer.Context, key: Key, yes: Yes = False) -> None:
    """Have an image read once more, although it was read before. It is PAID FOR AGAIN.

    The document is freed in the ledger, for ONE more attempt, and an upload event of the object's current version is
    put into the uploads queue, in the shape of S3's. Its message comes to the results queue with the same documentId:
    consumers that recognise repeats will pass it over.

    A card gets a new Request-Key with it, unless a verdict was given already: then the message offers none.

    A document that is with the OCR service now is left alone. One whose function was killed is sent without being
    freed: the function takes it over, alone, in case it was the image that killed it.
    """
    stack = stack_of(ctx)
    documents = Documents(stack.clients.dynamodb, stack.outputs.documents_table_name)
    events = announcements(current(stack.clients.s3, stack.outputs.image_bucket_name, key))
    known = documents.states([event.document_id for event in events])
    event = next((event for event in events if event.document_id in known), events[0])
    say(f"Document {event.document_id}")
    say(in_words(documents.read(event.document_id), time.time()))
    if not agreed("The OCR service will be paid for reading it again. Go on?", yes=yes):
        raise typer.Exit(1)
    _free(documents, event.document_id, alone=known.get(event.document_id) == "parked")
    if send(stack.clients.sqs, stack.outputs.uploads_queue_url, [event.body]):
        raise OpsError("the event could not be sent; the document is free, so give the command again")
    say("Its upload event is in the uploads queue; `status` tells how it goes.")


def _free(documents: Documents, document_id: str, *, alone: bool) -> None:
    try:
        documents.free(document_id, "reanalyze", alone=alone)
    except ConditionFailed as failure:
        item, now = met(failure), time.time()
        if item.get("state") == "sending" and int(item.get("leaseUntil", 0)) >= now:
            raise OpsError(f"nothing was done. {in_words(item, now)}") from None
