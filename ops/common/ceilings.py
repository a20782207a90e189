"""The stage's ceilings on calls, and what is left of them in the present hour and day."""

from __future__ import annotations

import msgspec
from sealed_ocr.aws.call_budget import DAY_SECONDS, HOUR_SECONDS, Window
from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.aws.table import Table
from sealed_ocr.common.setting_name import Setting

from ops.common.stack import DeployedStack

MAX_CALLS_PER_HOUR, MAX_CALLS_PER_DAY = "maxCallsPerHour", "maxCallsPerDay"
_WINDOWS = (
    (MAX_CALLS_PER_HOUR, HOUR_SECONDS, Setting.MAX_CALLS_PER_HOUR),
    (MAX_CALLS_PER_DAY, DAY_SECONDS, Setting.MAX_CALLS_PER_DAY),
)


class Ceiling(msgspec.Struct, frozen=True):
    """A ceiling of ``calls`` until ``ends_at`` (epoch seconds). ``reserved`` are made, or reserved by a function."""

    setting: str
    calls: int
    reserved: int
    ends_at: float

    @property
    def left(self) -> int:
        """The calls that are left."""
        return max(0, self.calls - self.reserved)


def read_ceilings(stack: DeployedStack, now: float) -> dict[str, Ceiling]:
    """Return the ceilings that the stage has, by their settings; ``now`` is in epoch seconds.

    Raises
    ------
    AwsError
        If DynamoDB or Lambda fails or refuses.
    """
    given = _given(stack)
    table = Table(stack.clients.dynamodb, stack.outputs.documents_table_name)
    ceilings = {}
    for setting, seconds, _ in _WINDOWS:
        calls = given.get(setting)
        if calls:
            window = Window(seconds, int(calls))
            reserved = int((table.read(window.item(now)) or {}).get("reserved", 0))
            ceilings[setting] = Ceiling(setting, window.ceiling, reserved, now // seconds * seconds + seconds)
    return ceilings


def _given(stack: DeployedStack) -> dict[str, str | None]:
    """Return what the settings allow. A local pipeline has no Lambda to ask."""
    outputs = stack.outputs
    if outputs.ocr_endpoint is not None:
        return {MAX_CALLS_PER_HOUR: outputs.max_calls_per_hour, MAX_CALLS_PER_DAY: outputs.max_calls_per_day}
    with translate_errors("GetFunctionConfiguration"):
        found = stack.clients.functions.get_function_configuration(FunctionName=outputs.analyze_function_name)
    variables = found.get("Environment", {}).get("Variables", {})
    return {setting: variables.get(variable) for setting, _, variable in _WINDOWS}
