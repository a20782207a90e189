"""The event source mapping in rounds: everything that is visible is delivered, then time passes for what is not.

A message is received as often as SQS would give it, with the queue's own receive count and its own way to the
dead-letter queue; only the waits are cut short, from outside, when no invocation is left that could mind.
"""

from __future__ import annotations

import json
import queue
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from local.lambda_runtime.batch_failures import failed_messages
from local.lambda_runtime.sqs_event import sqs_event

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

    from soak.harness.function_instance import Slot
    from soak.harness.testbed import World

_TWICE = 1 / 15
"""How often SQS gives a message to two functions at the same time."""
_MANY = 100_000


class Feed:
    """Feeds the ``slots``. ``ended`` counts how invocations ended."""

    def __init__(
        self, world: World, slots: Sequence[Slot], dice: random.Random, *, batch: int = 10, whole: bool = False
    ) -> None:
        """``batch`` is the most messages of a batch; ``whole`` makes all batches that large, each message in one."""
        self._world, self._dice, self._batch, self._whole = world, dice, batch, whole
        self.slots = slots
        self.ended: Counter[str] = Counter()
        self.deliveries = 0

    def send(self, bodies: Sequence[str]) -> None:
        """Put messages into the uploads queue."""
        for body in bodies:
            self._world.uploads.send(body, None)

    def round(self) -> int:
        """Deliver all that is visible, each message once or twice; return how many are left in the queue."""
        mailbox = self._world.uploads
        received = mailbox.receive(_MANY)
        batches: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()
        twice = [] if self._whole else [message for message in received if self._dice.random() < _TWICE]
        due = [*received, *twice]
        self._dice.shuffle(due)
        while due:
            taken = due[: self._batch if self._whole else self._dice.randint(1, self._batch)]
            del due[: len(taken)]
            # SQS gives a message once in a batch.
            batches.put(list({message["MessageId"]: message for message in taken}.values()))
        with ThreadPoolExecutor(len(self.slots)) as threads:
            acknowledged = set().union(*threads.map(lambda slot: self._work(slot, batches), self.slots))
        for message in received:
            if message["MessageId"] in acknowledged:
                mailbox.delete(message["MessageId"], message["ReceiptHandle"])
        return len(mailbox)

    def let_time_pass(self) -> int:
        """Let leases lapse and what was put off come back; return how many leases nobody had given back."""
        self._world.uploads.show_hidden()
        self._world.let_outages_be_probed()
        return self._world.let_leases_lapse(self._world.documents)

    def _work(self, slot: Slot, batches: queue.SimpleQueue[list[Any]]) -> set[str]:
        acknowledged: set[str] = set()
        while True:
            try:
                batch = batches.get_nowait()
            except queue.Empty:
                return acknowledged
            outcome = slot.invoke(json.dumps(sqs_event(batch, self._world.mapping.queue_arn)).encode())
            self.ended[outcome.error_type or "answered"] += 1
            self.deliveries += len(batch)
            ids = {message["MessageId"] for message in batch}
            acknowledged |= ids - failed_messages(outcome, ids, partial=True)
