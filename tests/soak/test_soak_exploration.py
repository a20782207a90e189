"""The short form of the exploration: no order of events breaks a guarantee, and planted defects are found."""

from __future__ import annotations

import contextlib
import dataclasses
from functools import partial
from typing import Any, cast

import msgspec
import pytest
from botocore.exceptions import ClientError
from sealed_ocr.aws.errors import AwsError
from sealed_ocr.aws.false_claims import FalseClaims as Counted
from sealed_ocr.aws.false_claims import FalseClaimsTable, guard_item
from sealed_ocr.aws.ledger import Claimed, Ledger
from sealed_ocr.aws.request_key_states import Step
from sealed_ocr.aws.request_keys import RequestKeys
from sealed_ocr.aws.stored_request_key import VerificationAttempt
from sealed_ocr.aws.table import Table
from sealed_ocr.common.document_state import DocumentState
from sealed_ocr.verification.lock_guard import LockGuard

from ops.common.images import current_version, possible_events
from ops.common.ledger import OperatorLedger
from soak.exploration import commands, functions
from soak.exploration.false_claims import FalseClaims
from soak.exploration.payments import Payments
from soak.exploration.queues import UPLOADS, Sqs
from soak.exploration.replay import Program, Script
from soak.exploration.scenes import SHORT
from soak.exploration.search import Search
from soak.exploration.tables import DAY, DOCUMENTS, NOW, DynamoDb
from soak.exploration.upload_state import Limits
from soak.exploration.verdicts import Verdicts

AT_MOST = 100_000


@pytest.mark.parametrize("scene", SHORT)
def test_no_order_of_events_breaks_a_guarantee(scene: str) -> None:
    found = SHORT[scene].explore()
    assert found.counterexamples == []
    assert found.complete


def test_an_exploration_that_misses_an_event_fails() -> None:
    scene = dataclasses.replace(SHORT["one function"], reaches=("OCR service: read", "a unicorn"))
    with pytest.raises(LookupError, match=r"^never met: \['a unicorn'\]$"):
        scene.explore()


class DoubtIsForgotten(Ledger):
    def doubt(self, claimed: Claimed, reason: str, *_) -> None:
        self.release(claimed, reason)


class DoneIsForgotten(Ledger):
    def finish(self, claimed: Claimed, outcome: str, **_) -> None:
        self.release(claimed, outcome)


class LeaseIsIgnored(Ledger):
    def __init__(self, *given) -> None:
        table, _, *others = given
        super().__init__(table, -1, *others)


class AgeIsIgnored(Ledger):
    def claim(self, document_id: str, *, created_at: float = 0, **how):
        return super().claim(document_id, **how)


@pytest.mark.parametrize(
    ("defect", "limits", "guarantee"),
    [
        (DoubtIsForgotten, Limits(), "G2"),
        (DoneIsForgotten, Limits(), "G2"),
        (LeaseIsIgnored, Limits(functions=2, at_once=2, copies=2), "G2"),
        (AgeIsIgnored, Limits(months=True), "G2"),
    ],
)
def test_a_defect_of_the_ledger_is_found(defect: type[Ledger], limits: Limits, guarantee: str) -> None:
    model = Payments(limits, partial(functions.analyze, ledger_type=defect))
    (steps,) = Search(model).run(AT_MOST).counterexamples
    assert steps[-1].startswith(guarantee)


class LeaseIsIgnoredByErasures(OperatorLedger):
    def __init__(self, client, table_name: str, clock) -> None:
        super().__init__(client, table_name, lambda: clock() + 10 * functions.LEASE_SECONDS)


def reanalyze_unconditionally(script: Script, **changes: Any) -> None:
    """Free the document whatever happened to it, for instance an erasure, and send its event."""
    version = current_version(cast("Any", functions.S3()), functions.BUCKET, functions.KEY)
    event = possible_events(version)[0]
    table = Table(cast("Any", DynamoDb(script)), DOCUMENTS)
    with contextlib.suppress(AwsError, ClientError):
        changes |= {"state": DocumentState.FREE, "expiresAt": NOW + DAY}
        table.update(event.document_id, changes)
        Sqs(script).send_message(QueueUrl=UPLOADS, MessageBody=event.body, MessageAttributes={})


def test_a_decision_that_buys_two_calls_is_found() -> None:
    limits = Limits(commands=True, decisions=1, analysis_ends=("no answer",))
    from_the_start = partial(reanalyze_unconditionally, attempts=0)
    (steps,) = Search(Payments(limits, reanalyze=from_the_start)).run(AT_MOST).counterexamples
    assert steps[-1] == "G2: one call too many that may be billed, after 1 decisions"


