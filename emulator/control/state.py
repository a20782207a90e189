"""The state of the service."""

from __future__ import annotations

from emulator.control.call_journal import CallJournal
from emulator.control.counters import Counters
from emulator.control.settings import EmulatorSettings
from emulator.domain.access_tokens import TokenStore
from emulator.domain.clock import Clock
from emulator.domain.credentials import AcceptedCredentials
from emulator.domain.key_pairs import KeyPairStore
from emulator.domain.request_keys import RequestKeyStore
from emulator.faults.fault_queue import FaultQueue
from emulator.readers.pool import ReaderPool


class EmulatorState:
    """The state that operations use and control endpoints change."""

    def __init__(self, settings: EmulatorSettings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.credentials = AcceptedCredentials(
            settings.app_key, settings.secret_key, settings.user_access_key_id, settings.secret_access_key
        )
        self.tokens = TokenStore(self.clock)
        self.keys = KeyPairStore()
        self.request_keys = RequestKeyStore(self.clock)
        self.faults = FaultQueue()
        self.counters = Counters()
        self.journal = CallJournal()
        self.readers = ReaderPool(settings.reader, settings.reading_seconds)

    def reset(self) -> None:
        """Restore the initial behaviour. Key versions, Request-Keys and tokens stay."""
        self.faults.clear()
        self.counters = Counters()
        self.keys.reset()
        self.credentials.restore()
        self.tokens.restore()
        self.clock.shift_seconds = 0.0
        self.request_keys.unlock_cards()
