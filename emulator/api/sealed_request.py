"""The checks of credentials, headers and keys that precede the checks of a request's content."""

from __future__ import annotations

import base64

from aiohttp import web

from emulator.control.counters import Counters
from emulator.control.state import EmulatorState
from emulator.domain.api_versions import API_VERSIONS, ApiVersion
from emulator.domain.envelope import Envelope
from emulator.domain.key_pairs import KeyPair
from emulator.domain.result_codes import Code, Refusal


def api_version(request: web.Request) -> ApiVersion:
    """Return the version in the request's path."""
    return next(version for version in API_VERSIONS if version == request.match_info["version"])


def check_credentials(request: web.Request, state: EmulatorState) -> ApiVersion:
    """Check the credentials: appKey and secretKey for v2.0, a token and the appKey for v2.1.

    Raises
    ------
    Refusal
        HEADER_MISSING without the version's header. INVALID_CREDENTIALS for a wrong appKey or secretKey. For v2.1
        also INVALID_TOKEN for an unknown, expired or revoked token, and ROLE_MISSING.
    """
    version, app_key = api_version(request), request.match_info["app_key"]
    if version == "v2.0":
        if not state.credentials.accept_secret_key(app_key, header(request, "Authorization")):
            raise Refusal(Code.INVALID_CREDENTIALS)
        return version
    scheme, _, token = header(request, "X-NHN-Authorization").partition(" ")
    if scheme.lower() != "bearer" or not state.tokens.is_valid(token):
        raise Refusal(Code.INVALID_TOKEN)
    if not state.credentials.accept_app_key(app_key):
        raise Refusal(Code.INVALID_CREDENTIALS)
    if state.credentials.lacks_role:
        raise Refusal(Code.ROLE_MISSING)
    return version


def header(request: web.Request, name: str) -> str:
    """Return the value of a required header.

    Raises
    ------
    Refusal
        HEADER_MISSING if the header is missing or blank.
    """
    value = request.headers.get(name, "")
    if not value:
        raise Refusal(Code.HEADER_MISSING)
    return value


class SealedRequest:
    """A request with an encrypted symmetric key. `envelope` holds the decrypted key.

    The key pair is the current one when the body has arrived.

    Raises
    ------
    Refusal
        HEADER_MISSING, INVALID_KEY_VERSION, INVALID_SYMMETRIC_KEY.
    """

    def __init__(self, request: web.Request, pair: KeyPair, counters: Counters) -> None:
        self._pair = pair
        version, symmetric_key = header(request, "X-Key-Version"), header(request, "Symmetric-Key")
        if version != pair.version:
            raise Refusal(Code.INVALID_KEY_VERSION)
        try:
            self._sealed_key = base64.b64decode(symmetric_key, validate=True)
            opened = pair.decrypt(self._sealed_key)
            self.envelope = Envelope(opened)
        except ValueError:
            raise Refusal(Code.INVALID_SYMMETRIC_KEY) from None
        counters.count_symmetric_key(opened)

    def decryption_refusal(self) -> Refusal:
        """Return the refusal for bad ciphertext: INVALID_ENCRYPTED_DATA, or INVALID_SYMMETRIC_KEY for a wrong key."""
        sound = self._pair.has_valid_padding(self._sealed_key)
        return Refusal(Code.INVALID_ENCRYPTED_DATA if sound else Code.INVALID_SYMMETRIC_KEY)
