"""Observers of a running pipeline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from local.lambda_runtime.event_source import DeliveryObserver

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from types_boto3_sqs.type_defs import MessageTypeDef

    from local.processes.aws_clients import AwsClients


class ObservedStack(Protocol):
    """The stack as an observer sees it."""

    @property
    def aws(self) -> AwsClients:
        """Clients for the emulated AWS."""
        ...

    def output(self, name: str) -> str:
        """Return an output of the stack."""
        ...


class PipelineObserver(DeliveryObserver, Protocol):
    """Is called when the stack is deployed, and then for each delivery."""

    def deployed(self, stack: ObservedStack) -> Mapping[str, str]:
        """Handle that the stack is deployed. Return environment variables that replace the functions' own."""
        ...


class NullObserver:
    """An observer that does nothing."""

    def deployed(self, stack: ObservedStack) -> Mapping[str, str]:
        """Replace no environment variables."""
        return {}

    def received(self, message: MessageTypeDef) -> None:
        """Do nothing."""

    def invoked(self, batch: Sequence[MessageTypeDef]) -> None:
        """Do nothing."""

    def completed(self, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        """Do nothing."""
