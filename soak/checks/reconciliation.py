"""What became of every upload and what was paid for it, and whether that is what the design promises."""

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
    from soak.checks.unrecorded_attempts import Journal
    from soak.harness.testbed import World
    from soak.harness.workload import Upload

Event = dict[str, Any]


@dataclass
class Accounts:
    """Of some uploads. ``told`` are all CloudEvents that consumers took, ``letters`` the dead letters' bodies."""

    world: World
    uploads: Sequence[Upload]
    journal: Journal
    told: list[Event] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)

    def collect(self) -> None:
        """Take what is in the results queue and in the dead-letter queue."""
        results, letters = self.world.results.drain(), self.world.dead.drain()
        self.world.evidence.messages += results
        self.world.evidence.letters += letters
        self.told += [json.loads(message["Body"]) for message in results]
        self.letters += [message["Body"] for message in letters]

    def draw(self) -> dict[str, int | float]:
        """Return the accounts.

        Raises: GuaranteeViolation.
        """
        self.collect()
        self.world.uploads.show_hidden()
        waiting = {key for message in self.world.uploads.receive(100_000) for key in _keys(message["Body"])}
        self.world.uploads.show_hidden()
        dead = {key for letter in self.letters for key in _keys(letter)}
        ends, faults = self._ends(waiting, dead)
        counts = self.world.emulator.counters()
        paid = {upload.key: counts.paid.by_image.get(upload.image, 0) for upload in self.uploads}
        faults += self._money(ends, paid)
        if counts.repeated_symmetric_keys:
            faults.append(f"{counts.repeated_symmetric_keys} symmetric keys came more than once")
        if faults:
            raise GuaranteeViolation("\n".join(faults))
        return self._table(ends, paid, counts)

    def _ends(self, waiting: set[str], dead: set[str]) -> tuple[dict[str, str], list[str]]:
        told: defaultdict[str, Counter[str]] = defaultdict(Counter)
        ids: defaultdict[str, set[str]] = defaultdict(set)
        for event in self.told:
            key = event["data"]["document"]["key"]
            told[key][event["type"].split(".")[2]] += 1
            ids[key].add(event["id"])
        faults = [f"{len(seen)} ids for one document" for key, seen in ids.items() if seen != {self.document_id(key)}]
        ends = {}
        for upload in self.uploads:
            key = upload.key
            ends[key] = (
                "analyzed" if told[key]["analyzed"] else "rejected" if told[key]["rejected"]
                else "waiting" if key in waiting else "in the dead-letter queue" if key in dead else "lost"
            )  # fmt: skip
            if ends[key] == "lost":
                faults.append(f"{self.document_id(key)} has disappeared")
            if ends[key] == "analyzed" and not upload.values:
                faults.append(f"{self.document_id(key)} is no document, and was analyzed")
        return ends, faults

    def _money(self, ends: dict[str, str], paid: dict[str, int]) -> list[str]:
        ledger = {item["documentId"]: int(item["attempts"]) for item in self.world.ledger()}
        faults = []
        for key, calls in paid.items():
            document_id = self.document_id(key)
            unrecorded, attempts = self.journal.causes[document_id].total(), ledger.get(document_id, 0)
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
        messages = Counter(event["id"] for event in self.told)
        analyzed = [key for key, end in ends.items() if end == "analyzed"]
        clean = [key for key in analyzed if not self.journal.causes[self.document_id(key)]]
        rows: dict[str, int | float] = {"uploads": len(ends)}
        rows |= {end: by_end[end] for end in ("analyzed", "rejected", "waiting", "in the dead-letter queue", "lost")}
        rows["messages that repeat a documentId"] = messages.total() - len(messages)
        rows["paid calls"] = sum(paid.values())
        rows["paid calls of documents all of whose ends were recorded, each"] = (
            round(sum(paid[key] for key in clean) / len(clean), 4) if clean else 0
        )
        rows["most paid calls of one document"] = max(paid.values(), default=0)
        extra: Counter[str] = Counter()
        for key, calls in paid.items():
            causes = self.journal.causes[self.document_id(key)]
            beyond = calls - (ends[key] == "analyzed")
            if beyond > 0:
                extra[" and ".join(sorted(causes))] += beyond
        rows |= {f"paid again or in vain, because {cause}": number for cause, number in sorted(extra.items())}
        rows["symmetric keys seen twice"] = counts.repeated_symmetric_keys
        return rows

    def document_id(self, key: str) -> str:
        """Return the identity that the design gives an object: bucket, key and version, hashed."""
        version = self._by_key[key].record["s3"]["object"]["versionId"]
        told = json.dumps([self.world.bucket, key, version], ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    @cached_property
    def _by_key(self) -> dict[str, Upload]:
        return {upload.key: upload for upload in self.uploads}


def _keys(body: str) -> list[str]:
    return [unquote_plus(record["s3"]["object"]["key"]) for record in json.loads(body)["Records"]]
