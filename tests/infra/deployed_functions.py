"""The synthesised template deployed to the emulated AWS, with running functions.

Each function has its own access key and reaches AWS through a proxy, which records the signed requests.
"""

from __future__ import annotations

import json
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Self

from emulator.testing import Emulator
from local.deploy.deployment import Deployment
from local.deploy.resources import DeploymentContext
from local.lambda_runtime.batch_failures import failed_messages
from local.lambda_runtime.environment import lambda_environment
from local.lambda_runtime.lambda_function import LambdaFunction
from local.lambda_runtime.process import FunctionConfiguration
from local.lambda_runtime.sqs_event import sqs_event
from local.processes.aws_clients import ACCOUNT, REGION, AwsClients
from local.processes.child import ROOT, Child
from tests.infra.template import RESOURCE_NAMES
from tests.support.proxy import Proxy
from tests.support.queue_client import QueueClient

if TYPE_CHECKING:
    from pathlib import Path

    from local.lambda_runtime.invocation import InvocationResult
    from tests.infra.template import Template


class DeployedFunctions:
    """A context manager that runs the functions."""

    def __init__(self, template: Template, folder: Path) -> None:
        self._template, self._folder = template, folder
        self._exit = ExitStack()

    def __enter__(self) -> Self:
        with self._exit:
            moto = Child.start_server(self._folder, "local.processes.moto_server")
            self._exit.callback(moto.kill)
            self.aws = AwsClients(moto.announcement()["url"])
            self.ocr = self._exit.enter_context(Emulator())
            self.proxy = self._exit.enter_context(Proxy(self.aws.url))
            self._deploy()
            self._exit = self._exit.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._exit.close()

    def _deploy(self) -> None:
        deployment = Deployment(self._template.body, DeploymentContext(self.aws, "stack", "http://127.0.0.1"))
        deployment.deploy()
        outputs = deployment.outputs()
        self.bucket = outputs["ImageBucketName"]
        self.uploads, self.results, self.dead_letters = (
            QueueClient(self.aws.sqs, outputs[name])
            for name in ("UploadsQueueUrl", "ResultsQueueUrl", "UploadsDeadLetterQueueUrl")
        )
        credentials = json.dumps({"appKey": self.ocr.app_key, "secretKey": self.ocr.secret_key})
        self.aws.secrets.put_secret_value(SecretId=outputs["OcrSecretArn"], SecretString=credentials)
        self.resources = {value: RESOURCE_NAMES[name] for name, value in outputs.items() if name in RESOURCE_NAMES}
        self._functions: dict[str, LambdaFunction] = {}
        for resource in deployment.context.functions.values():
            service = resource.environment["POWERTOOLS_SERVICE_NAME"]
            for variable, name in (("CLAIM_HMAC_KEY_ID", "claim-key"), ("CLAIM_SEAL_KEY_ID", "claim-seal-key")):
                if variable in resource.environment:
                    self.resources[resource.environment[variable]] = name
            environment = lambda_environment(resource, ROOT / "functions", self.proxy.url)
            # The access key in a signature identifies the caller.
            environment |= {"AWS_ACCESS_KEY_ID": service, "OCR_ENDPOINT": self.ocr.url}
            configuration = FunctionConfiguration(
                service, resource.arn, resource.handler, resource.timeout, environment, ROOT / "functions"
            )
            self._functions[service] = LambdaFunction(configuration, 1, self._folder)
            self._functions[service].warm_up()
            self._exit.callback(self._functions[service].close)

    def invoke(self, function: str, event: dict[str, Any]) -> InvocationResult:
        outcome = self._functions[function].invoke(json.dumps(event).encode())
        assert outcome.error_type is None, outcome
        return outcome

    def deliver(self) -> None:
        """Run the visible uploads as one batch and delete those that succeeded, as Lambda does."""
        messages = self.uploads.receive(10)
        event = sqs_event(messages, f"arn:aws:sqs:{REGION}:{ACCOUNT}:uploads")
        failed = failed_messages(
            self.invoke("analyze", event), {message["MessageId"] for message in messages}, partial=True
        )
        for message in messages:
            if message["MessageId"] not in failed:
                self.uploads.delete(message["MessageId"], message["ReceiptHandle"])
