"""The results as rows of text, for the console and the page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from rich.table import Table

from bench.measurement.results import Result, Spread, format_number

HEADINGS: Final = ("measured", "reference", "ours", "reference's", "ours / reference's", "target", "met")
_WORDS = {True: "yes", False: "NO", None: ""}
_STYLES = {True: "green", False: "bold red", None: "dim"}


def cells(result: Result) -> tuple[str, ...]:
    """Return the result's row: medians, and minimum and maximum of what is judged."""
    reference, judged = result.reference_samples, result.judged
    ours = f"{format_number(Spread.of(result.ours).median)} {result.unit}"
    ends = f"({format_number(judged.low)}–{format_number(judged.high)})" if judged.low < judged.high else ""
    limit = "" if result.target is None else f"{result.target}{'' if reference else f' {result.unit}'}"
    return (
        result.description,
        result.reference,
        ours if reference else f"{ours} {ends}".strip(),
        f"{format_number(Spread.of(reference).median)} {result.unit}" if reference else "",
        f"{format_number(judged.median)} {ends}".strip() if reference else "",
        limit,
        _WORDS[result.met],
    )


def console_table(results: Iterable[Result]) -> Table:
    """Return the table for a terminal."""
    table = Table(*HEADINGS, title="medians; minimum and maximum in brackets")
    benchmark = ""
    for result in results:
        if benchmark and result.benchmark != benchmark:
            table.add_section()
        benchmark = result.benchmark
        table.add_row(*cells(result), style=_STYLES[result.met] if result.met is not True else "")
    return table


def markdown_table(results: Iterable[Result]) -> str:
    """Return the table for the page."""
    rows: list[tuple[str, ...]] = [HEADINGS, ("---", "---", "---:", "---:", "---:", "---", "---")]
    for result in results:
        row = cells(result)
        rows.append((*row[:-1], f"**{row[-1]}**" if result.met is False else row[-1]))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
