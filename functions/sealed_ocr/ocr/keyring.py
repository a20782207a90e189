"""What every request needs, credentials and a public key: fetched when needed, refreshed when refused."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar, get_args

from sealed_ocr.common.log_event import LogEvent, Recorder
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr import responses
from sealed_ocr.ocr.auth import ApiVersion, Authenticator, Authorization
from sealed_ocr.ocr.errors import (
    ConfigurationFault,
    OcrError,
    OutcomeUnknown,
    Rejected,
    StaleCredentials,
    StaleKey,
    StaleToken,
    Transient,
    VerificationRefused,
)
from sealed_ocr.ocr.public_keys import KeyService, PublicKey, PublicKeys
from sealed_ocr.ocr.result_codes import DECRYPTION_FAILED
from sealed_ocr.ocr.transport import Transport

T = TypeVar("T")

_KEY_SECONDS = 5.0


class Keyring:
    """Holds the credentials and the public keys. Thread-safe."""

    def __init__(
        self,
        transport: Transport,
        authenticators: RefreshableCache[Authenticator],
        call_seconds: float,
        record: Recorder,
    ) -> None:
        """Give a single request at most ``call_seconds``. ``record`` is the one of ``OcrClient``."""
        self._transport = transport
        self._authenticators = authenticators
        self._call_seconds = call_seconds
        self._record = record
        # A public key of one version of the API may be unknown to the other.
        self._public_keys = {
            version: PublicKeys(partial(self._fetch_public_key, version)) for version in get_args(ApiVersion)
        }

    def use(
        self,
        service: KeyService,
        deadline: float,
        request: Callable[[Authorization, PublicKey, float], T],
        *,
        require_fresh_public_key: bool = False,
    ) -> T:
        """Make ``request`` with an authorization, a public key and a deadline; repeat it once if one is refused.

        With ``require_fresh_public_key`` the public key is fetched now, so nothing is sent to a service that does not
        respond.

        Raises
        ------
        OcrError
            That of ``request``; ``Transient`` if it cannot end before ``deadline``, or a key is refused twice.
        """
        refreshed: set[type[OcrError]] = set()
        while True:
            self._request_deadline(deadline)
            authenticator = self._authenticators.get()
            public_keys = self._public_keys[authenticator.version]
            authorization = key = None
            try:
                authorization = authenticator.authorize()
                key = (public_keys.refresh if require_fresh_public_key else public_keys.get)(service)
                return request(authorization, key, self._request_deadline(deadline))
            except (StaleKey, StaleCredentials, StaleToken) as refused:
                kind = type(refused)
                if kind in refreshed:
                    final = Transient if kind is StaleKey else ConfigurationFault
                    raise final(refused.reason, refused.code) from None
                refreshed.add(kind)
                if isinstance(refused, StaleCredentials):
                    self._record(LogEvent.CREDENTIALS_REFUSED, resultCode=refused.code)
                    self._authenticators.invalidate(authenticator)
                elif isinstance(refused, StaleToken):
                    self._record(LogEvent.TOKEN_REFUSED, resultCode=refused.code)
                    if authorization is not None:
                        authenticator.invalidate(authorization)
                elif key is not None:
                    self._record(LogEvent.PUBLIC_KEY_REFUSED, keyService=service, resultCode=refused.code)
                    public_keys.invalidate(service, key)
            except Transient as failure:
                if failure.code == DECRYPTION_FAILED and key is not None:
                    # The key pair may have been rotated in between: the next attempt fetches its public key anew.
                    public_keys.invalidate(service, key)
                raise

    def _request_deadline(self, deadline: float) -> float:
        """Return the deadline of a request that starts now; raise ``Transient`` if it is later than ``deadline``."""
        until = time.monotonic() + self._call_seconds
        if until > deadline:
            raise Transient("too little time was left for the request")
        return until

    def _fetch_public_key(self, version: ApiVersion, service: KeyService) -> PublicKey:
        authenticator = self._authenticators.get()
        if authenticator.version != version:
            raise Transient("the secret changed to the other version of the API while a public key was fetched")
        authorization = authenticator.authorize()
        until = time.monotonic() + _KEY_SECONDS
        try:
            response = self._transport.exchange(
                "GET", authorization.path(f"public-keys/{service}"), authorization.headers, until
            )
            key = PublicKey.from_result(responses.result(response))
        except (OutcomeUnknown, Rejected, VerificationRefused) as failure:
            # The request for a key is free, so its outcome does not matter, and its code says nothing of an image.
            raise Transient(f"no public key could be fetched: {failure.reason}", failure.code) from None
        self._record(LogEvent.PUBLIC_KEY_FETCHED, keyService=service, bits=key.key.key_size)
        if key.weak:
            self._record(LogEvent.PUBLIC_KEY_WEAK, keyService=service, bits=key.key.key_size)
        return key
