"""What every request needs, credentials and a public key: fetched when needed, refreshed when refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sealed_ocr.common.metric_name import Metric
from sealed_ocr.common.refreshable_cache import RefreshableCache
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
from sealed_ocr.ocr.public_keys import KeyService, PublicKey, PublicKeys
from sealed_ocr.ocr.transport import Transport

T = TypeVar("T")

_KEY_SECONDS = 5.0


class Keyring:
    """Holds the credentials and the public keys. Thread-safe."""

    def __init__(
        self,
        transport: Transport,
        credentials: RefreshableCache[Credentials],
        call_seconds: float,
        count: Callable[[Metric], None],
    ) -> None:
        """Give a single request at most ``call_seconds``. ``count`` is the one of ``OcrClient``."""
        self._transport = transport
        self._credentials = credentials
        self._call_seconds = call_seconds
        self._count = count
        self._public_keys = PublicKeys(self._fetch_public_key)

    def use(
        self,
        service: KeyService,
        deadline: float,
        request: Callable[[Credentials, PublicKey, float], T],
        *,
        require_fresh_public_key: bool = False,
    ) -> T:
        """Make ``request`` with credentials, a public key and a deadline; repeat it once if one of them is refused.

        With ``require_fresh_public_key`` the public key is fetched now, so nothing is sent to a service that does not
        respond.

        Raises
        ------
        OcrError
            That of ``request``; ``Transient`` if it cannot end before ``deadline``, or a key is refused twice.
        """
        public_key = self._public_keys.refresh if require_fresh_public_key else self._public_keys.get
        refreshed: set[type[OcrError]] = set()
        while True:
            self._request_deadline(deadline)
            credentials = self._credentials.get()
            key = None
            try:
                key = public_key(service)
                return request(credentials, key, self._request_deadline(deadline))
            except (StaleKey, StaleCredentials) as refused:
                kind = type(refused)
                if kind in refreshed:
                    final = Transient if kind is StaleKey else ConfigurationFault
                    raise final(refused.reason, refused.code) from None
                refreshed.add(kind)
                if isinstance(refused, StaleCredentials):
                    self._credentials.invalidate(credentials)
                elif key is not None:
                    self._public_keys.invalidate(service, key)

    def _request_deadline(self, deadline: float) -> float:
        """Return the deadline of a request that starts now; raise ``Transient`` if it is later than ``deadline``."""
        until = time.monotonic() + self._call_seconds
        if until > deadline:
            raise Transient("too little time was left for the request")
        return until

    def _fetch_public_key(self, service: KeyService) -> PublicKey:
        credentials = self._credentials.get()
        until = time.monotonic() + _KEY_SECONDS
        try:
            response = self._transport.exchange(
                "GET", credentials.path(f"public-keys/{service}"), credentials.headers(), until
            )
            key = PublicKey.from_result(responses.result(response))
        except (OutcomeUnknown, Rejected, VerificationRefused) as failure:
            # The request for a key is free, so its outcome does not matter, and its code says nothing of an image.
            raise Transient(f"no public key could be fetched: {failure.reason}", failure.code) from None
        self._count(Metric.PUBLIC_KEY_FETCHED)
        if key.weak:
            self._count(Metric.WEAK_PUBLIC_KEY)
        return key
