"""Writes docs/performance.md with its chart, and the table in docs/scale.md.

The page's text is in ``performance.md`` beside this module. The results replace its ``${…}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template

from bench.measurement.results import Result
from bench.report.chart import draw_chart
from bench.report.memory_table import memory_table, replace_between_markers
from bench.report.record import RunRecord
from bench.report.table import cells, markdown_table
from local.processes.child import ROOT

_TEMPLATE = Path(__file__).with_name("performance.md")
_PAGE = ROOT / "docs" / "performance.md"
_CHART = ROOT / "docs" / "images" / "performance.svg"
_SCALE = ROOT / "docs" / "scale.md"


def write_pages(record: RunRecord) -> list[Path]:
    """Write the files and return their paths."""
    _CHART.parent.mkdir(exist_ok=True)
    draw_chart(record.results, _CHART)
    text = Template(_TEMPLATE.read_text()).substitute(
        machine="\n".join(f"- {name}: {value}" for name, value in record.machine.items()),
        pairs=record.pairs,
        table=markdown_table(record.results),
        missed=_missed_targets(record.results),
    )
    _PAGE.write_text(text)
    _SCALE.write_text(replace_between_markers(_SCALE.read_text(), memory_table(record.results)))
    return [_PAGE, _CHART, _SCALE]


def _missed_targets(results: Sequence[Result]) -> str:
    missed = [cells(result) for result in results if result.met is False]
    if not missed:
        return "This run met every target."
    return "This run missed:\n\n" + "\n".join(
        f"- **{row[0]}**{f', compared with {row[1]}' if row[1] else ''}: {row[4] or row[2]}, target {row[5]}"
        for row in missed
    )
