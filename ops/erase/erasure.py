"""Erases documents, step by step (docs/adr/0111).

The tombstone comes first: from then on no delivery is claimed. The images come last: while one is left, the same
command finds its documents again. Each step can be repeated, so an interrupted erasure is resumed by repeating all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from sealed_ocr.aws.errors import ConditionFailed, translate_errors
from sealed_ocr.aws.table import Table, existing_item
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.timestamps import timestamp

from ops.common.console import print_line
from ops.common.ledger import OperatorLedger
from ops.common.stack import DeployedStack
from ops.erase import queues
from ops.erase.announcement import announce
from ops.erase.busy import being_sent, being_verified
from ops.erase.look import Bounds, Look
from ops.erase.receipt import DocumentReceipt, Receipt, Scan, not_seen
from ops.erase.request_keys import erase_request_key
from ops.erase.stored_images import ImageStore
from ops.erase.target import Target

# How long an invocation of the analyze function lives. A test compares it with ``infra.limits``.
FUNCTION_SECONDS = 120
_SENDS_NOTHING = frozenset({DocumentState.DONE, DocumentState.ERASED})


class Erasure:
    """One erasure of some documents."""

    def __init__(
        self,
        stack: DeployedStack,
        targets: Sequence[Target],
        bounds: Bounds,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._stack, self._targets, self._bounds, self._sleep = stack, targets, bounds, sleep
        self._ids = {target.document_id for target in targets}
        self._ledger = OperatorLedger(stack.clients.dynamodb, stack.outputs.documents_table_name, stack.clock)
        self._images = ImageStore(stack.clients.s3, stack.outputs.image_bucket_name)
        self._request_keys = Table(stack.clients.dynamodb, stack.outputs.request_keys_table_name)
        self._had_request_key: dict[str, bool] = {}

    def run(self, unreadable_images: int = 0) -> Receipt:
        """Erase the documents; return the receipt. ``unreadable_images`` could not be looked at before.

        Raises
        ------
        OpsError
            If a document is being sent. What was done until then is kept, and the command can be repeated.
        AwsError
            If AWS fails or refuses. The same holds then.
        """
        with translate_errors("GetCallerIdentity"):
            identity = str(self._stack.clients.sts.get_caller_identity()["Arn"])
        began_at = timestamp(self._stack.clock())
        for target in self._targets:
            self._write_tombstone(target.document_id)
        for target in self._targets:
            self._had_request_key[target.document_id] = self._erase_request_key(target.document_id)
        self._wait_for_functions()
        looks = queues.take_out(
            self._stack, self._ids, self._bounds, lambda name: print_line(f"Looking at the {name} …", "dim")
        )
        for target in self._targets:
            announce(self._stack, target.document_id)
        documents = [self._erase_images(target, looks) for target in self._targets]
        return self._receipt(identity, began_at, documents, looks, unreadable_images)

    def _write_tombstone(self, document_id: str) -> None:
        try:
            self._ledger.erase(document_id)
        except ConditionFailed as failure:
            raise being_sent(document_id, int(existing_item(failure).get("leaseUntil", 0))) from None

    def _erase_request_key(self, document_id: str) -> bool:
        try:
            return erase_request_key(self._stack, document_id)
        except ConditionFailed as failure:
            raise being_verified(document_id, int(existing_item(failure).get("leaseUntil", 0))) from None

    def _wait_for_functions(self) -> None:
        """Wait until no function that began before the tombstones may still send a message about a document."""
        until = max(_quiet_at(target, self._stack.clock()) for target in self._targets)
        seconds = until - self._stack.clock()
        if seconds > 0:
            print_line(
                f"Waiting until {timestamp(until)}: a function that began before may still send a message about it. "
                "If you interrupt this, run the same command again."
            )
            self._sleep(seconds)

    def _erase_images(self, target: Target, looks: Sequence[Look]) -> DocumentReceipt:
        deleted = [self._images.erase(key, target.document_id) for key in target.keys]
        messages: dict[str, int] = {}
        for look in looks:
            if found := look.found.get(target.document_id):
                messages[look.queue] = messages.get(look.queue, 0) + found
        return DocumentReceipt(
            target.document_id,
            target.state,
            sum(versions for versions, _ in deleted),
            sum(markers for _, markers in deleted),
            self._had_request_key[target.document_id],
            messages,
        )

    def _receipt(
        self,
        identity: str,
        began_at: str,
        documents: list[DocumentReceipt],
        looks: Sequence[Look],
        unreadable_images: int,
    ) -> Receipt:
        last = list({look.queue: look for look in looks}.values())
        found = sum(self._left(target) for target in self._targets) + sum(sum(look.found.values()) for look in last)
        uploads = queues.count_messages(self._stack, self._stack.outputs.uploads_queue_url)
        now = timestamp(self._stack.clock())
        return Receipt(
            self._stack.name,
            identity,
            began_at,
            now,
            documents,
            Scan(now, found, last),
            list(not_seen(last, uploads, unreadable_images)),
            not found and all(look.ended == "empty" for look in last),
        )

    def _left(self, target: Target) -> int:
        """Return how much of a document the bucket and both tables still hold."""
        item = self._ledger.read(target.document_id) or {}
        images = [version for key in target.keys for version in self._images.of_key(key)]
        return (
            (item.get("state") != DocumentState.ERASED)
            + (self._request_keys.read(target.document_id) is not None)
            + sum(target.document_id in version.document_ids() for version in images)
        )


def _quiet_at(target: Target, now: float) -> float:
    """Return when no function that began before the tombstone runs any more, or has anything more to send."""
    item = target.item or {}
    # A function that found the document done or erased sends nothing.
    since = int(item["updatedAt"]) if item.get("state") in _SENDS_NOTHING else now
    return since + FUNCTION_SECONDS
