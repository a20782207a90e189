"""Everything that the service remembers."""

from __future__ import annotations

from emulator.control.call_journal import Journal
from emulator.control.counters import Counters
from emulator.control.settings import Settings
from emulator.domain.clock import Clock
from emulator.domain.credentials import Credentials
from emulator.domain.key_pairs import KeyRing
from emulator.domain.request_keys import RequestKeys
from emulator.faults.fault_queue import FaultBook
from emulator.readers.pool import ReaderPool


class State:
    """The parts that the operations use and the control endpoints change."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        self.settings = settings
        self.clock = clock or Clock()
        self.credentials = Credentials(settings.app_key, settings.secret_key)
        self.keys = KeyRing()
        self.request_keys = RequestKeys(self.clock)
        self.faults = FaultBook()
        self.counters = Counters()
        self.journal = Journal()
        self.readers = ReaderPool(settings.reader, settings.reading_seconds)

    def reset(self) -> None:
        """Return to the behaviour of the start; key versions and Request-Keys stay as they are."""
        self.faults.clear()
        self.counters = Counters()
        self.keys.settle()
        self.credentials.restore()
        self.clock.shift_seconds = 0.0
        self.request_keys.unlock_cards()
