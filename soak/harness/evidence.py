"""What a run leaves besides the logs in its folder, and what must not stand in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Evidence:
    """Grows for as long as the world lives.

    ``values`` were recognised or claimed and may stand in messages alone, ``secrets`` nowhere. ``messages`` and
    ``letters`` are what came out of the results queue and the dead-letter queues, as SQS hands it out.
    """

    values: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)
    messages: list[Any] = field(default_factory=list)
    letters: list[Any] = field(default_factory=list)
