"""The messages of a batch that stay in the queue, according to the function's response.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html, "Success and failure conditions".
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from local.lambda_runtime.invocation import InvocationResult


def failed_messages(result: InvocationResult, message_ids: Collection[str], *, partial: bool) -> set[str]:
    """Return the ids of the messages that failed: all of them if Lambda would not accept the response.

    Parameters
    ----------
    result : InvocationResult
        The result of the invocation with the batch.
    message_ids : Collection[str]
        The ids of all messages of the batch.
    partial : bool
        Whether the mapping has ``ReportBatchItemFailures``. Without it the response is ignored.
    """
    every_id = set(message_ids)
    if result.error_type is not None:
        return every_id
    if not partial:
        return set()
    try:
        failed = _item_identifiers(json.loads(result.payload or b"null"))
    except (ValueError, TypeError, KeyError):
        return every_id
    if failed - every_id:
        return every_id
    return failed


def _item_identifiers(response: Any) -> set[str]:
    if response is None or response == {}:
        return set()
    failures = response["batchItemFailures"]
    if failures is None:
        return set()
    identifiers = {failure["itemIdentifier"] for failure in failures}
    if not all(isinstance(identifier, str) and identifier for identifier in identifiers):
        raise ValueError("an item of batchItemFailures has no itemIdentifier")
    return identifiers