@pytest.mark.parametrize(
    "defect",
    [
        {"reanalyze": reanalyze_unconditionally},
        {"erase": partial(commands.erase_document, ledger_type=LeaseIsIgnoredByErasures)},
    ],
)
def test_a_call_for_an_erased_document_is_found(defect: dict[str, Program]) -> None:
    limits = Limits(commands=True, erasures=1, decisions=1, at_once=2, analysis_ends=("no answer",))
    (steps,) = Search(Payments(limits, **defect)).run(AT_MOST).counterexamples
    assert steps[-1].startswith("G8")


class DoubtOfAClaimIsForgotten(RequestKeys):
    def end(self, attempt: VerificationAttempt, step, verdict=None) -> None:
        super().end(attempt, "free" if step == "doubt" else step, verdict)


class VerdictIsForgotten(RequestKeys):
    def end(self, attempt: VerificationAttempt, step, verdict=None) -> None:
        super().end(attempt, "free" if step == "spend" else step, verdict)


class LeaseOfAClaimIsIgnored(RequestKeys):
    def __init__(self, table, _, clock) -> None:
        super().__init__(table, -1, clock)


@pytest.mark.parametrize(
    ("defect", "text"),
    [
        (DoubtOfAClaimIsForgotten, "a lost claim spent it"),
        (VerdictIsForgotten, "a claim is repeated although nothing was killed or lost"),
        (LeaseOfAClaimIsIgnored, "two claims for one card at once"),
    ],
)
def test_a_defect_of_the_request_keys_is_found(defect: type[RequestKeys], text: str) -> None:
    model = Verdicts(
        analyses=1,
        at_once=2,
        analysis=partial(functions.offer, keys_type=defect),
        caller=partial(functions.verify, keys_type=defect),
    )
    (steps,) = Search(model).run(AT_MOST).counterexamples
    assert text in steps[-1]


class ClaimIsCountedAfterwards(FalseClaimsTable):
    def reserve(self, person: str, entry: str) -> tuple[bool, Counted]:
        counted = self.read(person)
        return counted.left > 0, counted

    def confirm(self, person: str, entry: str) -> None:
        super().reserve(person, entry)


class LimitIsReadBefore(ClaimIsCountedAfterwards):
    def reserve(self, person: str, entry: str) -> tuple[bool, Counted]:
        may_send, counted = super().reserve(person, entry)
        if may_send:
            self._table.update(
                guard_item(person), {"busyUntil": 1 << 40, "expiresAt": 0}, add={"held": frozenset({entry})}
            )
        return may_send, counted


class DoubtIsReleased(LockGuard):
    def settle(self, attempt: VerificationAttempt, left: int, step: Step, *rest) -> int:
        return super().settle(attempt, left, "free" if step == "doubt" else step, *rest)


class EarlierDoubtIsReleased(LockGuard):
    def settle(self, attempt: VerificationAttempt, *rest) -> int:
        return super().settle(msgspec.structs.replace(attempt, doubted=False), *rest)


@pytest.mark.parametrize(
    ("defect", "at_once"),
    [
        ({"counts_type": ClaimIsCountedAfterwards}, 1),
        ({"counts_type": LimitIsReadBefore}, 2),
        ({"guard_type": DoubtIsReleased}, 1),
        ({"guard_type": EarlierDoubtIsReleased}, 1),
    ],
    ids=lambda each: next(iter(each.values())).__name__ if isinstance(each, dict) else str(each),
)
def test_a_defect_of_the_lock_guard_is_found(defect: dict[str, Any], at_once: int) -> None:
    model = FalseClaims(cards=2, at_once=at_once, caller=partial(functions.guarded_verify, **defect))
    (steps,) = Search(model).run(AT_MOST).counterexamples
    assert steps[-1] == "G7: one false claim too many"


def test_the_counterexample_is_the_shortest_list_of_steps() -> None:
    model = Payments(Limits(), partial(functions.analyze, ledger_type=DoneIsForgotten))
    (steps,) = Search(model).run(AT_MOST).counterexamples
    call = ["UpdateItem documents (sending): written", "analyze OCR service: read"]
    end = ["SendMessage results: sent", "UpdateItem documents (free): written"]
    assert steps == [
        "function 0 receives the upload",
        *(f"function 0: {step}" for step in (*call, *end)),
        "function 0 ends, and its message is not deleted",
        "function 0 receives the upload",
        *(f"function 0: {step}" for step in call),
        "G2: one call too many that may be billed",
    ]
