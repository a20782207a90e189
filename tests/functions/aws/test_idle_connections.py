"""After a pause in which something between forgot the connections, no document is deferred."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sealed_ocr.network.connection import IDLE_SECONDS

from tests.support.analyze_parts import BATCH, Parts, assemble, clients_at
from tests.support.cards import upload_cards
from tests.support.clock import Clock
from tests.support.proxy import Proxy
from tests.support.relay import Relay
from tests.support.stage import Stage


@pytest.fixture
def relay(proxy: Proxy) -> Iterator[Relay]:
    with Relay(proxy.url) as relay:
        yield relay


@pytest.fixture
def idle_clock() -> Clock:
    return Clock()


@pytest.fixture
def parts(stage: Stage, relay: Relay, idle_clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Parts]:
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "SealedOcr/test")
    parts = assemble(clients_at(relay.url, (idle_clock,)), stage, stage.emulator.url)
    yield parts
    parts.threads.shutdown()
    stage.log_output += parts.log.getvalue()


def test_a_batch_after_a_pause_opens_new_connections(
    parts: Parts, stage: Stage, relay: Relay, idle_clock: Clock
) -> None:
    for number in (BATCH, 1, 3, BATCH):
        upload_cards(stage, number)
        assert parts.deliver() == []
        idle_clock.ahead += IDLE_SECONDS
        assert relay.forget() > 0
    assert relay.resets == 0


def test_a_connection_that_others_kept_from_being_used_is_replaced_too(
    parts: Parts, stage: Stage, relay: Relay, idle_clock: Clock
) -> None:
    upload_cards(stage, BATCH)
    assert parts.deliver() == []
    # Single documents use the connections on top of the pools only, so that those below get old without any pause.
    for _ in range(4):
        idle_clock.ahead += IDLE_SECONDS / 2
        upload_cards(stage, 1)
        assert parts.deliver() == []
    relay.forget()
    idle_clock.ahead += IDLE_SECONDS
    upload_cards(stage, BATCH)
    assert parts.deliver() == []
    assert relay.resets == 0


def test_a_connection_is_reused_without_a_pause(parts: Parts, stage: Stage, relay: Relay) -> None:
    for _ in range(3):
        upload_cards(stage, 1)
        assert parts.deliver() == []
    # One for each service: the ledger, the secret, the image, the results.
    assert relay.connections == 4
