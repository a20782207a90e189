"""redrive --follow: waits for the end of each document, and says why one waits."""

from __future__ import annotations

import pytest

from ops.redrive.follow import follow
from tests.support.ledger_past import DOCUMENT, OneItem, Past

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("end", ["rejected", "parked"])
def test_a_document_is_followed_through_its_waits_to_its_end(end: str, capsys: pytest.CaptureFixture[str]) -> None:
    client = OneItem()
    past = Past(client)
    last = {"rejected": [past.claim, past.finish], "parked": [past.claim, past.doubt, past.park]}[end]
    # Between two looks: nothing is in the ledger yet, an attempt, its deferral, the same twice, the next one.
    happens = iter([None, past.claim, past.doubt, None, past.time, past.claim, past.release, *last])

    def sleep(_: float) -> None:
        step = next(happens)
        if step:
            step()

    assert follow(past.operator, [DOCUMENT], lambda: past.now, sleep) == {end: 1}
    assert list(happens) == []
    first, second = capsys.readouterr().out.splitlines()[:2]
    assert first == (
        "0 of 1 ended. 1 document deferred, the last until 2025-11-26T09:40:36.000Z: the usual pause after a failure."
    )
    assert "2025-11-26T09:42:16.000Z" in second
