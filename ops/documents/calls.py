"""The calls of this hour and of today, as ``status`` shows them."""

from __future__ import annotations

import msgspec
from sealed_ocr.common.billed_call import ID_CARD_CALLS
from sealed_ocr.runtime.call_counts import month_at

from ops.billing.month import read_month
from ops.common.ceilings import MAX_CALLS_PER_DAY, MAX_CALLS_PER_HOUR, read_ceilings
from ops.common.console import print_line, print_report
from ops.common.stack import DeployedStack

_PERIODS = {MAX_CALLS_PER_HOUR: "this hour", MAX_CALLS_PER_DAY: "today (UTC)"}


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
    now = stack.clock()
    ceilings = read_ceilings(stack, now)
    reports = []
    for setting, name in _PERIODS.items():
        ceiling = ceilings.get(setting)
        if ceiling is None:
            print_line(f"Calls {name}: no ceiling ({setting})")
            reports.append(CeilingReport(setting, None, None, None))
            continue
        print_line(f"Calls {name}: {ceiling.reserved:,} of {ceiling.calls:,} made or reserved, {ceiling.left:,} left")
        reports.append(CeilingReport(setting, ceiling.reserved, ceiling.calls, ceiling.left))
    month = month_at(now)
    counted = read_month(stack, month)
    calls = sum(sum(counted[call].values()) for call in ID_CARD_CALLS)
    print_line(
        f"ID-card calls in {month}: {calls:,}; the vendor's quota is 100,000, for a period that it does not state"
    )
    print_report(CallsReport(reports, month, calls))
