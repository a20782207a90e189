"""Which messages of a batch stay in the queue, by what the function answered.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, "Success and failure conditions".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from local.lambda_runtime.runtime_api import Outcome


def failed_messages(outcome: Outcome, message_ids: Collection[str], *, partial: bool) -> set[str]:
    """Return the ids of the messages that failed, all of them when the answer is not one that Lambda accepts.

    ``partial`` is whether the mapping has ``ReportBatchItemFailures``; without it the answer is not looked at.
    """
    everything = set(message_ids)
    if outcome.error_type is not None:
        return everything
    if not partial:
        return set()
    try:
        failed = _named(json.loads(outcome.payload or b"null"))
    except (ValueError, TypeError, KeyError):
        return everything
    if failed - everything:
        return everything
    return failed


def _named(answer: Any) -> set[str]:
    if answer is None or answer == {}:
        return set()
    failures = answer["batchItemFailures"]
    if failures is None:
        return set()
    identifiers = {failure["itemIdentifier"] for failure in failures}
    if not all(isinstance(identifier, str) and identifier for identifier in identifiers):
        raise ValueError("an item of batchItemFailures names no message")
    return identifiers
