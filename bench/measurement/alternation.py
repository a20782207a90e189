"""Measuring by turns: on a machine whose speed drifts, only what is measured side by side compares."""

from __future__ import annotations

from collections.abc import Callable, Mapping


def by_turns(subjects: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Measure all subjects in each round, forwards and backwards in turn; return their samples, round by round."""
    samples: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(rounds):
        for name in subjects if number % 2 else reversed(list(subjects)):
            samples[name].append(subjects[name]())
    return samples
