"""What a resource becomes, and what is needed to make it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.deploy.properties import Properties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.lambda_runtime.event_source import EventSourceMapping
    from local.processes.aws_clients import Clients


@dataclass(frozen=True)
class Resource:
    """What a template may say of a resource: its ``Ref`` and its attributes."""

    reference: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FunctionResource:
    """A function as the template describes it: ``timeout`` in seconds, ``memory`` in MB."""

    name: str
    arn: str
    handler: str
    runtime: str
    timeout: int
    memory: int
    environment: Mapping[str, str]


@dataclass
class Site:
    """Where resources are made, and what the pipeline runs by itself: functions and what feeds them.

    ``function_url`` is where the pipeline serves the one function that has a URL.
    """

    clients: Clients
    stack: str
    function_url: str
    functions: dict[str, FunctionResource] = field(default_factory=dict)
    mappings: list[EventSourceMapping] = field(default_factory=list)
    published: str | None = None

    def name(self, logical_id: str) -> str:
        """Return the name of a resource for which the template has none."""
        return f"{self.stack}-{logical_id}"


Create = Callable[[Site, str, Properties], Resource]
"""Makes a resource by its logical id and properties."""
