"""The operators' commands as programs."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import typer
from sealed_ocr.aws.errors import AwsError

from ops.common.clients import StackClients
from ops.common.errors import OpsError
from ops.common.ledger import OperatorLedger
from ops.common.stack import DeployedStack, StackOutputs
from ops.documents.reanalyze import reanalyze
from ops.redrive.uploads import redrive_uploads
from soak.exploration.functions import BUCKET, KEY, S3
from soak.exploration.queues import DEAD_LETTERS, RESULTS, UPLOADS, Sqs
from soak.exploration.replay import Script
from soak.exploration.tables import DOCUMENTS, REQUEST_KEYS, DynamoDb, clock


class _Clients:
    def __init__(self, script: Script) -> None:
        self.dynamodb, self.sqs, self.s3 = DynamoDb(script), Sqs(script), S3()


class _Selector:
    def __init__(self, script: Script) -> None:
        outputs: dict[str, Any] = dict.fromkeys(StackOutputs.__struct_fields__, "unused") | {
            "image_bucket_name": BUCKET,
            "uploads_queue_url": UPLOADS,
            "uploads_dead_letter_queue_url": DEAD_LETTERS,
            "results_queue_url": RESULTS,
            "documents_table_name": DOCUMENTS,
            "request_keys_table_name": REQUEST_KEYS,
            "prices_per_thousand": "{}",
            "max_calls_per_hour": None,
            "max_calls_per_day": None,
        }
        clients = cast("StackClients", _Clients(script))
        self._stack = DeployedStack("explored", StackOutputs(**outputs), clients, clock)

    def find(self) -> DeployedStack:
        return self._stack


def _command(run: Callable[[], object]) -> None:
    printed = io.StringIO()
    with (
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
        contextlib.suppress(OpsError, AwsError, typer.Exit),
    ):
        run()


def redrive(script: Script, *, pay_again: bool = False) -> None:
    """Run ``ops redrive``."""
    stack = _Selector(script).find()
    _command(lambda: redrive_uploads(stack, pay_again=pay_again, yes=True, per_second=None))


def redrive_pay_again(script: Script) -> None:
    """Run ``ops redrive --pay-again``."""
    redrive(script, pay_again=True)


def reanalyze_image(script: Script) -> None:
    """Run ``ops reanalyze``."""
    context = cast("typer.Context", SimpleNamespace(obj=_Selector(script)))
    _command(lambda: reanalyze(context, KEY, yes=True))


def erase_document(script: Script, document_id: str, ledger_type: type[OperatorLedger] = OperatorLedger) -> None:
    """Run the first step of ``ops erase``, after which no call may be made for the document."""
    stack = _Selector(script).find()
    ledger = ledger_type(stack.clients.dynamodb, stack.outputs.documents_table_name, stack.clock)
    _command(lambda: ledger.erase(document_id))
