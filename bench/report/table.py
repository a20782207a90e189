"""The figures as rows of text, for the console and for the page alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.table import Table

from bench.measurement.figures import Figure, Spread, shown

HEADINGS: Final = ("what", "against", "ours", "theirs", "ours / theirs", "to reach", "reached")
_WORDS = {True: "yes", False: "NO", None: ""}
_STYLES = {True: "green", False: "bold red", None: "dim"}


def cells(figure: Figure) -> tuple[str, ...]:
    """Return the figure's row: medians, and the least and the most of what is judged."""
    theirs, judged = figure.theirs, figure.judged
    ours = f"{shown(Spread.of(figure.ours).median)} {figure.unit}"
    ends = f"({shown(judged.low)}–{shown(judged.high)})" if judged.low < judged.high else ""
    limit = "" if figure.aim is None else f"{figure.aim}{'' if theirs else f' {figure.unit}'}"
    return (
        figure.what,
        figure.against,
        ours if theirs else f"{ours} {ends}".strip(),
        f"{shown(Spread.of(theirs).median)} {figure.unit}" if theirs else "",
        f"{shown(judged.median)} {ends}".strip() if theirs else "",
        limit,
        _WORDS[figure.met],
    )


def console_table(figures: Iterable[Figure]) -> Table:
    """Return the table for a terminal."""
    table = Table(*HEADINGS, title="medians; least and most in brackets")
    part = ""
    for figure in figures:
        if part and figure.part != part:
            table.add_section()
        part = figure.part
        table.add_row(*cells(figure), style=_STYLES[figure.met] if figure.met is not True else "")
    return table


def markdown_table(figures: Iterable[Figure]) -> str:
    """Return the table for a page."""
    rows: list[tuple[str, ...]] = [HEADINGS, ("---", "---", "---:", "---:", "---:", "---", "---")]
    for figure in figures:
        row = cells(figure)
        rows.append((*row[:-1], f"**{row[-1]}**" if figure.met is False else row[-1]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
