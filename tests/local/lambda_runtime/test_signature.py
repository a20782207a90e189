"""The Function URL refuses requests without a correct SigV4 signature, as AWS does, before the function runs."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import pytest
import urllib3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from local.lambda_runtime.function_url import FunctionUrlServer
from local.lambda_runtime.invocation import InvocationResult
from local.lambda_runtime.signature import SignatureCheck
from local.processes.aws_clients import REGION
from tests.examples.signature import signed_headers
from tests.support.canary import assert_clean
from tests.support.verification_world import ManualClock

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH = "documents/abc/authenticity"
BODY = '{"name": "홍길동", "residentNumber": "8001014234567"}'.encode()
HEADERS = {"Content-Type": "application/json", "Idempotency-Key": "order-1"}
WRONG = "The request signature we calculated does not match the signature you provided."


class Url:
    """A Function URL with a clock, and the events that reached its function."""

    def __init__(self) -> None:
        self.events: list[bytes] = []
        self.clock = ManualClock()
        self.server = FunctionUrlServer()
        self.server.serve(self._invoke, SignatureCheck("AKID", "the-secret", REGION, self.clock))

    def _invoke(self, event: bytes) -> InvocationResult:
        self.events.append(event)
        return InvocationResult(b'{"statusCode": 200, "body": "reached"}')

    def sign(
        self,
        headers: dict[str, str] = HEADERS,
        *,
        path: str = PATH,
        method: str = "POST",
        key: tuple[str, str, str | None] = ("AKID", "the-secret", None),
        scope: tuple[str, str] = ("lambda", REGION),
    ) -> dict[str, str]:
        """Return the headers of a request with ``BODY`` that a client signed."""
        request = AWSRequest(method, self.server.url + path, headers, BODY)
        SigV4Auth(Credentials(*key), *scope).add_auth(request)
        return dict(request.headers.items())

    def send(self, headers: dict[str, str], *, path: str = PATH, method: str = "POST", body: bytes = BODY) -> Any:
        return urllib3.request(method, self.server.url + path, headers=headers, body=body, retries=False)


@pytest.fixture
def url() -> Iterator[Url]:
    served = Url()
    yield served
    served.server.close()


def refused(url: Url, response: Any, error: str, text: str) -> None:
    assert (response.status, response.headers["x-amzn-errortype"]) == (403, error)
    (message,) = response.json().values()
    assert text in message
    assert not url.events
    assert_clean(response.data, [BODY, "홍길동", "8001014234567", "order-1"])


@pytest.mark.parametrize("path", [PATH, "", "a%20b/c", "a//b/../c", "a?b=2&a=x%20y&b=1"])
def test_a_signed_request_reaches_the_function(url: Url, path: str) -> None:
    # The client may also add headers that it does not sign.
    assert url.send(url.sign(path=path) | {"X-Extra": "1"}, path=path).status == 200
    assert len(url.events) == 1


def test_a_second_implementation_agrees(url: Url) -> None:
    headers = url.sign() | {"Host": url.server.url.split("/")[2]}
    names = signed_headers("POST", f"/{PATH}", headers, BODY, "the-secret", f"{REGION}/lambda")
    assert names == {"content-type", "host", "idempotency-key", "x-amz-date"}


def test_an_unsigned_request_is_forbidden(url: Url) -> None:
    for authorization in ({}, {"Authorization": "Bearer x"}, {"Authorization": "AWS4-HMAC-SHA256 Credential=x"}):
        response = url.send(HEADERS | authorization)
        refused(url, response, "AccessDeniedException", "Forbidden")
        assert response.json() == {"Message": "Forbidden"}


@pytest.mark.parametrize("key", [("other", "the-secret", None), ("AKID", "the-secret", "a-token")])
def test_an_unknown_key_or_token_is_refused(url: Url, key: tuple[str, str, str | None]) -> None:
    refused(url, url.send(url.sign(key=key)), "UnrecognizedClientException", "security token included")


@pytest.mark.parametrize(
    ("scope", "text"),
    [
        (("lambda", "us-east-1"), "valid region"),
        (("execute-api", REGION), "correct service: 'lambda'"),
    ],
)
def test_another_region_or_service_is_refused(url: Url, scope: tuple[str, str], text: str) -> None:
    refused(url, url.send(url.sign(scope=scope)), "InvalidSignatureException", text)


def test_a_wrong_secret_is_refused(url: Url) -> None:
    refused(url, url.send(url.sign(key=("AKID", "guessed", None))), "InvalidSignatureException", WRONG)


@pytest.mark.parametrize(
    "changed",
    [
        {"body": BODY + b" "},
        {"body": b""},
        {"method": "PUT"},
        {"path": "documents/abd/authenticity"},
        {"path": f"{PATH}?a=1"},
    ],
    ids=str,
)
def test_a_request_that_was_changed_after_it_was_signed_is_refused(url: Url, changed: dict[str, Any]) -> None:
    refused(url, url.send(url.sign(), **changed), "InvalidSignatureException", WRONG)


def test_a_header_that_was_changed_or_removed_after_it_was_signed_is_refused(url: Url) -> None:
    refused(url, url.send(url.sign() | {"Idempotency-Key": "order-2"}), "InvalidSignatureException", WRONG)
    kept = {name: value for name, value in url.sign().items() if name != "Idempotency-Key"}
    refused(url, url.send(kept), "InvalidSignatureException", WRONG)


@pytest.mark.parametrize("digest", ["0" * 64, "UNSIGNED-PAYLOAD"])
def test_a_digest_that_is_not_the_body_s_is_refused(url: Url, digest: str) -> None:
    headers = url.sign(HEADERS | {"X-Amz-Content-SHA256": digest})
    refused(url, url.send(headers), "InvalidSignatureException", WRONG)


@pytest.mark.parametrize("name", ["host", "x-amz-date"])
def test_a_required_header_that_is_not_signed_is_refused(url: Url, name: str) -> None:
    headers = url.sign()
    headers["Authorization"] = headers["Authorization"].replace(f"{name};", "").replace(f";{name}", "")
    refused(url, url.send(headers), "InvalidSignatureException", f"'{name}' must be a 'SignedHeader'")


def test_an_amz_header_that_is_not_signed_is_refused(url: Url) -> None:
    headers = url.sign() | {"X-Amz-Meta": "1"}
    refused(url, url.send(headers), "InvalidSignatureException", "'x-amz-meta' must be a 'SignedHeader'")


@pytest.mark.parametrize(
    ("seconds", "text"), [(302, "Signature expired: "), (-302, "Signature not yet current: "), (290, ""), (-290, "")]
)
def test_a_signature_is_valid_for_five_minutes(url: Url, seconds: int, text: str) -> None:
    url.clock.now = time.time() + seconds
    response = url.send(url.sign())
    if text:
        refused(url, response, "InvalidSignatureException", text)
    else:
        assert response.status == 200


@pytest.mark.parametrize(
    ("date", "text"), [("Thu, 26 Nov 2026", "ISO-8601"), ("20200101T000000Z", "Date in Credential scope")]
)
def test_a_date_that_is_not_the_signature_s_is_refused(url: Url, date: str, text: str) -> None:
    refused(url, url.send(url.sign() | {"X-Amz-Date": date}), "InvalidSignatureException", text)
