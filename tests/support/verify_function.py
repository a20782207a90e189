"""The verify function in processes of its own under AWS's runtime client, invoked as by its Function URL."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from local.lambda_runtime.function_url_event import HttpRequest, http_response, url_event
from local.lambda_runtime.lambda_function import LambdaFunction
from local.lambda_runtime.process import FunctionConfiguration
from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT
from tests.support.verification_world import LOCK_GUARD_DAYS

if TYPE_CHECKING:
    from local.lambda_runtime.invocation import InvocationResult
    from tests.support.verification_world import Card, World

PROBLEM = "application/problem+json"
_JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class VerifyResponse:
    """An HTTP response and the number of calls of the OCR service for it."""

    status: int
    headers: dict[str, str]
    body: dict[str, Any]
    calls: int

    @property
    def type(self) -> str | None:
        """The problem's type, or None for a verdict. Any other response fails the test."""
        if self.status == 200:
            assert self.headers["content-type"] == "application/json"
            assert self.body.keys() == {"documentId", "isAuthenticity"}
            return None
        assert self.headers["content-type"] == PROBLEM, self
        assert self.body["status"] == self.status
        assert self.body["title"]
        assert self.body["detail"]
        return str(self.body["type"])


class VerifyProcess:
    """The function. Lambda kills it after ``lambda_seconds``, whatever its settings are."""

    def __init__(
        self,
        world: World,
        aws_url: str,
        logs: Path,
        *,
        handler: str = "verify",
        slots: int = 1,
        lambda_seconds: float = 30,
        **environment: str,
    ) -> None:
        self.world, self._logs = world, Path(logs)
        self.environment = {
            "PATH": os.environ["PATH"],
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_LAMBDA_FUNCTION_NAME": handler,
            **CREDENTIALS,
            "AWS_ENDPOINT_URL": aws_url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "OCR_ENDPOINT": world.emulator.url,
            "OCR_OAUTH_ENDPOINT": "https://oauth.example.com",
            "OCR_SECRET_ARN": world.secret_arn,
            "REQUEST_KEYS_TABLE": world.name,
            "FUNCTION_TIMEOUT_SECONDS": "30",
            "OCR_CALL_TIMEOUT_SECONDS": "6",
            "CLAIM_HMAC_KEY_ID": world.hmac_key,
            "LOCK_GUARD_DAYS": str(LOCK_GUARD_DAYS),
            "POWERTOOLS_SERVICE_NAME": handler,
            "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/test",
            "POWERTOOLS_LOG_LEVEL": "INFO",
            # An operator may set this level, and it applies to every library, so the canary searches logs of it.
            "AWS_LAMBDA_LOG_LEVEL": "DEBUG",
            **environment,
        }
        configuration = FunctionConfiguration(
            name=handler,
            arn=f"arn:aws:lambda:{REGION}:123456789012:function:{handler}",
            handler=f"{handler}.handler",
            timeout=lambda_seconds,
            environment=self.environment,
            task_root=ROOT / "functions",
        )
        self._function = LambdaFunction(configuration, slots, self._logs)
        self.warm_up, self.close = self._function.warm_up, self._function.close

    def log(self) -> str:
        """Return the output of all processes."""
        return "".join(log.read_text() for log in sorted(self._logs.glob("*.log")))

    def metrics(self) -> dict[str, float]:
        """Return the sums of the published metrics (EMF)."""
        sums: dict[str, float] = {}
        for line in self.log().splitlines():
            if '"_aws"' in line:
                emf = json.loads(line)
                for metric in emf["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
                    sums[metric["Name"]] = sums.get(metric["Name"], 0) + sum(emf[metric["Name"]])
        return sums

    def invoke(self, event: dict[str, Any]) -> InvocationResult:
        """Invoke the function as ``aws lambda invoke`` does."""
        return self._function.invoke(json.dumps(event).encode())

    def send(self, event: dict[str, Any], *, most: int = 1) -> VerifyResponse:
        """Invoke the function with an HTTP event. An error of the invocation fails the test."""
        before = self.world.sent()
        outcome = self.invoke(event)
        assert outcome.error_type is None, outcome
        response = http_response(outcome)
        calls = self.world.sent() - before
        assert calls <= most
        return VerifyResponse(response.status, dict(response.headers), json.loads(response.body), calls)

    def post(
        self, card: Card, claim: Any = None, headers: dict[str, str] | None = None, *, most: int = 1, **edited: str
    ) -> VerifyResponse:
        """Post a claim, by default that of the card."""
        body = json.dumps((claim or card.claim) | edited, ensure_ascii=False).encode()
        return self.send(event(card.document_id, body, headers), most=most)


def event(
    document_id: str,
    body: bytes = b"{}",
    headers: dict[str, str] | None = None,
    *,
    method: str = "POST",
    path: str | None = None,
) -> dict[str, Any]:
    """Return a Function URL's event (payload format 2.0)."""
    target = f"/documents/{document_id}/authenticity" if path is None else path
    sent = (_JSON | (headers or {})).items()
    return url_event(HttpRequest(method, target, sent, body, "192.0.2.1", "verify.example"))
