"""Registers functions, event source mappings and Function URLs, which the pipeline runs itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.deploy.errors import DeployError
from local.deploy.resources import DeploymentContext, Resource, ResourceCreator
from local.lambda_runtime.environment import FunctionResource
from local.lambda_runtime.event_source import EventSourceMapping
from local.processes.aws_clients import ACCOUNT, REGION

if TYPE_CHECKING:
    from local.deploy.properties import Properties

_DEFAULT_MAX_CONCURRENCY = 1000
"""The maximum concurrency of an event source mapping without its own limit."""


def register_function(context: DeploymentContext, logical_id: str, properties: Properties) -> Resource:
    """Register a function."""
    name = properties.take("FunctionName", context.default_name(logical_id))
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    logging = properties.section("LoggingConfig")
    # Lambda sets these two variables for its runtime.
    variables = {
        "AWS_LAMBDA_LOG_FORMAT": logging.take("LogFormat"),
        "AWS_LAMBDA_LOG_LEVEL": logging.take("ApplicationLogLevel"),
        **properties.section("Environment").take("Variables", {}),
    }
    logging.ignore("a process logs to a file", "LogGroup", "SystemLogLevel")
    context.functions[name] = FunctionResource(
        name=name,
        arn=arn,
        handler=properties.take("Handler"),
        runtime=properties.take("Runtime"),
        timeout=int(properties.take("Timeout", 3)),
        memory=int(properties.take("MemorySize", 128)),
        environment={variable: str(value) for variable, value in variables.items() if value is not None},
    )
    properties.ignore("the source tree runs unpackaged on this machine", "Architectures", "Code")
    properties.ignore("no permissions are enforced", "Role")
    properties.ignore("nothing receives traces", "TracingConfig")
    properties.ignore("a process uses the machine's network", "VpcConfig")
    properties.ignore("the run has its own, smaller number of processes", "ReservedConcurrentExecutions")
    properties.ignore("for people only", "Description", "Tags")
    return Resource(name, {"Arn": arn})


def register_event_source(context: DeploymentContext, logical_id: str, properties: Properties) -> Resource:
    """Register an event source mapping. moto does not get it (see ``lambda_runtime.event_source``)."""
    queue_arn = properties.take("EventSourceArn")
    _, _, service, _, _, queue = queue_arn.split(":", 5)
    if service != "sqs":
        raise DeployError(f"event sources of {service} are not supported")
    response_types = properties.take("FunctionResponseTypes", [])
    mapping = EventSourceMapping(
        queue_url=context.clients.sqs.get_queue_url(QueueName=queue)["QueueUrl"],
        queue_arn=queue_arn,
        function=properties.take("FunctionName").split(":")[-1],
        batch_size=int(properties.take("BatchSize", 10)),
        window=int(properties.take("MaximumBatchingWindowInSeconds", 0)),
        partial="ReportBatchItemFailures" in response_types,
        maximum_concurrency=int(
            properties.section("ScalingConfig").take("MaximumConcurrency", _DEFAULT_MAX_CONCURRENCY)
        ),
    )
    properties.ignore("nothing is billed", "Tags")
    context.mappings.append(mapping)
    return Resource(context.default_name(logical_id))


def register_url(context: DeploymentContext, logical_id: str, properties: Properties) -> Resource:
    """Register the function that has the Function URL."""
    if context.url_function:
        raise DeployError("a second Function URL is not supported")
    context.url_function = properties.take("TargetFunctionArn").split(":")[-1]
    if (mode := properties.take("InvokeMode", "BUFFERED")) != "BUFFERED":
        raise DeployError(f"the InvokeMode {mode} is not supported")
    context.url_is_signed = properties.take("AuthType") == "AWS_IAM"
    return Resource(context.default_name(logical_id), {"FunctionUrl": context.function_url})


LAMBDA_RESOURCES: dict[str, ResourceCreator] = {
    "AWS::Lambda::EventSourceMapping": register_event_source,
    "AWS::Lambda::Function": register_function,
    "AWS::Lambda::Url": register_url,
}
