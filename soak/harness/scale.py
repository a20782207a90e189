"""The size of a run: the long form, and the short form that runs with the tests."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Scale:
    """Parameters of a run.

    Attributes
    ----------
    seed
        Fixes the workload, but not how processes and threads interleave.
    uploads, deliveries
        Number of uploads, and of S3 records including repeats.
    instances
        Number of function instances.
    wave
        Number of messages that are sent before each round of deliveries.
    kill_chance, verdict_kill_chance
        Probability that a call to AWS is the last of its process, for the analyze and the verify function.
    seconds_between_kills
        Mean time between kills at random moments.
    hangs
        Number of sends that get no answer before the function's timeout.
    held_uploads, held_instances
        Number of uploads under a ceiling on calls, and number of their function instances.
    batches
        Number of batches with a poisoned image.
    arrivals_a_minute
        Rate of uploads in the outage's simulation.
    cards, callers
        Number of cards to verify, and of callers per card.
    parked
        Number of documents that are parked and redriven for weeks.
    bad_images
        Number of damaged images that are uploaded.
    examples
        Number of generated examples for each property.
    claims
        Number of generated claims that the verify function receives.
    threads
        Number of threads that share a client.
    """

    seed: int = 6
    uploads: int = 1000
    deliveries: int = 10_000
    instances: int = 6
    wave: int = 100
    kill_chance: float = 0.005
    seconds_between_kills: float = 6.0
    hangs: int = 6
    held_uploads: int = 5000
    held_instances: int = 10
    batches: int = 16
    arrivals_a_minute: float = 60
    cards: int = 200
    callers: int = 50
    verdict_kill_chance: float = 0.008
    parked: int = 40
    bad_images: int = 1000
    examples: int = 10_000
    claims: int = 10_000
    threads: int = 64

    @property
    def ceiling(self) -> int:
        """Calls an hour that ``held_uploads`` are allowed: a fifth of them, and more than a block."""
        return max(12, self.held_uploads // 5)


SHORT = Scale(
    seed=7,
    uploads=16,
    deliveries=60,
    instances=2,
    wave=20,
    kill_chance=0.004,
    seconds_between_kills=6.0,
    hangs=0,
    held_uploads=24,
    held_instances=2,
    batches=1,
    arrivals_a_minute=10,
    cards=4,
    callers=12,
    verdict_kill_chance=0.03,
    parked=3,
    bad_images=10,
    examples=50,
    claims=10,
)
