"""How much of everything: the long form, and the short one that runs with the tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Numbers of a run; ``seed`` fixes the mix, not how processes and threads interleave.

    ``wave`` is how many messages are sent before each round; ``kill_chance`` that of a call to AWS to be a process's
    last (``verdict_kill_chance`` for the verify function); ``hangs`` how many sends get no answer until the function's
    time is up; ``batches`` how many are poisoned; ``cards`` are verified by so many ``callers`` each; ``examples`` are
    of hypothesis.
    """

    seed: int = 6
    uploads: int = 1000
    deliveries: int = 10_000
    slots: int = 6
    wave: int = 100
    kill_chance: float = 0.005
    seconds_between_kills: float = 6.0
    hangs: int = 6
    batches: int = 16
    arrivals_a_minute: float = 60
    cards: int = 200
    callers: int = 50
    verdict_kill_chance: float = 0.008
    bad_images: int = 1000
    examples: int = 10_000
    threads: int = 64


SHORT = Scale(
    seed=7,
    uploads=16,
    deliveries=60,
    slots=2,
    wave=20,
    kill_chance=0.004,
    seconds_between_kills=6.0,
    hangs=0,
    batches=1,
    arrivals_a_minute=10,
    cards=4,
    callers=12,
    verdict_kill_chance=0.03,
    bad_images=20,
    examples=150,
)
