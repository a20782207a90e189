"""Failures of AWS, with texts that name an operation and an error code and nothing of what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from botocore.exceptions import ClientError

_OPERATOR_MUST_ACT = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AllAccessDisabled",
        "AWS.SimpleQueueService.NonExistentQueue",
        "DecryptionFailure",  # of a secret: its key is out of use
        "DisabledException",
        "InvalidAccessKeyId",
        "InvalidRequestException",  # of a secret: it is scheduled for deletion
        "InvalidSignatureException",
        "KMS.AccessDeniedException",
        "KMS.DisabledException",
        "KMS.InvalidStateException",
        "KMS.NotFoundException",
        "KMSInvalidStateException",
        "NoSuchBucket",
        "NotFoundException",
        "QueueDoesNotExist",
        "ResourceNotFoundException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)


class AwsError(Exception):
    """AWS did not do what it was asked. ``code`` is its error code, or the kind of the connection's failure."""

    def __init__(self, operation: str, code: str, status: int = 0) -> None:
        """Keep what may be logged."""
        super().__init__(f"{operation} failed: {code}")
        self.operation = operation
        self.code = code
        self.status = status

    @property
    def operator_must_act(self) -> bool:
        """Whether it will not pass by itself: a permission, a key or a resource is missing."""
        return self.code in _OPERATOR_MUST_ACT


class ConditionFailed(AwsError):
    """A conditional write met another state; ``item`` is what stood there (low-level shape)."""

    def __init__(self, operation: str, item: dict[str, Any]) -> None:
        """Keep the item that was met; it is never part of the text."""
        super().__init__(operation, "ConditionalCheckFailedException")
        self.item = item


@contextmanager
def clean(operation: str) -> Iterator[None]:
    """Turn every failure of botocore below it into an ``AwsError``: theirs quote keys, addresses and items.

    Not only its own kinds: an answer that is not AWS's fails in its parsers, or in ours, as whatever it happens to be.
    """
    try:
        yield
    except ClientError as failure:
        code = str(failure.response.get("Error", {}).get("Code", "Unknown"))
        if code == "ConditionalCheckFailedException":
            raise ConditionFailed(operation, cast("dict[str, Any]", failure.response.get("Item", {}))) from None
        raise AwsError(operation, code, failure.response["ResponseMetadata"]["HTTPStatusCode"]) from None
    except Exception as failure:  # noqa: BLE001 - not swallowed: it goes on as an AwsError
        raise AwsError(operation, type(failure).__name__) from None
