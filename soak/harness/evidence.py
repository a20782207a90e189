"""What a run leaves besides its logs, and what must not appear in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Evidence:
    """Collected over all scenarios of a testbed.

    Attributes
    ----------
    values
        Recognised or claimed values. They may appear in messages only.
    secrets
        Credentials and keys. They may appear nowhere.
    messages
        SQS messages from the results queue.
    dead_letters
        SQS messages from the dead-letter queues.
    """

    values: set[str] = field(default_factory=set)
    secrets: set[str] = field(default_factory=set)
    messages: list[Any] = field(default_factory=list)
    dead_letters: list[Any] = field(default_factory=list)
