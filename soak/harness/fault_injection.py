"""Faults of AWS, of the functions' processes and of the OCR service while documents are processed."""

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

    from soak.harness.function_instance import FunctionInstance
    from soak.harness.testbed import SoakTestbed
    from tests.support.calls import Call, FaultAction
    from tests.support.proxy import Proxy

_OPERATIONS = ("GetObject", "UpdateItem", "SendMessage", "ChangeMessageVisibility", "GetSecretValue")
_THROTTLED, _TOO_MUCH = "ThrottlingException", "ProvisionedThroughputExceededException"
# Operation, fault, probability that a call starts it, number of calls that it lasts, AWS's error code and status.
_AWS_FAULTS: tuple[tuple[str, FaultAction, float, int, str, int], ...] = (
    ("UpdateItem", "refuse", 0.01, 1, _TOO_MUCH, 400),
    ("UpdateItem", "refuse", 0.004, 9, _TOO_MUCH, 400),
    ("UpdateItem", "drop-response", 0.01, 1, "", 0),
    ("UpdateItem", "drop-request", 0.01, 1, "", 0),
    ("SendMessage", "refuse", 0.03, 2, "ServiceUnavailable", 503),
    ("SendMessage", "refuse", 0.01, 6, "AccessDenied", 403),
    ("SendMessage", "drop-response", 0.02, 1, "", 0),
    ("ChangeMessageVisibility", "refuse", 0.05, 1, _THROTTLED, 400),
    ("GetObject", "refuse", 0.02, 1, "SlowDown", 503),
    ("GetObject", "cut", 0.02, 1, "", 0),
    ("GetObject", "drop-response", 0.02, 1, "", 0),
    ("GetSecretValue", "refuse", 0.1, 6, _THROTTLED, 400),
)


class FaultInjector:
    """Injects faults at random.

    Attributes
    ----------
    kills
        Number of killed processes.
    hangs
        Number of sends that got no answer.
    failed_calls
        Number of AWS calls that were made to fail.
    """

    def __init__(self, testbed: SoakTestbed, seed: int, *, kill_chance: float, seconds_between_kills: float) -> None:
        self._testbed, self._rng = testbed, random.Random(seed)
        self._kill_chance, self._seconds_between_kills = kill_chance, seconds_between_kills
        self._lock = threading.Lock()
        self.kills = self.hangs = self.failed_calls = 0

    def attach(self, proxy: Proxy, instance: FunctionInstance) -> None:
        """Inject faults into an instance and its AWS calls."""
        for operation in _OPERATIONS:
            actions: tuple[FaultAction, FaultAction] = ("pass", "drop-request")
            for action in actions:
                proxy.fault(
                    operation, action, where=self._with_chance(self._kill_chance), first=lambda: self._kill(instance)
                )
        for operation, action, chance, calls, code, status in _AWS_FAULTS:
            proxy.fault(operation, action, where=self._burst(chance, calls), code=code, status=status)

    def hang(self, proxy: Proxy) -> None:
        """Let the next send and its retries get no answer before the function's timeout."""
        self.hangs += 1
        proxy.fault("SendMessage", "pass", 8, first=lambda: time.sleep(FUNCTION_SECONDS + 2))

    def disturb_service(self, wave: int) -> None:
        """Rotate public keys, reset a connection, and in some waves refuse or change the credentials."""
        emulator = self._testbed.emulator
        emulator.rotate("*", after=self._rng.randint(1, 8))
        emulator.fault(ResetBeforeBody(operation=self._rng.choice(("credit-card", "id-card"))))
        emulator.refuse_credentials(wave % 10 == 3)
        if wave % 10 == 6:
            self._testbed.credentials["secretKey"] = f"secret-{self._rng.randbytes(8).hex()}"
            emulator.accept_credentials(secret_key=self._testbed.credentials["secretKey"])
            self._testbed.retired_secrets.add(self._testbed.credentials["secretKey"])
            # For one wave the secret is out of date, as in a manual rotation.
        elif wave % 10 == 7:
            self._testbed.aws.secrets.put_secret_value(
                SecretId=self._testbed.secret, SecretString=json.dumps(self._testbed.credentials)
            )

    def restore_service(self) -> None:
        """Accept credentials again, and write the current ones into the secret."""
        self._testbed.emulator.refuse_credentials(False)
        self._testbed.aws.secrets.put_secret_value(
            SecretId=self._testbed.secret, SecretString=json.dumps(self._testbed.credentials)
        )

    @contextlib.contextmanager
    def killing_at_random(self, instances: Sequence[FunctionInstance]) -> Iterator[None]:
        """Kill busy processes at random moments until the end of the block."""
        stopped = threading.Event()

        def kill_repeatedly() -> None:
            while not stopped.wait(self._rng.expovariate(1 / self._seconds_between_kills)):
                self._kill(self._rng.choice(instances))

        thread = threading.Thread(target=kill_repeatedly)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _kill(self, instance: FunctionInstance) -> None:
        if instance.kill():
            with self._lock:
                self.kills += 1

    def _with_chance(self, chance: float) -> Callable[[Call], bool]:
        def applies(_: Call) -> bool:
            with self._lock:
                return self._rng.random() < chance

        return applies

    def _burst(self, chance: float, calls: int) -> Callable[[Call], bool]:
        left = 0

        def applies(_: Call) -> bool:
            nonlocal left
            with self._lock:
                if left == 0 and self._rng.random() < chance:
                    left = calls
                if left == 0:
                    return False
                left -= 1
                self.failed_calls += 1
                return True

        return applies
