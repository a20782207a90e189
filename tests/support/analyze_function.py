"""The analyze function in a process of its own under AWS's runtime client."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from local.lambda_runtime.batch_failures import failed_messages
from local.lambda_runtime.invocation import InvocationResult
from local.lambda_runtime.process import FunctionConfiguration, FunctionProcess
from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT
from tests.support.stage import MIB, Stage


def settings(stage: Stage, ocr_url: str) -> dict[str, str]:
    """Return the function's own settings."""
    return {
        "BATCH_SIZE": "10",
        "DOCUMENTS_TABLE": stage.documents,
        "FUNCTION_TIMEOUT_SECONDS": "120",
        "MAX_IMAGE_BYTES": str(20 * MIB),
        "MAX_UNKNOWN_ATTEMPTS": "2",
        "OCR_CALL_TIMEOUT_SECONDS": "40",
        "OCR_ENDPOINT": ocr_url,
        "OCR_OAUTH_ENDPOINT": "https://oauth.example.com",
        "OCR_SECRET_ARN": stage.secret,
        "REQUEST_KEYS_TABLE": stage.request_keys,
        "RESULTS_QUEUE_URL": stage.results_queue.url,
        "UPLOADS_DLQ_URL": stage.dead_letter_queue.url,
        "UPLOADS_QUEUE_URL": stage.uploads_queue.url,
    }


@dataclass
class AnalyzeProcess:
    """Starts a process when none is alive, as Lambda does. ``log`` holds the output of all processes."""

    stage: Stage
    aws_url: str
    ocr_url: str
    log: Path
    timeout: float = 120
    settings: dict[str, str] = field(default_factory=dict)
    process: FunctionProcess | None = None

    def start(self) -> FunctionProcess:
        """Return a running process."""
        if self.process is None or not self.process.alive:
            self.close()
            environment = {
                "PATH": os.environ["PATH"],
                "AWS_DEFAULT_REGION": REGION,
                "AWS_REGION": REGION,
                "AWS_ENDPOINT_URL": self.aws_url,
                "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
                "AWS_LAMBDA_FUNCTION_NAME": "analyze",
                "AWS_CONFIG_FILE": os.devnull,
                "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/test",
                "POWERTOOLS_SERVICE_NAME": "analyze",
                **CREDENTIALS,
                **(self.settings or settings(self.stage, self.ocr_url)),
            }
            arn = f"arn:aws:lambda:{REGION}:123456789012:function:analyze"
            configuration = FunctionConfiguration(
                "analyze", arn, "analyze.handler", self.timeout, environment, ROOT / "functions"
            )
            self.process = FunctionProcess(configuration, self.log)
        return self.process

    def deliver(self) -> tuple[InvocationResult, int]:
        """Invoke it with the visible messages; return the result and the number of messages to redeliver."""
        event = self.stage.event()
        outcome = self.start().invoke(json.dumps(event).encode())
        self.stage.outcomes += outcome.payload.decode()
        failed = failed_messages(outcome, {record["messageId"] for record in event["Records"]}, partial=True)
        self.stage.acknowledge(event, failed)
        return outcome, len(failed)

    def close(self) -> None:
        """Kill the process, as Lambda does at a timeout."""
        if self.process is not None:
            self.process.kill()
        self.process = None
