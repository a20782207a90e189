"""Refuses to erase what is being sent: its answer would come after the erasure."""

from __future__ import annotations

from collections.abc import Iterable

from sealed_ocr.aws.request_key_states import RequestKeyState
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.common.timestamps import timestamp

from ops.common.errors import OpsError
from ops.erase.target import Target


def require_idle(targets: Iterable[Target], now: float) -> None:
    """Raise ``OpsError`` if an attempt at one of the documents, or a claim for it, is under way."""
    for target in targets:
        item = target.item or {}
        lease = int(item.get("leaseUntil", 0))
        if item.get("state") == DocumentState.SENDING and lease >= now:
            raise being_sent(target.document_id, lease)
        key = target.request_key
        if key is not None and key.state is RequestKeyState.SENDING:
            raise being_verified(target.document_id, int(now) + key.lease_seconds_left)


def being_sent(document_id: str, lease_until: int) -> OpsError:
    """Return the error about a document that is with the OCR service."""
    return OpsError(
        f"document {document_id} is with the OCR service now, and cannot be erased while it is being sent. Run the "
        f"command again when its attempt has ended, after {timestamp(lease_until)} at the latest"
    )


def being_verified(document_id: str, lease_until: int) -> OpsError:
    """Return the error about a card whose claim is with the OCR service."""
    return OpsError(
        f"a claim for document {document_id} is being sent now, and the card cannot be erased meanwhile. Run the "
        f"command again when the claim has ended, after {timestamp(lease_until)} at the latest"
    )
