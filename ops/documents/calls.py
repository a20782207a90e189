"""The calls of this hour and of today, as ``status`` shows them."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sealed_ocr.aws.call_budget import DAY_SECONDS, HOUR_SECONDS, Window
from sealed_ocr.aws.errors import translate_errors
from sealed_ocr.aws.table import Table
from sealed_ocr.common.billed_call import ID_CARD_CALLS
from sealed_ocr.common.setting_name import Setting
from sealed_ocr.runtime.call_counts import month_at

from ops.billing.month import read_month
from ops.common.stack import DeployedStack

_WINDOWS = (
    ("this hour", HOUR_SECONDS, Setting.MAX_CALLS_PER_HOUR, "maxCallsPerHour"),
    ("today (UTC)", DAY_SECONDS, Setting.MAX_CALLS_PER_DAY, "maxCallsPerDay"),
)


def describe_calls(stack: DeployedStack) -> Iterator[str]:
    """Yield a line for each ceiling: what is made or reserved, and what is left; or that there is none.

    Raises
    ------
    AwsError
        If DynamoDB or Lambda fails or refuses.
    """
    ceilings = _ceilings(stack)
    table, now = Table(stack.clients.dynamodb, stack.outputs.documents_table_name), time.time()
    for name, seconds, variable, setting in _WINDOWS:
        ceiling = ceilings.get(variable)
        if ceiling is None:
            yield f"Calls {name}: no ceiling ({setting})"
            continue
        item = table.read(Window(seconds, ceiling).item(now)) or {}
        reserved = int(item.get("reserved", 0))
        yield f"Calls {name}: {reserved:,} of {ceiling:,} made or reserved, {max(0, ceiling - reserved):,} left"


def describe_month(stack: DeployedStack) -> str:
    """Return a line about the ID-card analyses of this month, for the vendor's quota.

    Raises
    ------
    AwsError
        If DynamoDB fails or refuses.
    """
    month = month_at(time.time())
    counted = read_month(stack, month)
    calls = sum(sum(counted[call].values()) for call in ID_CARD_CALLS)
    return f"ID-card calls in {month}: {calls:,}; the vendor's quota is 100,000, for a period that it does not state"


def _ceilings(stack: DeployedStack) -> dict[str, int]:
    if stack.outputs.ocr_endpoint is not None:
        # A local pipeline has no Lambda to ask.
        return {}
    with translate_errors("GetFunctionConfiguration"):
        found = stack.clients.functions.get_function_configuration(FunctionName=stack.outputs.analyze_function_name)
    variables = found.get("Environment", {}).get("Variables", {})
    return {variable: int(variables[variable]) for _, _, variable, _ in _WINDOWS if variables.get(variable)}
