"""Bad input: damaged and archived images, endless answers, answers of every wrong shape, claims, wrong CDK context.

Each has a defined outcome, and memory stays bounded.
"""

from __future__ import annotations

import random
from collections import Counter
from contextlib import ExitStack
from typing import TYPE_CHECKING

from sealed_ocr.common.kinds import Kind
from sealed_ocr.ocr.transport import MAX_RESPONSE_BYTES

from emulator.faults.kinds import Endless
from soak.checks.reconciliation import Reconciliation
from soak.checks.unrecorded_attempts import UnrecordedAttempts
from soak.harness.event_source import EventSource
from soak.harness.function_instance import FunctionInstance
from soak.harness.violation import GuaranteeViolation
from soak.harness.workload import Upload, messages, upload
from soak.scenarios import damaged_images, random_answers, random_aws_errors, random_claims, random_contexts
from soak.scenarios.damaged_images import DamagedImages
from tests.support.documents import NAME, draw
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    from types_boto3_s3.literals import StorageClassType

    from soak.harness.report import Report
    from soak.harness.scale import Scale
    from soak.harness.testbed import SoakTestbed

_ROUNDS, _WAVE, _HUGE_ANSWERS = 12, 100, 10
# S3 returns no object of these classes, however often it is asked.
_ARCHIVES: tuple[StorageClassType, ...] = ("GLACIER", "DEEP_ARCHIVE")
# The memory setting in the template.
_MEMORY_KIB = 512 * 1024


def run(testbed: SoakTestbed, scale: Scale, report: Report) -> None:
    """Run the scenario.

    Raises
    ------
    GuaranteeViolation, AssertionError
        If a guarantee does not hold.
    """
    seen: set[bytes] = set()
    report.table("bad input: answers of any shape", random_answers.run(scale.examples, scale.seed))
    report.table("bad input: error answers of AWS", random_aws_errors.run(scale.examples, scale.seed))
    report.table("bad input: context of the CDK", random_contexts.run(scale.examples, scale.seed))
    report.table("bad input: claims in random Unicode", random_claims.run(testbed, scale.claims, scale.seed))
    report.table("bad input: images, through the client", damaged_images.run(testbed, scale, seen))
    rng = random.Random(scale.seed)
    reconciliation, damaged = Reconciliation(testbed, [], UnrecordedAttempts()), DamagedImages(rng, seen)
    with ExitStack() as stack:
        instance = FunctionInstance(testbed.configuration("analyze"), testbed.folder / "bad-input.log")
        stack.callback(instance.close)
        event_source = EventSource(testbed, [instance], rng, full_batches=True)
        for start in range(0, scale.bad_images, _WAVE):
            places = range(start, min(start + _WAVE, scale.bad_images))
            _deliver(
                testbed,
                event_source,
                reconciliation,
                [_damaged_upload(testbed, place, damaged) for place in places],
                rng,
            )
        archived = [_card(testbed, f"in {archive}", archive) for archive in _ARCHIVES]
        _deliver(testbed, event_source, reconciliation, archived, rng)
        peaks = [instance.peak_memory_kib()]
        uploads = [_card(testbed, f"endless {place}") for place in range(_HUGE_ANSWERS)]
        for one in uploads:
            testbed.emulator.fault(Endless(image=one.image, times=2))
        _deliver(testbed, event_source, reconciliation, uploads, rng)
        peaks.append(instance.peak_memory_kib())
        proxy = stack.enter_context(Proxy(testbed.emulator.url))
        proxy.fault("Ocr", "change", where=lambda call: call.resource in set(Kind), change=_gigantic)
        other = FunctionInstance(testbed.configuration("analyze", ocr_url=proxy.url), testbed.folder / "gigantic.log")
        stack.callback(other.close)
        event_source.instances = [other]
        _deliver(
            testbed,
            event_source,
            reconciliation,
            [_card(testbed, f"gigantic {place}") for place in range(_HUGE_ANSWERS)],
            rng,
        )
        peaks.append(other.peak_memory_kib())
    rows = reconciliation.check()
    codes = Counter(_code(event) for event in reconciliation.events)
    if rows["waiting"] or rows["in the dead-letter queue"] != 2 * _HUGE_ANSWERS:
        raise GuaranteeViolation(f"{rows['waiting']} wait, {rows['in the dead-letter queue']} dead letters")
    if codes["rejected, image-archived"] != len(_ARCHIVES):
        raise GuaranteeViolation(f"{codes['rejected, image-archived']} archived images were rejected")
    if event_source.outcomes.keys() != {"answered"} or max(peaks) > _MEMORY_KIB:
        raise GuaranteeViolation(f"invocations ended {event_source.outcomes}, {max(peaks)} KiB at most")
    ends: dict[str, int | float] = {f"images ended: {code}": number for code, number in sorted(codes.items())}
    ends |= {"endless answers, ten at a time, parked after two": _HUGE_ANSWERS, "gigantic ones": _HUGE_ANSWERS}
    moments = ("of damaged images", "then of endless answers", "of gigantic answers")
    ends |= {f"MiB at most, {when}": peak >> 10 for when, peak in zip(moments, peaks, strict=True)}
    report.table("bad input: images and answers, end to end", ends)


def _deliver(
    testbed: SoakTestbed,
    event_source: EventSource,
    reconciliation: Reconciliation,
    uploads: list[Upload],
    rng: random.Random,
) -> None:
    testbed.uploads.drain()
    reconciliation.uploads = [*reconciliation.uploads, *uploads]
    vars(reconciliation).pop("_by_key", None)
    event_source.send(messages(uploads, 0, rng))
    for _ in range(_ROUNDS):
        left = event_source.deliver_visible()
        reconciliation.unrecorded.read([testbed.to_aws], testbed.ledger())
        reconciliation.collect()
        event_source.expire_waits()
        if not left:
            break


def _damaged_upload(testbed: SoakTestbed, place: int, damaged: DamagedImages) -> Upload:
    folder, image = damaged.next(place)
    return upload(testbed, f"{folder}/{NAME} bad {place}", image.content, image.values)


def _card(testbed: SoakTestbed, name: str, storage_class: StorageClassType = "STANDARD") -> Upload:
    drawn = draw("credit-card")
    return upload(testbed, f"credit-card/{NAME}{name}", drawn.content, drawn.values, storage_class)


def _gigantic(_: bytes) -> bytes:
    """Return the longest answer that is read, made of parts that take the most memory for their length."""
    answer = b'{"header":{"isSuccessful":true,"resultCode":0,"resultMessage":""},"result":{"cardNums":[%s0]}}'
    part = b'{"":0},'
    return answer % (part * ((MAX_RESPONSE_BYTES - len(answer)) // len(part)))


def _code(event: dict[str, dict[str, dict[str, str]]]) -> str:
    rejection = event["data"].get("rejection")
    return f"rejected, {rejection['code']} {rejection.get('resultCode', '')}".strip() if rejection else "analyzed"
