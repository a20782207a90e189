"""A document that was erased gets no call and no message, however its event comes back."""

from __future__ import annotations

import pytest

from emulator.faults.kinds import ResetAfterBody
from emulator.testing import Emulator
from ops.common.ledger import OperatorLedger
from tests.support.analyze_parts import Parts
from tests.support.documents import draw
from tests.support.stage import Stage


def erase(stage: Stage, *, image: bool) -> None:
    """Write the tombstone of the only announced document, and delete its image if ``image``."""
    (document, *_) = stage.documents_announced()
    OperatorLedger(stage.aws.dynamodb, stage.documents).erase(document.document_id)
    if image:
        stage.aws.s3.delete_object(Bucket=stage.bucket, Key=document.key)
    # It is allowed to disappear.
    stage.announced.clear()


@pytest.mark.parametrize("image", [False, True])
def test_an_event_that_comes_after_the_erasure_ends_without_a_call(
    parts: Parts, stage: Stage, emulator: Emulator, image: bool
) -> None:
    stage.announce(stage.upload(draw()))
    erase(stage, image=image)
    tombstone = stage.item()
    assert parts.deliver() == []
    assert stage.uploads_queue.drain() == []
    assert (stage.collect(), stage.delays, stage.collect_dead_letters()) == ([], [], [])
    assert not emulator.counters().calls
    assert stage.item() == tombstone
    assert [line["refusal"] for line in parts.logged() if line["event"] == "attempt.refused"] == ["erased"]


def test_a_dead_letter_that_is_redriven_after_the_erasure_ends_without_a_call(
    parts: Parts, stage: Stage, emulator: Emulator
) -> None:
    emulator.fault(ResetAfterBody(operation="id-card", times=None))
    stage.announce(stage.upload(draw()))
    parts.deliver()
    stage.show_hidden()
    assert parts.deliver() == []
    (dead_letter,) = stage.collect_dead_letters()
    calls = emulator.counters().calls["id-card"]
    erase(stage, image=True)
    stage.announce_text(dead_letter["body"], dead_letter["reason"])
    assert parts.deliver() == []
    assert stage.collect_dead_letters() == [dead_letter]
    assert stage.collect() == []
    assert len(stage.delays) == 1
    assert emulator.counters().calls["id-card"] == calls
