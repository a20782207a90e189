"""Checks AWS Signature Version 4, as a Function URL with AuthType AWS_IAM does before it invokes its function.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html

botocore's signer computes the signature again, for the headers that the client named. The header ``Date`` in place of
``X-Amz-Date`` and presigned URLs are not supported.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from calendar import timegm
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest, HeadersDict
from botocore.compat import HTTPHeaders
from botocore.credentials import Credentials

from local.lambda_runtime.function_url_event import HttpRequest, HttpResponse

if TYPE_CHECKING:
    from collections.abc import Callable

_VALID_SECONDS = 300
_TIME_FORMAT = "%Y%m%dT%H%M%SZ"
_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=([^/,\s]+)/([0-9]{8})/([^/,]*)/([^/,]*)/aws4_request,"
    r" *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})"
)
_WRONG_SIGNATURE = (
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details."
)


class _SignatureError(Exception):
    """Why a request is refused, in AWS's words, with AWS's name of the error."""

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


@dataclass(frozen=True)
class _Authorization:
    access_key: str
    date: str
    region: str
    service: str
    signed: frozenset[str]
    signature: str

    @classmethod
    def of(cls, header: str) -> _Authorization:
        found = _AUTHORIZATION.fullmatch(header.strip())
        if not found:
            raise _SignatureError("AccessDeniedException", "Forbidden")
        access_key, date, region, service, signed, signature = found.groups()
        return cls(access_key, date, region, service, frozenset(signed.split(";")), signature)


class SignatureCheck:
    """Accepts requests that are signed with one access key for one region and the service ``lambda``."""

    def __init__(self, access_key: str, secret_key: str, region: str, clock: Callable[[], float] = time.time) -> None:
        """``clock`` returns epoch seconds."""
        self._credentials = Credentials(access_key, secret_key)
        self._region = region
        self._clock = clock

    def refusal(self, request: HttpRequest) -> HttpResponse | None:
        """Return AWS's response to a request that is not signed correctly, or None."""
        try:
            self._check(request)
        except _SignatureError as refused:
            # AWS spells the member in both ways.
            member = "Message" if refused.error == "AccessDeniedException" else "message"
            headers = {"content-type": "application/json", "x-amzn-errortype": refused.error}
            return HttpResponse(403, json.dumps({member: str(refused)}).encode(), headers)
        return None

    def _check(self, request: HttpRequest) -> None:
        headers = HeadersDict(request.headers)
        authorization = _Authorization.of(headers.get("Authorization", ""))
        if authorization.access_key != self._credentials.access_key or "X-Amz-Security-Token" in headers:
            text = "The security token included in the request is invalid."
            raise _SignatureError("UnrecognizedClientException", text)
        required = {"host", "x-amz-date", *(name.lower() for name in headers if name.lower().startswith("x-amz-"))}
        if unsigned := required - authorization.signed:
            raise _invalid(f"'{min(unsigned)}' must be a 'SignedHeader' in the AWS Authorization.")
        timestamp = headers.get("X-Amz-Date", "")
        self._check_scope(authorization, timestamp)
        digest = hashlib.sha256(request.body).hexdigest()
        signature = self._signature(request, authorization.signed, timestamp)
        if headers.get("X-Amz-Content-SHA256", digest) != digest or signature != authorization.signature:
            raise _invalid(_WRONG_SIGNATURE)

    def _check_scope(self, authorization: _Authorization, timestamp: str) -> None:
        try:
            sent = timegm(time.strptime(timestamp, _TIME_FORMAT))
        except ValueError:
            raise _invalid("Date must be in ISO-8601 'basic format'.") from None
        if authorization.date != timestamp[:8]:
            raise _invalid("Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.")
        if authorization.region != self._region:
            raise _invalid("Credential should be scoped to a valid region.")
        if authorization.service != "lambda":
            raise _invalid("Credential should be scoped to correct service: 'lambda'.")
        now = self._clock()
        first, last = _written(now - _VALID_SECONDS), _written(now + _VALID_SECONDS)
        if sent < now - _VALID_SECONDS:
            raise _invalid(f"Signature expired: {timestamp} is now earlier than {first} ({_written(now)} - 5 min.)")
        if sent > now + _VALID_SECONDS:
            late = f"{timestamp} is still later than {last} ({_written(now)} + 5 min.)"
            raise _invalid(f"Signature not yet current: {late}")

    def _signature(self, request: HttpRequest, signed: frozenset[str], timestamp: str) -> str:
        again = AWSRequest(request.method, f"http://{request.host}{request.target}", data=request.body)
        for name, value in request.headers:
            again.headers.add_header(name, value)
        again.context["timestamp"] = timestamp
        signer = _Signer(self._credentials, self._region, signed)
        signature: str = signer.signature(signer.string_to_sign(again, signer.canonical_request(again)), again)
        return signature


class _Signer(SigV4Auth):
    """Signs the headers that the client named, in place of botocore's choice."""

    def __init__(self, credentials: Credentials, region: str, signed: frozenset[str]) -> None:
        super().__init__(credentials, "lambda", region)
        self._signed = signed

    def headers_to_sign(self, request: AWSRequest) -> HTTPHeaders:
        chosen = HTTPHeaders()
        for name, value in request.headers.items():
            if name.lower() in self._signed:
                chosen[name.lower()] = value
        return chosen


def _invalid(message: str) -> _SignatureError:
    return _SignatureError("InvalidSignatureException", message)


def _written(seconds: float) -> str:
    return time.strftime(_TIME_FORMAT, time.gmtime(seconds))
