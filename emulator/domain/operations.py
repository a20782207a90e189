"""The operations of the guide and of the token endpoint, with the names that control endpoints and counters use."""

from __future__ import annotations

from typing import Literal, get_args

from emulator.domain.key_pairs import KeyService

Analysis = Literal["credit-card", "id-card", "id-card/stand-alone"]
TokenOperation = Literal["oauth2/token/create", "oauth2/token/revoke"]
Operation = Literal[
    "public-keys",
    "credit-card",
    "id-card",
    "id-card/stand-alone",
    "id-card/authenticity",
    "oauth2/token/create",
    "oauth2/token/revoke",
]
ANALYSES: tuple[Analysis, ...] = get_args(Analysis)
TOKEN_OPERATIONS: tuple[TokenOperation, ...] = get_args(TokenOperation)
# The operations whose requests are encrypted with a public key.
SEALED_OPERATIONS: tuple[Operation, ...] = (*ANALYSES, "id-card/authenticity")


def key_service_of(operation: Operation) -> KeyService:
    """Return the service whose public key encrypts requests of the operation (guide, "Issue Public Key")."""
    return "credit-card" if operation == "credit-card" else "id-card"
