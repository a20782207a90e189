"""Takes the messages about documents out of the queues that hold any.

The uploads queue is left alone: each look would count as a delivery, and the tombstone ends an upload that waits there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial

import msgspec
from sealed_ocr.analysis.erased import TYPE
from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.aws.uploads import parse_event

from ops.common.message_documents import read_documents
from ops.common.stack import DeployedStack
from ops.erase.look import Bounds, Content, Look
from ops.erase.queue_look import QueueLook

# A message that consumers receive too often moves to the dead letters, which therefore come after their queue.
RESULTS, REVIEW = "results", "review"
DEAD_RESULTS, DEAD_REVIEW, DEAD_UPLOADS = "results-dead-letters", "review-dead-letters", "uploads-dead-letters"
_ROUNDS = 3


def places(stack: DeployedStack) -> dict[str, str]:
    """Return the URLs of the queues by their names."""
    outputs = stack.outputs
    urls = {
        RESULTS: outputs.results_queue_url,
        REVIEW: outputs.review_queue_url,
        DEAD_RESULTS: outputs.results_dead_letter_queue_url,
        DEAD_REVIEW: outputs.review_dead_letter_queue_url,
        DEAD_UPLOADS: outputs.uploads_dead_letter_queue_url,
    }
    return {name: url for name, url in urls.items() if url is not None}


def take_out(
    stack: DeployedStack, document_ids: Collection[str], bounds: Bounds, began: Callable[[str], object]
) -> list[Look]:
    """Look at every queue until a look finds nothing, three times at most; return all looks in order.

    ``began`` is called with the name of a queue before each look at it.

    Raises
    ------
    AwsError
        If SQS fails or refuses.
    """
    looks: list[Look] = []
    urls = places(stack)
    for _ in range(_ROUNDS):
        names, urls = urls, {}
        for name, url in names.items():
            began(name)
            content = partial(_dead_upload if name == DEAD_UPLOADS else _result, document_ids)
            look = QueueLook(stack.clients.sqs, name, url, content, bounds).run()
            looks.append(look)
            if look.found:
                urls[name] = url
    return looks


def count_messages(stack: DeployedStack, url: str) -> int:
    """Return about how many messages a queue holds: visible ones, those in flight, and delayed ones."""
    with translate_errors("GetQueueAttributes"):
        found = stack.clients.sqs.get_queue_attributes(
            QueueUrl=url,
            AttributeNames=[
                "ApproximateNumberOfMessages",
                "ApproximateNumberOfMessagesNotVisible",
                "ApproximateNumberOfMessagesDelayed",
            ],
        )
    return sum(map(int, found["Attributes"].values()))


def _result(document_ids: Collection[str], body: str) -> Content:
    found = read_documents(body)
    if found.type == TYPE:
        # It is what erases the document elsewhere, and holds nothing of it.
        return Content(())
    return Content([each for each in found.document_ids if each in document_ids], None, bool(found.document_ids))


def _dead_upload(document_ids: Collection[str], body: str) -> Content:
    """Return what a dead letter of uploads holds. A message may hold several uploads; the others of it must stay."""
    uploads = parse_event(body).uploads
    mine = [each for each in uploads if each.document.document_id in document_ids]
    ids = [each.document.document_id for each in mine]
    if not mine:
        return Content((), None, bool(uploads))
    event = msgspec.json.decode(body)
    records = [each.record for each in mine]
    event["Records"] = [record for record in event["Records"] if record not in records]
    return Content(ids, msgspec.json.encode(event).decode() if event["Records"] else None)
