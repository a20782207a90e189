"""What every benchmark is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.services.local_services import LocalServices


@dataclass(frozen=True)
class BenchmarkContext:
    """The context of one run.

    Attributes
    ----------
    services
        The local services.
    pairs
        How often each comparison is made.
    quick
        Whether this run only tries the benchmarks; its numbers mean nothing.
    progress
        Shows what is being measured.
    """

    services: LocalServices
    pairs: int
    quick: bool
    progress: Callable[[str], None]
