"""What somebody who watches the pipeline is told, at the moment it happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from types_boto3_sqs.type_defs import MessageTypeDef

    from local.pipeline.pipeline import Pipeline


class Watcher(Protocol):
    """Is told of deliveries, from the threads that carry them: its methods return soon, and raise nothing."""

    def deployed(self, pipeline: Pipeline) -> Mapping[str, str]:
        """Take note that the stack is there; return what these of the functions' variables are to be instead."""
        ...

    def taken(self, message: MessageTypeDef) -> None:
        """Take note that the event source received a message."""
        ...

    def invoked(self, batch: Sequence[MessageTypeDef]) -> None:
        """Take note that the function is invoked with these."""
        ...

    def ended(self, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        """Take note that the invocation is over; messages with the ids ``failed`` stay in the queue."""
        ...


class Nobody:
    """Watches nothing."""

    def deployed(self, pipeline: Pipeline) -> Mapping[str, str]:
        """Leave the functions' variables as they are."""
        return {}

    def taken(self, message: MessageTypeDef) -> None:
        """Do nothing."""

    def invoked(self, batch: Sequence[MessageTypeDef]) -> None:
        """Do nothing."""

    def ended(self, batch: Sequence[MessageTypeDef], failed: Collection[str]) -> None:
        """Do nothing."""
