"""What is started whole and stopped whole."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType


class Whole:
    """A context manager over parts. Should one not start, those before it end at once.

    Subclasses start their parts in ``_start``, and put what ends each of them on ``_stack``.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        with self._stack:
            self._start()
            # All went well: what is to be closed is closed at the end of the block, not of this method.
            self._stack = self._stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def _start(self) -> None:
        raise NotImplementedError
