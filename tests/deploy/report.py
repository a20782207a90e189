"""Steps of a run: a line for each with its seconds, and a table at the end."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table


class Unmet(Exception):
    """An expectation that does not hold. The text says what was expected and what came instead."""

    def __init__(self, expected: str, found: object) -> None:
        super().__init__(f"expected {expected}\n  found    {found}")


def expect(condition: object, expected: str, found: object) -> None:
    """Raise `Unmet` if the condition does not hold."""
    if not condition:
        raise Unmet(expected, found)


@dataclass
class Step:
    """A step of the run. `proven` says what its checks found."""

    name: str
    state: str = "not run"
    seconds: float = 0.0
    proven: list[str] = field(default_factory=list)

    def found(self, text: str) -> None:
        """Add a result to the step."""
        self.proven.append(text)


class Report:
    """All steps. Those of `names` that do not run are in the table too."""

    def __init__(self, names: Sequence[str]) -> None:
        self._steps = {name: Step(name) for name in names}

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time a step and print its line. An error of the step is raised again."""
        step, began = self._steps[name], time.monotonic()
        _print(f"{name} ... ", end="")
        step.state = "FAILED"
        try:
            yield step
            step.state = "passed"
        finally:
            step.seconds = time.monotonic() - began
            _print(f"{step.state}, {step.seconds:.0f} s")

    def print_table(self) -> None:
        """Print every step with its state, its seconds and its results."""
        table = Table("step", "", "seconds", "checked", show_lines=True)
        for step in self._steps.values():
            seconds = f"{step.seconds:.1f}" if step.state != "not run" else ""
            table.add_row(step.name, step.state, seconds, "\n".join(step.proven))
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds = f"{sum(step.seconds for step in self._steps.values()):.1f}"
        table.add_row("total", "", seconds, f"{used.ru_utime + used.ru_stime:.0f} s of processor time in the commands")
        Console(width=None if sys.stdout.isatty() else 120, markup=False, highlight=False).print(table)


def _print(text: str, end: str = "\n") -> None:
    sys.stdout.write(text + end)
    sys.stdout.flush()
