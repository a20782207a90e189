"""The documents that a run is written into: docs/performance.md with its picture, and a table of docs/scale.md.

The page's prose is in ``performance.md`` beside this file; what was found takes the place of its ``${…}``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from string import Template

from bench.measurement.figures import Figure
from bench.report.memory_table import between_markers, memory_table
from bench.report.plot import draw
from bench.report.record import Record
from bench.report.table import cells, markdown_table
from local.processes.child import ROOT

_PROSE = Path(__file__).with_name("performance.md")
_PAGE = ROOT / "docs" / "performance.md"
_PICTURE = ROOT / "docs" / "images" / "performance.svg"
_SCALE = ROOT / "docs" / "scale.md"


def write(record: Record) -> list[Path]:
    """Write them; return which."""
    _PICTURE.parent.mkdir(exist_ok=True)
    draw(record.figures, _PICTURE)
    text = Template(_PROSE.read_text()).substitute(
        machine="\n".join(f"- {name}: {what}" for name, what in record.machine.items()),
        pairs=record.pairs,
        table=markdown_table(record.figures),
        missed=_missed(record.figures),
    )
    _PAGE.write_text(text)
    _SCALE.write_text(between_markers(_SCALE.read_text(), memory_table(record.figures)))
    return [_PAGE, _PICTURE, _SCALE]


def _missed(figures: Sequence[Figure]) -> str:
    missed = [cells(figure) for figure in figures if figure.met is False]
    if not missed:
        return "Every aim was reached in this run."
    return "Not reached in this run:\n\n" + "\n".join(
        f"- **{row[0]}**{f', against {row[1]}' if row[1] else ''}: {row[4] or row[2]}, to reach {row[5]}"
        for row in missed
    )
