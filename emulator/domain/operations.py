"""The operations of the guide, with the names that control endpoints and counters use."""

from __future__ import annotations

from typing import Literal, get_args

from emulator.domain.key_pairs import KeyService

Analysis = Literal["credit-card", "id-card", "id-card/stand-alone"]
Operation = Literal["public-keys", "credit-card", "id-card", "id-card/stand-alone", "id-card/authenticity"]
ANALYSES: tuple[Analysis, ...] = get_args(Analysis)
OPERATIONS: tuple[Operation, ...] = get_args(Operation)


def key_service_of(operation: Operation) -> KeyService:
    """Return the service whose public key encrypts requests of the operation (guide, "Issue Public Key")."""
    return "credit-card" if operation == "credit-card" else "id-card"
