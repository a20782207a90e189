"""Benchmark results: paired samples, their ratios, and whether the target is met."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Spread:
    """Median, minimum and maximum of several samples."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, samples: Iterable[float]) -> Spread:
        """Summarise the samples. There must be at least one."""
        ordered = sorted(samples)
        return cls(statistics.median(ordered), ordered[0], ordered[-1])


@dataclass(frozen=True)
class Target:
    """An upper limit for the median, or a lower one with ``at_least``."""

    limit: float
    at_least: bool = False

    def met(self, median: float) -> bool:
        """Return whether ``median`` is within the limit."""
        return median >= self.limit if self.at_least else median <= self.limit

    def __str__(self) -> str:
        """Return the limit as it is shown in the table."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


@dataclass(frozen=True)
class Result:
    """One row of the table.

    Attributes
    ----------
    benchmark
        Name of the benchmark, as ``--only`` takes it.
    description
        What was measured.
    reference
        What it is compared with; empty without a reference.
    unit
        Unit of all samples.
    ours, reference_samples
        Samples. With a reference they are pairs, measured one right after the other.
    target
        Limit for the ratio, or for ``ours`` without a reference. None for a row that is only informative.
    ratio_spread
        Ratio, where the measurement keeps no samples.
    """

    benchmark: str
    description: str
    reference: str
    unit: str
    ours: Sequence[float]
    reference_samples: Sequence[float] = ()
    target: Target | None = None
    ratio_spread: Spread | None = None

    @property
    def ratios(self) -> list[float]:
        """Ratio of each pair, ours to the reference."""
        if not self.reference_samples:
            return []
        return [ours / reference for ours, reference in zip(self.ours, self.reference_samples, strict=True)]

    @property
    def judged(self) -> Spread:
        """The spread that is compared with the target."""
        return self.ratio_spread or Spread.of(self.ratios or self.ours)

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None without a target."""
        return self.target.met(self.judged.median) if self.target else None


def format_number(value: float) -> str:
    """Return ``value`` with three significant digits, or all digits before the decimal point."""
    if value == 0:
        return "0"
    for limit, digits in ((0.1, 3), (10, 2), (100, 1)):
        if abs(value) < limit:
            return f"{value:.{digits}f}"
    return f"{value:,.0f}"
