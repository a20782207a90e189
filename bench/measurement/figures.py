"""What a measurement found: samples in pairs, their ratios, and whether the aim is reached."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """The median of several samples, and their ends."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, samples: Iterable[float]) -> Spread:
        """Summarise at least one sample."""
        found = sorted(samples)
        return cls(statistics.median(found), found[0], found[-1])


@dataclass(frozen=True)
class Aim:
    """A limit for the median: at most, or with ``at_least`` at least."""

    limit: float
    at_least: bool = False

    def met(self, median: float) -> bool:
        """Whether ``median`` reaches it."""
        return median >= self.limit if self.at_least else median <= self.limit

    def __str__(self) -> str:
        """Say it in a table's words."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Figure:
    """One line of the table: ``ours`` in ``unit``, and where there is a reference, ``theirs`` in the same.

    The two are pairs, measured one right after the other. What is judged is the ratio of each pair, or ``ours`` itself
    where there is no reference. ``told`` is the ratio where a measurement keeps no samples. Without an ``aim`` nothing
    was promised.
    """

    part: str
    what: str
    against: str
    unit: str
    ours: Sequence[float]
    theirs: Sequence[float] = ()
    aim: Aim | None = None
    told: Spread | None = None

    @property
    def ratios(self) -> list[float]:
        """Ours to theirs, pair by pair."""
        return [ours / theirs for ours, theirs in zip(self.ours, self.theirs, strict=True)] if self.theirs else []

    @property
    def judged(self) -> Spread:
        """What the aim speaks of."""
        return self.told or Spread.of(self.ratios or self.ours)

    @property
    def met(self) -> bool | None:
        """Whether the aim is reached; None where there is none."""
        return self.aim.met(self.judged.median) if self.aim else None


def shown(value: float) -> str:
    """Return ``value`` with three digits that count, or all of those before its point."""
    if value == 0:
        return "0"
    for limit, digits in ((0.1, 3), (10, 2), (100, 1)):
        if abs(value) < limit:
            return f"{value:.{digits}f}"
    return f"{value:,.0f}"
