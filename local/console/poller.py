"""Looking somewhere again and again, on a thread."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

import urllib3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

_log = logging.getLogger(__name__)


class Looking:
    """Calls ``look`` every so many ``seconds`` until it is stopped."""

    def __init__(self, look: Callable[[], None], seconds: float) -> None:
        self._look, self._seconds = look, seconds
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="console-look", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Look no more; one look may still be under way."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(self._seconds):
            try:
                self._look()
            except (BotoCoreError, ClientError, urllib3.exceptions.HTTPError, OSError) as error:
                # What is looked at may be gone before the looking ends.
                if not self._stopping.wait(1):
                    _log.warning("the console could not look: %s", type(error).__name__)
