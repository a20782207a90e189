"""Tokens of API v2.1 ("v2.1: tokens" of the API's facts): requested with an access key, held while they are valid."""

from __future__ import annotations

import base64
import re
import time
from collections.abc import Callable
from typing import Any

import msgspec

from sealed_ocr.common.log_event import LogEvent, Recorder, record_nothing
from sealed_ocr.common.refreshable_cache import RefreshableCache
from sealed_ocr.ocr import result_codes
from sealed_ocr.ocr.auth import AccessKey, ApiVersion, Authorization
from sealed_ocr.ocr.errors import (
    ConfigurationFault,
    ContractFault,
    LimitExceeded,
    OcrError,
    OutcomeUnknown,
    Rejected,
    StaleCredentials,
    Transient,
)
from sealed_ocr.ocr.request_body import Body
from sealed_ocr.ocr.transport import Response, Transport

# A token is not used in its last seconds, because a request takes time to arrive. It lives for 60 seconds at least.
MARGIN_SECONDS = 15.0
_LARGEST_MARGIN = 0.25
# The vendor's tokens live for a day at most. A longer life would be an error of the answer.
LONGEST_LIFE_SECONDS = 86_400
_REQUEST_SECONDS = 5.0
_PATH = "/oauth2/token/create"
_FORM = b"grant_type=client_credentials"
_TOKEN = re.compile(r"[\x21-\x7e]+")
# RFC 6749, section 5.2: those that another access key cures.
_WRONG_KEY = frozenset({"invalid_client", "invalid_grant", "unauthorized_client"})


class Token(Authorization, frozen=True):
    """The authorization with a token, and the seconds that it is used for."""

    seconds: float


class TokenAuth:
    """Authenticates with tokens. All threads share one token, and one request for it."""

    def __init__(
        self,
        access_key: AccessKey,
        oauth: Transport,
        clock: Callable[[], float] = time.time,
        record: Recorder = record_nothing,
    ) -> None:
        """``oauth`` leads to the vendor's token host; ``clock`` returns epoch seconds."""
        self._access_key = access_key
        self._oauth = oauth
        self._record = record
        # A token that has ended is of no use, other than a public key.
        self._tokens = RefreshableCache(self._request, lambda token: token.seconds, clock, stale_if_error=False)

    @property
    def version(self) -> ApiVersion:
        """The version of the API."""
        return "v2.1"

    def authorize(self) -> Authorization:
        """Return the authorization with a token that is valid now, which may have to be requested first.

        Raises
        ------
        StaleCredentials
            If the token host does not accept the access key.
        ConfigurationFault, LimitExceeded, ContractFault, Transient
            If there is no token. Nothing was billed: a token is free.
        """
        return self._tokens.get()

    def invalidate(self, refused: Authorization) -> None:
        """Drop the token of ``refused``, unless another thread has a newer one already."""
        if isinstance(refused, Token):
            self._tokens.invalidate(refused)

    def _request(self) -> Token:
        key = self._access_key
        basic = base64.b64encode(f"{key.user_access_key_id}:{key.secret_access_key}".encode()).decode()
        try:
            response = self._oauth.exchange(
                "POST",
                _PATH,
                {"Authorization": f"Basic {basic}"},
                time.monotonic() + _REQUEST_SECONDS,
                Body("application/x-www-form-urlencoded", len(_FORM), [_FORM]),
            )
        except OutcomeUnknown as lost:
            # The request is free, so its outcome does not matter.
            raise Transient(f"no token could be had: {lost.reason}") from None
        value, seconds = _granted(response)
        self._record(LogEvent.TOKEN_ISSUED, seconds=seconds)
        return Token(
            self.version,
            key.app_key,
            {"X-NHN-Authorization": f"Bearer {value}"},
            seconds - min(MARGIN_SECONDS, seconds * _LARGEST_MARGIN),
        )


def _granted(response: Response) -> tuple[str, int]:
    """Return the token of an answer and the seconds that it is valid; raise the error of any other answer."""
    tree = _json(response.body)
    if response.status != 200:
        raise _refusal(response.status, tree)
    if tree is None:
        raise Transient("the token host answered something that is not its JSON; check the setting oauthEndpoint")
    value, seconds = tree.get("access_token"), _seconds(tree.get("expires_in"))
    if not isinstance(value, str) or not _TOKEN.fullmatch(value):
        raise ContractFault("the token host issued no token, or one that can't stand in a header")
    if str(tree.get("token_type")).lower() != "bearer":
        raise ContractFault("the token host issued a token that is not of the type Bearer")
    if seconds is None:
        raise ContractFault("the token host issued a token without a positive number of seconds in expires_in")
    return value, seconds


def _refusal(status: int, tree: dict[str, Any] | None) -> OcrError:
    if 300 <= status < 400:
        return ConfigurationFault(f"the token host redirects (HTTP {status}); check the setting oauthEndpoint")
    header = (tree or {}).get("header")
    if isinstance(header, dict) and isinstance(code := header.get("resultCode"), int):
        if status == 404 or (status, code) == (400, 4000003):
            return ConfigurationFault(
                f"the token host does not know this address; check the setting oauthEndpoint (HTTP {status})", code
            )
        refused = result_codes.gateway_failure(status, code)
        if refused is not None and not isinstance(refused, Rejected):
            return refused
    error = (tree or {}).get("error")
    if status == 401 or error in _WRONG_KEY:
        return StaleCredentials("the token host does not accept the userAccessKeyId and the secretAccessKey")
    if status == 429:
        return LimitExceeded("the limit of the token host is exceeded")
    if isinstance(error, str):
        return ContractFault(f"the token host refuses the request for a token (HTTP {status})")
    return Transient(f"no token could be had: the HTTP status of the response was {status}")


def _json(body: bytes) -> dict[str, Any] | None:
    try:
        tree = msgspec.json.decode(body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict) else None


def _seconds(given: object) -> int | None:
    """Return ``expires_in``, which is a number or its text, as whole seconds; None if it is neither or not positive."""
    if isinstance(given, str) and given.isascii() and given.isdecimal() and len(given) < 10:
        given = int(given)
    if isinstance(given, bool) or not isinstance(given, int | float) or not given >= 1:
        return None
    return int(min(given, LONGEST_LIFE_SECONDS))
