"""What happens to AWS, to the functions and to the OCR service while documents are on their way."""

from __future__ import annotations

import contextlib
import json
import random
import threading
import time
from typing import TYPE_CHECKING

from emulator.faults.kinds import ResetBeforeBody
from soak.harness.testbed import FUNCTION_SECONDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from soak.harness.function_instance import Slot
    from soak.harness.testbed import World
    from tests.support.calls import Call, Way
    from tests.support.proxy import Proxy

_OPERATIONS = ("GetObject", "UpdateItem", "SendMessage", "ChangeMessageVisibility", "GetSecretValue")
_THROTTLED, _TOO_MUCH = "ThrottlingException", "ProvisionedThroughputExceededException"
# operation, what happens, how likely a call begins it, how many calls it then lasts, AWS's code and status
_TROUBLES: tuple[tuple[str, Way, float, int, str, int], ...] = (
    ("UpdateItem", "refuse", 0.01, 1, _TOO_MUCH, 400),
    ("UpdateItem", "refuse", 0.004, 9, _TOO_MUCH, 400),
    ("UpdateItem", "drop-answer", 0.01, 1, "", 0),
    ("UpdateItem", "drop-request", 0.01, 1, "", 0),
    ("SendMessage", "refuse", 0.03, 2, "ServiceUnavailable", 503),
    ("SendMessage", "refuse", 0.01, 6, "AccessDenied", 403),
    ("SendMessage", "drop-answer", 0.02, 1, "", 0),
    ("ChangeMessageVisibility", "refuse", 0.05, 1, _THROTTLED, 400),
    ("GetObject", "refuse", 0.02, 1, "SlowDown", 503),
    ("GetObject", "cut", 0.02, 1, "", 0),
    ("GetObject", "drop-answer", 0.02, 1, "", 0),
    ("GetSecretValue", "refuse", 0.1, 6, _THROTTLED, 400),
)


class Storm:
    """Counts what it did in ``kills`` and ``refusals``."""

    def __init__(self, world: World, seed: int, *, kill_chance: float, seconds_between_kills: float) -> None:
        self._world, self._dice = world, random.Random(seed)
        self._kill_chance, self._between = kill_chance, seconds_between_kills
        self._lock = threading.Lock()
        self.kills = self.hangs = self.refusals = 0

    def over(self, proxy: Proxy, slot: Slot) -> None:
        """Come over a slot and its way to AWS."""
        for operation in _OPERATIONS:
            ways: tuple[Way, Way] = ("pass", "drop-request")
            for way in ways:
                proxy.fault(operation, way, where=self._whether(self._kill_chance), first=lambda: self._kill(slot))
        for operation, way, chance, calls, code, status in _TROUBLES:
            proxy.fault(operation, way, where=self._burst(chance, calls), code=code, status=status)

    def hang(self, proxy: Proxy) -> None:
        """Let the next send and its repeats get no answer until the function's time is up."""
        self.hangs += 1
        proxy.fault("SendMessage", "pass", 8, first=lambda: time.sleep(FUNCTION_SECONDS + 2))

    def change_the_service(self, wave: int) -> None:
        """Rotate keys amid the next calls, reset a connection; in some waves refuse or change the credentials."""
        emulator = self._world.emulator
        emulator.rotate("*", after=self._dice.randint(1, 8))
        emulator.fault(ResetBeforeBody(operation=self._dice.choice(("credit-card", "id-card"))))
        emulator.refuse_credentials(wave % 10 == 3)
        if wave % 10 == 6:
            self._world.credentials["secretKey"] = f"secret-{self._dice.randbytes(8).hex()}"
            emulator.accept_credentials(secret_key=self._world.credentials["secretKey"])
            self._world.retired.add(self._world.credentials["secretKey"])
            # For one wave the secret is behind the service, as in a rotation by hand.
        elif wave % 10 == 7:
            self._world.aws.secrets.put_secret_value(
                SecretId=self._world.secret, SecretString=json.dumps(self._world.credentials)
            )

    def calm_the_service(self) -> None:
        """Let the service take the credentials that are in the secret, and do its work."""
        self._world.emulator.refuse_credentials(False)
        self._world.aws.secrets.put_secret_value(
            SecretId=self._world.secret, SecretString=json.dumps(self._world.credentials)
        )

    @contextlib.contextmanager
    def at_any_moment(self, slots: Sequence[Slot]) -> Iterator[None]:
        """Kill working processes by the clock until the end of the block."""
        over = threading.Event()

        def strike() -> None:
            while not over.wait(self._dice.expovariate(1 / self._between)):
                self._kill(self._dice.choice(slots))

        thread = threading.Thread(target=strike)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()

    def _kill(self, slot: Slot) -> None:
        if slot.kill():
            with self._lock:
                self.kills += 1

    def _whether(self, chance: float) -> Callable[[Call], bool]:
        def now(_: Call) -> bool:
            with self._lock:
                return self._dice.random() < chance

        return now

    def _burst(self, chance: float, calls: int) -> Callable[[Call], bool]:
        left = 0

        def now(_: Call) -> bool:
            nonlocal left
            with self._lock:
                if left == 0 and self._dice.random() < chance:
                    left = calls
                if left == 0:
                    return False
                left -= 1
                self.refusals += 1
                return True

        return now
