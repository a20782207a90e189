"""An event source mapping that works in rounds.

A round delivers all visible messages. Between rounds, hidden messages become visible. The queue itself counts receives
and moves messages to the dead-letter queue. Only the waits are shortened, and only while no invocation runs.
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

    from soak.harness.function_instance import FunctionInstance
    from soak.harness.testbed import SoakTestbed

# Share of messages that are delivered to two instances at the same time.
_DUPLICATE_SHARE = 1 / 15
_ALL = 100_000


class EventSource:
    """Invokes the function instances with batches from the uploads queue.

    Attributes
    ----------
    instances
        The function instances.
    outcomes
        How many invocations ended in which way.
    deliveries
        Number of delivered messages.
    """

    def __init__(
        self,
        testbed: SoakTestbed,
        instances: Sequence[FunctionInstance],
        rng: random.Random,
        *,
        batch: int = 10,
        full_batches: bool = False,
    ) -> None:
        """Prepare deliveries.

        Parameters
        ----------
        testbed, instances, rng
            The queue, the instances to invoke, and the source of random choices.
        batch
            Largest number of messages in a batch.
        full_batches
            Whether all batches have the largest size and each message is in one of them only.
        """
        self._testbed, self._rng, self._batch, self._full_batches = testbed, rng, batch, full_batches
        self.instances = instances
        self.outcomes: Counter[str] = Counter()
        self.deliveries = 0

    def send(self, bodies: Sequence[str]) -> None:
        """Send messages to the uploads queue."""
        for body in bodies:
            self._testbed.uploads.send(body, None)

    def deliver_visible(self) -> int:
        """Deliver all visible messages, each once or twice; return how many are left in the queue."""
        uploads = self._testbed.uploads
        received = uploads.receive(_ALL)
        batches: queue.SimpleQueue[list[Any]] = queue.SimpleQueue()
        twice = [] if self._full_batches else [message for message in received if self._rng.random() < _DUPLICATE_SHARE]
        due = [*received, *twice]
        self._rng.shuffle(due)
        while due:
            taken = due[: self._batch if self._full_batches else self._rng.randint(1, self._batch)]
            del due[: len(taken)]
            # SQS delivers a message only once in a batch.
            batches.put(list({message["MessageId"]: message for message in taken}.values()))
        with ThreadPoolExecutor(len(self.instances)) as threads:
            acknowledged = set().union(*threads.map(lambda instance: self._work(instance, batches), self.instances))
        for message in received:
            if message["MessageId"] in acknowledged:
                uploads.delete(message["MessageId"], message["ReceiptHandle"])
        return len(uploads)

    def expire_waits(self) -> int:
        """Expire leases and visibility timeouts; return how many leases were still held."""
        self._testbed.uploads.show_hidden()
        self._testbed.expire_probe_interval()
        return self._testbed.expire_leases(self._testbed.documents)

    def _work(self, instance: FunctionInstance, batches: queue.SimpleQueue[list[Any]]) -> set[str]:
        acknowledged: set[str] = set()
        while True:
            try:
                batch = batches.get_nowait()
            except queue.Empty:
                return acknowledged
            outcome = instance.invoke(json.dumps(sqs_event(batch, self._testbed.mapping.queue_arn)).encode())
            self.outcomes[outcome.error_type or "answered"] += 1
            self.deliveries += len(batch)
            ids = {message["MessageId"] for message in batch}
            acknowledged |= ids - failed_messages(outcome, ids, partial=True)
