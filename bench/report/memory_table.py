"""The table of Lambda's memory settings in docs/scale.md."""

from __future__ import annotations

from collections.abc import Sequence

from bench.benchmarks.document import document_description
from bench.measurement.results import Result, Spread
from bench.measurement.sizes import KB, MB, size_label
from bench.report.cost import InvocationCost
from infra.limits import MIN_MB_PER_DOCUMENT

_BEGIN, _END = "<!-- written by make bench -->", "<!-- to here -->"
_SIZES = (200 * KB, 2 * MB, 20 * MB)
_BATCHES = (1, 10, 50)
_MEMORIES = (256, 512, 1024, 1769)
# All sizes are measured in batches of ten; the other batches only with the smallest size.
_COMMON_BATCH, _SMALLEST = 10, 200 * KB


def memory_table(results: Sequence[Result]) -> str:
    """Return the table: USD per million documents and seconds per invocation, the cheapest of each column in bold."""
    rows = [("image", "`memory`", *(f"batches of {batch}" for batch in _BATCHES)), ("---", *["---:"] * 4)]
    for size in _SIZES:
        columns = [_column(results, size, batch) for batch in _BATCHES]
        rows += [
            (size_label(size) if not number else "", str(memory), *(column[number] for column in columns))
            for number, memory in enumerate(_MEMORIES)
        ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def replace_between_markers(text: str, table: str) -> str:
    """Return ``text`` with ``table`` between the markers.

    Raises
    ------
    ValueError
        If a marker is missing.
    """
    before, rest = text.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{before}{_BEGIN}\n\n{table}\n\n{_END}{after}"


def _column(results: Sequence[Result], size: int, batch: int) -> list[str]:
    cpu = _cpu_seconds(results, size, batch)
    costs = [
        InvocationCost(memory, batch, cpu) if batch * MIN_MB_PER_DOCUMENT <= memory else None for memory in _MEMORIES
    ]
    cheapest = min(filter(None, costs), key=lambda cost: cost.usd_per_million)
    return [_cell(cost, bold=cost is cheapest) for cost in costs]


def _cell(cost: InvocationCost | None, *, bold: bool) -> str:
    if cost is None:
        return "not allowed"
    mark = "**" if bold else ""
    return f"{mark}{cost.usd_per_million:.2f}{mark} ({cost.seconds:.1f} s)"


def _cpu_seconds(results: Sequence[Result], size: int, batch: int) -> float:
    """Return a document's CPU time. For unmeasured batches, add what the size adds in batches of ten."""
    medians = {
        result.description: Spread.of(result.ours).median / 1000 for result in results if result.benchmark == "document"
    }
    common = medians[document_description(size, _COMMON_BATCH)]
    smallest = medians[document_description(_SMALLEST, _COMMON_BATCH)]
    return medians[document_description(_SMALLEST, batch)] + common - smallest
