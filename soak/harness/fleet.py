"""Function instances behind proxies of their own, and the event source that invokes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from local.processes.managed_resource import ManagedResource
from soak.harness.event_source import EventSource
from soak.harness.function_instance import FunctionInstance
from tests.support.proxy import Proxy

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Sequence

    from soak.harness.testbed import SoakTestbed


class Fleet(ManagedResource):
    """The instances of the analyze function.

    Attributes
    ----------
    proxies, instances
        The instances, and the proxy in front of AWS of each.
    event_source
        Delivers to the instances.
    """

    def __init__(self, testbed: SoakTestbed, number: int, rng: random.Random, **environment: str) -> None:
        """Prepare ``number`` instances with the shortest timeouts; ``environment`` replaces variables."""
        super().__init__()
        self._testbed, self._number, self._rng, self._environment = testbed, number, rng, environment

    def _start(self) -> None:
        testbed = self._testbed
        self.proxies = [self._stack.enter_context(Proxy(testbed.aws.url)) for _ in range(self._number)]
        self.instances = [
            FunctionInstance(
                testbed.short_timeout_configuration(aws_url=proxy.url, **self._environment),
                testbed.folder / f"analyze-{place}.log",
            )
            for place, proxy in enumerate(self.proxies)
        ]
        for instance in self.instances:
            self._stack.callback(instance.close)
        self.event_source = EventSource(testbed, self.instances, self._rng)

    def deliver_round(self, observe: Callable[[Sequence[Proxy]], None]) -> int:
        """Deliver what is visible, and let all waits expire; return how many messages are left in the queue.

        ``observe`` reads the proxies' calls while no function works.
        """
        left = self.event_source.deliver_visible()
        observe(self.proxies)
        self.event_source.expire_waits()
        return left
