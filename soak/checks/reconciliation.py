"""Reconciles uploads, messages, dead letters, the ledger and paid calls with the guarantees of the design."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_plus

from soak.harness.violation import GuaranteeViolation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from emulator.control.client import Counts
    from soak.checks.unrecorded_attempts import UnrecordedAttempts
    from soak.harness.testbed import SoakTestbed
    from soak.harness.workload import Upload
    from tests.support.proxy import Proxy

Event = dict[str, Any]

_DELAYED = "sealed-ocr.document.delayed.v1"


@dataclass
class Reconciliation:
    """The state of some uploads.

    Attributes
    ----------
    testbed, uploads
        The testbed and the uploads.
    unrecorded
        Attempts whose end is not recorded. They may have been paid.
    events
        All CloudEvents from the results queue that end a document.
    delays
        All others: those of parked documents.
    dead_letters
        All dead letters.
    """

    testbed: SoakTestbed
    uploads: Sequence[Upload]
    unrecorded: UnrecordedAttempts
    events: list[Event] = field(default_factory=list)
    delays: list[Event] = field(default_factory=list)
    dead_letters: list[Any] = field(default_factory=list)

    def observe(self, proxies: Sequence[Proxy]) -> None:
        """Read the calls of a round, and collect its messages. Call it only while no function works."""
        self.unrecorded.read(proxies, self.testbed.ledger())
        self.collect()

    def collect(self) -> None:
        """Drain the results queue and the dead-letter queue."""
        results, dead_letters = self.testbed.results.drain(), self.testbed.uploads_dlq.drain()
        self.testbed.evidence.messages += results
        self.testbed.evidence.dead_letters += dead_letters
        for event in (json.loads(message["Body"]) for message in results):
            (self.delays if event["type"] == _DELAYED else self.events).append(event)
        self.dead_letters += dead_letters

    def check(self) -> dict[str, int | float]:
        """Check all guarantees and return the numbers for the report.

        Raises
        ------
        GuaranteeViolation
            If a guarantee does not hold.
        """
        self.collect()
        self.testbed.uploads.show_hidden()
        waiting = {key for message in self.testbed.uploads.receive(100_000) for key in _keys(message["Body"])}
        self.testbed.uploads.show_hidden()
        dead = {key for dead_letter in self.dead_letters for key in _keys(dead_letter["Body"])}
        ends, faults = self._check_ends(waiting, dead)
        counts = self.testbed.emulator.counters()
        paid = {upload.key: counts.paid.by_image.get(upload.image, 0) for upload in self.uploads}
        faults += self._check_payments(ends, paid)
        if counts.repeated_symmetric_keys:
            faults.append(f"{counts.repeated_symmetric_keys} symmetric keys came more than once")
        if faults:
            raise GuaranteeViolation("\n".join(faults))
        return self._table(ends, paid, counts)

    def _check_ends(self, waiting: set[str], dead: set[str]) -> tuple[dict[str, str], list[str]]:
        types: defaultdict[str, Counter[str]] = defaultdict(Counter)
        ids: defaultdict[str, set[str]] = defaultdict(set)
        for event in self.events:
            key = event["data"]["document"]["key"]
            types[key][event["type"].split(".")[2]] += 1
            ids[key].add(event["id"])
        faults = [f"{len(seen)} ids for one document" for key, seen in ids.items() if seen != {self.document_id(key)}]
        delayed = {event["id"] for event in self.delays}
        reasoned = [one["Body"] for one in self.dead_letters if "reason" in one.get("MessageAttributes", {})]
        parked = {self.document_id(key) for body in reasoned for key in _keys(body)}
        faults += [f"{each} was parked without a message" for each in parked if f"{each}-delayed" not in delayed]
        ends = {}
        for upload in self.uploads:
            key = upload.key
            ends[key] = (
                "analyzed" if types[key]["analyzed"] else "rejected" if types[key]["rejected"]
                else "waiting" if key in waiting else "in the dead-letter queue" if key in dead else "lost"
            )  # fmt: skip
            if ends[key] == "lost":
                faults.append(f"{self.document_id(key)} has disappeared")
            if ends[key] == "analyzed" and not upload.values:
                faults.append(f"{self.document_id(key)} is no document, and was analyzed")
        return ends, faults

    def _check_payments(self, ends: dict[str, str], paid: dict[str, int]) -> list[str]:
        ledger = {item["documentId"]: int(item["attempts"]) for item in self.testbed.ledger()}
        faults = []
        for key, calls in paid.items():
            document_id = self.document_id(key)
            unrecorded, attempts = self.unrecorded.causes[document_id].total(), ledger.get(document_id, 0)
            if calls > 2:
                faults.append(f"{document_id} was paid {calls} times")
            if calls > (ends[key] == "analyzed") + unrecorded:
                faults.append(f"{document_id}: {calls} paid, {ends[key]}, {unrecorded} ends not recorded")
            if calls > attempts:
                faults.append(f"{document_id}: {calls} paid, and the ledger knows of {attempts} attempts")
            if ends[key] == "analyzed" and not calls:
                faults.append(f"{document_id} was analyzed for nothing")
        return faults

    def _table(self, ends: dict[str, str], paid: dict[str, int], counts: Counts) -> dict[str, int | float]:
        by_end = Counter(ends.values())
        messages = Counter(event["id"] for event in self.events)
        analyzed = [key for key, end in ends.items() if end == "analyzed"]
        recorded = [key for key in analyzed if not self.unrecorded.causes[self.document_id(key)]]
        rows: dict[str, int | float] = {"uploads": len(ends)}
        rows |= {end: by_end[end] for end in ("analyzed", "rejected", "waiting", "in the dead-letter queue", "lost")}
        rows["messages that repeat a documentId"] = messages.total() - len(messages)
        rows["paid calls"] = sum(paid.values())
        rows["paid calls of documents all of whose ends were recorded, each"] = (
            round(sum(paid[key] for key in recorded) / len(recorded), 4) if recorded else 0
        )
        rows["most paid calls of one document"] = max(paid.values(), default=0)
        extra: Counter[str] = Counter()
        for key, calls in paid.items():
            causes = self.unrecorded.causes[self.document_id(key)]
            beyond = calls - (ends[key] == "analyzed")
            if beyond > 0:
                extra[" and ".join(sorted(causes))] += beyond
        rows |= {f"paid again or in vain, because {cause}": number for cause, number in sorted(extra.items())}
        rows["symmetric keys seen twice"] = counts.repeated_symmetric_keys
        return rows

    def document_id(self, key: str) -> str:
        """Return the document id of an object: the hash of bucket, key and version."""
        version = self._by_key[key].record["s3"]["object"]["versionId"]
        identity = json.dumps([self.testbed.bucket, key, version], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(identity.encode()).hexdigest()[:32]

    @cached_property
    def _by_key(self) -> dict[str, Upload]:
        return {upload.key: upload for upload in self.uploads}


def _keys(body: str) -> list[str]:
    return [unquote_plus(record["s3"]["object"]["key"]) for record in json.loads(body)["Records"]]
