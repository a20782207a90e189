"""Which faults are still to happen, and to whom."""

from __future__ import annotations

import msgspec

from emulator.domain.operations import ANALYSES, Operation
from emulator.faults.kinds import AnyFault, ResetBeforeBody


def parse_fault(body: bytes) -> AnyFault:
    """Return the fault that a control request describes.

    Raises ValueError, with a sentence that says what is wrong with it.
    """
    fault: AnyFault = msgspec.json.decode(body, type=AnyFault)
    if fault.image is not None and fault.operation not in ("*", *ANALYSES):
        raise ValueError("only an analysis has an image")
    if fault.image is not None and isinstance(fault, ResetBeforeBody):
        raise ValueError("an image is not known before the body was read")
    return fault


def kind_of(fault: AnyFault) -> str:
    """Return the fault's kind as the control endpoint names it."""
    return str(fault.__struct_config__.tag)


class FaultQueue:
    """The faults that are still to happen, oldest first."""

    def __init__(self) -> None:
        self._pending: list[tuple[AnyFault, int | None]] = []

    def add(self, fault: AnyFault) -> None:
        """Let a fault happen to the next calls that it concerns."""
        self._pending.append((fault, fault.times))

    def clear(self) -> None:
        """Let nothing happen any more."""
        self._pending.clear()

    def take(self, operation: Operation, image: str | None = None) -> AnyFault | None:
        """Return the oldest fault for a call and count it: those for any image, or with `image` those for that one."""
        for place, (fault, remaining) in enumerate(self._pending):
            if fault.applies_to(operation) and fault.image == image:
                if remaining == 1:
                    del self._pending[place]
                elif remaining is not None:
                    self._pending[place] = (fault, remaining - 1)
                return fault
        return None
