"""Sends one image through the whole pipeline, as a user's upload."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from sealed_ocr.aws.errors import AwsError, translate_errors
from sealed_ocr.aws.table import Item
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.kinds import Kind

from ops.common.images import current_version, possible_events
from ops.common.ledger import OperatorLedger
from ops.common.stack import DeployedStack
from ops.doctor.findings import Finding, proven, wrong
from ops.story.story import tell

_POLL_SECONDS = 0.5


@dataclass(frozen=True)
class EndToEndCheck:
    """An image to upload, and how many seconds to wait for its analysis."""

    image: bytes = field(repr=False)
    kind: Kind
    timeout: float
    sleep: Callable[[float], None] = time.sleep

    def findings(self, stack: DeployedStack) -> Iterator[Finding]:
        """Upload the image, and poll the ledger until the document ends."""
        key = f"{self.kind}/ops-doctor/{uuid.uuid4().hex}"
        try:
            with translate_errors("PutObject"):
                # Demanded by `refuseOverwrite`; without it, the SDK's own repeat could be a second paid document.
                stack.clients.s3.put_object(
                    Bucket=stack.outputs.image_bucket_name, Key=key, Body=self.image, IfNoneMatch="*"
                )
            events = possible_events(current_version(stack.clients.s3, stack.outputs.image_bucket_name, key))
            document_id, item = self._wait_for_end(stack, [event.document_id for event in events])
        except AwsError as error:
            yield wrong(f"The image could not be uploaded or followed: {error}.")
            return
        yield self._finding(document_id, item)

    def _wait_for_end(self, stack: DeployedStack, ids: list[str]) -> tuple[str, Item | None]:
        ledger = OperatorLedger(stack.clients.dynamodb, stack.outputs.documents_table_name)
        deadline = time.monotonic() + self.timeout
        while True:
            states = ledger.states(ids)
            document_id = next((each for each in ids if each in states), ids[0])
            ended = states.get(document_id) in {DocumentState.DONE, DocumentState.PARKED}
            if ended or time.monotonic() >= deadline:
                return document_id, ledger.read(document_id)
            self.sleep(_POLL_SECONDS)

    def _finding(self, document_id: str, item: Item | None) -> Finding:
        document = f"document {document_id}"
        if item and item.get("state") == DocumentState.DONE:
            if item.get("outcome") == "analyzed":
                return proven(
                    f"An image was processed end to end: uploaded, sealed, analyzed, its message sent ({document})."
                )
            return wrong(
                f"The image was processed but rejected ({document}). Its message on the results queue has the reason "
                "(`tail` shows it). Only an analyzed image proves a sealed call."
            )
        story = tell(document_id, item, time.time())
        return wrong(
            f"The image was not processed within {self.timeout:g} s ({document}). "
            f"{story.sentence} {story.next_attempt.sentence}"
        )
