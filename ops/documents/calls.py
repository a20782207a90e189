"""The calls of this hour and of today, as ``status`` shows them."""

from __future__ import annotations

import time

import msgspec
from sealed_ocr.aws.call_budget import DAY_SECONDS, HOUR_SECONDS, Window
from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.aws.table import Table
from sealed_ocr.common.billed_call import ID_CARD_CALLS
from sealed_ocr.common.setting_name import Setting
from sealed_ocr.runtime.call_counts import month_at

from ops.billing.month import read_month
from ops.common.console import print_line, print_report
from ops.common.stack import DeployedStack

_WINDOWS = (
    ("this hour", HOUR_SECONDS, Setting.MAX_CALLS_PER_HOUR, "maxCallsPerHour"),
    ("today (UTC)", DAY_SECONDS, Setting.MAX_CALLS_PER_DAY, "maxCallsPerDay"),
)


class CeilingReport(msgspec.Struct, rename="camel", frozen=True):
    """The calls of a period. ``ceiling`` and ``left`` are None if it has none."""

    setting: str
    reserved: int | None
    ceiling: int | None
    left: int | None


class CallsReport(msgspec.Struct, rename="camel", frozen=True):
    """What ``status --json`` prints without a document."""

    ceilings: list[CeilingReport]
    month: str
    id_card_calls: int


def print_calls(stack: DeployedStack) -> None:
    """Print a line for each ceiling, and one about the ID-card analyses of this month, for the vendor's quota.

    Raises
    ------
    AwsError
        If DynamoDB or Lambda fails or refuses.
    """
    ceilings, table, now = (
        _ceilings(stack),
        Table(stack.clients.dynamodb, stack.outputs.documents_table_name),
        time.time(),
    )
    reports = []
    for name, seconds, variable, setting in _WINDOWS:
        ceiling = ceilings.get(variable)
        if ceiling is None:
            print_line(f"Calls {name}: no ceiling ({setting})")
            reports.append(CeilingReport(setting, None, None, None))
            continue
        item = table.read(Window(seconds, ceiling).item(now)) or {}
        reserved = int(item.get("reserved", 0))
        left = max(0, ceiling - reserved)
        print_line(f"Calls {name}: {reserved:,} of {ceiling:,} made or reserved, {left:,} left")
        reports.append(CeilingReport(setting, reserved, ceiling, left))
    month = month_at(now)
    counted = read_month(stack, month)
    calls = sum(sum(counted[call].values()) for call in ID_CARD_CALLS)
    print_line(
        f"ID-card calls in {month}: {calls:,}; the vendor's quota is 100,000, for a period that it does not state"
    )
    print_report(CallsReport(reports, month, calls))


def _ceilings(stack: DeployedStack) -> dict[str, int]:
    if stack.outputs.ocr_endpoint is not None:
        # A local pipeline has no Lambda to ask.
        return {}
    with translate_errors("GetFunctionConfiguration"):
        found = stack.clients.functions.get_function_configuration(FunctionName=stack.outputs.analyze_function_name)
    variables = found.get("Environment", {}).get("Variables", {})
    return {variable: int(variables[variable]) for _, _, variable, _ in _WINDOWS if variables.get(variable)}
