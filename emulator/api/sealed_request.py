"""The checks of credentials, headers and keys that precede the checks of a request's content."""

from __future__ import annotations

import base64

from aiohttp import web

from emulator.control.counters import Counters
from emulator.domain.credentials import AcceptedCredentials
from emulator.domain.envelope import Envelope
from emulator.domain.key_pairs import KeyPair
from emulator.domain.result_codes import Code, Refusal


def check_credentials(request: web.Request, credentials: AcceptedCredentials) -> None:
    """Check appKey and secretKey.

    Raises
    ------
    Refusal
        HEADER_MISSING without Authorization, INVALID_CREDENTIALS for a wrong appKey or secretKey.
    """
    if not credentials.are_accepted(request.match_info["app_key"], header(request, "Authorization")):
        raise Refusal(Code.INVALID_CREDENTIALS)


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
