"""The configuration of the two functions that are measured."""

from __future__ import annotations

import os

from bench.services.aws_server import ACCESS_KEY_SECRET
from bench.services.local_services import LocalServices, OcrEndpoint
from local.lambda_runtime.process import FunctionConfiguration
from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT

_TIMEOUT_SECONDS = 120
_SECRETS = "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret"
_QUEUES = "https://sqs.ap-northeast-2.amazonaws.com/123456789012"
# The default of a deployment. How the function uses its CPUs depends on it.
_MEMORY_MB = 512
_SETTINGS = {
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(_MEMORY_MB),
    "BATCH_SIZE": "10",
    "DOCUMENTS_TABLE": "documents",
    "FUNCTION_TIMEOUT_SECONDS": str(_TIMEOUT_SECONDS),
    "MAX_IMAGE_BYTES": str(20 << 20),
    "MAX_UNKNOWN_ATTEMPTS": "2",
    "OCR_CALL_TIMEOUT_SECONDS": "40",
    "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/bench",
    "POWERTOOLS_SERVICE_NAME": "analyze",
    "REQUEST_KEYS_TABLE": "request-keys",
    "RESULTS_QUEUE_URL": f"{_QUEUES}/results",
    "UPLOADS_DLQ_URL": f"{_QUEUES}/dead",
    "UPLOADS_QUEUE_URL": f"{_QUEUES}/uploads",
}


def analyze_configuration(services: LocalServices, ocr: OcrEndpoint, batch: int) -> FunctionConfiguration:
    """Return the analyze function's configuration for batches of up to ``batch`` documents."""
    environment = function_environment(services, ocr) | {"BATCH_SIZE": str(batch)}
    handler = "analyze.handler"
    return FunctionConfiguration("analyze", "arn:bench", handler, _TIMEOUT_SECONDS, environment, ROOT / "functions")


def first_version_configuration(services: LocalServices, ocr: OcrEndpoint) -> FunctionConfiguration:
    """Return the configuration of the first version."""
    handler = "bench.workers.first_version.handler.handler"
    environment = function_environment(services, ocr)
    return FunctionConfiguration("first", "arn:bench", handler, _TIMEOUT_SECONDS, environment, ROOT)


def function_environment(services: LocalServices, ocr: OcrEndpoint, *, tokens: bool = False) -> dict[str, str]:
    """Return the environment of both functions: settings, endpoints and certificate authorities.

    With ``tokens`` the secret holds an access key, so the function uses API v2.1.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": services.aws,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        **CREDENTIALS,
        **_SETTINGS,
        "OCR_ENDPOINT": ocr.url,
        "OCR_OAUTH_ENDPOINT": ocr.url,
        "OCR_SECRET_ARN": f"{_SECRETS}:{ACCESS_KEY_SECRET if tokens else 'ocr'}",
        # The functions read the first for the OCR service too. The others are for the first version.
        "AWS_CA_BUNDLE": str(services.authorities),
        "REQUESTS_CA_BUNDLE": str(services.authorities),
        "SSL_CERT_FILE": str(services.authorities),
    }
