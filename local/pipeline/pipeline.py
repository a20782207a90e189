"""The whole pipeline on this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sealed_ocr.common.consumer_keys import parse_key_set
from sealed_ocr.common.setting_name import Setting

from local.deploy.deployment import Deployment
from local.deploy.resources import DeploymentContext
from local.deploy.synthesis import Synthesis
from local.lambda_runtime.environment import lambda_environment
from local.lambda_runtime.event_source import EventSource
from local.lambda_runtime.function_url import FunctionUrlServer
from local.lambda_runtime.lambda_function import LambdaFunction
from local.lambda_runtime.process import FunctionConfiguration
from local.lambda_runtime.signature import SignatureCheck
from local.pipeline.emulator_keys import EmulatorKeys
from local.pipeline.options import PipelineOptions
from local.processes.aws_clients import CREDENTIALS, REGION, AwsClients
from local.processes.child import ROOT, Child
from local.processes.managed_resource import ManagedResource

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.lambda_runtime.environment import FunctionResource

_STACK = "sealed-ocr-local"
_CEILINGS = {"maxCallsPerHour": "MaxCallsPerHour", "maxCallsPerDay": "MaxCallsPerDay"}


class Pipeline(ManagedResource):
    """Everything between an upload and its message. A context manager that leaves no process behind.

    Parameters
    ----------
    options : PipelineOptions
        What to start.
    progress : Callable
        Is called with a short text at each step of the start.

    Attributes
    ----------
    aws : AwsClients
        Clients for the emulated AWS, after entering.
    ocr_url : str
        The endpoint of the OCR service, after entering.
    oauth_url : str
        The endpoint of its token host, after entering.
    verify_url : str
        The Function URL of the verify function, after entering.
    emulated : bool
        Whether the OCR service is the emulator.
    reader : str or None
        The emulator's reader.

    Raises
    ------
    ChildError
        If a process does not start.
    DeployError
        If the template cannot be deployed.
    """

    def __init__(self, options: PipelineOptions, progress: Callable[[str], None]) -> None:
        super().__init__()
        self._options, self._progress = options, progress
        self.emulated = options.ocr is None
        self.reader = options.reader if self.emulated else None

    def output(self, name: str) -> str:
        """Return an output of the stack.

        Raises
        ------
        DeployError
            If the stack has no output of that name.
        """
        return self._deployment.output(name)

    @property
    def simulated(self) -> bool:
        """Whether the stage is simulated."""
        return "Simulated" in self._deployment.outputs()

    @property
    def sealed_to(self) -> list[str]:
        """The names of the keys that messages are sealed to; none if they are in the clear."""
        functions = self._deployment.context.functions.values()
        key_sets = (function.environment.get(Setting.CONSUMER_PUBLIC_KEYS) for function in functions)
        return [key.kid for key_set in key_sets if key_set for key in parse_key_set(key_set)]

    def outputs(self) -> dict[str, str]:
        """Return the stack's outputs, and what else the operator's tools need.

        On AWS the tools read the OCR service's endpoints and the ceilings on calls from the function's configuration,
        and the logs from CloudWatch Logs. There is neither here.
        """
        settings = self._options.settings
        return (
            self._deployment.outputs()
            | {"OcrEndpoint": self.ocr_url, "OauthEndpoint": self.oauth_url, "FunctionLogs": str(self._options.logs)}
            | {output: settings[name] for name, output in _CEILINGS.items() if name in settings}
        )

    def _start(self) -> None:
        # The three slow parts start at once, the slowest first. Each is awaited when it is needed.
        self._progress("starting the emulated AWS and the OCR service")
        ocr = self._options.ocr
        keys = EmulatorKeys()
        reader = ("--reader", self._options.reader)
        emulator = None if ocr else self._child("emulator", *keys.options(), *reader)
        moto = self._child("local.processes.moto_server")
        synthesis = Synthesis(self._options.logs, settings=self._options.settings)
        self._stack.callback(synthesis.stop)
        synthesis.start()
        self.aws = AwsClients(moto.announcement()["url"], connections=32)
        self._progress("synthesising the stack")
        template = synthesis.template()
        self._progress("deploying the stack")
        url_server = FunctionUrlServer()
        self._stack.callback(url_server.close)
        self.verify_url = url_server.url
        self._deployment = Deployment(template, DeploymentContext(self.aws, _STACK, url_server.url))
        self._deployment.deploy()
        self._set_secret(ocr.secret if ocr else keys.secret(self._options.api))
        if emulator:
            self._progress(f"waiting for the OCR service's reader ({self._options.reader})")
        if ocr:
            self.ocr_url, self.oauth_url = ocr.endpoint, ocr.oauth_endpoint or self._vendors_token_host()
        elif emulator:
            self.ocr_url = self.oauth_url = emulator.announcement()["url"]
        self._overrides = self._options.observer.deployed(self)
        functions = {name: self._function(resource) for name, resource in self._deployment.context.functions.items()}
        if url_function := self._deployment.context.url_function:
            url_server.serve(functions[url_function].invoke, self._signature_check())
        self._start_event_sources(functions)

    def _child(self, *command: str) -> Child:
        child = Child.start_server(self._options.logs, *command)
        self._stack.callback(child.kill)
        return child

    def _vendors_token_host(self) -> str:
        function = next(iter(self._deployment.context.functions.values()))
        return function.environment[Setting.OCR_OAUTH_ENDPOINT]

    def _set_secret(self, value: str) -> None:
        """Store the OCR service's credentials, as an operator does after the first deployment."""
        self.aws.secrets.put_secret_value(SecretId=self.output("OcrSecretArn"), SecretString=value)

    def _function(self, resource: FunctionResource) -> LambdaFunction:
        task_root = ROOT / "functions"
        environment = lambda_environment(resource, task_root, self.aws.url)
        environment |= {Setting.OCR_ENDPOINT: self.ocr_url, Setting.OCR_OAUTH_ENDPOINT: self.oauth_url}
        environment |= {name: value for name, value in self._overrides.items() if name in environment}
        function = LambdaFunction(
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

    def _signature_check(self) -> SignatureCheck | None:
        if not self._deployment.context.url_is_signed:
            return None
        return SignatureCheck(CREDENTIALS["AWS_ACCESS_KEY_ID"], CREDENTIALS["AWS_SECRET_ACCESS_KEY"], REGION)

    def _start_event_sources(self, functions: dict[str, LambdaFunction]) -> None:
        for mapping in self._deployment.context.mappings:
            function = functions[mapping.function]
            function.warm_up()
            pollers = min(self._options.slots, mapping.maximum_concurrency)
            source = EventSource(
                mapping, self.aws.sqs, function.invoke, pollers=pollers, observer=self._options.observer
            )
            self._stack.callback(source.stop)
            source.start()
