"""The table of Lambda's memory settings in docs/scale.md: which one makes a document cheapest."""

from __future__ import annotations

from collections.abc import Sequence

from bench.benchmarks.document import what
from bench.benchmarks.upload import KB, MB, named
from bench.measurement.figures import Figure, Spread
from bench.report.cost import Invocation
from infra.settings import MB_A_DOCUMENT

_BEGIN, _END = "<!-- written by make bench -->", "<!-- to here -->"
_SIZES = (200 * KB, 2 * MB, 20 * MB)
_BATCHES = (1, 10, 50)
_MEMORIES = (256, 512, 1024, 1769)
# What is measured in every size; the other batches only in the smallest.
_COMMON, _SMALLEST = 10, 200 * KB


def memory_table(figures: Sequence[Figure]) -> str:
    """Return the table: USD for a million documents, and how long an invocation lasts; the cheapest of each in bold."""
    rows = [("image", "`memory`", *(f"batches of {batch}" for batch in _BATCHES)), ("---", *["---:"] * 4)]
    for size in _SIZES:
        columns = [_column(figures, size, batch) for batch in _BATCHES]
        rows += [
            (named(size) if not number else "", str(memory), *(column[number] for column in columns))
            for number, memory in enumerate(_MEMORIES)
        ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def between_markers(text: str, table: str) -> str:
    """Return ``text`` with ``table`` for what stands between the markers.

    Raises
    ------
    ValueError
        when it does not have both.
    """
    before, rest = text.split(_BEGIN)
    _, after = rest.split(_END)
    return f"{before}{_BEGIN}\n\n{table}\n\n{_END}{after}"


def _column(figures: Sequence[Figure], size: int, batch: int) -> list[str]:
    cpu = _cpu_seconds(figures, size, batch)
    invocations = [Invocation(memory, batch, cpu) if batch * MB_A_DOCUMENT <= memory else None for memory in _MEMORIES]
    cheapest = min(filter(None, invocations), key=lambda one: one.usd_a_million)
    return [_cell(one, bold=one is cheapest) for one in invocations]


def _cell(one: Invocation | None, *, bold: bool) -> str:
    if one is None:
        return "not allowed"
    mark = "**" if bold else ""
    return f"{mark}{one.usd_a_million:.2f}{mark} ({one.seconds:.1f} s)"


def _cpu_seconds(figures: Sequence[Figure], size: int, batch: int) -> float:
    """Return a document's CPU; that of a larger image in other batches is what its size adds at ten."""
    found = {figure.what: Spread.of(figure.ours).median / 1000 for figure in figures if figure.part == "document"}
    return found[what(_SMALLEST, batch)] + found[what(size, _COMMON)] - found[what(_SMALLEST, _COMMON)]
