"""Failures of AWS. Their texts name the operation and the error code, and nothing of the request."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from botocore.exceptions import ClientError

from sealed_ocr.aws.error_codes import ErrorClass, classify


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
    except ClientError as failure:
        code = str(failure.response.get("Error", {}).get("Code", "Unknown"))
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed(operation, cast("dict[str, Any]", failure.response.get("Item", {}))) from None
        raise AwsError(operation, code, failure.response["ResponseMetadata"]["HTTPStatusCode"]) from None
    except Exception as failure:  # noqa: BLE001 - not swallowed: raised again as an AwsError
        raise AwsError(operation, type(failure).__name__) from None
