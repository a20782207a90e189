"""One run of the bench: what its parts are given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bench.services.local_services import Site


@dataclass(frozen=True)
class Run:
    """``pairs`` is how many times each comparison is made; ``quick`` runs are for trying the bench, not for figures."""

    site: Site
    pairs: int
    quick: bool
    say: Callable[[str], None]
