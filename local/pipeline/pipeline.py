"""The pipeline on this machine: started whole, stopped whole."""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING

from local.deploy.deployer import Deployment
from local.deploy.resources import Site
from local.deploy.synthesis import Synthesis
from local.lambda_runtime.environment import lambda_environment
from local.lambda_runtime.event_source import EventSource
from local.lambda_runtime.function import Function
from local.lambda_runtime.function_url import Front
from local.lambda_runtime.process import FunctionConfiguration
from local.pipeline.options import OcrService, Options
from local.processes.aws_clients import Clients
from local.processes.child import ROOT, Child
from local.processes.managed_resource import Whole

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.deploy.resources import FunctionResource

_STACK = "sealed-ocr-local"


class Pipeline(Whole):
    """Everything between an upload and its message; a context manager, at whose end no process is left.

    ``progress`` is told what is being done. After entering: ``aws`` are clients, ``output`` the stack's outputs,
    ``ocr_url`` where the OCR service is (``emulated``, with that ``reader``, or another), ``verify_url`` where claims
    are posted to.

    Raises: ChildError, DeployError.
    """

    def __init__(self, options: Options, progress: Callable[[str], None]) -> None:
        super().__init__()
        self._options, self._progress = options, progress
        self.emulated = options.ocr is None
        self.reader = options.reader if self.emulated else None

    def output(self, name: str) -> str:
        """Return an output of the stack.

        Raises: DeployError when it has none of that name.
        """
        return self._deployment.output(name)

    def outputs(self) -> dict[str, str]:
        """Return what the operator's tools find everything by: the stack's outputs, and the OCR service's address.

        On AWS that address is in the function's configuration, and there is no Lambda service here to ask for it.
        """
        return self._deployment.outputs() | {"OcrEndpoint": self.ocr_url}

    def _start(self) -> None:
        # The three that take their time start at once, and each is waited for when it is needed.
        self._progress("starting the emulated AWS and the OCR service")
        synthesis = Synthesis(self._options.logs)
        self._stack.callback(synthesis.stop)
        synthesis.start()
        moto = self._child("local.processes.moto_server")
        ocr = self._options.ocr or _emulated()
        emulator = None if self._options.ocr else self._emulator(ocr)
        self.aws = Clients(moto.announcement()["url"], connections=32)
        self._progress("synthesising the stack")
        template = synthesis.template()
        self._progress("deploying the stack")
        front = Front()
        self._stack.callback(front.close)
        self.verify_url = front.url
        self._deployment = Deployment(template, Site(self.aws, _STACK, front.url))
        self._deployment.deploy()
        self._fill_in_secret(ocr)
        if emulator:
            self._progress(f"waiting for the OCR service's reader ({self._options.reader})")
        self.ocr_url = emulator.announcement()["url"] if emulator else ocr.endpoint
        self._watched = self._options.watcher.deployed(self)
        functions = {name: self._function(resource) for name, resource in self._deployment.site.functions.items()}
        if published := self._deployment.site.published:
            front.serve(functions[published].invoke)
        self._feed(functions)

    def _emulator(self, service: OcrService) -> Child:
        keys = ["--app-key", service.app_key, "--secret-key", service.secret_key]
        return self._child("emulator", *keys, "--reader", self._options.reader)

    def _child(self, *command: str) -> Child:
        child = Child.serving(self._options.logs, *command)
        self._stack.callback(child.kill)
        return child

    def _fill_in_secret(self, ocr: OcrService) -> None:
        """Do what an operator does after the first deployment."""
        value = json.dumps({"appKey": ocr.app_key, "secretKey": ocr.secret_key})
        self.aws.secrets.put_secret_value(SecretId=self.output("OcrSecretArn"), SecretString=value)

    def _function(self, resource: FunctionResource) -> Function:
        task_root = ROOT / "functions"
        environment = lambda_environment(resource, task_root, self.aws.url)
        # No variable of the template's: here it would name the vendor, who is not to be called.
        environment["OCR_ENDPOINT"] = self.ocr_url
        environment |= {name: value for name, value in self._watched.items() if name in environment}
        function = Function(
            FunctionConfiguration(
                name=resource.name,
                arn=resource.arn,
                handler=resource.handler,
                timeout=resource.timeout,
                environment=environment,
                task_root=task_root,
            ),
            self._options.slots,
            self._options.logs,
        )
        self._stack.callback(function.close)
        return function

    def _feed(self, functions: dict[str, Function]) -> None:
        for mapping in self._deployment.site.mappings:
            function = functions[mapping.function]
            function.warm_up()
            pollers = min(self._options.slots, mapping.maximum_concurrency)
            source = EventSource(mapping, self.aws.sqs, function.invoke, pollers=pollers, watcher=self._options.watcher)
            self._stack.callback(source.stop)
            source.start()


def _emulated() -> OcrService:
    """Return the emulator's keys; where it is, it tells once it is there."""
    return OcrService("", f"app-{secrets.token_hex(8)}", f"secret-{secrets.token_hex(8)}")
