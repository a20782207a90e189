"""The checks that every sealed request goes through before its content is looked at."""

from __future__ import annotations

import base64

from aiohttp import web

from emulator.control.counters import Counters
from emulator.domain.credentials import AcceptedCredentials
from emulator.domain.envelope import Envelope
from emulator.domain.key_pairs import KeyPair
from emulator.domain.result_codes import Code, Refusal


def check_credentials(request: web.Request, credentials: AcceptedCredentials) -> None:
    """Raise Refusal: HEADER_MISSING without Authorization, INVALID_CREDENTIALS for a wrong appKey or secretKey."""
    if not credentials.are_accepted(request.match_info["app_key"], header(request, "Authorization")):
        raise Refusal(Code.INVALID_CREDENTIALS)


def header(request: web.Request, name: str) -> str:
    """Return the value of a header that the guide requires.

    Raises Refusal (HEADER_MISSING) if it is missing or blank.
    """
    value = request.headers.get(name, "")
    if not value:
        raise Refusal(Code.HEADER_MISSING)
    return value


class SealedRequest:
    """The envelope of a request, opened with the key pair that is current when its body has arrived.

    Raises Refusal: HEADER_MISSING, INVALID_KEY_VERSION, INVALID_SYMMETRIC_KEY.
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
        """Return the refusal of data that does not open: INVALID_ENCRYPTED_DATA, unless the key never was one."""
        sound = self._pair.has_valid_padding(self._sealed_key)
        return Refusal(Code.INVALID_ENCRYPTED_DATA if sound else Code.INVALID_SYMMETRIC_KEY)
