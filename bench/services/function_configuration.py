"""The two functions that are measured, as they are told about the services of a ``Site``."""

from __future__ import annotations

import os

from bench.services.local_services import OcrService, Site
from local.lambda_runtime.process import FunctionConfiguration
from local.processes.aws_clients import CREDENTIALS, REGION
from local.processes.child import ROOT

_TIMEOUT_SECONDS = 120
_QUEUES = "https://sqs.ap-northeast-2.amazonaws.com/123456789012"
# As it is deployed by default, and what it does with its processors depends on it.
_MEMORY_MB = 512
_SETTINGS = {
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(_MEMORY_MB),
    "BATCH_SIZE": "10",
    "DOCUMENTS_TABLE": "documents",
    "FUNCTION_TIMEOUT_SECONDS": str(_TIMEOUT_SECONDS),
    "MAX_IMAGE_BYTES": str(20 << 20),
    "MAX_UNKNOWN_ATTEMPTS": "2",
    "OCR_CALL_TIMEOUT_SECONDS": "40",
    "OCR_SECRET_ARN": "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:ocr",
    "POWERTOOLS_METRICS_NAMESPACE": "SealedOcr/bench",
    "POWERTOOLS_SERVICE_NAME": "analyze",
    "REQUEST_KEYS_TABLE": "request-keys",
    "RESULTS_QUEUE_URL": f"{_QUEUES}/results",
    "UPLOADS_DLQ_URL": f"{_QUEUES}/dead",
    "UPLOADS_QUEUE_URL": f"{_QUEUES}/uploads",
}


def analyze(site: Site, ocr: OcrService, batch: int) -> FunctionConfiguration:
    """Return the analyze function's configuration for batches of up to ``batch``, with ``ocr`` behind it."""
    told = environment(site, ocr) | {"BATCH_SIZE": str(batch)}
    return FunctionConfiguration("analyze", "arn:bench", "analyze.handler", _TIMEOUT_SECONDS, told, ROOT / "functions")


def first_version(site: Site, ocr: OcrService) -> FunctionConfiguration:
    """Return the first version's."""
    handler = "bench.workers.first_version.handler.handler"
    return FunctionConfiguration("first", "arn:bench", handler, _TIMEOUT_SECONDS, environment(site, ocr), ROOT)


def environment(site: Site, ocr: OcrService) -> dict[str, str]:
    """Return what both functions are told, and where AWS and the authorities are."""
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": site.aws,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        **CREDENTIALS,
        **_SETTINGS,
        "OCR_ENDPOINT": ocr.url,
        "REQUESTS_CA_BUNDLE": str(site.authorities),
        "SSL_CERT_FILE": str(site.authorities),
    }
