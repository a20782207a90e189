"""Calls a function periodically on a thread."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


class Poller:
    """Calls ``poll`` every ``seconds`` until it is stopped."""

    def __init__(self, poll: Callable[[], None], seconds: float) -> None:
        self._poll, self._seconds = poll, seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="console-poller", daemon=True)

    def start(self) -> None:
        """Start polling."""
        self._thread.start()

    def stop(self) -> None:
        """Stop polling. One call may still be in progress."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            try:
                self._poll()
            except (BotoCoreError, ClientError, urllib3.exceptions.HTTPError, OSError) as error:
                # The polled service may stop before the poller does.
                if not self._stopping.wait(1):
                    _log.warning("the console could not poll: %s", type(error).__name__)
