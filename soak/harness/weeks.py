"""A deployment whose clock runs through weeks: the analyze function's parts, the ledger and the dead letters."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from sealed_ocr.aws.uploads import parse_event

from emulator.control.counters import digest
from ops.common.ledger import OperatorLedger
from soak.harness.violation import GuaranteeViolation
from tests.support.analyze_parts import Parts
from tests.support.documents import NAME, draw
from tests.support.stage import Stage

_DAY = 86_400
# The retention of dead letters (infra), in days.
_RETENTION = 14
# More than the probe interval of the circuit breakers.
_PROBE = 16 * 60
_ROUNDS_PER_DOCUMENT = 3


@dataclass
class ParkedDocument:
    """A document whose outcome is never known, and its newest dead letter."""

    image: str
    body: str = ""
    entered: int = 0
    decisions: int = 0


@dataclass
class Weeks:
    """The deployment, and what happened so far."""

    stage: Stage
    parts: Parts
    documents: dict[str, ParkedDocument] = field(default_factory=dict)
    redrives: int = 0
    expired: int = 0

    def upload(self, number: int) -> None:
        """Announce ``number`` ID cards."""
        for place in range(number):
            drawn = draw()
            self.stage.announce(self.stage.upload(drawn, f"id-card/{NAME} {place}.png"))
            document_id = self.stage.documents_announced()[-1].document_id
            self.documents[document_id] = ParkedDocument(digest(drawn.content))

    def begin_day(self, day: int) -> None:
        """Delete the items and the dead letters whose time has come."""
        self.parts.clock.ahead = day * _DAY
        for item in self.stage.items(self.stage.documents):
            if int(item["expiresAt"]) < self.parts.clock():
                self.forget(item["documentId"])
        for document in self.documents.values():
            if document.body and document.entered + _RETENTION <= day:
                document.body = ""
                self.expired += 1

    def forget(self, document_id: str) -> None:
        """Delete the document's item."""
        key = {"documentId": {"S": document_id}}
        self.stage.aws.dynamodb.delete_item(TableName=self.stage.documents, Key=key)

    def redrive(self, document_id: str, *, decided: bool) -> None:
        """Move the dead letter of a document back to the uploads queue, freed by an operator or not."""
        document = self.documents[document_id]
        if decided:
            operator = OperatorLedger(self.stage.aws.dynamodb, self.stage.documents, self.parts.clock)
            operator.free(document_id, "redrive", alone=True)
            document.decisions += 1
        self.stage.announce_text(document.body, "unknown-outcome")
        document.body = ""
        self.redrives += 1

    def deliver(self, day: int) -> None:
        """Deliver until nothing waits, and take the new dead letters.

        Raises
        ------
        GuaranteeViolation
            If deliveries still wait, or a document has two dead letters.
        """
        for _ in range(2 + _ROUNDS_PER_DOCUMENT * len(self.documents)):
            while self.parts.deliver():
                pass
            if not len(self.stage.uploads_queue):
                break
            self.parts.clock.ahead += _PROBE
            self.stage.show_hidden()
        else:
            raise GuaranteeViolation("deliveries wait although the circuit breaker was probed")
        self.stage.dead_letters.clear()
        for dead_letter in self.stage.collect_dead_letters():
            document = self.documents[parse_event(dead_letter["body"]).uploads[0].document.document_id]
            if document.body or dead_letter["reason"] != "unknown-outcome":
                raise GuaranteeViolation("a document has two dead letters, or one without its reason")
            document.body, document.entered = dead_letter["body"], day

    def check(self) -> int:
        """Check what was paid for each document; return the number of calls.

        Raises
        ------
        GuaranteeViolation
            If a document was paid more often than twice and once for each decision, or a decision bought nothing, or a
            document was parked without a message.
        """
        self.stage.collect()
        delays = Counter(event["data"]["document"]["documentId"] for event in self.stage.delays)
        for document_id, document in self.documents.items():
            if delays[document_id] != 1 + document.decisions:
                raise GuaranteeViolation(f"{document.decisions} decisions, and {delays[document_id]} messages")
        paid = self.stage.emulator.counters().paid.by_image
        for document in self.documents.values():
            if paid[document.image] != 2 + document.decisions:
                raise GuaranteeViolation(
                    f"{document.decisions} decisions, and {paid[document.image]} calls that may have been billed"
                )
        return sum(paid.values())
