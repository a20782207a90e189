"""The emulated service's faults, as a switch with a few positions that show what the pipeline is made for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from emulator.domain.operations import ANALYSES
from emulator.faults.kinds import Delay, HttpStatus, ResetAfterBody, ResultCode

if TYPE_CHECKING:
    from emulator.control.client import ControlClient
    from emulator.faults.kinds import AnyFault
    from local.console.record import Record

Position = Literal["none", "rate-limit", "outage", "slow", "lost-answers"]
POSITIONS: tuple[Position, ...] = get_args(Position)
_SLOW_SECONDS = 6.0
_LIMIT_EXCEEDED = 4000006


class Switch:
    """One position at a time; it holds until it is switched again."""

    def __init__(self, record: Record, control: ControlClient) -> None:
        self._record, self._control = record, control
        self._record.topic("fault", "none")

    def to(self, position: Position) -> None:
        """Let that go wrong from now on, or nothing. Raises ControlError."""
        self._control.clear_faults()
        for fault in _faults(position):
            self._control.fault(fault)
        self._record.topic("fault", position)

    def rotate_keys(self) -> None:
        """Put new key pairs in place: what is sealed with the keys before is refused from now on."""
        self._control.rotate("*")


def _faults(position: Position) -> list[AnyFault]:
    match position:
        case "none":
            return []
        case "rate-limit":
            return [ResultCode(result_code=_LIMIT_EXCEEDED, result_message="CALL LIMIT EXCEEDED", times=None)]
        case "outage":
            return [HttpStatus(status=502, times=None)]
        case "slow":
            return [Delay(operation=analysis, delay=_SLOW_SECONDS, times=None) for analysis in ANALYSES]
        case "lost-answers":
            return [ResetAfterBody(operation=analysis, times=None) for analysis in ANALYSES]
