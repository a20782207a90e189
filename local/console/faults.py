"""A switch for the emulator's faults. Its positions show how the pipeline handles each fault."""

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
_DELAY_SECONDS = 6.0
_CALL_LIMIT_EXCEEDED = 4000006


class FaultSwitch:
    """Has one position at a time, which holds until it is changed."""

    def __init__(self, record: Record, control: ControlClient) -> None:
        self._record, self._control = record, control
        self._record.set_topic("fault", "none")

    def set(self, position: Position) -> None:
        """Change the position.

        Raises
        ------
        ControlError
            If the emulator refuses the fault.
        """
        self._control.clear_faults()
        for fault in _faults(position):
            self._control.fault(fault)
        self._record.set_topic("fault", position)

    def rotate_keys(self) -> None:
        """Replace all key pairs. The service then refuses images that were sealed with the earlier keys."""
        self._control.rotate("*")


def _faults(position: Position) -> list[AnyFault]:
    match position:
        case "none":
            return []
        case "rate-limit":
            return [ResultCode(result_code=_CALL_LIMIT_EXCEEDED, result_message="CALL LIMIT EXCEEDED", times=None)]
        case "outage":
            return [HttpStatus(status=502, times=None)]
        case "slow":
            return [Delay(operation=analysis, delay=_DELAY_SECONDS, times=None) for analysis in ANALYSES]
        case "lost-answers":
            return [ResetAfterBody(operation=analysis, times=None) for analysis in ANALYSES]
