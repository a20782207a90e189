"""Functions and what feeds them: noted here, run by the pipeline itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.deploy.errors import DeployError
from local.deploy.resources import Create, FunctionResource, Resource, Site
from local.lambda_runtime.event_source import EventSourceMapping
from local.processes.aws_clients import ACCOUNT, REGION

if TYPE_CHECKING:
    from local.deploy.properties import Properties

_MOST_CONCURRENT = 1000
"""What an event source mapping without a limit of its own may reach."""


def note_function(site: Site, logical_id: str, properties: Properties) -> Resource:
    """Note what the processes of the function are to be."""
    name = properties.take("FunctionName", site.name(logical_id))
    arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
    logging = properties.section("LoggingConfig")
    # Lambda tells the runtime by these two.
    settings = {
        "AWS_LAMBDA_LOG_FORMAT": logging.take("LogFormat"),
        "AWS_LAMBDA_LOG_LEVEL": logging.take("ApplicationLogLevel"),
        **properties.section("Environment").take("Variables", {}),
    }
    logging.leave_out("a process writes its log to a file", "LogGroup", "SystemLogLevel")
    site.functions[name] = FunctionResource(
        name=name,
        arn=arn,
        handler=properties.take("Handler"),
        runtime=properties.take("Runtime"),
        timeout=int(properties.take("Timeout", 3)),
        memory=int(properties.take("MemorySize", 128)),
        environment={setting: str(value) for setting, value in settings.items() if value is not None},
    )
    properties.leave_out("the source tree is run as it is, on this machine", "Architectures", "Code")
    properties.leave_out("no identity is enforced", "Role")
    properties.leave_out("traces go nowhere", "TracingConfig")
    properties.leave_out("the number of processes is the run's own, and smaller", "ReservedConcurrentExecutions")
    properties.leave_out("read by people", "Description", "Tags")
    return Resource(name, {"Arn": arn})


def note_event_source(site: Site, logical_id: str, properties: Properties) -> Resource:
    """Note which queue feeds which function; moto is not told of it (see ``lambda_runtime.event_source``)."""
    queue_arn = properties.take("EventSourceArn")
    _, _, service, _, _, queue = queue_arn.split(":", 5)
    if service != "sqs":
        raise DeployError(f"event sources of {service} are not known")
    answers = properties.take("FunctionResponseTypes", [])
    mapping = EventSourceMapping(
        queue_url=site.clients.sqs.get_queue_url(QueueName=queue)["QueueUrl"],
        queue_arn=queue_arn,
        function=properties.take("FunctionName").split(":")[-1],
        batch_size=int(properties.take("BatchSize", 10)),
        window=int(properties.take("MaximumBatchingWindowInSeconds", 0)),
        partial="ReportBatchItemFailures" in answers,
        maximum_concurrency=int(properties.section("ScalingConfig").take("MaximumConcurrency", _MOST_CONCURRENT)),
    )
    properties.leave_out("nobody is billed", "Tags")
    site.mappings.append(mapping)
    return Resource(site.name(logical_id))


def note_url(site: Site, logical_id: str, properties: Properties) -> Resource:
    """Note which function the pipeline's own HTTP front serves."""
    if site.published:
        raise DeployError("a second Function URL; one is served here")
    site.published = properties.take("TargetFunctionArn").split(":")[-1]
    if (mode := properties.take("InvokeMode", "BUFFERED")) != "BUFFERED":
        raise DeployError(f"the InvokeMode {mode} is not known")
    properties.leave_out("no identity is enforced: the front takes unsigned requests", "AuthType")
    return Resource(site.name(logical_id), {"FunctionUrl": site.function_url})


FUNCTIONS: dict[str, Create] = {
    "AWS::Lambda::EventSourceMapping": note_event_source,
    "AWS::Lambda::Function": note_function,
    "AWS::Lambda::Url": note_url,
}
