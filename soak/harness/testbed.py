"""The stack of the template on an emulated AWS, with the OCR emulator, and proxies in front of both."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sealed_ocr.aws.circuit_breaker import RESULTS_QUEUE
from sealed_ocr.common.kinds import Kind
from sealed_ocr.common.setting_name import Setting
from sealed_ocr.runtime.settings import ANALYZE_RESERVE_SECONDS, BEFORE_CALL_SECONDS

from emulator.control.client import ControlClient
from local.deploy.deployment import Deployment
from local.deploy.resources import DeploymentContext
from local.deploy.synthesis import Synthesis
from local.lambda_runtime.environment import lambda_environment
from local.lambda_runtime.process import FunctionConfiguration
from local.processes.aws_clients import AwsClients, isolate_aws_environment
from local.processes.child import ROOT, Child
from local.processes.managed_resource import ManagedResource
from soak.harness.evidence import Evidence
from soak.harness.queues import Queue
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from pathlib import Path

    from local.lambda_runtime.environment import FunctionResource

# As short as the settings allow, so that a hanging call ends soon.
CALL_SECONDS = 5
FUNCTION_SECONDS = ANALYZE_RESERVE_SECONDS + BEFORE_CALL_SECONDS + CALL_SECONDS + 1


class SoakTestbed(ManagedResource):
    """Everything that a scenario needs.

    Attributes
    ----------
    folder
        Where all processes write their output.
    evidence
        What a run leaves besides that output.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.evidence = Evidence()

    def _start(self) -> None:
        isolate_aws_environment()
        synthesis = Synthesis(self.folder)
        self._stack.callback(synthesis.stop)
        synthesis.start()
        self.credentials = {"appKey": f"app-{secrets.token_hex(8)}", "secretKey": f"secret-{secrets.token_hex(8)}"}
        self._first_credentials = dict(self.credentials)
        # Every secretKey of the run. None of them may appear in any output.
        self.retired_secrets: set[str] = {self.credentials["secretKey"]}
        moto = self._child("local.processes.moto_server")
        keys = ["--app-key", self.credentials["appKey"], "--secret-key", self.credentials["secretKey"]]
        emulator = self._child("emulator", *keys, "--reader", "specimen")
        self.aws = AwsClients(moto.announcement()["url"], connections=32)
        self.emulator = ControlClient(emulator.announcement()["url"])
        self._stack.callback(self.emulator.close)
        self.to_aws = self._stack.enter_context(Proxy(self.aws.url))
        self.template = synthesis.template()
        deployment = Deployment(self.template, DeploymentContext(self.aws, "soak", "http://127.0.0.1"))
        deployment.deploy()
        self._functions = deployment.context.functions
        outputs = deployment.outputs()
        self.bucket, self.secret = outputs["ImageBucketName"], outputs["OcrSecretArn"]
        self.documents, self.request_keys = outputs["DocumentsTableName"], outputs["RequestKeysTableName"]
        self.uploads, self.uploads_dlq, self.results, self.results_dlq = (
            Queue(self.aws.sqs, outputs[f"{queue}QueueUrl"])
            for queue in ("Uploads", "UploadsDeadLetter", "Results", "ResultsDeadLetter")
        )
        (self.mapping,) = deployment.context.mappings
        self.reset()

    def reset(self) -> None:
        """Remove all faults, and restore the first credentials in the emulator and in the secret."""
        self.emulator.reset()
        self.to_aws.reset()
        self.credentials = dict(self._first_credentials)
        self.aws.secrets.put_secret_value(SecretId=self.secret, SecretString=json.dumps(self.credentials))

    def configuration(
        self, handler: str, *, timeout: int = 0, ocr_url: str = "", aws_url: str = "", **environment: str
    ) -> FunctionConfiguration:
        """Return the configuration of a function.

        Parameters
        ----------
        handler
            ``analyze`` or ``verify``.
        timeout
            Timeout in seconds; the template's by default.
        ocr_url, aws_url
            Endpoints; by default the emulator, and the proxy in front of AWS.
        **environment
            Environment variables that replace those of the template.
        """
        resource = self._resource(handler)
        task_root = ROOT / "functions"
        changed = {**resource.environment, Setting.OCR_ENDPOINT: ocr_url or self.emulator.url, **environment}
        return FunctionConfiguration(
            name=handler,
            arn=resource.arn,
            handler=resource.handler,
            timeout=timeout or resource.timeout,
            environment=lambda_environment(
                replace(resource, environment=changed), task_root, aws_url or self.to_aws.url
            ),
            task_root=task_root,
        )

    def short_timeout_configuration(self, **environment: Any) -> FunctionConfiguration:
        """Return the analyze function's configuration with the shortest timeouts that leave room for a call."""
        seconds: dict[str, str] = {
            Setting.FUNCTION_TIMEOUT_SECONDS: str(FUNCTION_SECONDS),
            Setting.OCR_CALL_TIMEOUT_SECONDS: str(CALL_SECONDS),
        }
        return self.configuration("analyze", timeout=FUNCTION_SECONDS, **{**seconds, **environment})

    def items(self, table: str) -> list[dict[str, str]]:
        """Return a table's items, with every value as text."""
        pages = self.aws.dynamodb.get_paginator("scan").paginate(TableName=table, ConsistentRead=True)
        return [
            {name: str(next(iter(value.values()))) for name, value in item.items()}
            for page in pages
            for item in page["Items"]
        ]

    def ledger(self) -> list[dict[str, str]]:
        """Return the documents' items in the ledger."""
        return [item for item in self.items(self.documents) if "state" in item]

    def expire_leases(self, table: str) -> int:
        """Expire all leases; return how many were held. Call it only while no process holds one."""
        held = [item for item in self.items(table) if item.get("state") == "sending"]
        for item in held:
            self.aws.dynamodb.update_item(
                TableName=table,
                Key={"documentId": {"S": item["documentId"]}},
                UpdateExpression="SET leaseUntil = :past",
                ExpressionAttributeValues={":past": {"N": "1"}},
            )
        return len(held)

    def expire_probe_interval(self) -> None:
        """Let the circuit breakers' probe interval (a quarter of an hour) pass."""
        for kind in (*Kind, RESULTS_QUEUE):
            self.aws.dynamodb.update_item(
                TableName=self.documents,
                Key={"documentId": {"S": f"service:{kind}"}},
                UpdateExpression="SET askedAt = :past",
                ExpressionAttributeValues={":past": {"N": "1"}},
            )

    def all_output(self) -> str:
        """Return the output of all processes."""
        return "".join(log.read_text(errors="replace") for log in sorted(self.folder.glob("**/*.log")))

    def _resource(self, handler: str) -> FunctionResource:
        return next(one for one in self._functions.values() if one.handler == f"{handler}.handler")

    def _child(self, *command: str) -> Child:
        child = Child.start_server(self.folder, *command)
        self._stack.callback(child.kill)
        return child
