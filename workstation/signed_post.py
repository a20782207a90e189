"""Posts to a Function URL, signed as IAM demands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.credentials import Credentials, ReadOnlyCredentials

# Longer than the function's time-out, so that the function always answers first.
_TIMEOUT_SECONDS = 60


def signed_post(
    url: str, body: bytes, headers: Mapping[str, str], credentials: Credentials | ReadOnlyCredentials, region: str
) -> urllib3.BaseHTTPResponse:
    """Post ``body`` unchanged.

    Raises
    ------
    urllib3.exceptions.HTTPError
        If no response arrives.
    """
    request = AWSRequest("POST", url, dict(headers), body)
    SigV4Auth(credentials, "lambda", region).add_auth(request)
    # No automatic retries: a claim that was judged is spent.
    return urllib3.request(
        "POST", url, body=body, headers=dict(request.headers.items()), timeout=_TIMEOUT_SECONDS, retries=False
    )
