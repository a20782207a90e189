"""Interleaved measurements.

The speed of a machine drifts. Only samples that are taken one right after the other can be compared.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


def interleave(candidates: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Take one sample of each candidate per round, in alternating order.

    Returns
    -------
    dict of str to list of float
        The samples of each candidate, in the order of the rounds.
    """
    samples: dict[str, list[float]] = {name: [] for name in candidates}
    for number in range(rounds):
        for name in candidates if number % 2 else reversed(list(candidates)):
            samples[name].append(candidates[name]())
    return samples
