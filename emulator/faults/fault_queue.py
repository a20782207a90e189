"""The queue of pending faults."""

from __future__ import annotations

import msgspec

from emulator.domain.operations import ANALYSES, Operation
from emulator.faults.kinds import AnyFault, ResetBeforeBody


def parse_fault(body: bytes) -> AnyFault:
    """Return the fault that a control request describes.

    Raises
    ------
    ValueError
        The fault is invalid. The message gives the reason.
    """
    fault: AnyFault = msgspec.json.decode(body, type=AnyFault)
    if fault.image is not None and fault.operation not in ("*", *ANALYSES):
        raise ValueError("only an analysis has an image")
    if fault.image is not None and isinstance(fault, ResetBeforeBody):
        raise ValueError("an image is not known before the body is read")
    return fault


def kind_of(fault: AnyFault) -> str:
    """Return the kind of a fault, with the name that the control endpoint uses."""
    return str(fault.__struct_config__.tag)


class FaultQueue:
    """The pending faults, oldest first."""

    def __init__(self) -> None:
        self._pending: list[tuple[AnyFault, int | None]] = []

    def add(self, fault: AnyFault) -> None:
        """Add a fault for the next calls to which it applies."""
        self._pending.append((fault, fault.times))

    def clear(self) -> None:
        """Remove all pending faults."""
        self._pending.clear()

    def take(self, operation: Operation, image: str | None = None) -> AnyFault | None:
        """Return the oldest fault that applies to a call, and count the use.

        Without `image`, only faults for any image apply; with `image`, only faults for that image.
        """
        for place, (fault, remaining) in enumerate(self._pending):
            if fault.applies_to(operation) and fault.image == image:
                if remaining == 1:
                    del self._pending[place]
                elif remaining is not None:
                    self._pending[place] = (fault, remaining - 1)
                return fault
        return None
