"""Asking the verify function whether documents are authentic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import urllib3

if TYPE_CHECKING:
    from local.pipeline.messages import Message

_SECONDS = 60
"""Longer than the function may take: the answer is always its own."""


@dataclass(frozen=True)
class Verdict:
    """What the verify function answered: the status, and the document of JSON."""

    document_id: str
    status: int
    answer: dict[str, Any]

    @property
    def authentic(self) -> bool | None:
        """The verdict; None when there is none."""
        return bool(self.answer["isAuthenticity"]) if self.status == 200 else None

    @property
    def problem(self) -> str:
        """Why there is no verdict, in the function's own words."""
        return f"{self.status} {self.answer.get('type', '')} {self.answer.get('detail', self.answer.get('title', ''))}"


def verdict_url(verify_url: str, document_id: str) -> str:
    """Return where the claims of a document are posted to."""
    return urljoin(verify_url, f"documents/{document_id}/authenticity")


def ask(verify_url: str, message: Message) -> Verdict:
    """Post the claim that the message offers, as it stands."""
    document_id = str(message.event["id"])
    # Never again on its own: a claim that was answered is spent.
    response = urllib3.request(
        "POST", verdict_url(verify_url, document_id), json=message.claim, timeout=_SECONDS, retries=False
    )
    try:
        answer = response.json()
    except ValueError:
        answer = {}
    return Verdict(document_id, response.status, answer if isinstance(answer, dict) else {})
