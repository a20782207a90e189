"""Created resources, and the context in which they are created."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from local.deploy.properties import Properties

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.lambda_runtime.environment import FunctionResource
    from local.lambda_runtime.event_source import EventSourceMapping
    from local.processes.aws_clients import AwsClients


@dataclass(frozen=True)
class Resource:
    """A created resource: the values of its ``Ref`` and of its attributes."""

    reference: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass
class DeploymentContext:
    """Where resources are created, and which functions and event source mappings the pipeline has to run itself.

    Attributes
    ----------
    clients : AwsClients
        Clients for the emulated AWS.
    stack : str
        The name of the stack.
    function_url : str
        The URL under which the pipeline serves the one function that has a Function URL.
    functions : dict of str to FunctionResource
        The functions by name.
    mappings : list of EventSourceMapping
        The event source mappings.
    url_function : str or None
        The name of the function that has the Function URL.
    url_is_signed : bool
        Whether requests to the Function URL must be signed.
    """

    clients: AwsClients
    stack: str
    function_url: str
    functions: dict[str, FunctionResource] = field(default_factory=dict)
    mappings: list[EventSourceMapping] = field(default_factory=list)
    url_function: str | None = None
    url_is_signed: bool = False

    def default_name(self, logical_id: str) -> str:
        """Return the name of a resource that has no name in the template."""
        return f"{self.stack}-{logical_id}"


ResourceCreator = Callable[[DeploymentContext, str, Properties], Resource]
"""Creates a resource from its logical id and properties."""
