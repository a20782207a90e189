"""A ledger over one item in memory, and what has happened to its document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from sealed_ocr.aws.attempt_history import Attempt, Deferral, decode
from sealed_ocr.aws.errors import ConditionFailed
from sealed_ocr.aws.ledger import Claimed, Ledger
from sealed_ocr.aws.table import Item as PlainItem
from sealed_ocr.aws.table import Table
from sealed_ocr.common.attempt_end import AttemptEnd, DeferralReason

from ops.common.ledger import OperatorLedger
from soak.exploration.replay import raise_client_error
from soak.exploration.tables import FAILED_CONDITION, Item, freeze, plain, typed, write

DOCUMENT = "0" * 32
LEASE = 150
WAIT = Deferral(36, DeferralReason.BACK_OFF)


class OneItem:
    """A DynamoDB client with one item. ``test_soak_exploration_tables.py`` compares its writes with moto's.

    ``lose_responses`` makes each write twice, as botocore does after a lost response.
    """

    def __init__(self, *, lose_responses: bool = False) -> None:
        self.item: Item | None = None
        self.writes = 0
        self._times = 2 if lose_responses else 1

    def update_item(self, **request: Any) -> dict[str, Any]:
        given = freeze({name[1:]: plain(value) for name, value in request["ExpressionAttributeValues"].items()})
        made = request["UpdateExpression"], request.get("ConditionExpression", ""), given
        for _ in range(self._times):
            held, self.item = write(self.item, DOCUMENT, made)
        self.writes += 1
        attributes = {name: typed(value) for name, value in self.item or ()}
        if not held:
            raise_client_error(FAILED_CONDITION, "UpdateItem", **({"Item": attributes} if attributes else {}))
        return {"Attributes": attributes}

    def batch_get_item(self, **_: Any) -> dict[str, Any]:
        found = [{name: typed(value) for name, value in self.item}] if self.item else []
        return {"Responses": {"documents": found}, "UnprocessedKeys": {}}

    def plain(self) -> PlainItem | None:
        """Return the item as ``Table`` reads it."""
        if self.item is None:
            return None
        return {name: list(value) if isinstance(value, tuple) else value for name, value in self.item}

    def history(self) -> list[Attempt]:
        return decode(self.entries())

    def entries(self) -> list[str]:
        return list(dict(self.item or ()).get("history", ()))


class Past:
    """A ledger, an operator and what has happened to the document."""

    def __init__(self, client: OneItem) -> None:
        self.now = 1_764_150_000
        table = Table(cast("Any", client), "documents")
        self.ledger = Ledger(table, LEASE, 2, lambda: self.now)
        self.operator = OperatorLedger(cast("Any", client), "documents", lambda: self.now)
        self.expected: list[Attempt] = []
        self.claimed: Claimed | None = None

    def claim(self) -> None:
        self.ledger.begin_invocation(f"{self.now}-and-more")
        claimed = self.ledger.claim(DOCUMENT, take_over=True)
        if isinstance(claimed, Claimed):
            self.claimed = claimed
            self.expected.append(Attempt.begin(claimed.attempt_id, f"{self.now}", self.now))

    @property
    def may_end(self) -> bool:
        """Whether a function is at work. It is killed before its lease ends."""
        return self.claimed is not None and self.now < self.claimed.attempt.begun + LEASE

    def end(self, record: Callable[[Claimed], None], **end: Any) -> None:
        if self.claimed is not None and self.may_end:
            record(self.claimed)
            self.expected[-1] = self.expected[-1].ended(now=self.now, **end)
        self.claimed = None

    def finish(self, *, may_be_billed: bool = False) -> None:
        self.end(
            lambda claimed: self.ledger.finish(claimed, "rejected", may_be_billed=may_be_billed, code="image-empty"),
            end=AttemptEnd.REJECTED,
            may_be_billed=may_be_billed,
            fault="image-empty",
        )

    def release(self) -> None:
        self.end(
            lambda claimed: self.ledger.release(claimed, "Transient.5000001", WAIT),
            end=AttemptEnd.UNBILLED,
            may_be_billed=False,
            fault="Transient.5000001",
            deferral=WAIT,
        )

    def doubt(self) -> None:
        self.end(
            lambda claimed: self.ledger.doubt(claimed, "OutcomeUnknown", WAIT),
            end=AttemptEnd.UNKNOWN,
            may_be_billed=True,
            fault="OutcomeUnknown",
            deferral=WAIT,
        )

    def time(self) -> None:
        self.now += 100

    def park(self) -> None:
        try:
            self.ledger.park(DOCUMENT, "unknown-outcome")
        except ConditionFailed:
            return

    def free(self) -> None:
        try:
            self.operator.free(DOCUMENT, "reanalyze", alone=False)
        except ConditionFailed:
            return
        self.expected.append(
            Attempt("", "", self.now).ended(AttemptEnd.FREED, self.now, may_be_billed=False, fault="reanalyze")
        )
