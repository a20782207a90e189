"""One image through the whole pipeline, as a consumer's would go."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sealed_ocr.aws.errors import AwsError, clean
from sealed_ocr.aws.table import Item
from sealed_ocr.common.kinds import Kind

from ops.common.images import announcements, current
from ops.common.ledger import Documents, in_words
from ops.common.stack import Stack
from ops.doctor.findings import Finding, proven, wrong

_LOOK_SECONDS = 0.5


@dataclass(frozen=True)
class Trial:
    """An image to be sent through, and for how many seconds to wait for it."""

    image: bytes = field(repr=False)
    kind: Kind
    timeout: float
    sleep: Callable[[float], None] = time.sleep

    def findings(self, stack: Stack) -> Iterator[Finding]:
        """Upload the image, and follow it in the ledger to its end."""
        key = f"{self.kind}/ops-doctor/{uuid.uuid4().hex}"
        try:
            with clean("PutObject"):
                stack.clients.s3.put_object(Bucket=stack.outputs.image_bucket_name, Key=key, Body=self.image)
            events = announcements(current(stack.clients.s3, stack.outputs.image_bucket_name, key))
            document_id, item = self._end(stack, [event.document_id for event in events])
        except AwsError as failure:
            yield wrong(f"The image could not be sent through: {failure}.")
            return
        yield self._judged(document_id, item)

    def _end(self, stack: Stack, ids: list[str]) -> tuple[str, Item | None]:
        documents = Documents(stack.clients.dynamodb, stack.outputs.documents_table_name)
        deadline = time.monotonic() + self.timeout
        while True:
            known = documents.states(ids)
            document_id = next((each for each in ids if each in known), ids[0])
            ended = known.get(document_id) in {"done", "parked"}
            if ended or time.monotonic() >= deadline:
                return document_id, documents.read(document_id)
            self.sleep(_LOOK_SECONDS)

    def _judged(self, document_id: str, item: Item | None) -> Finding:
        about = f"document {document_id}"
        if item and item.get("state") == "done":
            if item.get("outcome") == "analyzed":
                return proven(
                    f"An image came through, end to end: uploaded, sealed, analyzed, its message sent ({about})."
                )
            return wrong(
                f"The image came through and was rejected ({about}): its message on the results queue says why (`tail` "
                "shows it). A sealed call is proven only by an image that is analyzed."
            )
        return wrong(f"The image did not come through in {self.timeout:g} s ({about}). {in_words(item, time.time())}")
