"""Failures of AWS. Their texts name the operation and the error code, and nothing of the request."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from botocore.exceptions import ClientError

from sealed_ocr.aws.error_codes import ErrorClass, classify

# A code of AWS, or an HTTP status. Anything else is not from AWS, and may quote the request.
_CODE = re.compile(r"[A-Z][A-Za-z0-9]{1,63}(\.[A-Z][A-Za-z0-9]{1,63}){0,2}|[1-5][0-9]{2}")


class AwsError(Exception):
    """A call to AWS failed. ``code`` is the error code of AWS, or the class of the connection's exception."""

    def __init__(self, operation: str, code: str, status: int = 0) -> None:
        """Keep only what may be logged."""
        super().__init__(f"{operation} failed: {code}")
        self.operation = operation
        self.code = code
        self.status = status

    @property
    def operator_must_act(self) -> bool:
        """Whether the failure lasts until an operator acts: a permission, a key or a resource is missing."""
        return classify(self.operation, self.code, self.status) is ErrorClass.OPERATOR


class ConditionFailed(AwsError):
    """The condition of a write failed. ``item`` is the existing item, in DynamoDB's low-level shape."""

    def __init__(self, operation: str, item: dict[str, Any]) -> None:
        """Keep the existing item, which is never part of the text."""
        super().__init__(operation, "ConditionalCheckFailedException")
        self.item = item


@contextmanager
def translate_errors(operation: str) -> Iterator[None]:
    """Turn every exception raised inside into an ``AwsError``, because botocore's quote keys, URLs and items.

    This covers all exception classes: a response that is not from AWS fails in a parser with any of them.
    """
    try:
        yield
    except Exception as failure:  # noqa: BLE001 - not swallowed: raised again as an AwsError
        raise _translated(operation, failure) from None


def _translated(operation: str, failure: Exception) -> AwsError:
    if not isinstance(failure, ClientError):
        return AwsError(operation, type(failure).__name__)
    # botocore reads what it can of any page, so each member may be missing or of another type.
    response = cast("Mapping[str, Any]", failure.response)
    error, metadata = response.get("Error"), response.get("ResponseMetadata")
    code = error.get("Code") if isinstance(error, Mapping) else None
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        code = "Unknown"
    if code == "ConditionalCheckFailedException":
        return ConditionFailed(operation, response.get("Item", {}))
    status = metadata.get("HTTPStatusCode") if isinstance(metadata, Mapping) else None
    return AwsError(operation, code, status if isinstance(status, int) else 0)
