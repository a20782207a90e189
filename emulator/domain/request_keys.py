"""Request-Keys. Each one allows the verification of one claim about one document.

It is valid for one hour, and cannot be reused after a normal response (guide, "ID Card Analysis API", response header).
"""

from __future__ import annotations

import hashlib
import secrets
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from emulator.domain.api_versions import ApiVersion
from emulator.domain.claims import Claim
from emulator.domain.clock import Clock
from emulator.domain.readings import DocumentKind
from emulator.domain.result_codes import Code, Refusal

VALID_SECONDS = 3600
# The authority locks a resident card after this number of wrong issue dates (facts).
WRONG_ISSUE_DATES = 5


@dataclass(frozen=True, repr=False)
class _IssuedKey:
    api: ApiVersion
    document: DocumentKind
    expected: Mapping[str, str]
    at: float


class RequestKeyStore:
    """The valid Request-Keys, and the number of wrong issue dates for each resident card."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._issued: dict[str, _IssuedKey] = {}
        self._wrong_issue_dates: Counter[str] = Counter()

    def issue(self, api: ApiVersion, document: DocumentKind, expected: Mapping[str, str]) -> str:
        """Return a new Request-Key for a document and its expected claim."""
        self._issued = {key: issued for key, issued in self._issued.items() if self._is_valid(issued)}
        request_key = secrets.token_urlsafe(32)
        self._issued[request_key] = _IssuedKey(api, document, expected, self._clock.now())
        return request_key

    def verify(self, api: ApiVersion, request_key: str, claim: Claim) -> bool:
        """Return the verdict and consume the key, whether the verdict is true or false.

        Raises
        ------
        Refusal
            INVALID_REQUEST_KEY if the key is unknown, expired, consumed, issued for another kind of document, or issued
            by the other version of the API; CARD_LOCKED. The key is not consumed.
        """
        issued = self._issued.get(request_key)
        if issued is None or not self._is_valid(issued) or (issued.api, issued.document) != (api, claim.document):
            raise Refusal(Code.INVALID_REQUEST_KEY)
        card = _card_hash(claim)
        if self._wrong_issue_dates[card] >= WRONG_ISSUE_DATES:
            raise Refusal(Code.CARD_LOCKED)
        del self._issued[request_key]
        mismatched_fields = claim.mismatched_fields(issued.expected)
        if claim.document == "resident" and mismatched_fields == {"issueDate"}:
            self._wrong_issue_dates[card] += 1
        return not mismatched_fields

    def unlock_cards(self) -> None:
        """Reset the numbers of wrong issue dates."""
        self._wrong_issue_dates.clear()

    def _is_valid(self, issued: _IssuedKey) -> bool:
        return self._clock.now() < issued.at + VALID_SECONDS


def _card_hash(claim: Claim) -> str:
    return hashlib.sha256(claim.values["residentNumber"].encode()).hexdigest() if claim.document == "resident" else ""
