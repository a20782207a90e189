"""The ledger decides which attempt may call the OCR service, also after lost responses and killed functions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sealed_ocr.aws.clients import Clients
from sealed_ocr.aws.errors import AwsError, ConditionFailed
from sealed_ocr.aws.ledger import RETENTION_SECONDS, Claimed, ClaimRefusal, Ledger, Refused
from sealed_ocr.aws.table import Table

from ops.common.ledger import OperatorLedger
from tests.support.analyze_parts import LEASE
from tests.support.clock import Clock
from tests.support.proxy import Proxy
from tests.support.stage import Stage

Counted = Callable[[], dict[str, float]]
DOCUMENT = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ledger(stage: Stage, function_clients: Clients, proxy: Proxy, clock: Clock) -> Ledger:
    return Ledger(Table(function_clients.dynamodb, stage.documents), LEASE, 2, clock)


def claim(ledger: Ledger, *, take_over: bool = False) -> Claimed:
    claimed = ledger.claim(DOCUMENT, take_over=take_over)
    assert isinstance(claimed, Claimed)
    return claimed


def refusal(ledger: Ledger, *, take_over: bool = False) -> Refused:
    refused = ledger.claim(DOCUMENT, take_over=take_over)
    assert isinstance(refused, Refused)
    return refused


def test_one_of_many_concurrent_claims_succeeds(ledger: Ledger, stage: Stage) -> None:
    with ThreadPoolExecutor(20) as threads:
        outcomes = list(threads.map(lambda _: ledger.claim(DOCUMENT), range(20)))
    refusals = Counter(outcome.refusal if isinstance(outcome, Refused) else "claimed" for outcome in outcomes)
    assert refusals == {"claimed": 1, ClaimRefusal.BUSY: 19}
    assert stage.item()["attempts"] == "1"


def test_a_refusal_as_busy_gives_the_time_left_of_the_lease(ledger: Ledger, clock: Clock) -> None:
    claim(ledger)
    clock.ahead = 100
    assert LEASE - 100 - 1 <= refusal(ledger).wait_seconds <= LEASE - 100 + 1


def test_an_expired_lease_can_only_be_taken_over_in_quarantine(ledger: Ledger, clock: Clock) -> None:
    expired = claim(ledger)
    clock.ahead = LEASE - 2
    assert refusal(ledger, take_over=True).refusal is ClaimRefusal.BUSY
    clock.ahead = LEASE + 2
    assert refusal(ledger).refusal is ClaimRefusal.LEASE_EXPIRED
    successor = claim(ledger, take_over=True)
    assert (expired.last, successor.last) == (False, True)
    with pytest.raises(ConditionFailed):
        ledger.finish(expired, "analyzed")
    ledger.finish(successor, "analyzed")
    assert refusal(ledger).refusal is ClaimRefusal.DONE


def test_two_killed_attempts_exhaust_the_attempts(ledger: Ledger, clock: Clock) -> None:
    claim(ledger)
    clock.ahead = 2 * LEASE
    claim(ledger, take_over=True)
    clock.ahead = 4 * LEASE
    assert refusal(ledger).refusal is ClaimRefusal.ATTEMPTS_EXHAUSTED
    assert refusal(ledger, take_over=True).refusal is ClaimRefusal.ATTEMPTS_EXHAUSTED


def test_a_document_with_an_unknown_outcome_gets_one_more_attempt(ledger: Ledger, stage: Stage) -> None:
    ledger.doubt(claim(ledger), "reason")
    again = claim(ledger)
    assert again.last
    ledger.doubt(again, "reason")
    assert refusal(ledger).refusal is ClaimRefusal.ATTEMPTS_EXHAUSTED
    assert (stage.item()["state"], stage.item()["attempts"]) == ("unknown", "2")


def test_a_release_gives_the_attempt_back(ledger: Ledger, stage: Stage) -> None:
    for _ in range(5):
        claimed = claim(ledger)
        assert not claimed.last
        ledger.release(claimed, "Transient")
    assert (stage.item()["state"], stage.item()["attempts"], stage.item()["reason"]) == ("free", "0", "Transient")


def test_a_release_does_not_give_an_attempt_with_an_unknown_outcome_back(ledger: Ledger) -> None:
    ledger.doubt(claim(ledger), "reason")
    ledger.release(claim(ledger), "Transient")
    ledger.doubt(claim(ledger), "reason")
    assert refusal(ledger).refusal is ClaimRefusal.ATTEMPTS_EXHAUSTED


@pytest.mark.parametrize("end", ["release", "doubt"])
def test_a_document_of_a_killed_attempt_stays_in_quarantine(
    stage: Stage, function_clients: Clients, proxy: Proxy, clock: Clock, end: str
) -> None:
    ledger = Ledger(Table(function_clients.dynamodb, stage.documents), LEASE, 3, clock)
    claim(ledger)
    clock.ahead = LEASE + 2
    getattr(ledger, end)(claim(ledger, take_over=True), "Transient")
    assert refusal(ledger).refusal is ClaimRefusal.QUARANTINED
    getattr(ledger, end)(claim(ledger, take_over=True), "Transient")
    assert refusal(ledger).refusal is (
        ClaimRefusal.QUARANTINED if end == "release" else ClaimRefusal.ATTEMPTS_EXHAUSTED
    )


def test_a_quarantined_document_freed_by_an_operator_gets_another_attempt(
    ledger: Ledger, stage: Stage, clock: Clock
) -> None:
    claim(ledger)
    clock.ahead = LEASE + 2
    ledger.doubt(claim(ledger, take_over=True), "reason")
    assert refusal(ledger).refusal is ClaimRefusal.ATTEMPTS_EXHAUSTED
    ledger.park(DOCUMENT, "unknown-outcome")
    OperatorLedger(stage.aws.dynamodb, stage.documents).free(DOCUMENT, "freed", alone=True)
    assert refusal(ledger).refusal is ClaimRefusal.QUARANTINED
    assert claim(ledger, take_over=True).last


def test_a_parked_document_stays_parked(ledger: Ledger, clock: Clock) -> None:
    ledger.park(DOCUMENT, "unknown-outcome")
    clock.ahead = 10 * LEASE
    assert refusal(ledger, take_over=True).refusal is ClaimRefusal.PARKED


def test_a_claim_with_a_lost_response_counts_once(ledger: Ledger, stage: Stage, proxy: Proxy) -> None:
    proxy.fault("UpdateItem", "drop-response", times=1)
    assert not claim(ledger).last
    assert stage.item()["attempts"] == "1"


@pytest.mark.parametrize(("step", "attempts"), [("finish", "1"), ("doubt", "1"), ("release", "0")])
def test_a_step_with_a_lost_response_counts_once(
    ledger: Ledger, stage: Stage, proxy: Proxy, step: str, attempts: str
) -> None:
    claimed = claim(ledger)
    proxy.fault("UpdateItem", "drop-response", times=1)
    getattr(ledger, step)(claimed, "analyzed")
    assert stage.item()["attempts"] == attempts
    assert len(proxy.made("UpdateItem")) == 3


def test_a_failing_claim_raises_an_error_that_quotes_no_values(ledger: Ledger, proxy: Proxy) -> None:
    proxy.fault("UpdateItem", "refuse", code="ValidationException")
    with pytest.raises(AwsError, match=r"^UpdateItem failed: ValidationException$"):
        ledger.claim(DOCUMENT)


def test_items_are_kept_for_thirty_days_after_their_last_change(ledger: Ledger, stage: Stage, clock: Clock) -> None:
    claimed = claim(ledger)
    clock.ahead = 100
    ledger.finish(claimed, "rejected")
    item = stage.item()
    assert int(item["expiresAt"]) == int(item["updatedAt"]) + 30 * 86_400
    assert abs(int(item["updatedAt"]) - clock()) < 5
    assert item["outcome"] == "rejected"
    assert "leaseUntil" not in item


def test_the_number_of_unknown_attempts_is_a_setting(stage: Stage, function_clients: Clients, proxy: Proxy) -> None:
    ledger = Ledger(Table(function_clients.dynamodb, stage.documents), LEASE, 3)
    last = []
    for _ in range(3):
        claimed = claim(ledger)
        last.append(claimed.last)
        ledger.doubt(claimed, "reason")
    assert last == [False, False, True]
    assert refusal(ledger).refusal is ClaimRefusal.ATTEMPTS_EXHAUSTED


def kill(ledger: Ledger, clock: Clock) -> None:
    claim(ledger)
    clock.ahead += LEASE + 5


# What an operator may find: every state, as the function leaves it.
FOUND: dict[str, Callable[[Ledger, Clock], object]] = {
    "nothing": lambda ledger, clock: None,
    "done": lambda ledger, clock: ledger.finish(claim(ledger), "analyzed"),
    "unbilled": lambda ledger, clock: ledger.release(claim(ledger), "Transient"),
    "doubted": lambda ledger, clock: ledger.doubt(claim(ledger), "OutcomeUnknown"),
    "parked, and forgotten before": lambda ledger, clock: ledger.park(DOCUMENT, "unknown-outcome"),
    "killed": lambda ledger, clock: kill(ledger, clock),
}


@pytest.mark.parametrize("most", [1, 2, 3])
@pytest.mark.parametrize("end", ["doubt", "kill"])
@pytest.mark.parametrize("found", FOUND)
def test_a_freed_document_gets_exactly_one_attempt(
    stage: Stage, function_clients: Clients, proxy: Proxy, clock: Clock, found: str, end: str, most: int
) -> None:
    ledger = Ledger(Table(function_clients.dynamodb, stage.documents), LEASE, most, clock)
    FOUND[found](ledger, clock)
    operator = OperatorLedger(stage.aws.dynamodb, stage.documents, clock)
    for _ in range(2):
        operator.free(DOCUMENT, "freed", alone=True)
        # An attempt that was not billed leaves the permission as it is.
        for _ in range(2):
            ledger.release(claim(ledger, take_over=True), "Transient")
        claimed = claim(ledger, take_over=True)
        assert claimed.last
        if end == "doubt":
            ledger.doubt(claimed, "OutcomeUnknown")
        clock.ahead += LEASE + 5
        assert refusal(ledger, take_over=True).refusal is ClaimRefusal.ATTEMPTS_EXHAUSTED


def test_a_document_that_is_being_sent_cannot_be_freed(ledger: Ledger, stage: Stage, clock: Clock) -> None:
    claim(ledger)
    before = stage.item()
    with pytest.raises(ConditionFailed):
        OperatorLedger(stage.aws.dynamodb, stage.documents, clock).free(DOCUMENT, "freed", alone=True)
    assert stage.item() == before


@pytest.mark.parametrize("state", ["free", "done", "sending"])
def test_a_document_that_has_moved_on_cannot_be_parked(ledger: Ledger, stage: Stage, state: str) -> None:
    claimed = claim(ledger)
    if state != "sending":
        ledger.release(claimed, "Transient") if state == "free" else ledger.finish(claimed, "analyzed")
    before = stage.item()
    with pytest.raises(ConditionFailed):
        ledger.park(DOCUMENT, "unknown-outcome")
    assert stage.item() == before


ENDS = {
    "free": lambda ledger: ledger.release(claim(ledger), "Transient"),
    "unknown": lambda ledger: ledger.doubt(claim(ledger), "OutcomeUnknown"),
    "done": lambda ledger: ledger.finish(claim(ledger), "rejected", code="image-empty"),
    "parked": lambda ledger: ledger.park(DOCUMENT, "unknown-outcome"),
    "never claimed": lambda _: None,
}


@pytest.mark.parametrize("state", ENDS)
def test_of_an_erased_document_only_a_tombstone_remains(ledger: Ledger, stage: Stage, clock: Clock, state: str) -> None:
    ENDS[state](ledger)
    operator = OperatorLedger(stage.aws.dynamodb, stage.documents, clock)
    if state != "never claimed":
        operator.free(DOCUMENT, "reanalyze", alone=True)
    before = int(clock())
    operator.erase(DOCUMENT)
    tombstone = stage.item()
    assert tombstone.keys() == {"documentId", "state", "updatedAt", "expiresAt"}
    assert tombstone["state"] == "erased"
    assert before <= int(tombstone["expiresAt"]) - RETENTION_SECONDS <= clock()
    clock.ahead = 10 * LEASE
    for refused in (refusal(ledger), refusal(ledger, take_over=True)):
        assert refused == Refused(ClaimRefusal.ERASED)
    with pytest.raises(ConditionFailed):
        operator.free(DOCUMENT, "reanalyze", alone=True)
    with pytest.raises(ConditionFailed):
        ledger.park(DOCUMENT, "unknown-outcome")
    assert stage.item() == tombstone


def test_a_document_that_is_being_sent_cannot_be_erased_before_its_lease_expires(
    ledger: Ledger, stage: Stage, clock: Clock
) -> None:
    under_way = claim(ledger)
    operator = OperatorLedger(stage.aws.dynamodb, stage.documents, clock)
    clock.ahead = LEASE - 2
    with pytest.raises(ConditionFailed):
        operator.erase(DOCUMENT)
    clock.ahead = LEASE + 2
    operator.erase(DOCUMENT)
    with pytest.raises(ConditionFailed):
        ledger.finish(under_way, "analyzed")
    assert stage.item()["state"] == "erased"


def test_of_a_claim_and_an_erasure_at_once_one_succeeds(ledger: Ledger, stage: Stage) -> None:
    operator = OperatorLedger(stage.aws.dynamodb, stage.documents)

    def erase(document_id: str) -> bool:
        try:
            operator.erase(document_id)
        except ConditionFailed:
            return False
        return True

    documents = [f"{number:032x}" for number in range(20)]
    with ThreadPoolExecutor(8) as threads:
        erased = [(threads.submit(erase, each), threads.submit(ledger.claim, each)) for each in documents]
        outcomes = [(erasing.result(), claiming.result()) for erasing, claiming in erased]
    for was_erased, claimed in outcomes:
        assert was_erased is isinstance(claimed, Refused)
        assert not isinstance(claimed, Refused) or claimed.refusal is ClaimRefusal.ERASED


def test_a_document_of_a_dead_letter_that_the_ledger_forgot_is_parked(ledger: Ledger) -> None:
    refused = ledger.claim(DOCUMENT, was_parked=True)
    assert refused == Refused(ClaimRefusal.PARKED)
    assert isinstance(ledger.claim(DOCUMENT), Claimed)


@pytest.mark.parametrize("take_over", [False, True])
def test_an_upload_that_is_older_than_the_ledgers_memory_needs_its_item(
    ledger: Ledger, clock: Clock, take_over: bool
) -> None:
    uploaded_at = clock()
    clock.ahead = RETENTION_SECONDS - 60
    assert isinstance(ledger.claim("remembered", take_over=take_over, created_at=uploaded_at), Claimed)
    clock.ahead = RETENTION_SECONDS + 60
    refused = ledger.claim(DOCUMENT, take_over=take_over, created_at=uploaded_at)
    assert refused == Refused(ClaimRefusal.FORGOTTEN)
    ledger.park(DOCUMENT, "unknown-outcome")
    assert refusal(ledger).refusal is ClaimRefusal.PARKED
