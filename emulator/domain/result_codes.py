"""The result codes of the service. Its responses are HTTP 200, and their header has the result code (facts)."""

from __future__ import annotations

from enum import IntEnum


class Code(IntEnum):
    """A result code of the facts' table that the service returns without a fault."""

    UNEXPECTED_ERROR = -1
    SUCCESS = 0
    METHOD_NOT_ALLOWED = 405
    UNSUPPORTED_MEDIA_TYPE = 415
    INVALID_PARAMETER = 4000001
    INVALID_FILE = 4000002
    INVALID_FILE_TYPE = 4000003
    EMPTY_FILE = 4000004
    HEADER_MISSING = 4000005
    CARD_NOT_FOUND = 4000111
    ID_CARD_NOT_FOUND = 4000121
    INVALID_REQUEST_KEY = 4000122
    CARD_LOCKED = 4000123
    INVALID_KEY_VERSION = 4000301
    INVALID_SYMMETRIC_KEY = 4000302
    INVALID_ENCRYPTED_DATA = 4000303
    INVALID_CREDENTIALS = 4010001
    INVALID_TOKEN = 4010006
    ROLE_MISSING = 4010007
    UNKNOWN_URL = 4041007
    TOO_LARGE = 4131000
    TEMPORARILY_UNAVAILABLE = 5000503
    CARD_NOT_RECOGNISED = 5003013
    ID_CARD_NOT_RECOGNISED = 5003023

    @property
    def message(self) -> str:
        """The resultMessage of the code."""
        return self.name.replace("_", " ")


class Refusal(Exception):
    """The request gets a response with a result code other than 0.

    Parameters
    ----------
    message
        The resultMessage, by default the code's.
    """

    def __init__(self, code: Code, message: str | None = None) -> None:
        super().__init__(code, message)
        self.code, self.message = code, message
