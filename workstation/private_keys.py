"""Opens sealed messages with a consumer's private key from a file."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from workstation.sealed_messages import PrivateKeyFault, kid_of

_KEYS: dict[str, type[RSAKey | ECKey]] = {"RSA": RSAKey, "EC": ECKey}
_REGISTRY = jwe.JWERegistry(algorithms=["RSA-OAEP-256", "ECDH-ES+A256KW", "A256GCM"])
# The library's own limit is 64 KiB; a message may have 1 MiB.
_REGISTRY.max_ciphertext_length = 1 << 20


class PrivateKeys:
    """The private keys of a file, by ``kid``."""

    def __init__(self, keys: dict[str, RSAKey | ECKey]) -> None:
        self._keys = keys

    @classmethod
    def from_file(cls, path: Path) -> Self:
        """Read a private JWK, or a JWK set of them.

        Raises
        ------
        PrivateKeyFault
            If the file cannot be read, or holds something else.
        """
        try:
            found = json.loads(path.read_bytes())
        except OSError as error:
            raise PrivateKeyFault(f"the file of the private key cannot be read: {error.strerror}") from None
        except ValueError:
            raise PrivateKeyFault("the file of the private key is not JSON; it must be a JWK or a JWK set") from None
        try:
            keys = {str(member["kid"]): _private_key(member) for member in found.get("keys", [found])}
        except (AttributeError, KeyError, TypeError, ValueError, JoseError):
            # The text of an error may quote the key.
            raise PrivateKeyFault("the file holds no private JWK, RSA or EC, with a kid") from None
        return cls(keys)

    def without(self, kids: Iterable[str]) -> list[str]:
        """Return those of the names that the file has no key for."""
        return [kid for kid in kids if kid not in self._keys]

    def open(self, body: str) -> str:
        """Return the JSON of the message inside ``body``, the JSON of a sealed one.

        Raises
        ------
        PrivateKeyFault
            If it is sealed to another key, or was changed.
        """
        event = json.loads(body)
        kid = kid_of(event)
        if kid not in self._keys:
            raise PrivateKeyFault(f"the message is sealed to the key {kid!r}; the file has {', '.join(self._keys)}")
        try:
            opened = jwe.decrypt_compact(event["data"]["sealed"], self._keys[kid], registry=_REGISTRY).plaintext
        except (JoseError, ValueError):
            raise PrivateKeyFault(f"the message cannot be opened with the private key {kid!r}") from None
        return (opened or b"").decode()


def _private_key(member: dict[str, Any]) -> RSAKey | ECKey:
    key = _KEYS[member["kty"]].import_key(member)
    if not key.is_private:
        raise ValueError("a public key")
    return key
