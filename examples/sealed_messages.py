"""Opens messages that are sealed to you (the stack's setting ``consumerPublicKeys``), and makes your key pair.

``python sealed_messages.py KID`` writes ``KID.private.json``, which stays with you, and ``KID.public.json`` for the
operators of Sealed OCR. Both are JWK sets.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeySet, KeySetSerialization

SEALED_TYPE = "sealed-ocr.document.sealed.v1"
_REGISTRY = jwe.JWERegistry(algorithms=["RSA-OAEP-256", "ECDH-ES+A256KW", "A256GCM"])
# The library's own limit is 64 KiB; a message may have 1 MiB.
_REGISTRY.max_ciphertext_length = 1 << 20


class CannotOpen(Exception):
    """The message cannot be opened with these keys, or was changed. The text quotes nothing of the message."""


class PrivateKeys:
    """Your private keys: the current one and, after a rotation, the former one for messages that still wait."""

    def __init__(self, path: Path) -> None:
        """Read the file, a JWK set."""
        found: KeySetSerialization = json.loads(path.read_bytes())
        self._keys = KeySet.import_key_set(found)

    def open(self, body: str) -> str:
        """Return the message inside a sealed one. Any other body is returned as it is.

        Raises
        ------
        CannotOpen
            If no key fits, or the message was changed.
        """
        try:
            event = json.loads(body)
        except ValueError:
            return body
        if not isinstance(event, dict) or event.get("type") != SEALED_TYPE:
            return body
        try:
            # The header's kid chooses the key.
            opened: Any = jwe.decrypt_compact(event["data"]["sealed"], self._keys, registry=_REGISTRY).plaintext
            inner: dict[str, Any] = json.loads(opened)
        except (JoseError, ValueError, KeyError, TypeError) as error:
            raise CannotOpen(f"the sealed message cannot be opened: {type(error).__name__}") from None
        # The outside is not encrypted, so a message could be inside another one.
        if inner.get("id") != event.get("id"):
            raise CannotOpen("the message inside is of another document")
        return str(opened.decode())


def make_key_pair(kid: str, folder: Path) -> None:
    """Write a new key pair (EC P-256) into ``folder``; raise ``FileExistsError`` if a file is there already."""
    key = ECKey.generate_key("P-256", {"kid": kid, "use": "enc"})
    for half in ("private", "public"):
        path = folder / f"{kid}.{half}.json"
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600 if half == "private" else 0o644)
        with os.fdopen(file, "w") as target:
            json.dump({"keys": [key.as_dict(private=half == "private")]}, target)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python sealed_messages.py KID")
    make_key_pair(sys.argv[1], Path())
