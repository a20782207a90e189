"""Any sequence of steps of a Request-Key agrees with a small model of its states (docs/adr/0005)."""

from __future__ import annotations

import itertools
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.request_keys import RETENTION_SECONDS

from tests.support.verification_world import LEASE_SECONDS, ManualClock

if TYPE_CHECKING:
    from sealed_ocr.aws.request_key_states import Step
    from sealed_ocr.aws.stored_request_key import StoredRequestKey, VerificationAttempt

    from tests.support.verification_world import World

HOUR = 3600
# The state after each step, as the decision record defines it. It lists all steps.
STATE_AFTER: dict[Step, str] = {
    "spend": "spent",
    "free": "available",
    "doubt": "unknown",
    "forfeit": "spent",
    "expire": "expired",
    "lock": "locked",
}
STATES_WITH_KEY = {"available", "sending", "unknown"}


@dataclass
class Model:
    """The expected content of the item. ``deleted_at`` is its TTL; 0 stands for the end of the key."""

    state: str
    request_key: str
    expires_at: int
    writes: int
    deleted_at: int = 0
    attempt: str | None = None
    lease_until: float = 0
    doubted: bool = False
    verdict: bool | None = None

    def effective_state(self, now: float) -> str:
        state = self.state
        if state == "sending" and now > self.lease_until:
            state = "unknown"
        return "expired" if state in {"available", "unknown"} and now >= self.expires_at else state


@dataclass
class Snapshot:
    """The item as it was read, and the number of the write that it shows."""

    held: StoredRequestKey
    writes: int


def machine_of(world: World) -> type[RuleBasedStateMachine]:
    class Machine(RuleBasedStateMachine):
        snapshots = Bundle("snapshots")
        attempts = Bundle("attempts")

        def __init__(self) -> None:
            super().__init__()
            self.clock = ManualClock(1_800_000_000)
            self.keys = world.keys(self.clock)
            self.document_id = uuid.uuid4().hex
            self.offered: Model | None = None
            self.count = itertools.count(1)

        @property
        def model(self) -> Model:
            assert self.offered is not None
            return self.offered

        @rule(seconds=st.sampled_from([1, LEASE_SECONDS, LEASE_SECONDS + 1, HOUR - LEASE_SECONDS]))
        def time_passes(self, seconds: int) -> None:
            self.clock.now += seconds

        @initialize()
        def offer_first(self) -> None:
            self.offer()

        @rule()
        def offer(self) -> None:
            request_key, expires_at = f"key-{next(self.count)}", int(self.clock.now) + HOUR
            taken = self.keys.offer(self.document_id, request_key, "resident", expires_at)
            busy = self.offered is not None and (
                self.model.state == "spent"
                or (self.model.state == "sending" and self.clock.now <= self.model.lease_until)
            )
            assert taken is not busy
            if taken:
                self.offered = Model("available", request_key, expires_at, next(self.count))
            elif self.model.state == "spent":
                # This card cannot change any more: continue with another one.
                self.document_id, self.offered = uuid.uuid4().hex, None
                self.offer()

        @rule(target=snapshots)
        def read(self) -> Snapshot:
            return self.look()

        def look(self) -> Snapshot:
            stored = self.keys.read(self.document_id)
            assert stored is not None
            return Snapshot(stored, self.model.writes)

        @rule(target=attempts)
        def begin(self) -> object:
            return self.begin_from(self.look())

        @rule(target=attempts, snapshot=snapshots)
        def begin_late(self, snapshot: Snapshot) -> object:
            return self.begin_from(snapshot)

        def begin_from(self, snapshot: Snapshot) -> object:
            attempt = self.keys.begin(self.document_id, snapshot.held, "idempotent", "mac", "invocation")
            allowed = snapshot.writes == self.model.writes and snapshot.held.state in {"available", "unknown"}
            assert (attempt is not None) == allowed
            if attempt is None:
                return multiple()
            assert attempt.request_key == self.model.request_key
            doubted = self.model.doubted or snapshot.held.state == "unknown"
            assert attempt.doubted == doubted
            self.model.state, self.model.attempt, self.model.doubted = "sending", attempt.attempt_id, doubted
            self.model.lease_until = self.clock.now + LEASE_SECONDS
            self.model.deleted_at = max(self.model.expires_at, int(self.model.lease_until))
            self.model.writes = next(self.count)
            return attempt

        @rule(attempt=consumes(attempts), step=st.sampled_from(sorted(STATE_AFTER)), verdict=st.booleans())
        def end(self, attempt: VerificationAttempt, step: Step, verdict: bool) -> None:
            is_owner = self.model.state == "sending" and self.model.attempt == attempt.attempt_id
            try:
                self.keys.end(attempt, step, verdict if step == "spend" else None)
            except ConditionFailed:
                assert not is_owner
                return
            assert is_owner
            self.model.state, self.model.writes = STATE_AFTER[step], next(self.count)
            self.model.doubted = self.model.doubted or step == "doubt"
            self.model.verdict = verdict if step == "spend" else None
            if self.model.state not in STATES_WITH_KEY:
                self.model.deleted_at = int(self.clock.now) + RETENTION_SECONDS

        @rule(snapshot=snapshots)
        def forget_late(self, snapshot: Snapshot) -> None:
            self.keys.forget(self.document_id, snapshot.held)
            if snapshot.held.state == "expired" and snapshot.writes == self.model.writes:
                self.model.state, self.model.writes = "expired", next(self.count)

        @rule()
        def forget(self) -> None:
            self.forget_late(self.look())

        @invariant()
        def the_item_agrees_with_the_model(self) -> None:
            held = self.keys.read(self.document_id)
            assert (held is None) == (self.offered is None)
            if held is None:
                return
            effective, item = self.model.effective_state(self.clock.now), held.item
            assert held.state == effective
            assert item["state"] == self.model.state
            assert ("requestKey" in item) == (self.model.state in STATES_WITH_KEY)
            assert item["expiresAt"] == (self.model.deleted_at or self.model.expires_at)
            assert held.verdict is self.model.verdict
            assert held.doubted == (self.model.doubted or effective == "unknown")
            assert ("leaseUntil" in item) == (self.model.state == "sending")

    return Machine


def test_every_sequence_of_steps_agrees_with_the_model(world: World) -> None:
    run_state_machine_as_test(
        machine_of(world),
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            # A failing sequence is not shrunk, because that takes minutes over HTTP.
            phases=[Phase.generate],
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
