"""What every request is made with, credentials and a public key: fetched when needed, renewed when refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sealed_ocr.common.kinds import KeyService
from sealed_ocr.common.refreshable_cache import Renewed
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.auth import Credentials
from sealed_ocr.ocr.errors import (
    ConfigurationFault,
    OcrError,
    OutcomeUnknown,
    Rejected,
    StaleCredentials,
    StaleKey,
    Transient,
    VerificationRefused,
)
from sealed_ocr.ocr.public_keys import PublicKey, PublicKeys
from sealed_ocr.ocr.transport import Transport

T = TypeVar("T")

_KEY_SECONDS = 5.0


class Keyring:
    """Holds the credentials and the public keys. Thread-safe."""

    def __init__(
        self,
        transport: Transport,
        credentials: Renewed[Credentials],
        call_seconds: float,
        count: Callable[[str], None],
    ) -> None:
        """A single request gets at most ``call_seconds``; ``count`` as the client's."""
        self._transport = transport
        self._credentials = credentials
        self._call_seconds = call_seconds
        self._count = count
        self._keys = PublicKeys(self._fetch_public_key)

    def use(
        self,
        service: KeyService,
        deadline: float,
        request: Callable[[Credentials, PublicKey, float], T],
        *,
        sign_of_life: bool = False,
    ) -> T:
        """Make ``request`` with credentials, a public key and its own deadline; once again if one of them was refused.

        With ``sign_of_life`` the public key is one that the service hands out now.

        Raises
        ------
        OcrError
            ``request``'s; ``Transient`` when it could not end before ``deadline``, or its keys were refused twice.
        """
        public_key = self._keys.renew if sign_of_life else self._keys.get
        renewed: set[type[OcrError]] = set()
        while True:
            self._until(deadline)
            credentials = self._credentials.get()
            key = None
            try:
                key = public_key(service)
                return request(credentials, key, self._until(deadline))
            except (StaleKey, StaleCredentials) as refused:
                kind = type(refused)
                if kind in renewed:
                    final = Transient if kind is StaleKey else ConfigurationFault
                    raise final(refused.reason, refused.code) from None
                renewed.add(kind)
                if isinstance(refused, StaleCredentials):
                    self._credentials.discard(credentials)
                elif key is not None:
                    self._keys.discard(service, key)

    def _until(self, deadline: float) -> float:
        """Return until when a request that starts now may last; raise ``Transient`` when that is too late."""
        until = time.monotonic() + self._call_seconds
        if until > deadline:
            raise Transient("too little time was left for the request")
        return until

    def _fetch_public_key(self, service: KeyService) -> PublicKey:
        credentials = self._credentials.get()
        until = time.monotonic() + _KEY_SECONDS
        try:
            answer = self._transport.exchange(
                "GET", credentials.path(f"public-keys/{service}"), credentials.headers(), until
            )
            key = PublicKey.from_result(responses.result(answer))
        except (OutcomeUnknown, Rejected, VerificationRefused) as failure:
            # Asking for a key is free, so nothing about it is unknown; and it says nothing of an image or a claim.
            raise Transient(f"no public key could be fetched: {failure.reason}", failure.code) from None
        self._count("PublicKeyFetched")
        if key.weak:
            self._count("WeakPublicKey")
        return key
