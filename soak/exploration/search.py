"""Breadth-first search through all states that can be reached, and the shortest way to one that breaks a guarantee."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

S = TypeVar("S", bound=Hashable)


class Model(Protocol[S]):
    """What is explored."""

    def initial(self) -> S:
        """Return the state at the start."""

    def events(self, state: S) -> Iterator[tuple[str, S]]:
        """Yield everything that may happen next, with the state after it."""

    def violation(self, state: S) -> str | None:
        """Return which guarantee a state breaks, or None."""


@dataclass(frozen=True)
class Exploration:
    """The result of a search.

    ``complete`` if no state is left to explore; else every sequence of ``steps`` events was. ``counterexamples`` holds
    the shortest sequences that break a guarantee, the guarantee last. ``events`` are all that were met.
    """

    states: int
    transitions: int
    steps: int
    complete: bool
    counterexamples: list[list[str]]
    events: set[str]


class Search(Generic[S]):
    """One search through a model."""

    def __init__(self, model: Model[S]) -> None:
        self._model = model
        self._numbers: dict[S, int] = {}
        self._origins: list[tuple[int, str]] = []

    def run(self, at_most: int, counterexamples: int = 1) -> Exploration:
        """Explore up to ``at_most`` states. A state that breaks a guarantee is not explored further."""
        frontier, transitions, steps = [self._model.initial()], 0, 0
        found: list[list[str]] = []
        events: set[str] = set()
        self._numbers[frontier[0]] = 0
        self._origins.append((-1, "start"))
        while frontier:
            following = []
            for state in frontier:
                number = self._numbers[state]
                for event, after in self._model.events(state):
                    transitions += 1
                    events.add(event)
                    if after in self._numbers:
                        continue
                    if len(self._numbers) >= at_most:
                        return Exploration(len(self._numbers), transitions, steps, False, found, events)
                    self._numbers[after] = len(self._origins)
                    self._origins.append((number, event))
                    if broken := self._model.violation(after):
                        found.append([*self._steps(len(self._origins) - 1), broken])
                        if len(found) >= counterexamples:
                            return Exploration(len(self._numbers), transitions, steps, False, found, events)
                    else:
                        following.append(after)
            frontier, steps = following, steps + 1
        return Exploration(len(self._numbers), transitions, steps, True, found, events)

    def _steps(self, number: int) -> list[str]:
        steps: list[str] = []
        while number:
            number, event = self._origins[number]
            steps.append(event)
        return steps[::-1]
