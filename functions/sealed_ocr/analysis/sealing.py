"""Seals messages to the consumer: the whole message becomes a JWE (RFC 7516).

Each message is encrypted with a fresh key (AES-256 in GCM), and that key with the consumer's: RSA-OAEP-256, or
ECDH-ES+A256KW. Only the holder of the private key reads it: not the queue, its dead letters, or operators.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from joserfc import jwe
from joserfc.jwk import ECKey, RSAKey

from sealed_ocr.analysis import sealed_message
from sealed_ocr.analysis.messages import Message
from sealed_ocr.analysis.queue_message import QueueMessage, encode, queue_message
from sealed_ocr.common.consumer_keys import ALGORITHMS, ConsumerKey, parse_key_set
from sealed_ocr.ocr.errors import ConfigurationFault

CONTENT_ENCRYPTION = "A256GCM"
_ALLOWED = (*ALGORITHMS.values(), CONTENT_ENCRYPTION)


class Sealer:
    """Encodes messages sealed. Thread-safe.

    The first key that has not expired seals. When all have, no document is begun any more. One that was paid for
    meanwhile is still sealed, to the key that expired last: it would be lost otherwise.
    """

    def __init__(self, key_set: str, clock: Callable[[], float] = time.time) -> None:
        """Read the JWK set. ``clock`` returns epoch seconds.

        Raises
        ------
        KeySetFault
            If the set cannot be used.
        """
        self._keys = [(key, _imported(key)) for key in parse_key_set(key_set)]
        self._clock = clock

    def require_ready(self) -> None:
        """Raise ``ConfigurationFault`` if every key has expired."""
        key, _ = self._current()
        if key.expired(self._clock()):
            raise ConfigurationFault(f"every key of consumerPublicKeys has expired, the last one at {key.end}")

    def encode(self, message: Message) -> QueueMessage:
        """Return the message with the JSON of its sealed form, and with its own attributes."""
        key, public = self._current()
        header = {"alg": key.algorithm, "enc": CONTENT_ENCRYPTION, "kid": key.kid, "cty": "cloudevents+json"}
        sealed = jwe.encrypt_compact(header, encode(message), public, algorithms=_ALLOWED)
        return queue_message(message, sealed_message.wrap(message, sealed))

    def _current(self) -> tuple[ConsumerKey, RSAKey | ECKey]:
        """Return the first key that has not expired, or else the one that expired last."""
        now = self._clock()
        valid = (pair for pair in self._keys if not pair[0].expired(now))
        return next(valid, None) or max(self._keys, key=lambda pair: pair[0].exp or 0)


def _imported(key: ConsumerKey) -> RSAKey | ECKey:
    if key.kty == "RSA":
        return RSAKey.import_key({"kty": "RSA", "n": key.n, "e": key.e})
    return ECKey.import_key({"kty": "EC", "crv": key.crv, "x": key.x, "y": key.y})
