"""A resource made of parts that start and stop together."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class ManagedResource:
    """A context manager over several parts. If one part fails to start, those already started are stopped.

    Subclasses start their parts in ``_start`` and register how to stop each of them on ``_stack``.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            self._start()
            # Everything started: the parts are stopped at the end of the caller's block, not of this method.
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self) -> None:
        raise NotImplementedError
