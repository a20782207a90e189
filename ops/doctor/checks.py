"""Runs every check of ``doctor``, each after those that it depends on."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import AwsError

from ops.common.errors import OpsError
from ops.common.stack import DeployedStack, StackSelector
from ops.doctor.alarms import AlarmChecks
from ops.doctor.findings import Finding, attention, proven, run_check, unproven, wrong
from ops.doctor.functions import FunctionChecks
from ops.doctor.network import NetworkChecks
from ops.doctor.ocr_service import OcrServiceChecks
from ops.doctor.storage import check_bucket, check_notifications, check_pages, check_queue, check_table

if TYPE_CHECKING:
    from ops.doctor.end_to_end import EndToEndCheck


def run_checks(selector: StackSelector, end_to_end: EndToEndCheck | None) -> Iterator[Finding]:
    """Yield the findings of all checks. A check is skipped if something that it depends on is wrong."""
    try:
        stack = selector.find()
    except (OpsError, AwsError) as error:
        yield wrong(f"The stack: {error}.")
        return
    yield proven(f"{stack.name} has every output that these tools need.")
    if stack.outputs.simulated:
        yield attention(
            "The stage is simulated, and no production stage: it calls no OCR service, and invents what is on the "
            "documents."
        )
    yield from _storage_findings(stack)
    functions = FunctionChecks(stack)
    yield from functions.findings()
    network = NetworkChecks(stack, functions.networks)
    yield from network.findings()
    service = OcrServiceChecks(
        stack, functions.ocr_endpoint, functions.oauth_endpoint, only_functions_may_call=network.connected
    )
    yield from _service_findings(stack, service, end_to_end)
    yield unproven(
        "That the verify function returns verdicts. Each verdict spends a Request-Key, so none was requested."
    )
    yield from AlarmChecks(stack).findings()


def _storage_findings(stack: DeployedStack) -> Iterator[Finding]:
    outputs, clients = stack.outputs, stack.clients
    yield run_check("The image bucket", partial(check_bucket, clients.s3, outputs.image_bucket_name))
    yield run_check("The bucket's CORS rules", partial(check_pages, clients.s3, outputs.image_bucket_name))
    queues: list[tuple[str, str | None, bool]] = [
        ("uploads queue", outputs.uploads_queue_url, False),
        ("uploads' dead-letter queue", outputs.uploads_dead_letter_queue_url, True),
        ("results queue", outputs.results_queue_url, False),
        ("results' dead-letter queue", outputs.results_dead_letter_queue_url, True),
        ("queue for review", outputs.review_queue_url, False),
        ("review's dead-letter queue", outputs.review_dead_letter_queue_url, True),
    ]
    for name, url, dead_letters in queues:
        if url:
            yield run_check(f"The {name}", partial(check_queue, clients.sqs, name, url, dead_letters=dead_letters))
    notifications = partial(
        check_notifications, clients.s3, outputs.image_bucket_name, clients.sqs, outputs.uploads_queue_url
    )
    yield run_check("The bucket's notifications", notifications)
    for name, table_name in (
        ("ledger", outputs.documents_table_name),
        ("table of Request-Keys", outputs.request_keys_table_name),
    ):
        yield run_check(f"The {name}", partial(check_table, clients.dynamodb, name, table_name))


def _service_findings(
    stack: DeployedStack, service: OcrServiceChecks, end_to_end: EndToEndCheck | None
) -> Iterator[Finding]:
    if stack.outputs.simulated:
        yield unproven("That an image is analyzed. A simulated stage analyzes none; `simulate` drives its outcomes.")
        return
    yield service.secret()
    yield from service.token()
    yield from service.public_keys()
    if end_to_end is None:
        yield unproven(
            "That an image is analyzed. Pass --image and --kind to try it with one sealed call, which is paid for."
        )
    else:
        yield from end_to_end.findings(stack)
