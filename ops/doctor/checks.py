"""What ``doctor`` looks into, in the order in which one thing needs another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING

from sealed_ocr.aws.errors import AwsError

from ops.common.errors import OpsError
from ops.common.stack import Stack, Target
from ops.doctor.findings import Finding, proven, tried, unproven, wrong
from ops.doctor.functions import Functions
from ops.doctor.ocr_service import Service
from ops.doctor.storage import announcing, bucket, queue, table

if TYPE_CHECKING:
    from ops.doctor.end_to_end import Trial


def examine(target: Target, trial: Trial | None) -> Iterator[Finding]:
    """Look into everything; what needs a thing that is wrong is not tried."""
    try:
        stack = target.stack()
    except (OpsError, AwsError) as fault:
        yield wrong(f"The stack: {fault}.")
        return
    yield proven(f"{stack.name} has every output that these tools go by.")
    yield from _resources(stack)
    functions = Functions(stack)
    yield from functions.findings()
    yield from _service(stack, functions.ocr_endpoint, trial)
    yield unproven("That the verify function gives verdicts: each one spends a Request-Key, so none was asked for.")
    yield unproven("That alarms reach somebody: confirm the subscription, and see one arrive.")


def _resources(stack: Stack) -> Iterator[Finding]:
    outputs, clients = stack.outputs, stack.clients
    yield tried("The image bucket", partial(bucket, clients.s3, outputs.image_bucket_name))
    for what, url in (
        ("uploads queue", outputs.uploads_queue_url),
        ("uploads' dead-letter queue", outputs.uploads_dead_letter_queue_url),
        ("results queue", outputs.results_queue_url),
        ("results' dead-letter queue", outputs.results_dead_letter_queue_url),
    ):
        yield tried(f"The {what}", partial(queue, clients.sqs, what, url))
    heard = partial(announcing, clients.s3, outputs.image_bucket_name, clients.sqs, outputs.uploads_queue_url)
    yield tried("The announcement of uploads", heard)
    for what, name in (
        ("ledger", outputs.documents_table_name),
        ("table of Request-Keys", outputs.request_keys_table_name),
    ):
        yield tried(f"The {what}", partial(table, clients.dynamodb, what, name))


def _service(stack: Stack, endpoint: str | None, trial: Trial | None) -> Iterator[Finding]:
    service = Service(stack, endpoint)
    found = [service.secret(), *service.public_keys()]
    yield from found
    if trial is None:
        yield unproven("That an image comes through: say --image and --kind for one sealed call, which is paid for.")
    else:
        yield from trial.findings(stack)
