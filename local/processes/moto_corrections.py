"""What moto does in another way than AWS, and what this pipeline needs as AWS does it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from moto import backends
from moto.core.responses import ActionResult, BaseResponse
from moto.s3.responses import S3Response
from moto.sqs.models import SQSBackend

if TYPE_CHECKING:
    from moto.core.common_types import TYPE_RESPONSE
    from moto.sqs.models import Message

# The elements that S3 encodes, as its reference of ListObjectVersions names them.
_ENCODED = frozenset({"Delimiter", "Key", "KeyMarker", "NextKeyMarker", "Prefix"})


def correct_moto() -> None:
    """Replace what moto does in another way, in this process."""
    # mypy permits only functions whose first parameter is called self.
    SQSBackend.is_message_valid_based_on_retention_period = is_retained  # type: ignore[assignment]  # see above
    S3Response.serialized = serialized  # type: ignore[assignment]  # see above
    # moto lists its own folder for each request, to see whether a host is the name of a service.
    modules = tuple(backends.list_of_moto_modules())
    backends.list_of_moto_modules = lambda: modules


def is_retained(backend: SQSBackend, queue_name: str, message: Message) -> bool:
    """Return whether a message is younger than its queue's retention period.

    moto asks this for every message that it returns, and each time it counts all messages of the queue nine times.
    With 5,000 messages in a queue, to receive ten of them took more than a second.
    """
    retention_seconds: int = backend.get_queue(queue_name).message_retention_period  # type: ignore[attr-defined]  # moto sets it by setattr
    sent_ms: float = message.sent_timestamp or 0
    return retention_seconds + sent_ms / 1000 > time.time()


def serialized(response: BaseResponse, action_result: ActionResult) -> TYPE_RESPONSE:
    """Serialize a response of S3, with the keys of a list of versions encoded if the request says so.

    moto encodes the keys of the other lists only. XML cannot hold every character of a key, so one key with a control
    character made the list of a whole bucket unreadable.
    """
    if response.data.get("Action") == "ListObjectVersions" and response.querystring.get("encoding-type") == ["url"]:
        action_result = ActionResult(_encoded(action_result.result) | {"EncodingType": "url"})
    return BaseResponse.serialized(response, action_result)


def _encoded(element: Any) -> Any:
    if isinstance(element, list):
        return [_encoded(each) for each in element]
    if isinstance(element, dict):
        return {
            name: quote(value) if name in _ENCODED and isinstance(value, str) else _encoded(value)
            for name, value in element.items()
        }
    return element
